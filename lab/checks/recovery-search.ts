/** What became of operations after one fault. Definitions: docs/checks.md, "recovery". Part of the recovery check. */
import { OK } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration } from "../time.ts";
import { operationEvidence } from "./evidence.ts";
import type { Evidence, Verdict } from "./types.ts";

/**
 * Fewer operations than this show nothing: neither that a fault was not noticed, nor that a success lasts. Those of one
 * intended time (the rows of a block, of a batch) were one try, and count once.
 */
export const ENOUGH_OPERATIONS = 3;

export interface Terms {
  /** What is judged, for people: `events`, `events, partition 2`. */
  readonly of: string;
  readonly withinMs: number;
  readonly steadyMs: number;
  readonly limitMs: number;
  /** Every operation that ended before this moment is in the record. */
  readonly settledMs: number;
}

export interface Struck {
  readonly what: string;
  readonly orderedMs: number;
  /** When its undo was ordered (or seen, where that is not known); Infinity: never. */
  readonly healMs: number;
  /** When each later fault was ordered, ascending. */
  readonly laterMs: readonly number[];
}

/** Times are milliseconds after the fault's order, or after that of its heal, where that did the harm. */
export interface Aftermath {
  /** `not recovered`: not in time, whatever came later. */
  readonly outcome: "recovered" | "not noticed" | "not recovered" | "undecided";
  readonly verdict: Verdict;
  readonly told: string;
  readonly figures: { readonly recoveryMs?: number; readonly detectionMs?: number; readonly firstSuccessMs?: number };
  /** When it would have recovered, had enough operations followed to call the success lasting; then it is undecided. */
  readonly atBestMs?: number;
  /** The moment from which the times count; absent where nothing was noticed. */
  readonly originMs?: number;
  readonly slowestMs: number;
  readonly evidence: readonly Evidence[];
}

/** `rows` in the order of their intended times. */
export function aftermathOf(journal: Journal, rows: Uint32Array, fault: Struck, terms: Terms): Aftermath {
  const { outcome, intendedMs, endMs } = journal.operations;
  const { orderedMs, what } = fault;
  const { of, withinMs, steadyMs, limitMs, settledMs } = terms;
  const intended = (i: number): number => intendedMs[rows[i] ?? 0] ?? 0;
  const ended = (i: number): number => endMs[rows[i] ?? 0] ?? 0;
  const isOk = (i: number): boolean => outcome[rows[i] ?? 0] === OK;
  const isBad = (i: number): boolean => !isOk(i) || ended(i) - intended(i) > limitMs;
  /** When a bad operation shows itself: at its end, or once it is late. */
  const noticed = (i: number): number => Math.min(ended(i), intended(i) + limitMs);
  const observedToMs = intended(rows.length - 1);

  const start = firstFrom(rows, intendedMs, orderedMs);
  /** What was intended before this had ended, or was late, by the order: none of it shows itself after. */
  const inFlight = firstFrom(rows, intendedMs, orderedMs - limitMs);
  const slowestMs = slowest();
  const undecided = (
    told: string,
    figures: Aftermath["figures"] = {},
    evidence: readonly Evidence[] = [],
  ): Aftermath => {
    const found = { outcome: "undecided", verdict: "unknown", told, figures, slowestMs, evidence } as const;
    return firstBad === undefined ? found : { ...found, originMs };
  };

  const untilMs = ownUntil();
  const firstBad = firstToShow(untilMs);
  if (firstBad === undefined) {
    if (start === rows.length) return undecided(`no operation of ${of} was offered after ${what}`);
    if (observedToMs < orderedMs + steadyMs) {
      return undecided(`the load ended ${formatDuration(observedToMs - orderedMs)} after ${what}, too soon to tell`);
    }
    const good = goodBy(untilMs);
    if (good < ENOUGH_OPERATIONS) {
      return undecided(`only ${good} of at least ${ENOUGH_OPERATIONS} operations of ${of} ended after ${what}`);
    }
    const told = `${what} was not noticed: no operation failed or was late (the slowest took ${formatDuration(slowestMs)})`;
    return { outcome: "not noticed", verdict: "held", told, figures: {}, slowestMs, evidence: [] };
  }

  const together = untilMs > (fault.laterMs[0] ?? Infinity) ? ", together with the fault that followed it" : "";
  const afterHeal = intended(firstBad) >= fault.healMs || showedOnlyAfterHeal();
  const originMs = afterHeal ? fault.healMs : orderedMs;
  const origin = afterHeal ? `the heal of ${what}` : `${what}${together}`;
  const detectionMs = earliest(firstBad, isBad, noticed) - originMs;
  /** What was intended before the order, or before that of the heal that did the harm, is no success after it. */
  const since = Math.max(firstBad, firstFrom(rows, intendedMs, originMs));
  const firstSuccessMs = earliest(since, (i) => !isBad(i), ended) - originMs;
  const seen = { detectionMs, ...(firstSuccessMs === Infinity ? {} : { firstSuccessMs }) };
  const shown = operationEvidence(journal, rows[firstBad] ?? 0, `first operation to fail or be late after ${origin}`);
  const lasting = firstLasting(since);
  const notRecovered = (told: string, figures: Aftermath["figures"], evidence: readonly Evidence[]): Aftermath => {
    if (!isFinal()) return undecided(`${told}; undecided: the record ends early`, figures, evidence);
    return { outcome: "not recovered", verdict: "violated", told, figures, originMs, slowestMs, evidence };
  };
  if (lasting === undefined) {
    const spanMs = observedToMs - originMs;
    if (spanMs >= withinMs) return notRecovered(`operations never went on succeeding after ${origin}`, seen, [shown]);
    const short = `the load ended ${formatDuration(spanMs)} after ${origin}, and no success was lasting yet`;
    return undecided(short, seen, [shown]);
  }
  const recoveryMs = ended(lasting) - originMs;
  const first = `first success after ${origin} that was followed by no failure`;
  const evidence = [shown, operationEvidence(journal, rows[lasting] ?? 0, first)];
  const observed = observedToMs >= intended(lasting) + steadyMs;
  const inside = operationsFrom(lasting);
  const proved = observed && inside >= ENOUGH_OPERATIONS;
  const wanted = `wanted ${formatDuration(withinMs)}`;
  if (recoveryMs > withinMs) {
    const told = `recovered ${proved ? "" : "at best "}${formatDuration(recoveryMs)} after ${origin}, ${wanted}`;
    return notRecovered(told, { ...seen, ...(proved ? { recoveryMs } : {}) }, evidence);
  }
  if (!observed) {
    const told = `the load ended less than ${formatDuration(steadyMs)} after the first lasting success that followed ${origin}`;
    return { ...undecided(told, seen, evidence), atBestMs: recoveryMs };
  }
  if (inside < ENOUGH_OPERATIONS) {
    const told = `only ${inside} of at least ${ENOUGH_OPERATIONS} operations of ${of} were intended in the ${formatDuration(steadyMs)} from the first success after ${origin}: too few to call it lasting`;
    return { ...undecided(told, seen, evidence), atBestMs: recoveryMs };
  }
  const told = `recovered ${formatDuration(recoveryMs)} after ${origin}, ${wanted}`;
  const figures = { ...seen, recoveryMs };
  return { outcome: "recovered", verdict: "held", told, figures, originMs, slowestMs, evidence };

  /** Of those intended from this fault's order to the next one's. */
  function slowest(): number {
    const nextMs = fault.laterMs[0] ?? Infinity;
    let most = 0;
    for (let i = start; i < rows.length && intended(i) < nextMs; i += 1) {
      if (isOk(i)) most = Math.max(most, ended(i) - intended(i));
    }
    return most;
  }

  /**
   * Up to when what shows is this fault's doing: to the next fault's order, unless too little had happened by then
   * to tell the two apart; then they share what follows.
   */
  function ownUntil(): number {
    for (const nextMs of fault.laterMs) {
      if (firstToShow(nextMs) !== undefined || goodBy(nextMs) >= ENOUGH_OPERATIONS) return nextMs;
    }
    return Infinity;
  }

  /** The first bad operation, by its intended time, that showed itself after the order and up to this moment. */
  function firstToShow(toMs: number): number | undefined {
    for (let i = inFlight; i < rows.length && intended(i) <= toMs; i += 1) {
      if (isBad(i) && (intended(i) >= orderedMs || noticed(i) > orderedMs) && noticed(i) <= toMs) return i;
    }
    return undefined;
  }

  /** How many good operations were intended since the order and had ended by this moment; no more than enough are counted. */
  function goodBy(toMs: number): number {
    let good = 0;
    let lastMs: number | undefined;
    for (let i = start; i < rows.length && intended(i) <= toMs && good < ENOUGH_OPERATIONS; i += 1) {
      if (isBad(i) || ended(i) > toMs || intended(i) === lastMs) continue;
      lastMs = intended(i);
      good += 1;
    }
    return good;
  }

  function showedOnlyAfterHeal(): boolean {
    return firstToShow(fault.healMs) === undefined && goodBy(fault.healMs) >= ENOUGH_OPERATIONS;
  }

  /** The earliest such moment among such operations from the place `from` on; none comes before its intended start. */
  function earliest(from: number, such: (i: number) => boolean, moment: (i: number) => number): number {
    let found = Infinity;
    for (let i = from; i < rows.length && intended(i) < found; i += 1) {
      if (such(i) && (intended(i) >= orderedMs || moment(i) > orderedMs)) found = Math.min(found, moment(i));
    }
    return found;
  }

  /**
   * The first success from this place on with no failure up to `steady` later: each failure moves the candidate behind
   * itself.
   */
  function firstLasting(from: number): number | undefined {
    let candidate: number | undefined;
    for (let i = from; i < rows.length; i += 1) {
      if (candidate !== undefined && intended(i) > intended(candidate) + steadyMs) break;
      if (isBad(i)) candidate = undefined;
      else candidate ??= i;
    }
    return candidate;
  }

  /** How many operations were intended within `steady` from this one, itself included. */
  function operationsFrom(lastingAt: number): number {
    return countTries(rows, intendedMs, lastingAt, intended(lastingAt) + steadyMs);
  }

  /**
   * Whether no continuation of the record could show a recovery in time: all that ended in time is in it, and each
   * success among it was followed by a failure within `steady`.
   */
  function isFinal(): boolean {
    if (settledMs === Infinity) return true;
    const deadlineMs = originMs + withinMs;
    if (settledMs <= deadlineMs) return false;
    let nextBadMs = Infinity;
    for (let i = rows.length - 1; i >= start; i -= 1) {
      if (isBad(i)) nextBadMs = intended(i);
      else if (ended(i) <= deadlineMs && nextBadMs > intended(i) + steadyMs) return false;
    }
    return true;
  }
}

/** The first place in ordered rows whose time is not before `fromMs`. */
export function firstFrom(rows: Uint32Array, column: Float64Array, fromMs: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[rows[middle] ?? 0] ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many different intended times there are among ordered rows, from a place on and up to a moment, included. */
export function countTries(rows: Uint32Array, column: Float64Array, from: number, toMs: number): number {
  let tries = 0;
  let lastMs: number | undefined;
  for (let i = from; i < rows.length; i += 1) {
    const atMs = column[rows[i] ?? 0] ?? 0;
    if (atMs > toMs) break;
    if (atMs !== lastMs) tries += 1;
    lastMs = atMs;
  }
  return tries;
}
