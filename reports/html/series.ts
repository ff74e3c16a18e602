/** A million rows become a few hundred buckets: counts and exact percentiles, per load and action. */
import { FAILED, OK, OUTCOMES, eventsOf, type Journal, type Outcome } from "../../lab/journal/types.ts";
import { BUCKET_WIDTHS_MS, type Timeline } from "./timeline.ts";

/**
 * What one load's action did over time, without its final read-backs. Every array has one element a bucket; buckets are as
 * wide as it takes for ten tries to fall into each.
 */
export interface LoadSeries {
  readonly load: string;
  readonly action: string;
  readonly bucketMs: number;
  /** When the first and the last were due. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Each try by itself, where there were too few for buckets; those of one intended time were one. */
  readonly points?: readonly Point[];
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

/** One try. */
export interface Point {
  readonly intendedMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}

const FEWEST_IN_BUCKET = 10;
/** With fewer buckets than this while the load ran, its tries are drawn one by one. */
const FEWEST_BUCKETS = 12;

interface Group {
  readonly bucketMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: Point[] | undefined;
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
  const { outcome, intendedMs, endMs } = operations;
  for (let row = 0; row < operations.length; row++) {
    if (outcome[row] !== OK) continue;
    const group = groups[groupOfRow[row] ?? NO_GROUP];
    const place = latencies[groupOfRow[row] ?? NO_GROUP];
    if (place === undefined || group === undefined) continue;
    const intended = intendedMs[row] ?? 0;
    const bucket = bucketOf(intended, timeline.fromMs, group);
    const next = place.next[bucket] ?? 0;
    place.values[next] = (endMs[row] ?? 0) - intended;
    place.next[bucket] = next + 1;
  }
  return groups
    .map((group, index) => finish(journal, group, latencies[index] ?? placeOf(group.okIn)))
    .sort((a, b) => b.total - a.total);
}

const bucketOf = (atMs: number, fromMs: number, { bucketMs, offered }: Pick<Group, "bucketMs" | "offered">): number => {
  const bucket = Math.floor((atMs - fromMs) / bucketMs);
  return bucket < 0 ? 0 : bucket >= offered.length ? offered.length - 1 : bucket;
};

/** The group of a row that is a final read-back. */
const NO_GROUP = 65_535;

/** Gives each row its group, and each group its pace: how many tries it had, from when to when. */
function gather(journal: Journal, groupOfRow: Uint16Array): readonly Gathered[] {
  const { length, load, action, intendedMs } = journal.operations;
  const ends = new Map(eventsOf(journal, "load-ended").map((event) => [event.load, event.atMs]));
  const endOfLoad = journal.names.map((name) => ends.get(name) ?? Infinity);
  const groups: Gathered[] = [];
  const indexes = new Map<number, number>();
  for (let row = 0; row < length; row++) {
    const loadNumber = load[row] ?? 0;
    const actionNumber = action[row] ?? 0;
    const atMs = intendedMs[row] ?? 0;
    groupOfRow[row] = NO_GROUP;
    if (atMs > (endOfLoad[loadNumber] ?? Infinity)) continue;
    const key = loadNumber * 65_536 + actionNumber;
    let index = indexes.get(key);
    if (index === undefined) {
      index = groups.length;
      indexes.set(key, index);
      groups.push({ load: loadNumber, action: actionNumber, tries: 0, fromMs: atMs, toMs: atMs, lastMs: NaN });
    }
    groupOfRow[row] = index;
    const group = groups[index];
    if (group === undefined) continue;
    if (atMs !== group.lastMs) group.tries++;
    group.lastMs = atMs;
    group.fromMs = Math.min(group.fromMs, atMs);
    group.toMs = Math.max(group.toMs, atMs);
  }
  return groups;
}

interface Gathered {
  readonly load: number;
  readonly action: number;
  tries: number;
  fromMs: number;
  toMs: number;
  lastMs: number;
}

function emptyGroup({ load, action, tries, fromMs, toMs }: Gathered, timeline: Timeline): Group {
  const wantedMs = tries === 0 ? 0 : ((toMs - fromMs) * FEWEST_IN_BUCKET) / tries;
  const spanMs = timeline.toMs - timeline.fromMs;
  const bucketMs = BUCKET_WIDTHS_MS.find((width) => width >= Math.max(wantedMs, timeline.bucketMs)) ?? spanMs;
  const buckets = Math.max(1, Math.ceil(spanMs / bucketMs));
  const counts = (): Uint32Array => new Uint32Array(buckets);
  const points = (toMs - fromMs) / bucketMs < FEWEST_BUCKETS ? [] : undefined;
  return {
    ...{ load, action, fromMs, toMs, bucketMs, points, errors: new Map() },
    ...{ offered: counts(), achieved: counts(), failedIn: counts(), unknownIn: counts(), okIn: counts() },
  };
}

function count(journal: Journal, timeline: Timeline, groupOfRow: Uint16Array): Group[] {
  const { length, outcome, error, intendedMs, endMs } = journal.operations;
  const groups = gather(journal, groupOfRow).map((gathered) => emptyGroup(gathered, timeline));
  for (let row = 0; row < length; row++) {
    const group = groups[groupOfRow[row] ?? NO_GROUP];
    if (group === undefined) continue;
    const intended = intendedMs[row] ?? 0;
    const end = endMs[row] ?? 0;
    const bucket = bucketOf(intended, timeline.fromMs, group);
    add(group.offered, bucket);
    if (outcome[row] === OK) {
      add(group.okIn, bucket);
      add(group.achieved, bucketOf(end, timeline.fromMs, group));
    } else {
      add(outcome[row] === FAILED ? group.failedIn : group.unknownIn, bucket);
      const errorNumber = error[row] ?? 0;
      group.errors.set(errorNumber, (group.errors.get(errorNumber) ?? 0) + 1);
    }
    const last = group.points?.at(-1);
    if (last?.intendedMs !== intended || last.endMs !== end)
      group.points?.push({ intendedMs: intended, endMs: end, outcome: OUTCOMES[outcome[row] ?? OK] ?? "ok" });
  }
  return groups;
}

const add = (counts: Uint32Array, bucket: number): void => {
  counts[bucket] = (counts[bucket] ?? 0) + 1;
};

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
    bucketMs: group.bucketMs,
    fromMs: group.fromMs,
    toMs: group.toMs,
    ...(group.points === undefined ? {} : { points: group.points }),
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
