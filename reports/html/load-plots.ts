/** Offered and achieved load, latency, and what went wrong, over time. */
import { scaleLinear, scaleLog } from "d3-scale";
import { area, curveStep, line } from "d3-shape";
import { formatDuration } from "../../lab/time.ts";
import { formatMoment, formatNumber } from "../format.ts";
import { actionWord, countOf } from "../story/words.ts";
import { markup, type Markup } from "./markup.ts";
import { plotTable } from "./parts.ts";
import { CURVE_WIDTH, curve, marksInWords, percent, plot } from "./plot.ts";
import { pointsPlot } from "./points.ts";
import type { LoadSeries } from "./series.ts";
import type { Timeline } from "./timeline.ts";

const HEIGHT = 132;

/** The three plots of one load's action. `id` starts the ids of its elements. */
export const loadPlots = (id: string, series: LoadSeries, unit: string, timeline: Timeline): Markup[] =>
  series.points === undefined
    ? [
        throughputPlot(`${id}-load`, series, unit, timeline),
        latencyPlot(`${id}-latency`, series, timeline),
        errorPlot(`${id}-errors`, series, unit, timeline),
      ]
    : [pointsPlot(`${id}-load`, series, series.points, unit, timeline)];

/** `writes of events`. */
export const nameOf = ({ load, action }: Pick<LoadSeries, "load" | "action">): string =>
  `${actionWord(action)} of ${load}`;

/** Where the middle of a bucket lies; the last one may reach beyond the axis. */
export const middleOf =
  ({ bucketMs }: LoadSeries, timeline: Timeline) =>
  (_: number, bucket: number): number =>
    Math.min(1, ((bucket + 0.5) * bucketMs) / (timeline.toMs - timeline.fromMs)) * CURVE_WIDTH;

const startOf = ({ bucketMs }: LoadSeries, timeline: Timeline, bucket: number): number =>
  timeline.fromMs + bucket * bucketMs;

/** Less of a bucket than this is too little to make a rate of. */
const LEAST_OF_BUCKET = 0.3;

/** Counts as rates: of the first and the last bucket, only what lies in the load's time and on the axis counts. */
export const perSecond = (
  counts: Uint32Array,
  { bucketMs, fromMs, toMs }: LoadSeries,
  timeline: Timeline,
): Float64Array =>
  Float64Array.from(counts, (count, bucket) => {
    const start = timeline.fromMs + bucket * bucketMs;
    const begun = start + bucketMs > fromMs ? Math.max(start, fromMs) : start;
    const end = start < toMs ? Math.min(start + bucketMs, toMs) : start + bucketMs;
    return count / (Math.max(end - begun, bucketMs * LEAST_OF_BUCKET) / 1_000);
  });

/** A peak of more than so many times what was offered is cut, and labelled with its height. */
const HIGHEST_PEAK = 3;

/** How high a plot of a load reaches, in operations a second. */
export function topOf(offered: Float64Array, achieved: Float64Array): number {
  const busy = offered.filter((value) => value > 0).sort();
  const usual = busy[Math.ceil(busy.length * 0.95) - 1] ?? 0;
  const most = Math.max(max(offered), max(achieved));
  return Math.max(1, usual === 0 ? most : Math.min(most, HIGHEST_PEAK * usual));
}

/** Labels of peaks that were cut need so much of the width; the highest of those that lie closer is labelled. */
const ROOM_FOR_A_PEAK = 0.12;

/** The heights of peaks that were cut, above where they were cut. */
export function cutPeaks(achieved: Float64Array, series: LoadSeries, top: number, timeline: Timeline): Markup[] {
  const x = middleOf(series, timeline);
  const peaks: { at: number; value: number }[] = [];
  achieved.forEach((value, bucket) => {
    if (value <= top) return;
    const at = x(0, bucket) / CURVE_WIDTH;
    const last = peaks.at(-1);
    if (last === undefined || at - last.at > ROOM_FOR_A_PEAK) peaks.push({ at, value });
    else if (value > last.value) peaks[peaks.length - 1] = { at, value };
  });
  return peaks.map(({ at, value }) => {
    const [anchor, dx] = at > 0.8 ? ["end", -8] : ["start", 8];
    return markup`<text class="peak" x="${percent(at)}" dx="${dx}" y="14" text-anchor="${anchor}">↑ ${formatNumber(Math.round(value))}/s</text>`;
  });
}

const levelsOf = (scale: { ticks(count: number): number[]; (value: number): number }): { y: number; label: string }[] =>
  scale.ticks(3).map((value) => ({ y: scale(value), label: formatNumber(value) }));

function throughputPlot(id: string, series: LoadSeries, unit: string, timeline: Timeline): Markup {
  const offered = perSecond(series.offered, series, timeline);
  const achieved = perSecond(series.achieved, series, timeline);
  const top = topOf(offered, achieved);
  const scale = scaleLinear([0, top], [HEIGHT, 6]).clamp(true).nice(3);
  const x = middleOf(series, timeline);
  const fill = area<number>()
    .x(x)
    .y0(HEIGHT)
    .y1((value) => scale(value))
    .digits(1);
  const stroke = line<number>()
    .x(x)
    .y((value) => scale(value))
    .digits(1);
  const title = `Load: ${nameOf(series)}`;
  return plot({
    id,
    title,
    unit: `${unit}s per second, in buckets of ${formatDuration(series.bucketMs)}`,
    description: `${countOf(series.total, unit)} offered, ${formatNumber(series.ok)} ended ok. At most ${formatNumber(max(offered))} were offered and ${formatNumber(max(achieved))} achieved per second. ${marksInWords(timeline)}`,
    timeline,
    height: HEIGHT,
    levels: levelsOf(scale),
    rowMs: series.bucketMs,
    curves: markup`${curve("achieved-fill", fill(achieved))}${curve("offered", stroke(offered))}${curve("achieved", stroke(achieved))}`,
    content: cutPeaks(achieved, series, scale.domain()[1] ?? top, timeline),
    legend: [
      { name: "offered, by intended start", className: "offered", column: 1 },
      { name: "achieved, by end", className: "achieved", column: 2 },
    ],
    table: plotTable(
      title,
      [
        { name: "from", numeric: true },
        { name: "offered /s", numeric: true },
        { name: "achieved /s", numeric: true },
      ],
      rows(series, timeline, (bucket) => [formatNumber(offered[bucket] ?? 0), formatNumber(achieved[bucket] ?? 0)]),
    ),
  });
}

function latencyPlot(id: string, series: LoadSeries, timeline: Timeline): Markup {
  const known = [...series.p50Ms, ...series.p99Ms].filter((value) => value > 0);
  const least = known.length === 0 ? 1 : known.reduce((a, b) => Math.min(a, b));
  const most = known.length === 0 ? 10 : known.reduce((a, b) => Math.max(a, b));
  const bottom = 10 ** Math.floor(Math.log10(Math.max(least, 0.01)));
  const top = Math.max(bottom * 10, most * 1.15);
  const scale = scaleLog([bottom, top], [HEIGHT, 6]).clamp(true);
  const decades = Array.from({ length: Math.floor(Math.log10(top / bottom)) + 1 }, (_, power) => bottom * 10 ** power);
  const x = middleOf(series, timeline);
  const stroke = line<number>()
    .defined(Number.isFinite)
    .x(x)
    .y((value) => scale(Math.max(value, bottom)))
    .digits(1);
  const spread = area<number>()
    .defined(Number.isFinite)
    .x(x)
    .y0((_, bucket) => scale(Math.max(series.p50Ms[bucket] ?? bottom, bottom)))
    .y1((value) => scale(Math.max(value, bottom)))
    .digits(1);
  const title = `Latency: ${nameOf(series)}`;
  const percentiles = [series.p50Ms, series.p95Ms, series.p99Ms];
  const { latency } = series;
  return plot({
    id,
    title,
    unit: "from the intended to the real end, of the operations that ended ok, by intended start; logarithmic",
    description: `Over the whole run p50 ${span(latency.p50Ms)}, p95 ${span(latency.p95Ms)}, p99 ${span(latency.p99Ms)}, longest ${span(latency.maxMs)}. Gaps: nothing that was due then ended ok. ${marksInWords(timeline)}`,
    timeline,
    height: HEIGHT,
    levels: decades.map((value) => ({ y: scale(value), label: formatDuration(value).replace(".0", "") })),
    rowMs: series.bucketMs,
    curves: markup`${curve("spread", spread(series.p99Ms))}${curve("p99", stroke(series.p99Ms))}${curve("p95", stroke(series.p95Ms))}${curve("p50", stroke(series.p50Ms))}${["p50", "p95", "p99"].map((name, index) => curve(`${name} lone`, stroke(alone(percentiles[index] ?? []))))}`,
    legend: ["p50", "p95", "p99"].map((name, index) => ({ name, className: name, column: index + 1 })),
    table: plotTable(
      title,
      [{ name: "from", numeric: true }, ...["p50", "p95", "p99"].map((name) => ({ name, numeric: true }))],
      rows(series, timeline, (bucket) => percentiles.map((values) => span(values[bucket] ?? NaN))),
    ),
  });
}

function errorPlot(id: string, series: LoadSeries, unit: string, timeline: Timeline): Markup {
  const failed = perSecond(series.failedIn, series, timeline);
  const unknown = perSecond(series.unknownIn, series, timeline);
  const both = failed.map((value, bucket) => value + (unknown[bucket] ?? 0));
  const quiet = series.failed + series.unknown === 0;
  const height = quiet ? 36 : 96;
  const scale = scaleLinear([0, Math.max(1, max(both))], [height, 6]).nice(3);
  const x = middleOf(series, timeline);
  const failedArea = area<number>()
    .curve(curveStep)
    .x(x)
    .y0(height)
    .y1((value) => scale(value))
    .digits(1);
  const unknownArea = area<number>()
    .curve(curveStep)
    .x(x)
    .y0((_, bucket) => scale(failed[bucket] ?? 0))
    .y1((value) => scale(value))
    .digits(1);
  const title = `Errors: ${nameOf(series)}`;
  const worst = series.errors
    .slice(0, 6)
    .map(({ error, count }) => `${formatNumber(count)} × ${error || "without a name"}`);
  return plot({
    id,
    title,
    unit: quiet
      ? `${unit}s per second that did not end ok, by intended start: none in this run`
      : `${unit}s per second that did not end ok, by intended start: ${worst.join(", ")}`,
    description: `${formatNumber(series.failed)} failed, ${formatNumber(series.unknown)} ended unknown. ${marksInWords(timeline)}`,
    timeline,
    height,
    levels: quiet ? [] : levelsOf(scale),
    rowMs: series.bucketMs,
    curves: quiet ? markup`` : markup`${curve("failed", failedArea(failed))}${curve("unknown", unknownArea(both))}`,
    legend: [
      { name: "failed: surely not done", className: "failed", column: 1 },
      { name: "unknown: may have happened", className: "unknown", column: 2 },
    ],
    table: plotTable(
      title,
      [
        { name: "from", numeric: true },
        { name: "failed /s", numeric: true },
        { name: "unknown /s", numeric: true },
      ],
      rows(series, timeline, (bucket) => [formatNumber(failed[bucket] ?? 0), formatNumber(unknown[bucket] ?? 0)]),
    ),
  });
}

/** What has no neighbour, and would be a line without length. */
const alone = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value, i) =>
    Number.isFinite(values[i - 1] ?? NaN) || Number.isFinite(values[i + 1] ?? NaN) ? NaN : value,
  );

export const rows = (series: LoadSeries, timeline: Timeline, cells: (bucket: number) => string[]): string[][] =>
  Array.from(series.offered, (_, bucket) => [formatMoment(startOf(series, timeline, bucket)), ...cells(bucket)]);

const span = (value: number): string => (Number.isFinite(value) ? formatDuration(value) : "–");

const max = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0);
