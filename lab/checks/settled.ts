/**
 * How far a record that ends early can be trusted. Its last moments are missing: what was under way when it ended may
 * have come to anything, and is not in it. A check is `violated` only by what no continuation could mend.
 */
import type { Journal } from "../journal/types.ts";
import type { Finding } from "./types.ts";

/** Moments on the run's clock; all Infinity when the record is finished. */
export interface Settled {
  /** Every operation that ended before this moment is in the record. */
  readonly operationsMs: number;
  /** Every record that was read before this moment is in it. */
  readonly readsMs: number;
  /** Every event before this moment is in it. */
  readonly eventsMs: number;
}

/** Rows are written in the order in which they ended, and an event only after all rows that came before it. */
export function settledTo(journal: Journal): Settled {
  if (journal.finished) return { operationsMs: Infinity, readsMs: Infinity, eventsMs: Infinity };
  const { operations, reads } = journal;
  let eventsMs = -Infinity;
  for (const { atMs } of journal.events) eventsMs = Math.max(eventsMs, atMs);
  let operationsMs = eventsMs;
  for (let row = 0; row < operations.length; row += 1)
    operationsMs = Math.max(operationsMs, operations.endMs[row] ?? 0);
  let readsMs = eventsMs;
  for (let row = 0; row < reads.length; row += 1) readsMs = Math.max(readsMs, reads.atMs[row] ?? 0);
  return { operationsMs, readsMs, eventsMs: Math.max(operationsMs, readsMs) };
}

/** The same finding, undecided: what was found may still be mended by what is missing. */
export const undecided = (
  found: Finding,
  why = "the record ends early, and what is missing could mend it",
): Finding => ({
  ...found,
  verdict: "unknown",
  summary: `${found.summary}; undecided: ${why}`,
});
