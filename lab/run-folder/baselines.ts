/** Baselines: a run's figures beside those of earlier runs. */
import type { HistoryEntry } from "./run-folder.ts";
import type { Comparison } from "../slo/types.ts";
import { median } from "../statistics.ts";

/** With how many earlier runs a run is compared, at most and at least. */
const MOST_RUNS = 10;
const FEWEST_RUNS = 3;
/** Makes the median absolute deviation an estimate of a normal distribution's standard deviation: 1 / Φ⁻¹(3/4). */
const MAD_TO_DEVIATION = 1.4826;

/**
 * A run's figures beside those of the last ten earlier runs of the same scenario and mutant that held; a figure that no
 * earlier run had is left out. Where a run was accepted as a new baseline, nothing before it counts. A recovery from what
 * was not noticed is no time, and is in no median.
 *
 * A figure is `worse` or `better` when it lies farther from the median than three robust deviations
 * (1.4826 · MAD: Leys and others, "Detecting outliers: Do not use standard deviation around the mean, use absolute
 * deviation around the median", 2013) and farther than a clear change: 20 % of the median and at least 10 ms; for
 * shares, 20 % of the share that is missing to 1 and at least 0.005.
 * The name says which way is bad: `…Ms` is better when lower, `…Ratio`, `…Share` and `…availability` when higher. Other
 * figures have no better or worse and are always `as before`. With fewer than three runs: `too few runs`.
 */
export function compare(entry: HistoryEntry, history: readonly HistoryEntry[]): Comparison[] {
  const earlier = earlierOf(entry, history).slice(-MOST_RUNS);
  return Object.entries(entry.figures).flatMap(([figure, now]) => {
    const values = earlier.flatMap(({ figures }) => figures[figure] ?? []).filter((value) => isMeasured(figure, value));
    if (values.length === 0 || !isMeasured(figure, now)) return [];
    const spread = values.length < FEWEST_RUNS ? {} : { spread: spreadOf(values) };
    const standing = standingOf(figure, now, values);
    return [{ figure, now, median: median(values), ...spread, runs: values.length, standing }];
  });
}

/** Those that held of its scenario and mutant before it, from the last that was accepted as a baseline on; the oldest first. */
export function earlierOf(entry: HistoryEntry, history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const own = history.filter(({ scenario, mutant }) => scenario === entry.scenario && mutant === entry.mutant);
  const place = own.findIndex(({ run }) => run === entry.run);
  const before = place < 0 ? own : own.slice(0, place);
  const begins =
    own[place]?.baseline === undefined ? before.findLastIndex(({ baseline }) => baseline !== undefined) : place;
  return before.slice(Math.max(begins, 0)).filter(({ verdict }) => verdict === "held");
}

/** Whether a figure of a run is worse than its baseline: what `--fail-on regression` counts. */
export const regressionsOf = (comparisons: readonly Comparison[]): readonly Comparison[] =>
  comparisons.filter(({ standing }) => standing === "worse");

const spreadOf = (values: readonly number[]): number => {
  const middle = median(values);
  return MAD_TO_DEVIATION * median(values.map((value) => Math.abs(value - middle)));
};

/** Entries of old have a time of exactly 0 where a fault was not noticed: that is no measure of anything. */
const isMeasured = (figure: string, value: number): boolean => kindOf(figure) !== "time" || value !== 0;

function standingOf(figure: string, now: number, values: readonly number[]): Comparison["standing"] {
  if (values.length < FEWEST_RUNS) return "too few runs";
  const kind = kindOf(figure);
  if (kind === undefined) return "as before";
  const middle = median(values);
  const deviation = 3 * spreadOf(values);
  const clear = kind === "time" ? Math.max(0.2 * middle, 10) : Math.max(0.2 * (1 - middle), 0.005);
  const growth = now - middle;
  if (Math.abs(growth) <= Math.max(deviation, clear)) return "as before";
  return growth > 0 === (kind === "share") ? "better" : "worse";
}

function kindOf(figure: string): "time" | "share" | undefined {
  if (figure.endsWith("Ms")) return "time";
  return /(ratio|share|availability)$/i.test(figure) ? "share" : undefined;
}
