/** What each fault did to what clients tried: taken from the same search as the recovery check and its figures. */
import { OK, FAILED, type Journal } from "../../lab/journal/types.ts";
import { recoveries, type Recovery, type RecoverySpec } from "../../lab/checks/recovery.ts";
import { selectionOf } from "../../lab/checks/select.ts";
import { faultTimes } from "../../lab/journal/fault-times.ts";
import type { Plan } from "../../lab/run-folder/run-folder.ts";
import { milliseconds } from "../../lab/time.ts";
import { longestStall, type Rows, type Span, type Track } from "./tracks.ts";

/** Moments on the run's clock, in milliseconds. */
export interface Effect {
  readonly track: Track;
  readonly outcome: Recovery["outcome"];
  /** When the first operation failed, or was late. */
  readonly firstFailureMs?: number;
  readonly firstSuccessMs?: number;
  /** The first success that was followed by no failure. */
  readonly lastingMs?: number;
  /** Whether too little followed that success to call it lasting. */
  readonly atBest?: boolean;
  readonly slowestMs: number;
  /** Absent where nothing was noticed. */
  readonly harm?: Harm;
}

/** What became of the operations that were due, or under way, from the fault until it was well again. */
export interface Harm {
  readonly total: number;
  readonly failed: number;
  readonly unknown: number;
  /** Ended ok, and later than the limit. */
  readonly late: number;
  readonly longestWaitMs: number;
  /** The longest time in which nothing succeeded. */
  readonly stalled?: Span;
  /** How many parts stood still, and for how long at most. */
  readonly parts?: {
    readonly stalled: number;
    readonly of: number;
    readonly names: readonly string[];
    readonly longestMs: number;
  };
}

/** Later than this after its intended start, an operation was late, unless the scenario or the load's own pace says otherwise. */
const USUAL_LIMIT_MS = 2_000;
const USUAL_TIMES = 3;
/** A part that stood still for so much longer than the whole is told of by itself. */
const MUCH_LONGER = 1.5;

/** For each fault, in the order of `faultTimes`, what it did to this track. */
export function effectsOn(track: Track, plan: Plan): readonly Effect[] {
  const { journal } = track;
  const limitMs = limitOf(track, plan);
  const steady = specOf(track, plan)?.steady;
  const spec: RecoverySpec = {
    check: "recovery",
    of: track.of,
    within: milliseconds(Infinity),
    limit: milliseconds(limitMs),
    ...(steady === undefined ? {} : { steady }),
  };
  return recoveries(spec, journal).map((found) => effectOf(track, found, limitMs));
}

/** The scenario's own expectation of recovery, where it has one of the same operations. */
function specOf({ journal, load, action }: Track, { expect }: Plan): RecoverySpec | undefined {
  return Object.values(expect)
    .filter((spec) => spec.check === "recovery")
    .find(({ of }) => {
      const selection = selectionOf(journal, of);
      return journal.names[selection.load] === load && journal.names[selection.action] === action;
    });
}

function limitOf(track: Track, plan: Plan): number {
  const said = specOf(track, plan)?.limit;
  if (said !== undefined) return said;
  const { outcome, intendedMs, endMs } = track.journal.operations;
  const firstMs = faultTimes(track.journal)[0]?.orderedMs ?? Infinity;
  const calm = track.rows.filter((row) => outcome[row] === OK && (endMs[row] ?? 0) < firstMs);
  const took = Float64Array.from(calm, (row) => (endMs[row] ?? 0) - (intendedMs[row] ?? 0)).sort();
  const usualMs = took[Math.floor((took.length - 1) * 0.99)] ?? 0;
  return Math.max(USUAL_LIMIT_MS, USUAL_TIMES * usualMs);
}

function effectOf(track: Track, found: Recovery, limitMs: number): Effect {
  const { outcome, slowestMs, originMs, figures, atBestMs } = found;
  if (originMs === undefined) return { track, outcome, slowestMs };
  const { detectionMs, firstSuccessMs, recoveryMs = atBestMs } = figures;
  const after = (span: number | undefined): number | undefined => (span === undefined ? undefined : originMs + span);
  const firstFailureMs = after(detectionMs);
  const successMs = after(firstSuccessMs);
  const lastingMs = after(recoveryMs);
  const lastMs =
    track.rows.length === 0 ? originMs : (track.journal.operations.intendedMs[track.rows.at(-1) ?? 0] ?? 0);
  return {
    track,
    outcome,
    slowestMs,
    ...(firstFailureMs === undefined ? {} : { firstFailureMs }),
    ...(successMs === undefined ? {} : { firstSuccessMs: successMs }),
    ...(lastingMs === undefined ? {} : { lastingMs, atBest: figures.recoveryMs === undefined }),
    harm: harmOf(track, { fromMs: originMs, toMs: lastingMs ?? Math.max(lastMs, originMs) }, limitMs),
  };
}

function harmOf(track: Track, within: Span, limitMs: number): Harm {
  const { journal, rows, parts } = track;
  const whole = longestStall(journal, track, within);
  const stuck = parts.flatMap((part) => {
    const stall = longestStall(journal, part, within);
    return stall === undefined ? [] : [{ name: part.name, ms: stall.toMs - stall.fromMs }];
  });
  const longestMs = Math.max(0, ...stuck.map(({ ms }) => ms));
  const wholeMs = whole === undefined ? 0 : whole.toMs - whole.fromMs;
  return {
    ...counted(journal, { rows }, within, limitMs),
    ...(whole === undefined ? {} : { stalled: whole }),
    ...(longestMs > MUCH_LONGER * wholeMs
      ? { parts: { stalled: stuck.length, of: parts.length, names: stuck.map(({ name }) => name), longestMs } }
      : {}),
  };
}

function counted(
  journal: Journal,
  { rows }: Pick<Rows, "rows">,
  { fromMs, toMs }: Span,
  limitMs: number,
): Omit<Harm, "stalled" | "parts"> {
  const { outcome, intendedMs, endMs } = journal.operations;
  let [total, failed, unknown, late, longestWaitMs] = [0, 0, 0, 0, 0];
  for (const row of rows) {
    const intended = intendedMs[row] ?? 0;
    const end = endMs[row] ?? 0;
    if (intended > toMs) break;
    if (end <= fromMs) continue;
    total++;
    if (outcome[row] === FAILED) failed++;
    else if (outcome[row] !== OK) unknown++;
    else {
      longestWaitMs = Math.max(longestWaitMs, end - intended);
      if (end - intended > limitMs) late++;
    }
  }
  return { total, failed, unknown, late, longestWaitMs };
}
