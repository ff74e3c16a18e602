/** The order of records: as their writers meant it, and as readers were given it. Part of the delivery check. */
import { OK } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { operationEvidence, readEvidence } from "./evidence.ts";
import { Groups } from "./number-map.ts";
import { inOrderOf } from "./order.ts";
import type { PlaceMap } from "./places.ts";
import type { Evidence } from "./types.ts";

type Kind = "reordered" | "skipped";

/** Where what was found is counted and shown. */
interface Found {
  found(kind: Kind, count?: number): boolean;
  show(kind: Kind, evidence: Evidence): void;
}

/** One writer's acknowledged records in one partition, by their end. */
interface WriterLog {
  /** Ends at which the highest offset acknowledged so far grew, and what it grew to. */
  readonly endsMs: number[];
  readonly highest: number[];
  lastStartMs: number;
  lastValue: number;
  lastOffset: number;
}

/**
 * A writer's record is out of order when it lies before one that the same writer had acknowledged in the partition
 * before it began to write this one. Writes that were under way together may come in any order, but for those
 * started at the very same moment: they are one batch, ordered by value.
 */
export function findWriterOrder(journal: Journal, rows: Uint32Array, found: Found): void {
  const { client, partition, offset, outcome, value, startMs, endMs } = journal.operations;
  const groups = new Groups();
  const logs: WriterLog[] = [];
  const byEnd = inOrderOf(endMs, rows);
  for (const row of byEnd) {
    const at = offset[row] ?? -1;
    if (outcome[row] !== OK || at < 0) continue;
    const log = (logs[groups.of(client[row] ?? 0, 0, partition[row] ?? 0)] ??= newWriterLog());
    const began = startMs[row] ?? 0;
    const written = value[row] ?? 0;
    const batchDisordered = began === log.lastStartMs && (written - log.lastValue) * (at - log.lastOffset) < 0;
    if (batchDisordered || highestBefore(log, began) > at) {
      if (found.found("reordered")) {
        found.show(
          "reordered",
          operationEvidence(journal, row, `value ${written} lies before records that its writer wrote earlier`),
        );
      }
    }
    log.lastStartMs = began;
    log.lastValue = written;
    log.lastOffset = at;
    if (at > (log.highest.at(-1) ?? -1)) {
      log.endsMs.push(endMs[row] ?? 0);
      log.highest.push(at);
    }
  }
}

const newWriterLog = (): WriterLog => ({
  endsMs: [],
  highest: [],
  lastStartMs: Number.NaN,
  lastValue: 0,
  lastOffset: 0,
});

/** The highest offset acknowledged before this moment, or −1. */
function highestBefore({ endsMs, highest }: WriterLog, momentMs: number): number {
  let low = 0;
  let high = endsMs.length;
  // Most often the writer waited for little: look at the last few before halving the rest.
  for (let step = 1; high > 0 && (endsMs[high - 1] ?? 0) >= momentMs; step *= 2) {
    low = Math.max(0, high - 1 - step);
    if ((endsMs[low] ?? 0) < momentMs) break;
    high = low;
    low = 0;
  }
  if (high === 0) return -1;
  if ((endsMs[high - 1] ?? 0) < momentMs) return highest[high - 1] ?? -1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((endsMs[middle] ?? 0) < momentMs) low = middle + 1;
    else high = middle;
  }
  return highest[low - 1] ?? -1;
}

/**
 * Within one assignment, a reader's offsets in a partition ascend: otherwise the record is reordered. Where they
 * jump, records that are known to lie in between (acknowledged there, or read by anyone) were skipped.
 */
export function findReaderOrder(journal: Journal, load: number, places: PlaceMap, found: Found): void {
  const { reads } = journal;
  const groups = new Groups();
  let last = new Float64Array(64);
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== load) continue;
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    const before = groups.size;
    const group = groups.of(reads.client[row] ?? 0, reads.assignment[row] ?? 0, partition);
    if (group === last.length) {
      const grown = new Float64Array(group * 2);
      grown.set(last);
      last = grown;
    }
    const previous = last[group] ?? 0;
    last[group] = offset;
    if (group === before || offset === previous + 1) continue;
    if (offset <= previous) {
      if (found.found("reordered")) {
        const what = `offset ${offset} was given to the reader after offset ${previous}, within one assignment`;
        found.show("reordered", readEvidence(journal, row, what));
      }
      continue;
    }
    const skipped = places.countBetween(partition, previous + 1, offset);
    if (skipped > 0 && found.found("skipped", skipped)) {
      const what = `the reader went from offset ${previous} to ${offset}, past ${skipped} known to lie in between`;
      found.show("skipped", readEvidence(journal, row, what));
    }
  }
}
