/** Lanes over time: who held what, and which value was seen when. Also the strip of steps and faults. */
import { formatDuration } from "../../lab/time.ts";
import { formatMoment } from "../format.ts";
import { markup, type Child, type Markup } from "./markup.ts";
import { plotTable } from "./parts.ts";
import { extent, marksInWords, plot } from "./plot.ts";
import type { Timeline } from "./timeline.ts";

export interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
  readonly className: string;
  /** How full the segment is drawn, from 0 to 1; full where absent. */
  readonly level?: number;
}

export interface Lane {
  /** Written above the lane; a lane without a name continues the one above it. */
  readonly name?: string;
  readonly segments: readonly Segment[];
}

const NAME_HEIGHT = 18;
const BAR_HEIGHT = 20;
const GAP = 6;
export interface LanesSpec {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly description: string;
  readonly timeline: Timeline;
  readonly lanes: readonly Lane[];
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly Child[])[] };
}

export function lanePlot(spec: LanesSpec): Markup {
  let y = 0;
  const bars: { y: number; height: number }[] = [];
  const content = spec.lanes.map(({ name, segments }) => {
    const label = name === undefined ? undefined : markup`<text class="lane-name" x="0" y="${y + 12}">${name}</text>`;
    if (name !== undefined) y += NAME_HEIGHT;
    const drawn = segments.map((segment) => bar(segment, spec.timeline, y));
    // A rim above and beneath the bars, which cover the rest.
    bars.push({ y: y - 2, height: BAR_HEIGHT + 4 });
    y += BAR_HEIGHT + (name === undefined ? 3 : GAP);
    return markup`${label}${drawn}`;
  });
  return plot({
    id: spec.id,
    title: spec.title,
    unit: spec.unit,
    description: `${spec.description} ${marksInWords(spec.timeline)}`,
    timeline: spec.timeline,
    height: y + 2,
    marked: bars,
    content,
    table: plotTable(
      spec.title,
      spec.table.columns.map((column) => ({ name: column, numeric: ["from", "to", "for"].includes(column) })),
      spec.table.rows,
    ),
  });
}

/** A label ends in an ellipsis where its segment is short, and is left out where even that has no room (style.ts). */
function bar(segment: Segment, timeline: Timeline, y: number): Markup {
  const { x, width } = extent(timeline, segment.fromMs, segment.toMs);
  const level = Math.max(0.1, segment.level ?? 1);
  const top = Number((BAR_HEIGHT * (1 - level)).toFixed(1));
  return markup`<svg class="segment ${segment.className}" x="${x}" width="${width}" y="${y}" height="${BAR_HEIGHT}">
    <title>${segment.text}, ${formatMoment(segment.fromMs)} – ${formatMoment(segment.toMs)}</title>
    <rect width="100%" y="${top}" height="${BAR_HEIGHT - top}" />
    <rect class="top" width="100%" y="${top}" height="1.5" />
    <rect class="edge" width="2" height="${BAR_HEIGHT}" />
    <foreignObject width="100%" height="${BAR_HEIGHT}"><div class="segment-text"><span>${segment.text}</span></div></foreignObject>
  </svg>`;
}

/** The row of a lane's table: what, from, to, for how long. */
export const spanRow = (what: readonly Child[], fromMs: number, toMs: number): Child[] => [
  ...what,
  formatMoment(fromMs),
  formatMoment(toMs),
  formatDuration(toMs - fromMs),
];

/** Puts spans that overlap into rows of their own: each goes to the first row that is free. */
export function rowsOf<T extends { readonly fromMs: number; readonly toMs: number }>(spans: readonly T[]): T[][] {
  const rows: T[][] = [];
  for (const span of spans) {
    const free = rows.find((row) => (row.at(-1)?.toMs ?? -Infinity) <= span.fromMs);
    if (free === undefined) rows.push([span]);
    else free.push(span);
  }
  return rows;
}
