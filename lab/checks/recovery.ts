/** Recovery: how long after each fault until operations succeed, and go on to. Definitions: docs/checks.md. */
import { faultTimes } from "../journal/fault-times.ts";
import type { FaultTimes } from "../journal/fault-times.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { defineCheck } from "./define.ts";
import type { LimitSpec } from "./define.ts";
import { finding } from "./evidence.ts";
import { duration, name, optional } from "./fields.ts";
import { inOrderOf } from "./order.ts";
import { MOST_PARTS_TOLD, figureName, partsOf } from "./parts.ts";
import type { Part } from "./parts.ts";
import { aftermathOf, countTries, firstFrom } from "./recovery-search.ts";
import type { Aftermath, Struck, Terms } from "./recovery-search.ts";
import { rowsOf, selectionOf } from "./select.ts";
import { settledTo } from "./settled.ts";
import type { Finding } from "./types.ts";
import { worst } from "./verdict.ts";

/**
 * Each fault's time to recovery is at most `within`: the first success followed by `steady` in which every
 * operation succeeds within `limit` of its intended start. A client that retries hides an outage in lateness.
 */
export interface RecoverySpec extends LimitSpec<"recovery"> {
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
/** A part is judged by itself after a fault when so many of its operations were intended in the `steady` before it. */
const ENOUGH_ALONE = 10;

/** What one fault came to: what its worst part came to. */
export interface Recovery extends Aftermath {
  /** When the fault was ordered. */
  readonly atMs: number;
  /** The part that was the worst; undefined where it is the load as a whole. */
  readonly part?: string;
  /** The recovery of each part that noticed the fault and recovered, and was judged by itself. */
  readonly partsMs: ReadonlyMap<string, number>;
}

/**
 * Final in a record that ends early: a recovery that is too late, or has not come, once all is recorded that could have
 * been one in time. Not final: what was under way when the record ended, and whether a success lasts.
 */
function checkRecovery(spec: RecoverySpec, journal: Journal): Finding {
  const results = recoveries(spec, journal);
  if (results.length === 0) return finding("unknown", "no fault was injected, so there is nothing to recover from");
  const worstOf = (figure: keyof Recovery["figures"]): Record<string, number> => {
    const all = results.flatMap(({ figures }) => figures[figure] ?? []);
    return all.length === 0 ? {} : { [figure]: Math.max(...all) };
  };
  const figures = {
    faults: results.length,
    notNoticed: results.filter(({ outcome }) => outcome === "not noticed").length,
    ...worstOf("recoveryMs"),
    ...worstOf("detectionMs"),
    ...worstOf("firstSuccessMs"),
    slowestMs: Math.max(...results.map(({ slowestMs }) => slowestMs)),
    ...partFigures(results),
    anomalies: results.filter((result) => result.verdict === "violated").length,
  };
  const verdict = worst(results.map((result) => result.verdict));
  const telling = results.filter((result) => result.verdict === verdict);
  const summary = telling.map(({ told }) => told).join("; ");
  return finding(
    verdict,
    summary,
    figures,
    results.flatMap(({ evidence }) => evidence),
  );
}

/** What each fault came to, in the order in which they were ordered; the SLO indicator `recovery-time` is made of the same. */
export function recoveries(spec: RecoverySpec, journal: Journal): readonly Recovery[] {
  const selection = selectionOf(journal, spec.of);
  const rows = inOrderOf(journal.operations.intendedMs, rowsOf(journal, selection));
  const parts = partsOf(journal, selection, rows);
  const terms = {
    of: spec.of,
    withinMs: spec.within,
    steadyMs: spec.steady ?? DEFAULT_STEADY_MS,
    limitMs: spec.limit ?? DEFAULT_LIMIT_MS,
    settledMs: settledTo(journal).operationsMs,
  };
  const faults = faultTimes(journal);
  return faults.map((fault) => {
    const laterMs = faults.map(({ orderedMs }) => orderedMs).filter((orderedMs) => orderedMs > fault.orderedMs);
    const healMs = fault.healOrderedMs ?? fault.healedMs ?? Infinity;
    const struck = { what: fault.what, orderedMs: fault.orderedMs, healMs, laterMs };
    return recoveryFrom(journal, struck, fault, rows, parts, terms);
  });
}

function recoveryFrom(
  journal: Journal,
  struck: Struck,
  fault: FaultTimes,
  rows: Uint32Array,
  parts: readonly Part[],
  terms: Terms,
): Recovery {
  const whole = metLoad(journal, aftermathOf(journal, rows, struck, terms), fault, rows, terms);
  const alone = parts
    .filter((part) => isEnoughAlone(journal, part, struck, terms))
    .map((part) => {
      const of = `${terms.of}, ${part.name}`;
      return { part: part.name, found: aftermathOf(journal, part.rows, struck, { ...terms, of }) };
    });
  const all = { part: undefined, found: whole };
  const judged = whole.outcome === "not noticed" ? [all, ...alone] : [...alone, all];
  const [{ part, found }] = judged.toSorted(
    (a, b) => badness(b.found) - badness(a.found) || slowness(b.found) - slowness(a.found),
  ) as [(typeof judged)[number]];
  const partsMs = new Map(
    alone.flatMap((one) =>
      one.found.figures.recoveryMs === undefined ? [] : [[one.part, one.found.figures.recoveryMs]],
    ),
  );
  const base = { ...found, atMs: struck.orderedMs, slowestMs: whole.slowestMs, partsMs };
  return part === undefined ? base : { ...base, part, told: `${part}: ${found.told}${besides(part, partsMs)}` };
}

const badness = ({ verdict }: Aftermath): number => (verdict === "violated" ? 2 : verdict === "unknown" ? 1 : 0);
const slowness = ({ figures }: Aftermath): number => figures.recoveryMs ?? -1;

/** The other parts, the slowest first. */
function besides(part: string, partsMs: ReadonlyMap<string, number>): string {
  const others = [...partsMs].filter(([other]) => other !== part).toSorted(([, a], [, b]) => b - a);
  if (others.length === 0) return "";
  const some = others.slice(0, 4).map(([other, recoveryMs]) => `${other} after ${formatDuration(recoveryMs)}`);
  return ` (${[...some, ...(others.length > 4 ? [`${others.length - 4} more`] : [])].join(", ")})`;
}

/** The longest recovery of each part. */
function partFigures(results: readonly Recovery[]): Readonly<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const { partsMs } of results) {
    for (const [part, recoveryMs] of partsMs) {
      const figure = `${figureName(part)}RecoveryMs`;
      if (figures[figure] === undefined && Object.keys(figures).length === MOST_PARTS_TOLD) continue;
      figures[figure] = Math.max(figures[figure] ?? 0, recoveryMs);
    }
  }
  return figures;
}

function isEnoughAlone(journal: Journal, { rows }: Part, { orderedMs }: Struck, { steadyMs }: Terms): boolean {
  const { intendedMs } = journal.operations;
  const from = firstFrom(rows, intendedMs, orderedMs - steadyMs);
  const before = rows.subarray(from, firstFrom(rows, intendedMs, orderedMs));
  return countTries(before, intendedMs, 0, orderedMs) >= ENOUGH_ALONE;
}

/** A fault that no operation of this load met shows nothing about it. */
function metLoad(
  journal: Journal,
  found: Aftermath,
  { orderedMs, healedMs = Infinity, what }: FaultTimes,
  rows: Uint32Array,
  { of }: Terms,
): Aftermath {
  if (found.verdict !== "held") return found;
  const { intendedMs, endMs } = journal.operations;
  const met = rows.some((row) => (intendedMs[row] ?? 0) <= healedMs && (endMs[row] ?? 0) >= orderedMs);
  if (met) return found;
  const told = `no operation of ${of} was intended or under way while ${what} was in force`;
  return { ...found, outcome: "undecided", verdict: "unknown", told, figures: {}, evidence: [] };
}
