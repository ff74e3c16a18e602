/**
 * The frame of every plot over time: one axis for all, faults as numbered bands, steps as lines.
 *
 * The picture has no view box of its own: positions along time are percentages of its width and text keeps its size,
 * so the same picture is right on a telephone and on a wall. Curves sit in an inner picture that stretches.
 */
import { scaleLinear } from "d3-scale";
import { formatMoment } from "../format.ts";
import { markup, raw, type Child, type Markup } from "./markup.ts";
import { fractionOf, type FaultSpan, type Timeline } from "./timeline.ts";

/** The width of the inner picture's own units; curves are drawn from 0 to here. */
export const CURVE_WIDTH = 1_000;

export const percent = (fraction: number): string => `${Number((fraction * 100).toFixed(3))}%`;

export interface PlotSpec {
  readonly id: string;
  readonly title: string;
  /** What the plot shows and what is to be seen in it, for those who do not see it. */
  readonly description: string;
  /** One line under the title: what is counted, in which unit. */
  readonly unit: string;
  readonly timeline: Timeline;
  /** Height of the data in pixels. */
  readonly height: number;
  /** How much of the axis one row of the table stands for; absent where no values are read from it. */
  readonly rowMs?: number;
  readonly levels?: readonly { readonly y: number; readonly label: string }[];
  /** Curves, in units of `CURVE_WIDTH` × `height`. */
  readonly curves?: Markup;
  /** Anything else inside the picture, in percentages of its width and in pixels. */
  readonly content?: Child;
  readonly legend?: readonly LegendEntry[];
  /** What else the legend explains. */
  readonly keys?: Markup;
  /** Where marks of faults and steps are drawn, so that they cross no name; absent: everywhere. */
  readonly marked?: readonly { readonly y: number; readonly height: number }[];
  /** Whether the content names the faults itself. */
  readonly named?: boolean;
  readonly table: Markup;
}

export interface LegendEntry {
  readonly name: string;
  /** The class of the curve that it explains. */
  readonly className: string;
  /** The column of the plot's table that holds its values. */
  readonly column: number;
}

/** One plot as a figure: title, legend, picture, and its data as a table. */
export function plot(spec: PlotSpec): Markup {
  const { id, title, timeline, height } = spec;
  return markup`<figure class="plot" id="${id}">
    <figcaption>
      ${spec.named === true ? markup`<p class="plot-title">${title}</p>` : markup`<h3>${title}</h3>`}
      <p class="unit">${spec.unit}</p>
      ${legendOf(spec)}
    </figcaption>
    <svg
      class="time"
      role="img"
      aria-labelledby="${id}-t"
      aria-describedby="${id}-d"
      width="100%"
      height="${height + 24}"
      data-from="${timeline.fromMs}"
      data-to="${timeline.toMs}"
      data-height="${height}"
      data-row="${spec.rowMs ?? 0}"
    >
      <title id="${id}-t">${title}</title>
      <desc id="${id}-d">${spec.description}</desc>
      ${levelLines(spec)}${(spec.marked ?? [{ y: 0, height }]).map((row) => [stepLines(timeline, row), bands(timeline, row)])}
      ${spec.curves === undefined ? undefined : markup`<svg class="curves" width="100%" height="${height}" viewBox="0 0 ${CURVE_WIDTH} ${height}" preserveAspectRatio="none">${spec.curves}</svg>`}${spec.content}${spec.named === true ? undefined : bandNames(timeline)}
      ${timeAxis(timeline, height)}
    </svg>
    ${spec.table}
  </figure>`;
}

const legendOf = (spec: PlotSpec): Markup | false =>
  (spec.legend ?? spec.keys) !== undefined &&
  markup`<ul class="legend">
    ${(spec.legend ?? []).map(
      ({ name, className, column }) =>
        markup`<li>
          <svg width="22" height="10" aria-hidden="true"><path class="${className}" d="M1 5H21" /></svg>${name}<span
            class="at"
            data-column="${column}"
          ></span>
        </li>`,
    )}
    ${spec.keys}
    <li class="moment" aria-hidden="true"></li>
  </ul>`;

const levelLines = ({ levels }: PlotSpec): Markup[] =>
  (levels ?? []).map(
    ({ y, label }) =>
      markup`<line class="level" x1="0" x2="100%" y1="${round(y)}" y2="${round(y)}" /><text
          class="tick"
          x="-8"
          y="${round(y + 4)}"
          text-anchor="end"
          >${label}</text
        >`,
  );

interface Strip {
  readonly y: number;
  readonly height: number;
}

const stepLines = (timeline: Timeline, { y, height }: Strip): Markup[] =>
  timeline.steps.map(({ fromMs }) => {
    const x = percent(fractionOf(timeline, fromMs));
    return markup`<line class="step" x1="${x}" x2="${x}" y1="${y}" y2="${y + height}" />`;
  });

const bands = (timeline: Timeline, { y, height }: Strip): Markup[] =>
  timeline.faults.map((fault) => {
    const { x, width } = extent(timeline, fault.fromMs, fault.toMs);
    return markup`<rect class="band" x="${x}" width="${width}" y="${y}" height="${height}" /><line class="band-edge" x1="${x}" x2="${x}" y1="${y}" y2="${y + height}" />`;
  });

/** `F1` above the band's start; pushed to the right where bands begin close together. */
function bandNames(timeline: Timeline): Markup[] {
  const names: Markup[] = [];
  let lastAt = -1;
  let row = 0;
  for (const fault of timeline.faults) {
    const at = fractionOf(timeline, fault.fromMs);
    row = at - lastAt < 0.07 ? row + 1 : 0;
    if (row === 0) lastAt = at;
    names.push(markup`<text class="band-name" x="${percent(at)}" dx="${row * 20}" y="-4">${faultName(fault)}</text>`);
  }
  return names;
}

export const faultName = (fault: FaultSpan): string => `F${fault.number}`;

/** Place and width of a span of time on the axis; never so thin that it can not be seen. */
export function extent(
  timeline: Timeline,
  fromMs: number,
  toMs: number,
): { readonly x: string; readonly width: string; readonly fraction: number } {
  const from = fractionOf(timeline, fromMs);
  const fraction = Math.max(0.002, fractionOf(timeline, toMs) - from);
  return { x: percent(from), width: percent(fraction), fraction };
}

function timeAxis(timeline: Timeline, height: number): Markup {
  const ticks = scaleLinear([timeline.fromMs / 1_000, timeline.toMs / 1_000], [0, 1]).ticks(9);
  return markup`<line class="axis" x1="0" x2="100%" y1="${height}" y2="${height}" />${ticks.map((second, index) => {
    const at = fractionOf(timeline, second * 1_000);
    const anchor = at > 0.97 ? "end" : at < 0.03 ? "start" : "middle";
    return markup`<g class="${index % 2 === 0 ? "x" : "x alternate"}"
        ><line class="axis" x1="${percent(at)}" x2="${percent(at)}" y1="${height}" y2="${height + 4}" /><text
          class="tick"
          x="${percent(at)}"
          y="${height + 17}"
          text-anchor="${anchor}"
          >${secondName(second)}</text
        ></g
      >`;
  })}`;
}

const secondName = (second: number): string => `${Number(second.toFixed(2))} s`;

const round = (value: number): number => Number(value.toFixed(1));

/** A path in the inner picture. */
export const curve = (className: string, path: string | null): Markup | false =>
  path !== null && path !== "" && markup`<path class="${className}" d="${raw(path)}" />`;

/** What a plot's marks mean, in words, for its description. */
export function marksInWords(timeline: Timeline): string {
  if (timeline.faults.length === 0) return "No fault was injected.";
  const spans = timeline.faults.map(
    (fault) =>
      `${faultName(fault)} (${fault.kind} ${fault.asked}) from ${formatMoment(fault.fromMs)} to ${formatMoment(fault.toMs)}`,
  );
  return `Faults in force: ${spans.join("; ")}.`;
}
