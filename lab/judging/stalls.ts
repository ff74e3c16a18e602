/**
 * The lab's own stalls. While the lab stood still (a paused process, a machine that swapped) it neither offered nor
 * watched, so that what was late, missing or unseen then is its own doing and not the platform's.
 * Why a violation outlives a stall, or does not: docs/decisions/033-what-a-stall-excuses.md.
 */
import type { CheckSpec } from "../checks/index.ts";
import type { Journal, OperationTable } from "../journal/types.ts";
import type { ConditionResult } from "../run-folder/run-folder.ts";
import { formatDuration, seconds } from "../time.ts";
import { eventsOf } from "../journal/types.ts";
import { condition } from "./condition.ts";

/**
 * A stall so long makes a run unknown. The shortest limits that scenarios and SLOs set are of one second; what is
 * shorter than that can alone make no operation miss one.
 */
export const STALL_BOUND = seconds(1);

/** A time in which the lab stood still. */
export interface Stall {
  /** `the load generator`, `the schedule of events`, `reader-1 of events`. */
  readonly who: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The stalls from the bound on, in order; none that was over before any load began, when nothing was offered or watched
 * that is judged. Journals of old have no record of any. Pure.
 */
export function stallsOf(journal: Journal): readonly Stall[] {
  const told = eventsOf(journal, "lateness");
  const single = told.map((event) => ({
    who: whoStood(event),
    fromMs: event.fromMs,
    toMs: Math.max(event.atMs, event.fromMs + event.maxMs),
    lateMs: event.maxMs,
  }));
  // A load that says how late it was at worst, and no stall that says when: all of its time is in doubt.
  const whole = eventsOf(journal, "load-ended")
    .filter(({ load }) => !told.some((event) => event.load === load || event.of === "event-loop"))
    .map(({ load, atMs, maxLatenessMs = 0 }) => ({
      who: `the schedule of ${load}`,
      fromMs: loadStart(journal, load),
      toMs: atMs,
      lateMs: maxLatenessMs,
    }));
  const firstMs = Math.min(...eventsOf(journal, "load-started").map(({ atMs }) => atMs));
  return [...single, ...whole]
    .filter(({ lateMs, toMs }) => lateMs >= STALL_BOUND && (toMs > firstMs || firstMs === Infinity))
    .sort((a, b) => a.fromMs - b.fromMs)
    .map(({ who, fromMs, toMs }) => ({ who, fromMs, toMs }));
}

const loadStart = (journal: Journal, load: string): number =>
  eventsOf(journal, "load-started").find((event) => event.load === load)?.atMs ?? 0;

function whoStood({ of, load, client }: { readonly of: string; readonly load?: string; readonly client?: string }) {
  if (client !== undefined) return load === undefined ? client : `${client} of ${load}`;
  if (of === "schedule" && load !== undefined) return `the schedule of ${load}`;
  return "the load generator";
}

/** So many are told one by one. */
const MOST_TOLD = 3;

/** Whether the lab itself kept going. */
export function labKeptGoing(journal: Journal): ConditionResult {
  const stalls = stallsOf(journal);
  const told = stalls
    .slice(0, MOST_TOLD)
    .map(
      ({ who, fromMs, toMs }) => `${who} stood still for ${formatDuration(toMs - fromMs)} at ${formatDuration(fromMs)}`,
    );
  const rest = stalls.length > MOST_TOLD ? [`and ${String(stalls.length - MOST_TOLD)} times more`] : [];
  return condition(
    "the lab itself kept going",
    [...told, ...rest],
    `no stall of ${formatDuration(STALL_BOUND)} or more was recorded`,
  );
}

/** Whether a stall of the lab alone can make this check find something: it sets a limit in time, or asks what was seen. */
export const isJudgedByTime = (spec: CheckSpec): boolean =>
  "within" in spec || "limit" in spec || spec.check === "observed";

/** Whether all that the check finds is in single operations, so that it can be asked again without some of them. */
export const isJudgedByOperations = ({ check }: CheckSpec): boolean => check === "availability" || check === "recovery";

/** Appended to what was found and rests on a stall. */
export const restsOnStall = (summary: string): string => `${summary}; but the lab itself stood still meanwhile`;

/**
 * The journal without the operations that a stall touched: those that were intended or under way while the lab stood
 * still, and for as long again, in which it works off what has waited.
 */
export function withoutStalls(journal: Journal, stalls: readonly Stall[]): Journal {
  const spans = stalls.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + (toMs - fromMs) }));
  const { operations } = journal;
  const kept = Uint32Array.from({ length: operations.length }, (_, row) => row).filter((row) => {
    const startMs = operations.intendedMs[row] ?? 0;
    const endMs = operations.endMs[row] ?? 0;
    return !spans.some(({ fromMs, toMs }) => startMs < toMs && endMs >= fromMs);
  });
  return { ...journal, operations: rowsOnly(operations, kept) };
}

function rowsOnly(table: OperationTable, rows: Uint32Array): OperationTable {
  const only = <A extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(column: A): A => {
    const picked = column.slice(0, rows.length) as A;
    rows.forEach((row, place) => (picked[place] = column[row] ?? 0));
    return picked;
  };
  return {
    length: rows.length,
    load: only(table.load),
    client: only(table.client),
    action: only(table.action),
    outcome: only(table.outcome),
    error: only(table.error),
    value: only(table.value),
    key: only(table.key),
    partition: only(table.partition),
    offset: only(table.offset),
    intendedMs: only(table.intendedMs),
    startMs: only(table.startMs),
    endMs: only(table.endMs),
  };
}
