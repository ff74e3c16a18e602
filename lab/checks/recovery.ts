/** Recovery: how long after each fault until operations succeed, and go on to. Definitions: docs/checks.md. */
import { OK } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { finding, operationEvidence } from "./evidence.ts";
import { inOrderOf } from "./order.ts";
import { faultsOf, rowsOf, selectionOf } from "./select.ts";
import type { InjectedFault } from "./select.ts";
import type { Evidence, Finding, Verdict } from "./types.ts";
import { defineCheck } from "./define.ts";
import { duration, name, optional } from "./fields.ts";
import { worst } from "./verdict.ts";

/**
 * Each fault's time to recovery is at most `within`: the first success followed by `steady` in which every
 * operation succeeds within `limit` of its intended start. A client that retries hides an outage in lateness.
 */
export interface RecoverySpec {
  readonly check: "recovery";
  readonly of: string;
  readonly within: Duration;
  readonly steady?: Duration;
  readonly limit?: Duration;
}

export const recovery = defineCheck<RecoverySpec>({
  check: "recovery",
  sentence: "after each fault operations succeed again in time, and go on to",
  fields: {
    of: name("the load, or one action of it"),
    within: duration("from the fault to the first lasting success, at most"),
    steady: optional(duration("how long operations must go on succeeding"), "3 s"),
    limit: optional(duration("later than this after its intended start, an operation counts as failed"), "2 s"),
  },
  example: { of: "events", within: seconds(15), steady: seconds(3), limit: seconds(2) },
  judge: checkRecovery,
});
const DEFAULT_STEADY_MS = 3_000;
/** A success that took longer from its intended start belongs to the outage: it was only waited for. */
const DEFAULT_LIMIT_MS = 2_000;

/** What one fault came to. Times are milliseconds after the fault (or after its heal, where that did the harm). */
export interface Recovery {
  /** When the fault was injected. */
  readonly atMs: number;
  readonly verdict: Verdict;
  readonly told: string;
  readonly figures: { readonly recoveryMs?: number; readonly detectionMs?: number; readonly firstSuccessMs?: number };
  readonly slowestMs: number;
  readonly evidence: readonly Evidence[];
}

function checkRecovery(spec: RecoverySpec, journal: Journal): Finding {
  const results = recoveries(spec, journal);
  if (results.length === 0) return finding("unknown", "no fault was injected, so there is nothing to recover from");
  const worstOf = (figure: keyof Recovery["figures"]): Record<string, number> => {
    const all = results.flatMap(({ figures }) => figures[figure] ?? []);
    return all.length === 0 ? {} : { [figure]: Math.max(...all) };
  };
  const figures = {
    faults: results.length,
    ...worstOf("recoveryMs"),
    ...worstOf("detectionMs"),
    ...worstOf("firstSuccessMs"),
    slowestMs: Math.max(...results.map(({ slowestMs }) => slowestMs)),
    anomalies: results.filter((result) => result.verdict === "violated").length,
  };
  const verdict = worst(results.map((result) => result.verdict));
  const telling = verdict === "held" ? results : results.filter((result) => result.verdict === verdict);
  const summary = telling.map(({ told }) => told).join("; ");
  return finding(
    verdict,
    summary,
    figures,
    results.flatMap(({ evidence }) => evidence),
  );
}

/** What each fault came to, in the order of injection; the SLO indicator `recovery-time` is made of the same. */
export function recoveries(spec: RecoverySpec, journal: Journal): readonly Recovery[] {
  const faults = faultsOf(journal);
  const rows = inOrderOf(journal.operations.intendedMs, rowsOf(journal, selectionOf(journal, spec.of)));
  return faults.map((fault) => {
    const nextMs = faults.find(({ atMs }) => atMs > fault.atMs)?.atMs ?? Infinity;
    return { atMs: fault.atMs, ...recoveryFrom(fault, nextMs, spec, journal, rows) };
  });
}

function recoveryFrom(
  fault: InjectedFault,
  nextFaultMs: number,
  spec: RecoverySpec,
  journal: Journal,
  rows: Uint32Array,
): Omit<Recovery, "atMs"> {
  const { outcome, intendedMs, endMs } = journal.operations;
  const steadyMs = spec.steady ?? DEFAULT_STEADY_MS;
  const intended = (i: number): number => intendedMs[rows[i] ?? 0] ?? 0;
  const limitMs = spec.limit ?? DEFAULT_LIMIT_MS;
  const isBad = (i: number): boolean => {
    const row = rows[i] ?? 0;
    return outcome[row] !== OK || (endMs[row] ?? 0) - (intendedMs[row] ?? 0) > limitMs;
  };
  const observedToMs = rows.length === 0 ? -Infinity : intended(rows.length - 1);
  const limit = formatDuration(spec.within);

  const start = firstFrom(rows, intendedMs, fault.atMs);
  let slowestMs = 0;
  let firstBad = -1;
  for (let i = start; i < rows.length && intended(i) < nextFaultMs; i += 1) {
    if (isBad(i)) {
      if (firstBad < 0) firstBad = i;
    }
    if (outcome[rows[i] ?? 0] === OK) slowestMs = Math.max(slowestMs, (endMs[rows[i] ?? 0] ?? 0) - intended(i));
  }
  const nothing = { figures: {}, slowestMs, evidence: [] };
  if (start === rows.length) {
    return { verdict: "unknown", told: `no operation of ${spec.of} was offered after ${fault.what}`, ...nothing };
  }
  if (firstBad < 0) {
    if (observedToMs < fault.atMs + steadyMs) {
      const told = `the load ended ${formatDuration(observedToMs - fault.atMs)} after ${fault.what}, too soon to tell`;
      return { verdict: "unknown", told, ...nothing };
    }
    const told = `no operation failed or was late after ${fault.what} (the slowest took ${formatDuration(slowestMs)})`;
    return { verdict: "held", told, figures: { recoveryMs: 0, firstSuccessMs: 0 }, slowestMs, evidence: [] };
  }

  const afterHeal = intended(firstBad) >= fault.healedMs;
  const originMs = afterHeal ? fault.healedMs : fault.atMs;
  const what = afterHeal ? `the heal of ${fault.what}` : fault.what;
  const detectionMs = earliest(firstBad, isBad, noticed) - originMs;
  const firstSuccess = earliest(firstBad, (i) => !isBad(i), ended) - originMs;
  const seen = { detectionMs, ...(firstSuccess === Infinity ? {} : { firstSuccessMs: firstSuccess }) };
  const shown = operationEvidence(journal, rows[firstBad] ?? 0, `first operation to fail or be late after ${what}`);
  const steady = firstSteady(firstBad);
  if (steady < 0) {
    const told = `operations never went on succeeding after ${what}`;
    const enough = observedToMs - originMs >= spec.within;
    const short = `the load ended ${formatDuration(observedToMs - originMs)} after ${what}, and no success was lasting yet`;
    const verdict = enough ? "violated" : "unknown";
    return { verdict, told: enough ? told : short, figures: seen, slowestMs, evidence: [shown] };
  }
  const recoveryMs = (endMs[rows[steady] ?? 0] ?? 0) - originMs;
  const good = operationEvidence(
    journal,
    rows[steady] ?? 0,
    `first success after ${what} that was followed by no failure`,
  );
  const evidence = [shown, good];
  const proved = observedToMs >= intended(steady) + steadyMs;
  if (recoveryMs > spec.within) {
    const told = `recovered ${proved ? "" : "at best "}${formatDuration(recoveryMs)} after ${what}, wanted ${limit}`;
    return { verdict: "violated", told, figures: { ...seen, ...(proved ? { recoveryMs } : {}) }, slowestMs, evidence };
  }
  if (!proved) {
    const told = `the load ended less than ${formatDuration(steadyMs)} after the first lasting success that followed ${what}`;
    return { verdict: "unknown", told, figures: seen, slowestMs, evidence };
  }
  const told = `recovered ${formatDuration(recoveryMs)} after ${what}, wanted ${limit}`;
  return { verdict: "held", told, figures: { ...seen, recoveryMs }, slowestMs, evidence };

  function ended(i: number): number {
    return endMs[rows[i] ?? 0] ?? 0;
  }

  /** When a bad operation shows itself: at its end, or once it is late. */
  function noticed(i: number): number {
    return Math.min(ended(i), intended(i) + limitMs);
  }

  /** The earliest such moment among such operations from the place `from` on; none comes before its intended start. */
  function earliest(from: number, such: (i: number) => boolean, moment: (i: number) => number): number {
    let found = Infinity;
    for (let i = from; i < rows.length && intended(i) < found; i += 1) {
      if (such(i)) found = Math.min(found, moment(i));
    }
    return found;
  }

  /** The first success with no failure up to `steady` later, or −1: each failure moves the candidate behind itself. */
  function firstSteady(from: number): number {
    let candidate = -1;
    for (let i = from; i < rows.length; i += 1) {
      if (candidate >= 0 && intended(i) > intended(candidate) + steadyMs) break;
      if (isBad(i)) candidate = -1;
      else if (candidate < 0) candidate = i;
    }
    return candidate;
  }
}

/** The first place in ordered rows whose time is not before `fromMs`. */
function firstFrom(rows: Uint32Array, column: Float64Array, fromMs: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[rows[middle] ?? 0] ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
