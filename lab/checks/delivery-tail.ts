/** Records that were read, and may be gone since. Part of the delivery check. */
import { FAILED, NONE, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { Groups, NumberMap } from "./number-map.ts";
import { readRowsOf, rowsOf } from "./select.ts";

/** A reader that had so long before the end of reading would have come to what lies ahead of it. */
const LONG_ENOUGH_MS = 10_000;

/** What the latest reader of a partition was given in its assignment. */
interface Latest {
  group: number;
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
  const { reads } = journal;
  const partitions = new NumberMap();
  const groups = new Groups();
  const latest: Latest[] = [];
  for (const row of readRowsOf(journal, load)) {
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    const atMs = reads.atMs[row] ?? 0;
    const known = groups.size;
    const group = groups.of(reads.client[row] ?? 0, reads.assignment[row] ?? 0, partition);
    const place = partitions.put(partition, 0);
    const last = (latest[place] ??= { group, toOffset: NONE, fromMs: atMs, toMs: atMs, earlierTo: NONE });
    if (groups.size > known) {
      const earlierTo = Math.max(last.earlierTo, last.toOffset);
      latest[place] = { group, toOffset: offset, fromMs: atMs, toMs: atMs, earlierTo };
    } else if (group === last.group) {
      last.toOffset = Math.max(last.toOffset, offset);
      last.toMs = atMs;
    } else last.earlierTo = Math.max(last.earlierTo, offset);
  }
  const commits = rowsOf(journal, { load, action: nameIndex(journal, "commit") });
  let doubtful = 0;
  latest.forEach(({ toOffset, fromMs, toMs, earlierTo }, place) => {
    if (readToMs - toMs < LONG_ENOUGH_MS) return;
    const partition = partitions.keys[place] ?? 0;
    if (wasCommittedBeyond(journal, commits, partition, toOffset + 1, fromMs)) return;
    doubtful += Math.max(0, earlierTo - toOffset);
  });
  return doubtful;
}

/** Whether a position beyond this one may have been committed since: then a reader may have gone on from there. */
function wasCommittedBeyond(
  { operations }: Journal,
  commits: Uint32Array,
  partition: number,
  next: number,
  sinceMs: number,
): boolean {
  return commits.some(
    (row) =>
      operations.partition[row] === partition &&
      operations.outcome[row] !== FAILED &&
      (operations.offset[row] ?? NONE) > next &&
      (operations.endMs[row] ?? 0) >= sinceMs,
  );
}
