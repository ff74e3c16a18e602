/**
 * What is followed through a run: the operations of each action that clients offered on purpose, and, where readers
 * read along, how long what was acknowledged waited for them. Administration and final read-backs are left out.
 */
import { NumberMap } from "../../lab/checks/number-map.ts";
import { inOrderOf } from "../../lab/checks/order.ts";
import { countTries, firstFrom } from "../../lab/checks/recovery-search.ts";
import { partsOf } from "../../lab/checks/parts.ts";
import { rowsOf, selectionOf, type Span } from "../../lab/checks/select.ts";
import { OK, UNKNOWN, eventsOf, nameIndex, type Journal } from "../../lab/journal/types.ts";

/** What readers do of themselves, and nobody offered. */
const NOT_OFFERED: readonly string[] = ["commit"];
/** Whether clients tried it because the schedule said so. */
export const isOffered = (action: string): boolean => !NOT_OFFERED.includes(action);

/** Below this share of a load's operations, an action is not what the load is about. */
const LEAST_SHARE = 0.1;
/** The action under which waiting for a reader is followed, in a journal made of it. */
const READING = "be read";
/** A shorter time without a success is no stall, nor is one in which fewer were tried. */
const SHORTEST_STALL_MS = 1_000;
const FEWEST_TRIES = 3;
/** A part that was tried less often says nothing by itself. */
const ENOUGH_ALONE = 10;

/** Operations that belong together, in the order of their intended times. */
export interface Rows {
  readonly rows: Uint32Array;
  /** When those that ended ok did, ascending. */
  readonly okEnds: Float64Array;
}

/** One thing that is followed. */
export interface Track extends Rows {
  readonly load: string;
  readonly action: string;
  /** Whether this is the waiting of acknowledged records for their readers. */
  readonly reading: boolean;
  /** The journal that its rows are of. */
  readonly journal: Journal;
  /** What a check of recovery calls it. */
  readonly of: string;
  readonly parts: readonly (Rows & { readonly name: string })[];
  /** What one part is: `partition`. */
  readonly part: string;
}

/** All that is followed, load after load, the most frequent first. */
export function tracksOf(journal: Journal): readonly Track[] {
  return eventsOf(journal, "load-started")
    .map(({ load }) => load)
    .flatMap((load) => [...actionsOf(journal, load), ...readingOf(journal, load)]);
}

/** When the load ended: what comes later under its name are final read-backs. */
const endOf = (journal: Journal, load: string): number =>
  eventsOf(journal, "load-ended").find((event) => event.load === load)?.atMs ?? Infinity;

function actionsOf(journal: Journal, load: string): readonly Track[] {
  const { operations, names } = journal;
  const number = nameIndex(journal, load);
  const endMs = endOf(journal, load);
  const counts = new Map<number, number>();
  let all = 0;
  for (let row = 0; row < operations.length; row++) {
    if (operations.load[row] !== number || (operations.intendedMs[row] ?? 0) > endMs) continue;
    const action = operations.action[row] ?? 0;
    counts.set(action, (counts.get(action) ?? 0) + 1);
    all++;
  }
  return [...counts]
    .filter(([action, count]) => count >= all * LEAST_SHARE && isOffered(names[action] ?? ""))
    .toSorted(([, a], [, b]) => b - a)
    .map(([action]) => trackOf(journal, load, names[action] ?? "", false));
}

function trackOf(journal: Journal, load: string, action: string, reading: boolean): Track {
  const of = `${load}.${action}`;
  const selection = selectionOf(journal, of);
  const endMs = endOf(journal, load);
  const { intendedMs } = journal.operations;
  const all = inOrderOf(intendedMs, rowsOf(journal, selection));
  const rows = all.filter((row) => (intendedMs[row] ?? 0) <= endMs);
  const parts = partsOf(journal, selection, rows)
    .map((part) => ({ name: part.name, ...ended(journal, part.rows) }))
    .filter((part) => countTries(part.rows, intendedMs, 0, Infinity) >= ENOUGH_ALONE);
  const one = eventsOf(journal, "load-started").find((event) => event.load === load)?.part?.one;
  const part = one ?? parts[0]?.name.replace(/[ -]\S*$/, "") ?? "part";
  return { load, action, reading, journal, of, parts, part, ...ended(journal, rows) };
}

/** By loops, as all that walks a whole journal here: a million operations must be drawn in a second or two. */
function ended(journal: Journal, rows: Uint32Array): Rows {
  const { outcome, endMs } = journal.operations;
  const okEnds = new Float64Array(rows.length);
  let count = 0;
  for (const row of rows) {
    if (outcome[row] === OK) okEnds[count++] = endMs[row] ?? 0;
  }
  return { rows, okEnds: okEnds.subarray(0, count).sort() };
}

/** These rows of a column, in their order. */
export function picked(column: ArrayLike<number>, rows: Uint32Array): Float64Array {
  const found = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = column[rows[i] ?? 0] ?? 0;
  return found;
}

/** Acknowledged records as operations that end when a reader first has them; nothing where nobody reads along. */
function readingOf(journal: Journal, load: string): readonly Track[] {
  const { operations, reads, names } = journal;
  const number = nameIndex(journal, load);
  const endMs = endOf(journal, load);
  const firstRead = new NumberMap(reads.length);
  let early = 0;
  let all = 0;
  for (let row = 0; row < reads.length; row++) {
    if (reads.load[row] !== number) continue;
    all++;
    if ((reads.atMs[row] ?? 0) <= endMs) early++;
    firstRead.put(reads.value[row] ?? 0, reads.atMs[row] ?? 0);
  }
  if (all === 0 || early * 2 < all) return [];
  const found = new Uint32Array(operations.length);
  let count = 0;
  for (let row = 0; row < operations.length; row++) {
    const acknowledged = operations.outcome[row] === OK && operations.load[row] === number;
    if (acknowledged && (operations.value[row] ?? -1) >= 0) found[count++] = row;
  }
  const rows = found.subarray(0, count);
  const acknowledgedMs = picked(operations.endMs, rows);
  const readMs = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const slot = firstRead.slotOf(operations.value[rows[i] ?? 0] ?? 0);
    readMs[i] = slot < 0 ? Infinity : (firstRead.values[slot] ?? Infinity);
  }
  const lastMs = journal.events.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  const waiting: Journal = {
    ...journal,
    names: [...names, READING],
    operations: {
      length: rows.length,
      load: new Uint16Array(rows.length).fill(number),
      client: Uint16Array.from(picked(operations.client, rows)),
      action: new Uint16Array(rows.length).fill(names.length),
      outcome: new Uint8Array(rows.length).map((_, place) => (readMs[place] === Infinity ? UNKNOWN : OK)),
      error: new Uint16Array(rows.length),
      value: picked(operations.value, rows),
      key: Uint32Array.from(picked(operations.key, rows)),
      partition: Int32Array.from(picked(operations.partition, rows)),
      offset: picked(operations.offset, rows),
      intendedMs: acknowledgedMs,
      startMs: acknowledgedMs,
      // A reader can have a record before its writer hears of it.
      endMs: readMs.map((atMs, place) => Math.max(atMs === Infinity ? lastMs : atMs, acknowledgedMs[place] ?? 0)),
    },
  };
  return [trackOf(waiting, load, READING, true)];
}

/** The longest time within a span in which nothing ended ok, though at least three tries were due; undefined where there was none. */
export const longestStall = (journal: Journal, of: Rows, within: Span): Span | undefined =>
  stalls(journal, of, within).toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0];

/** All such times, in their order. */
export function stalls(journal: Journal, { rows, okEnds }: Rows, { fromMs, toMs }: Span): readonly Span[] {
  const { intendedMs } = journal.operations;
  const found: Span[] = [];
  const add = (from: number, to: number): void => {
    const start = Math.max(from, fromMs);
    // Most successes follow each other at once: nothing is looked up for those.
    if (Math.min(to, toMs) - start < SHORTEST_STALL_MS) return;
    const next = firstFrom(rows, intendedMs, start);
    // Nobody waits before something is due.
    const first = Math.max(start, intendedMs[rows[next] ?? 0] ?? 0);
    const last = Math.min(to, toMs);
    if (last - first < SHORTEST_STALL_MS) return;
    if (countTries(rows, intendedMs, next, last) >= FEWEST_TRIES) found.push({ fromMs: first, toMs: last });
  };
  let beforeMs = -Infinity;
  for (const endMs of okEnds) {
    if (endMs >= fromMs) add(beforeMs, endMs);
    beforeMs = endMs;
    if (endMs > toMs) return found;
  }
  add(beforeMs, toMs);
  return found;
}
