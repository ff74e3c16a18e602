/** What each fault did to what clients tried: taken from the same search as the recovery check and its figures. */
import { OK, FAILED, type Journal } from "../../lab/journal/types.ts";
import { recoveries, type Recovery, type RecoverySpec } from "../../lab/checks/recovery.ts";
import { selectionOf, type Span } from "../../lab/checks/select.ts";
import { faultTimes, type FaultTimes } from "../../lab/journal/fault-times.ts";
import type { Plan } from "../../lab/run-folder/run-folder.ts";
import { milliseconds } from "../../lab/time.ts";
import { isInForceAt } from "./force.ts";
import { longestStall, type Rows, type Track } from "./tracks.ts";

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
  /**
   * The next fault (`F2`), where that was ordered before this one's trouble was over, or before anything was noticed of
   * one that was in force: what came later is told there, and only there.
   */
  readonly before?: string;
  /** Absent where nothing was noticed. */
  readonly harm?: Harm;
}

/** What became of the operations that were due, or under way, from the fault until it was well again or the next came. */
export interface Harm {
  /** From when it is counted: the fault's order, or that of its heal where that did the harm. */
  readonly fromMs: number;
  readonly total: number;
  readonly failed: number;
  readonly unknown: number;
  /** Ended ok, and later than the limit. */
  readonly late: number;
  /** Of how many tries they were, and how many were late: the rows of an insert were one. */
  readonly tries: number;
  readonly lateTries: number;
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
  const all = recoveries(spec, journal);
  const faults = faultTimes(journal);
  return all.map((found, place) => {
    const effect = effectOf(found, track, limitMs);
    const [fault, next] = faults.slice(place, place + 2);
    // What the next fault shows nothing of cannot be told there.
    if (fault === undefined || next === undefined || all[place + 1]?.originMs === undefined) return effect;
    return upToNext(effect, fault, { name: `F${place + 2}`, orderedMs: next.orderedMs }, limitMs);
  });
}

/** A failure is told once: of the last fault that was ordered before it. */
function upToNext(
  effect: Effect,
  fault: FaultTimes,
  { name, orderedMs }: { readonly name: string; readonly orderedMs: number },
  limitMs: number,
): Effect {
  const { track, harm, outcome, slowestMs, firstFailureMs, firstSuccessMs, lastingMs } = effect;
  if (harm === undefined) {
    return outcome === "not noticed" && isInForceAt(fault, orderedMs) ? { ...effect, before: name } : effect;
  }
  if (firstFailureMs === undefined || firstFailureMs >= orderedMs) {
    return { track, outcome: "not noticed", slowestMs: 0, before: name };
  }
  if (lastingMs !== undefined && lastingMs <= orderedMs) return effect;
  return {
    ...{ track, outcome, slowestMs, firstFailureMs, before: name },
    ...(firstSuccessMs === undefined || firstSuccessMs > orderedMs ? {} : { firstSuccessMs }),
    harm: harmOf(track, { fromMs: Math.min(harm.fromMs, orderedMs), toMs: orderedMs }, limitMs, orderedMs),
  };
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
  const all = new Float64Array(track.rows.length);
  let count = 0;
  for (const row of track.rows) {
    if (outcome[row] !== OK || (endMs[row] ?? 0) >= firstMs) continue;
    all[count++] = (endMs[row] ?? 0) - (intendedMs[row] ?? 0);
  }
  const took = all.subarray(0, count).sort();
  const usualMs = took[Math.floor((took.length - 1) * 0.99)] ?? 0;
  return Math.max(USUAL_LIMIT_MS, USUAL_TIMES * usualMs);
}

function effectOf(found: Recovery, track: Track, limitMs: number): Effect {
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

/** What showed itself after `untilMs` is not counted. */
function harmOf(track: Track, within: Span, limitMs: number, untilMs = Infinity): Harm {
  const { journal, rows, parts } = track;
  const whole = longestStall(journal, track, within);
  const stuck = parts.flatMap((part) => {
    const stall = longestStall(journal, part, within);
    return stall === undefined ? [] : [{ name: part.name, ms: stall.toMs - stall.fromMs }];
  });
  const longestMs = Math.max(0, ...stuck.map(({ ms }) => ms));
  const wholeMs = whole === undefined ? 0 : whole.toMs - whole.fromMs;
  return {
    fromMs: within.fromMs,
    ...counted(journal, { rows }, within, limitMs, untilMs),
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
  untilMs: number,
): Omit<Harm, "fromMs" | "stalled" | "parts"> {
  const { outcome, intendedMs, endMs } = journal.operations;
  let [total, failed, unknown, late, longestWaitMs] = [0, 0, 0, 0, 0];
  const [all, allLate] = [new Set<number>(), new Set<number>()];
  for (const row of rows) {
    const intended = intendedMs[row] ?? 0;
    const end = endMs[row] ?? 0;
    if (intended > toMs) break;
    // What fails shows itself at its end, or once it is late.
    const noticedMs = Math.min(end, intended + limitMs);
    if (intended < fromMs && noticedMs <= fromMs) continue;
    if (noticedMs > untilMs) continue;
    total++;
    all.add(intended);
    if (outcome[row] === FAILED) failed++;
    else if (outcome[row] !== OK) unknown++;
    else {
      longestWaitMs = Math.max(longestWaitMs, end - intended);
      if (end - intended <= limitMs) continue;
      late++;
      allLate.add(intended);
    }
  }
  return { total, failed, unknown, late, tries: all.size, lateTries: allLate.size, longestWaitMs };
}
