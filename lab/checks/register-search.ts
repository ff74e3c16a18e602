/**
 * Whether the operations of one register can be put into one order that its clients cannot tell from the real one.
 *
 * The search goes through invocations and completions by time and keeps every configuration that is still possible:
 * the register's value, and which of the open operations have taken effect. An operation takes effect no earlier than
 * a completion forces it to (just-in-time linearization: Lowe, "Testing for linearizability", 2017; the search itself
 * is Wing and Gong's, 1993; keeping configurations once is what Knossos and Porcupine do). A read that fits takes effect at once, as it
 * changes nothing and can only get harder to place.
 */

export interface RegisterOperation {
  readonly row: number;
  readonly action: "read" | "write" | "cas";
  /** Read or written; −1 is absent. */
  readonly value: number;
  /** What a compare-and-set found. */
  readonly expected: number;
  readonly startMs: number;
  /** By when it must have taken effect. */
  readonly endMs: number;
}

/** `configurations`: how many were looked at. */
export type Search = { readonly configurations: number } & (
  | { readonly found: "order" }
  /** This operation cannot be placed; before it, the register could have had these values. */
  | { readonly found: "none"; readonly operation: RegisterOperation; readonly couldBe: readonly number[] }
  | { readonly found: "nothing"; readonly reason: string }
);

/** Bits of a number that are used for open operations. */
const MOST_OPEN = 30;

interface Configuration {
  readonly value: number;
  /** The bits of open operations that have taken effect. */
  readonly done: number;
}

/** `budget`: how many configurations may be looked at. Operations may come in any order. */
export function searchOrder(operations: readonly RegisterOperation[], absent: number, budget: number): Search {
  const events = operations
    .flatMap((operation) => [
      { atMs: operation.startMs, isEnd: false, operation },
      { atMs: operation.endMs, isEnd: true, operation },
    ])
    // What starts when another ends may be before it or after it.
    .sort((a, b) => a.atMs - b.atMs || Number(a.isEnd) - Number(b.isEnd));
  const open: (RegisterOperation | undefined)[] = [];
  const bits = new Map<RegisterOperation, number>();
  let configurations = keep([{ value: absent, done: 0 }]);
  let looked = 0;
  for (const { isEnd, operation } of events) {
    if (!isEnd) {
      const free = open.indexOf(undefined);
      const place = free < 0 ? open.length : free;
      if (place >= MOST_OPEN) {
        const reason = `more than ${MOST_OPEN} operations are open at once`;
        return { found: "nothing", reason, configurations: looked };
      }
      open[place] = operation;
      bits.set(operation, place);
      continue;
    }
    const place = bits.get(operation) ?? 0;
    const before = [...configurations.values()];
    configurations = expand(before, open, 1 << place, budget - looked);
    looked += configurations.size;
    if (looked >= budget) {
      return { found: "nothing", reason: `${budget} configurations were not enough`, configurations: looked };
    }
    const placed = [...configurations.values()].filter(({ done }) => (done & (1 << place)) !== 0);
    if (placed.length === 0) {
      return {
        found: "none",
        configurations: looked,
        operation,
        couldBe: [...new Set([...configurations.values()].map(({ value }) => value))],
      };
    }
    configurations = keep(placed.map(({ value, done }) => ({ value, done: done & ~(1 << place) })));
    open[place] = undefined;
  }
  return { found: "order", configurations: looked };
}

/** Every configuration that open operations can lead to; beyond one in which the wanted one has taken effect nothing is forced. */
function expand(
  from: readonly Configuration[],
  open: readonly (RegisterOperation | undefined)[],
  wanted: number,
  budget: number,
): Map<string, Configuration> {
  const seen = new Map<string, Configuration>();
  const waiting: Configuration[] = from.map((configuration) => withReads(configuration, open));
  for (let next = waiting.pop(); next !== undefined && seen.size < budget; next = waiting.pop()) {
    const key = keyOf(next);
    if (seen.has(key)) continue;
    seen.set(key, next);
    if ((next.done & wanted) !== 0) continue;
    for (const [place, operation] of open.entries()) {
      const bit = 1 << place;
      if (operation === undefined || operation.action === "read" || (next.done & bit) !== 0) continue;
      if (operation.action === "cas" && operation.expected !== next.value) continue;
      waiting.push(withReads({ value: operation.value, done: next.done | bit }, open));
    }
  }
  return seen;
}

/** With all reads that fit. */
function withReads({ value, done }: Configuration, open: readonly (RegisterOperation | undefined)[]): Configuration {
  let all = done;
  for (const [place, operation] of open.entries()) {
    if (operation?.action === "read" && operation.value === value) all |= 1 << place;
  }
  return { value, done: all };
}

const keyOf = ({ value, done }: Configuration): string => `${value}/${done}`;

const keep = (configurations: readonly Configuration[]): Map<string, Configuration> =>
  new Map(configurations.map((configuration) => [keyOf(configuration), configuration]));
