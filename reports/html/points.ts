/** A slow load: each try as a line from when it was due to when it ended. */
import { scaleLinear } from "d3-scale";
import { formatDuration } from "../../lab/time.ts";
import { formatMoment, formatNumber } from "../format.ts";
import { actionWord } from "../story/words.ts";
import { markup, type Markup } from "./markup.ts";
import { plotTable } from "./parts.ts";
import { marksInWords, percent, plot } from "./plot.ts";
import type { LoadSeries, Point } from "./series.ts";
import { fractionOf, type Timeline } from "./timeline.ts";

const HEIGHT = 132;
const MOST_POINTS = 1_500;

/** How long each try took, at its end. */
export function pointsPlot(
  id: string,
  series: LoadSeries,
  all: readonly Point[],
  unit: string,
  timeline: Timeline,
): Markup {
  const points = all.slice(0, MOST_POINTS);
  const longestMs = points.reduce((most, { intendedMs, endMs }) => Math.max(most, endMs - intendedMs), 1);
  const y = scaleLinear([0, longestMs / 1_000], [HEIGHT, 8]).nice(3);
  const title = `Load: ${actionWord(series.action)} of ${series.load}`;
  return plot({
    id,
    title,
    unit: `one mark a try (${formatNumber(series.total)} ${unit}s in ${formatNumber(all.length)} tries), as high as it took, from when it was due to its end`,
    description: `${formatNumber(points.length)} tries; the longest took ${formatDuration(longestMs)}. ${marksInWords(timeline)}`,
    timeline,
    height: HEIGHT,
    levels: y.ticks(3).map((value) => ({ y: y(value), label: `${formatNumber(value)} s` })),
    content: points.map((point) => pointMark(point, timeline, y((point.endMs - point.intendedMs) / 1_000))),
    table: plotTable(
      title,
      [
        { name: "due", numeric: true },
        { name: "ended", numeric: true },
        { name: "took", numeric: true },
        { name: "outcome" },
      ],
      points.map(({ intendedMs, endMs, outcome }) => [
        formatMoment(intendedMs),
        formatMoment(endMs),
        formatDuration(endMs - intendedMs),
        outcome,
      ]),
    ),
  });
}

/** A dot for what ended ok, a cross for what failed, a diamond for what is unknown, each at the end of a line from its intended start. */
export function pointMark({ intendedMs, endMs, outcome }: Point, timeline: Timeline, y: number): Markup {
  const from = percent(fractionOf(timeline, intendedMs));
  const to = percent(fractionOf(timeline, endMs));
  const level = Number(y.toFixed(1));
  return markup`<line class="wait" x1="${from}" x2="${to}" y1="${level}" y2="${level}" /><svg x="${to}" y="${level}" overflow="visible" class="point ${outcome}"><title>due ${formatMoment(intendedMs)}, ended ${outcome} ${formatMoment(endMs)}</title>${SHAPES[outcome]}</svg>`;
}

const SHAPES: Readonly<Record<Point["outcome"], Markup>> = {
  ok: markup`<circle r="3.2" />`,
  failed: markup`<path d="M-3.2-3.2 3.2 3.2M-3.2 3.2 3.2-3.2" />`,
  unknown: markup`<path d="M0-4 4 0 0 4-4 0Z" />`,
};
