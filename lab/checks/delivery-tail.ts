/** Records that were read, and may be gone since. Part of the delivery check. */
import { FAILED, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { Groups, NumberMap } from "./number-map.ts";
import { rowsOf } from "./select.ts";

/** A reader that had so long before the end of reading would have come to what lies ahead of it. */
const LONG_ENOUGH_MS = 10_000;

/** What the latest reader of a partition was given in its assignment. */
interface Latest {
  group: number;
  fromOffset: number;
  toOffset: number;
  fromMs: number;
  toMs: number;
  /** The highest offset that readers before it were given. */
  earlierTo: number;
}

/**
 * How many offsets were read once, lie ahead of where the last reader of their partition ended, and were not read by
 * it, though it began before them and had time: a log that lost its consumed tail looks like this. So does a reader
 * that stopped; it proves nothing, but what it leaves open is open.
 */
export function countDoubtfulTails(journal: Journal, load: number, readToMs: number): number {
  if (readToMs === -Infinity) return 0;
  const { reads } = journal;
  const partitions = new NumberMap();
  const groups = new Groups();
  const latest: Latest[] = [];
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== load) continue;
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    const atMs = reads.atMs[row] ?? 0;
    const known = groups.size;
    const group = groups.of(reads.client[row] ?? 0, reads.assignment[row] ?? 0, partition);
    const place = partitions.put(partition, 0);
    const last = latest[place];
    if (last === undefined || group === known) {
      const earlierTo = Math.max(last?.earlierTo ?? -1, last?.toOffset ?? -1);
      latest[place] = { group, fromOffset: offset, toOffset: offset, fromMs: atMs, toMs: atMs, earlierTo };
    } else if (group === last.group) {
      last.toOffset = Math.max(last.toOffset, offset);
      last.toMs = atMs;
    } else last.earlierTo = Math.max(last.earlierTo, offset);
  }
  let doubtful = 0;
  latest.forEach(({ fromOffset, toOffset, fromMs, toMs, earlierTo }, place) => {
    const partition = partitions.keys[place] ?? 0;
    if (earlierTo <= toOffset || fromOffset > earlierTo || readToMs - toMs < LONG_ENOUGH_MS) return;
    if (wasCommittedBeyond(journal, load, partition, toOffset + 1, fromMs)) return;
    doubtful += earlierTo - toOffset;
  });
  return doubtful;
}

/** Whether a position beyond this one may have been committed since: then a reader may have gone on from there. */
function wasCommittedBeyond(journal: Journal, load: number, partition: number, next: number, sinceMs: number): boolean {
  const { operations } = journal;
  return rowsOf(journal, { load, action: nameIndex(journal, "commit") }).some(
    (row) =>
      operations.partition[row] === partition &&
      operations.outcome[row] !== FAILED &&
      (operations.offset[row] ?? -1) > next &&
      (operations.endMs[row] ?? 0) >= sinceMs,
  );
}
