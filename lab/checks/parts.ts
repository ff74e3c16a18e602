/**
 * The parts of a load: what can fail while the rest goes on. A load says itself what it falls into; where a journal of
 * old does not have that, partitions (shards) where operations name them, else the registers, each a key, else the
 * clients. A load is as well as its worst part.
 */
import type { Journal } from "../journal/types.ts";
import { NONE, eventsOf, type EventOf } from "../journal/types.ts";
import { type Selection } from "./select.ts";

export interface Part {
  /** For people: `partition 3`, `shard 1`, `register 7`, `producer-2`. */
  readonly name: string;
  /** In the order of the rows that were given. */
  readonly rows: Uint32Array;
}

const REGISTER_ACTIONS: readonly (string | undefined)[] = ["read", "write", "cas"];
/** More parts than this are not told one by one. */
export const MOST_PARTS_TOLD = 32;

/** The parts of these rows, all of one load and action; empty where there are no two. Operations without a place are in none. */
export function partsOf(journal: Journal, { load, action }: Selection, rows: Uint32Array): readonly Part[] {
  const started = eventsOf(journal, "load-started").find((event) => event.load === journal.names[load]);
  const said = started?.part;
  return said === undefined ? guessedParts(journal, action, rows) : saidParts(journal, said, rows);
}

function saidParts(
  journal: Journal,
  { one, column }: NonNullable<EventOf<"load-started">["part"]>,
  rows: Uint32Array,
): readonly Part[] {
  if (column === "key") return named(keysOf(journal, rows), (key) => `${one} ${key}`);
  // Operations that go to no one partition, such as those of an administrator, can still fail by their clients.
  const placed = column === "partition" ? placedIn(journal, rows) : [];
  return placed.length > 0 ? named(placed, (partition) => `${one} ${partition}`) : clientsOf(journal, rows);
}

const placedIn = (journal: Journal, rows: Uint32Array): readonly Numbered[] =>
  split(rows, (row) => journal.operations.partition[row] ?? NONE).filter(({ number }) => number >= 0);

const keysOf = (journal: Journal, rows: Uint32Array): readonly Numbered[] =>
  split(rows, (row) => journal.operations.key[row] ?? 0);

const clientsOf = (journal: Journal, rows: Uint32Array): readonly Part[] =>
  named(
    split(rows, (row) => journal.operations.client[row] ?? 0),
    (number) => journal.names[number] ?? "",
  );

function guessedParts(journal: Journal, action: number, rows: Uint32Array): readonly Part[] {
  const actionName = journal.names[action];
  const place = actionName === "produce" ? "partition" : "shard";
  const placed = placedIn(journal, rows);
  if (placed.length > 0) return named(placed, (number) => `${place} ${number}`);
  if (REGISTER_ACTIONS.includes(actionName)) {
    const registers = keysOf(journal, rows);
    if (registers.length > 1) return named(registers, (number) => `register ${number}`);
  }
  return clientsOf(journal, rows);
}

interface Numbered {
  readonly number: number;
  readonly rows: Uint32Array;
}

const named = (parts: readonly Numbered[], nameOf: (number: number) => string): readonly Part[] =>
  parts.length < 2
    ? []
    : parts.toSorted((a, b) => a.number - b.number).map(({ number, rows }) => ({ name: nameOf(number), rows }));

/** In two passes, as a journal may hold millions of rows: first how many each number has, then which. */
function split(rows: Uint32Array, numberOf: (row: number) => number): readonly Numbered[] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(numberOf(row), (counts.get(numberOf(row)) ?? 0) + 1);
  const parts = new Map([...counts].map(([number, count]) => [number, { rows: new Uint32Array(count), filled: 0 }]));
  for (const row of rows) {
    const part = parts.get(numberOf(row));
    if (part !== undefined) part.rows[part.filled++] = row;
  }
  return [...parts].map(([number, part]) => ({ number, rows: part.rows }));
}

/** A figure's name for a part: `partition 3` → `partition3`, `producer-2` → `producer2`. */
export const figureName = (part: string): string =>
  part.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase());
