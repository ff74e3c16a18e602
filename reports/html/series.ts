/** A million rows become a few hundred buckets: counts and exact percentiles, per load and action. */
import { FAILED, OK, type Journal } from "../../lab/journal/types.ts";
import type { Timeline } from "./timeline.ts";

/** What one load's action did over time. Every array has one element a bucket of the timeline. */
export interface LoadSeries {
  readonly load: string;
  readonly action: string;
  readonly total: number;
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  /** Operations by the bucket of their intended start. */
  readonly offered: Uint32Array;
  /** Operations that ended ok, by the bucket of their end. */
  readonly achieved: Uint32Array;
  /** Operations that were failed or unknown, by the bucket of their intended start. */
  readonly failedIn: Uint32Array;
  readonly unknownIn: Uint32Array;
  /** Latency from the intended start of the operations that ended ok, by the bucket of the intended start; NaN where there were none. */
  readonly p50Ms: Float64Array;
  readonly p95Ms: Float64Array;
  readonly p99Ms: Float64Array;
  /** Over the whole run, of those that ended ok; NaN where none did. */
  readonly latency: { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number; readonly maxMs: number };
  /** How often each error was met, most frequent first. */
  readonly errors: readonly { readonly error: string; readonly count: number }[];
}

interface Group {
  readonly load: number;
  readonly action: number;
  readonly offered: Uint32Array;
  readonly achieved: Uint32Array;
  readonly failedIn: Uint32Array;
  readonly unknownIn: Uint32Array;
  /** How many latencies each bucket holds; then, while they are put in place, where the next goes. */
  readonly okIn: Uint32Array;
  readonly errors: Map<number, number>;
}

/** The series of each load and action in the journal, largest first. */
export function seriesOf(journal: Journal, timeline: Timeline): LoadSeries[] {
  const { operations } = journal;
  const groupOfRow = new Uint16Array(operations.length);
  const groups = count(journal, timeline, groupOfRow);
  const latencies = groups.map((group) => placeOf(group.okIn));
  const { fromMs, bucketMs, buckets } = timeline;
  const { outcome, intendedMs, endMs } = operations;
  for (let row = 0; row < operations.length; row++) {
    if (outcome[row] !== OK) continue;
    const place = latencies[groupOfRow[row] ?? 0];
    if (place === undefined) continue;
    const intended = intendedMs[row] ?? 0;
    const bucket = bucketOf(intended, fromMs, bucketMs, buckets);
    const next = place.next[bucket] ?? 0;
    place.values[next] = (endMs[row] ?? 0) - intended;
    place.next[bucket] = next + 1;
  }
  return groups
    .map((group, index) => finish(journal, group, latencies[index] ?? placeOf(group.okIn)))
    .sort((a, b) => b.total - a.total);
}

const bucketOf = (atMs: number, fromMs: number, bucketMs: number, buckets: number): number => {
  const bucket = Math.floor((atMs - fromMs) / bucketMs);
  return bucket < 0 ? 0 : bucket >= buckets ? buckets - 1 : bucket;
};

function count(journal: Journal, { fromMs, bucketMs, buckets }: Timeline, groupOfRow: Uint16Array): Group[] {
  const { length, load, action, outcome, error, intendedMs, endMs } = journal.operations;
  const groups: Group[] = [];
  const indexes = new Map<number, number>();
  for (let row = 0; row < length; row++) {
    const loadNumber = load[row] ?? 0;
    const actionNumber = action[row] ?? 0;
    const key = loadNumber * 65_536 + actionNumber;
    let index = indexes.get(key);
    if (index === undefined) {
      index = groups.length;
      indexes.set(key, index);
      groups.push(emptyGroup(loadNumber, actionNumber, buckets));
    }
    groupOfRow[row] = index;
    const group = groups[index];
    if (group === undefined) continue;
    const bucket = bucketOf(intendedMs[row] ?? 0, fromMs, bucketMs, buckets);
    add(group.offered, bucket);
    if (outcome[row] === OK) {
      add(group.okIn, bucket);
      add(group.achieved, bucketOf(endMs[row] ?? 0, fromMs, bucketMs, buckets));
    } else {
      add(outcome[row] === FAILED ? group.failedIn : group.unknownIn, bucket);
      const errorNumber = error[row] ?? 0;
      group.errors.set(errorNumber, (group.errors.get(errorNumber) ?? 0) + 1);
    }
  }
  return groups;
}

const add = (counts: Uint32Array, bucket: number): void => {
  counts[bucket] = (counts[bucket] ?? 0) + 1;
};

const emptyGroup = (load: number, action: number, buckets: number): Group => ({
  load,
  action,
  offered: new Uint32Array(buckets),
  achieved: new Uint32Array(buckets),
  failedIn: new Uint32Array(buckets),
  unknownIn: new Uint32Array(buckets),
  okIn: new Uint32Array(buckets),
  errors: new Map(),
});

/** Room for all latencies of a group, bucket after bucket. */
interface Place {
  readonly values: Float64Array;
  readonly starts: Uint32Array;
  readonly next: Uint32Array;
}

function placeOf(counts: Uint32Array): Place {
  const starts = new Uint32Array(counts.length);
  let total = 0;
  counts.forEach((size, bucket) => {
    starts[bucket] = total;
    total += size;
  });
  return { values: new Float64Array(total), starts, next: starts.slice() };
}

function finish(journal: Journal, group: Group, place: Place): LoadSeries {
  const { values, starts, next } = place;
  const percentiles = [0.5, 0.95, 0.99].map((share) => ({ share, values: new Float64Array(starts.length) }));
  starts.forEach((start, bucket) => {
    const sorted = values.subarray(start, next[bucket]).sort();
    for (const percentile of percentiles) percentile.values[bucket] = nearestRank(sorted, percentile.share);
  });
  // Runs of sorted values are sorted again as one: cheap beside reading the journal, and exact.
  values.sort();
  const sum = (counts: Uint32Array): number => counts.reduce((total, one) => total + one, 0);
  const none = new Float64Array(starts.length).fill(NaN);
  return {
    load: journal.names[group.load] ?? "",
    action: journal.names[group.action] ?? "",
    total: sum(group.offered),
    ok: sum(group.okIn),
    failed: sum(group.failedIn),
    unknown: sum(group.unknownIn),
    offered: group.offered,
    achieved: group.achieved,
    failedIn: group.failedIn,
    unknownIn: group.unknownIn,
    p50Ms: percentiles[0]?.values ?? none,
    p95Ms: percentiles[1]?.values ?? none,
    p99Ms: percentiles[2]?.values ?? none,
    latency: {
      p50Ms: nearestRank(values, 0.5),
      p95Ms: nearestRank(values, 0.95),
      p99Ms: nearestRank(values, 0.99),
      maxMs: nearestRank(values, 1),
    },
    errors: [...group.errors]
      .map(([number, times]) => ({ error: journal.names[number] ?? "", count: times }))
      .sort((a, b) => b.count - a.count),
  };
}

/** The smallest value that at least `share` of the values do not exceed; NaN for none. */
export function nearestRank(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
