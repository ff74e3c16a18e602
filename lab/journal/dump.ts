/** A journal as lines of JSON, for people and for jq. */
import { OUTCOMES } from "./types.ts";
import type { Journal, Operation, ReadRecord } from "./types.ts";

/** The operation in a row, with its names. For evidence and dumps: checks read the columns. */
export function operationAt(journal: Journal, row: number): Operation {
  const { operations, names } = journal;
  return {
    load: names[operations.load[row] ?? 0] ?? "",
    client: names[operations.client[row] ?? 0] ?? "",
    action: names[operations.action[row] ?? 0] ?? "",
    outcome: OUTCOMES[operations.outcome[row] ?? 2] ?? "unknown",
    error: names[operations.error[row] ?? 0] ?? "",
    value: operations.value[row] ?? -1,
    key: operations.key[row] ?? 0,
    partition: operations.partition[row] ?? -1,
    offset: operations.offset[row] ?? -1,
    intendedMs: operations.intendedMs[row] ?? 0,
    startMs: operations.startMs[row] ?? 0,
    endMs: operations.endMs[row] ?? 0,
  };
}

/** The read record in a row, with its names. */
export function readAt(journal: Journal, row: number): ReadRecord {
  const { reads, names } = journal;
  return {
    load: names[reads.load[row] ?? 0] ?? "",
    client: names[reads.client[row] ?? 0] ?? "",
    value: reads.value[row] ?? -1,
    key: reads.key[row] ?? 0,
    partition: reads.partition[row] ?? -1,
    offset: reads.offset[row] ?? -1,
    assignment: reads.assignment[row] ?? 0,
    atMs: reads.atMs[row] ?? 0,
  };
}

/**
 * One line a row or event, merged by time: events and reads by when they happened, operations by their end.
 * Each line is an object whose `row` says what it is: `event`, `operation` or `read`; the first may be a `head`, and a
 * torn journal ends in one `torn`.
 */
export function* dumpJournal(journal: Journal): Generator<string, void, undefined> {
  const { operations, reads, events } = journal;
  let operation = 0;
  let read = 0;
  let event = 0;
  if (journal.head !== undefined) yield JSON.stringify({ row: "head", ...journal.head });
  while (operation < operations.length || read < reads.length || event < events.length) {
    const operationMs = operation < operations.length ? (operations.endMs[operation] ?? 0) : Infinity;
    const readMs = read < reads.length ? (reads.atMs[read] ?? 0) : Infinity;
    const next = events[event];
    if (next !== undefined && next.atMs <= operationMs && next.atMs <= readMs) {
      yield JSON.stringify({ row: "event", ...next });
      event += 1;
    } else if (operation < operations.length && (operationMs <= readMs || read >= reads.length)) {
      yield JSON.stringify({ row: "operation", ...operationAt(journal, operation) });
      operation += 1;
    } else if (read < reads.length) {
      yield JSON.stringify({ row: "read", ...readAt(journal, read) });
      read += 1;
    } else {
      yield JSON.stringify({ row: "event", ...next });
      event += 1;
    }
  }
  if (journal.torn !== undefined) yield JSON.stringify({ row: "torn", ...journal.torn });
}
