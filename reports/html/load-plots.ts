/** Offered and achieved load, latency, and what went wrong, over time. */
import { scaleLinear, scaleLog } from "d3-scale";
import { area, curveStep, line } from "d3-shape";
import { formatDuration } from "../../lab/time.ts";
import { formatMoment, formatNumber } from "../format.ts";
import { markup, type Markup } from "./markup.ts";
import { plotTable } from "./parts.ts";
import { CURVE_WIDTH, curve, marksInWords, plot } from "./plot.ts";
import type { LoadSeries } from "./series.ts";
import type { Timeline } from "./timeline.ts";

const HEIGHT = 132;

/** The three plots of one load's action. `id` starts the ids of its elements. */
export const loadPlots = (id: string, series: LoadSeries, timeline: Timeline): Markup[] => [
  throughputPlot(`${id}-load`, series, timeline),
  latencyPlot(`${id}-latency`, series, timeline),
  errorPlot(`${id}-errors`, series, timeline),
];

export const nameOf = ({ load, action }: LoadSeries): string => (action === "" ? load : `${load}, ${action}`);

const middleOf =
  (timeline: Timeline) =>
  (_: number, bucket: number): number =>
    ((bucket + 0.5) / timeline.buckets) * CURVE_WIDTH;

const startOf = (timeline: Timeline, bucket: number): number => timeline.fromMs + bucket * timeline.bucketMs;

function perSecond(counts: Uint32Array, timeline: Timeline): Float64Array {
  return Float64Array.from(counts, (count) => count / (timeline.bucketMs / 1_000));
}

const levelsOf = (scale: { ticks(count: number): number[]; (value: number): number }): { y: number; label: string }[] =>
  scale.ticks(3).map((value) => ({ y: scale(value), label: formatNumber(value) }));

function throughputPlot(id: string, series: LoadSeries, timeline: Timeline): Markup {
  const offered = perSecond(series.offered, timeline);
  const achieved = perSecond(series.achieved, timeline);
  const scale = scaleLinear([0, Math.max(1, max(offered), max(achieved))], [HEIGHT, 6]).nice(3);
  const x = middleOf(timeline);
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
    unit: `operations per second, in buckets of ${formatDuration(timeline.bucketMs)}`,
    description: `${formatNumber(series.total)} operations offered, ${formatNumber(series.ok)} ended ok. At most ${formatNumber(max(offered))} were offered and ${formatNumber(max(achieved))} achieved per second. ${marksInWords(timeline)}`,
    timeline,
    height: HEIGHT,
    levels: levelsOf(scale),
    curves: markup`${curve("achieved-fill", fill(achieved))}${curve("offered", stroke(offered))}${curve("achieved", stroke(achieved))}`,
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
      rows(timeline, (bucket) => [formatNumber(offered[bucket] ?? 0), formatNumber(achieved[bucket] ?? 0)]),
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
  const x = middleOf(timeline);
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
    curves: markup`${curve("spread", spread(series.p99Ms))}${curve("p99", stroke(series.p99Ms))}${curve("p95", stroke(series.p95Ms))}${curve("p50", stroke(series.p50Ms))}${["p50", "p95", "p99"].map((name, index) => curve(`${name} lone`, stroke(alone(percentiles[index] ?? []))))}`,
    legend: ["p50", "p95", "p99"].map((name, index) => ({ name, className: name, column: index + 1 })),
    table: plotTable(
      title,
      [{ name: "from", numeric: true }, ...["p50", "p95", "p99"].map((name) => ({ name, numeric: true }))],
      rows(timeline, (bucket) => percentiles.map((values) => span(values[bucket] ?? NaN))),
    ),
  });
}

function errorPlot(id: string, series: LoadSeries, timeline: Timeline): Markup {
  const failed = perSecond(series.failedIn, timeline);
  const unknown = perSecond(series.unknownIn, timeline);
  const both = failed.map((value, bucket) => value + (unknown[bucket] ?? 0));
  const quiet = series.failed + series.unknown === 0;
  const height = quiet ? 36 : 96;
  const scale = scaleLinear([0, Math.max(1, max(both))], [height, 6]).nice(3);
  const x = middleOf(timeline);
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
      ? "operations per second that did not end ok, by intended start: none in this run"
      : `operations per second that did not end ok, by intended start: ${worst.join(", ")}`,
    description: `${formatNumber(series.failed)} failed, ${formatNumber(series.unknown)} ended unknown. ${marksInWords(timeline)}`,
    timeline,
    height,
    levels: quiet ? [] : levelsOf(scale),
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
      rows(timeline, (bucket) => [formatNumber(failed[bucket] ?? 0), formatNumber(unknown[bucket] ?? 0)]),
    ),
  });
}

/** What has no neighbour, and would be a line without length. */
const alone = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value, i) =>
    Number.isFinite(values[i - 1] ?? NaN) || Number.isFinite(values[i + 1] ?? NaN) ? NaN : value,
  );

const rows = (timeline: Timeline, cells: (bucket: number) => string[]): string[][] =>
  Array.from({ length: timeline.buckets }, (_, bucket) => [formatMoment(startOf(timeline, bucket)), ...cells(bucket)]);

const span = (value: number): string => (Number.isFinite(value) ? formatDuration(value) : "–");

const max = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), 0);
