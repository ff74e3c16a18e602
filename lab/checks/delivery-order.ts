/** The order of records: as their writers meant it, and as readers were given it. Part of the delivery check. */
import { NONE } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { operationEvidence, readEvidence } from "./evidence.ts";
import { Groups, NumberMap } from "./number-map.ts";
import { countBelow, inOrderOf } from "./order.ts";
import { wasPlaced } from "./places.ts";
import type { PlaceMap } from "./places.ts";
import { readRowsOf } from "./select.ts";
import type { Evidence } from "./types.ts";

type Kind = "reordered" | "skipped";

/** Where what was found is counted and shown. */
interface Found {
  found(kind: Kind, count?: number): boolean;
  show(kind: Kind, evidence: Evidence): void;
}

/** What is known of each written value; arrays by its slot in `rowByValue`. */
export interface Written {
  /** The row of the operation that tells the most of the value: an ok one, else an unknown one. */
  readonly rowByValue: NumberMap;
  readonly flags: Uint8Array;
  /** The first operation that wrote it, in the order of the record, and the earliest start of all that did. */
  readonly firstRow: Uint32Array;
  readonly startMs: Float64Array;
  /** The first place at which the value was acknowledged or read. */
  readonly partition: Int32Array;
  readonly offset: Float64Array;
}

/** The acknowledged records of one partition, by their end. */
interface Log {
  /** Their ends, and the highest offset that was acknowledged up to each. */
  readonly endsMs: number[];
  readonly highest: number[];
}

/** What a producer was last told of a partition. */
interface Batch {
  startMs: number;
  endMs: number;
  value: number;
  offset: number;
}

/**
 * A partition is one log: a record is out of order when it lies before one that had been acknowledged there, to anyone,
 * before it began to be written. That holds for writes of unknown outcome that were found as well. Writes that were
 * under way together may come in any order, but for those that one client began and was told of at the very same
 * moments: they are one batch, ordered by value.
 */
export function findLogOrder(journal: Journal, rows: Uint32Array, written: Written, found: Found): void {
  const { client, partition, offset, value, startMs, endMs } = journal.operations;
  const partitions = new NumberMap();
  const logs: Log[] = [];
  const lanes = new Groups();
  const batches = new Map<number, Batch>();
  for (const row of inOrderOf(endMs, rows)) {
    if (!wasPlaced(journal.operations, row)) continue;
    const at = offset[row] ?? NONE;
    const of = partition[row] ?? 0;
    const log = (logs[partitions.put(of, 0)] ??= { endsMs: [], highest: [] });
    const lane = lanes.of(client[row] ?? 0, 0, of);
    const [start, end, number] = [startMs[row] ?? 0, endMs[row] ?? 0, value[row] ?? 0];
    const last = batches.get(lane);
    const sameBatch = last?.startMs === start && last.endMs === end;
    const disordered = sameBatch && (number - last.value) * (at - last.offset) < 0;
    if ((disordered || highestBefore(log, start) > at) && found.found("reordered")) {
      const what = `value ${number} lies before records that were acknowledged before it was written`;
      found.show("reordered", operationEvidence(journal, row, what));
    }
    batches.set(lane, { startMs: start, endMs: end, value: number, offset: at });
    log.endsMs.push(end);
    log.highest.push(Math.max(at, log.highest.at(-1) ?? NONE));
  }
  // Those that were not told where they lie, but were found.
  const { values, size } = written.rowByValue;
  for (const [slot, row] of values.subarray(0, size).entries()) {
    const at = written.offset[slot] ?? NONE;
    const log = logs[partitions.slotOf(written.partition[slot] ?? NONE)];
    if (log === undefined || wasPlaced(journal.operations, row)) continue;
    if (highestBefore(log, written.startMs[slot] ?? 0) > at && found.found("reordered")) {
      const what = `value ${value[row] ?? 0} was found at ${written.partition[slot] ?? 0}/${at}, before records that were acknowledged before it was written`;
      found.show("reordered", operationEvidence(journal, row, what));
    }
  }
}

/** The highest offset acknowledged before this moment, or −1. */
const highestBefore = ({ endsMs, highest }: Log, momentMs: number): number =>
  highest[countBelow(endsMs, momentMs) - 1] ?? NONE;

/**
 * Within one assignment, a reader's offsets in a partition ascend: otherwise the record is reordered. Where they
 * jump, records that are known to lie in between (acknowledged there, or read by anyone) were skipped.
 */
export function findReaderOrder(journal: Journal, load: number, places: PlaceMap, found: Found): void {
  const { reads } = journal;
  const groups = new Groups();
  const last: number[] = [];
  for (const row of readRowsOf(journal, load)) {
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    const group = groups.of(reads.client[row] ?? 0, reads.assignment[row] ?? 0, partition);
    const previous = last[group];
    last[group] = offset;
    if (previous === undefined || offset === previous + 1) continue;
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
