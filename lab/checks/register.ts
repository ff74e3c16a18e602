/** Registers: whether each is linearizable by itself. Definitions: docs/checks.md. */
import { FAILED, OK, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { Anomalies, counted, finding, listed, operationEvidence } from "./evidence.ts";
import { searchOrder } from "./register-search.ts";
import type { RegisterOperation } from "./register-search.ts";
import { rowsOf } from "./select.ts";
import { defineCheckOf } from "./define.ts";
import { name, optional, wholeNumber } from "./fields.ts";
import type { Finding } from "./types.ts";

/** Registers (`read`, `write`, `cas` by key). */
export interface RegisterSpec {
  readonly check: "register";
  readonly of: string;
  /** Configurations that the whole check may look at. */
  readonly budget?: number;
}

export const register = defineCheckOf<RegisterSpec>({
  check: "register",
  sentence: "each register is linearizable",
  fields: {
    of: name("the load"),
    budget: optional(
      wholeNumber("configurations that the search may look at, of all registers together", 1),
      "1,000,000, and 40 an operation",
    ),
  },
  example: { of: "registers", budget: 1_000_000 },
  judge: checkRegister,
});

const WORDS = {
  impossible: ["register that is not linearizable", "registers that are not linearizable"],
  aborted: ["value seen though its write had failed", "values seen though their writes had failed"],
  unwritten: ["value seen that nobody wrote", "values seen that nobody wrote"],
} as const;
type Kind = keyof typeof WORDS;
const KINDS = Object.keys(WORDS) as Kind[];

const ABSENT = -1;
/** What the whole check may look at by default: some for hard histories, and more for long ones. */
export const budgetFor = (operations: number): number => 1_000_000 + 40 * operations;
const ACTIONS = ["read", "write", "cas"] as const;

interface Row extends RegisterOperation {
  readonly outcome: number;
  readonly key: number;
}

function checkRegister(spec: RegisterSpec, journal: Journal): Finding {
  const found = new Anomalies<Kind>(KINDS);
  const counts = { operations: 0, reads: 0, writes: 0, unknown: 0, configurations: 0, unproven: 0 };
  const doubts: string[] = [];
  const all = rowsIn(journal, spec.of);
  const byKey = Map.groupBy(all, ({ key }) => key);
  let budget = spec.budget ?? budgetFor(all.length);
  let left = byKey.size;
  // The short ones first: each may use its share of what is left, and leaves the rest to the longer ones.
  for (const [key, rows] of [...byKey].toSorted(([a, some], [b, others]) => some.length - others.length || a - b)) {
    const share = Math.ceil(budget / left);
    left -= 1;
    const acknowledged = rows.filter(({ outcome }) => outcome === OK);
    const reads = acknowledged.filter(({ action }) => action === "read");
    const writes = acknowledged.filter(({ action }) => action !== "read");
    counts.operations += rows.length;
    counts.reads += reads.length;
    counts.writes += writes.length;
    counts.unknown += rows.filter(({ outcome }) => outcome !== OK && outcome !== FAILED).length;
    const lastWriteMs = writes.reduce((latest, { endMs }) => Math.max(latest, endMs), -Infinity);
    if (writes.length > 0 && !reads.some(({ startMs }) => startMs >= lastWriteMs)) counts.unproven += 1;

    if (writtenTwice(rows)) {
      doubts.push(`a value was written twice to register ${key}`);
      continue;
    }
    if (foreignValues(journal, rows, acknowledged, found)) {
      if (!journal.finished)
        doubts.push(`register ${key} holds values whose writes may be missing, as the record ends early`);
      continue;
    }
    const result = searchOrder(boundedOperations(rows), ABSENT, share);
    budget -= result.configurations;
    counts.configurations += result.configurations;
    if (result.found === "order") continue;
    if (result.found === "nothing") doubts.push(`register ${key} was given up: ${result.reason}`);
    else if (found.found("impossible")) {
      const could = result.couldBe.slice(0, 8).map((value) => (value === ABSENT ? "absent" : String(value)));
      const what = `register ${key}: ${describe(result.operation)}, but it could only have been ${could.join(" or ")}`;
      found.show("impossible", operationEvidence(journal, result.operation.row, what));
    }
  }
  const bad = KINDS.filter((kind) => found.count(kind) > 0 && (journal.finished || kind === "impossible"));
  const anomalies = bad.reduce((sum, kind) => sum + found.count(kind), 0);
  const figures = { registers: byKey.size, ...counts, gaveUp: doubts.length, ...found.counts(), anomalies };
  const told = `${counted(byKey.size, "register")}, ${counted(counts.reads, "read")} and ${counted(counts.writes, "write")} acknowledged, ${counts.unknown} unknown`;
  if (anomalies > 0) {
    const parts = bad.map((kind) => counted(found.count(kind), WORDS[kind][0], WORDS[kind][1]));
    return finding("violated", `${told}: ${listed(parts)}`, figures, found.evidence());
  }
  if (doubts.length > 0) return finding("unknown", `${told}, but ${listed(doubts.slice(0, 3))}`, figures);
  if (counts.reads === 0 || counts.writes === 0) {
    return finding("unknown", `${told}: nothing to judge ${spec.of} by`, figures);
  }
  if (counts.unproven > 0) {
    return finding("unknown", `${told}, but nobody read ${counts.unproven} of them after the last write`, figures);
  }
  return finding("held", `${told}: linearizable`, figures);
}

function rowsIn(journal: Journal, of: string): Row[] {
  const { operations } = journal;
  const load = nameIndex(journal, of);
  return ACTIONS.flatMap((action) =>
    Array.from(rowsOf(journal, { load, action: nameIndex(journal, action) }), (row) => ({
      row,
      action,
      key: operations.key[row] ?? 0,
      value: operations.value[row] ?? ABSENT,
      expected: operations.offset[row] ?? ABSENT,
      startMs: operations.startMs[row] ?? 0,
      endMs: operations.endMs[row] ?? 0,
      outcome: operations.outcome[row] ?? FAILED,
    })),
  );
}

/** Whether one value is not one write's alone: then it does not tell which of them was read. */
function writtenTwice(rows: readonly Row[]): boolean {
  const values = rows.filter(({ action }) => action !== "read").map(({ value }) => value);
  return new Set(values).size < values.length || values.includes(ABSENT);
}

/** Counts values that were seen and cannot have been written; true if there is one. */
function foreignValues(
  journal: Journal,
  rows: readonly Row[],
  acknowledged: readonly Row[],
  found: Anomalies<Kind>,
): boolean {
  const written = new Map(rows.filter(({ action }) => action !== "read").map((row) => [row.value, row.outcome]));
  const told = new Set<number>();
  for (const row of acknowledged) {
    const value = seenBy(row);
    if (value === ABSENT || told.has(value)) continue;
    const outcome = written.get(value);
    const kind = outcome === undefined ? "unwritten" : outcome === FAILED ? "aborted" : undefined;
    if (kind === undefined) continue;
    told.add(value);
    const why = kind === "unwritten" ? "nobody wrote it" : "its write had failed";
    if (found.found(kind)) {
      const what = `register ${row.key}: ${describe(row)}, though ${why}`;
      found.show(kind, operationEvidence(journal, row.row, what));
    }
  }
  return told.size > 0;
}

/** The value that an operation proves to have been there; a write proves none. */
const seenBy = ({ action, value, expected }: RegisterOperation): number =>
  action === "read" ? value : action === "cas" ? expected : ABSENT;

/**
 * The operations that an order must contain, each with the time by which it has taken effect.
 *
 * One of unknown outcome stays open for ever. As every value is written once, that comes to one of two things: nobody
 * has seen its value, then leaving it out changes nothing for anyone; or somebody has, then it took effect before
 * the end of the first who did.
 */
function boundedOperations(rows: readonly Row[]): readonly RegisterOperation[] {
  const kept = rows.filter(({ outcome }) => outcome === OK);
  const unknown = new Map(
    rows
      .filter(({ action, outcome }) => action !== "read" && outcome !== OK && outcome !== FAILED)
      .map((row) => [row.value, row]),
  );
  const bounds = new Map<Row, number>();
  const waiting: RegisterOperation[] = [...kept];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const writer = unknown.get(seenBy(next));
    if (writer === undefined || next.endMs >= (bounds.get(writer) ?? Infinity)) continue;
    bounds.set(writer, next.endMs);
    waiting.push({ ...writer, endMs: next.endMs });
  }
  // Seen before it began: its own start is the earliest that it can have taken effect, and the order will not fit.
  const seen = [...bounds].map(([writer, endMs]) => ({ ...writer, endMs: Math.max(endMs, writer.startMs) }));
  return [...kept, ...seen];
}

/** What a read or a compare-and-set saw; a write sees nothing, and can always be placed. */
const describe = ({ action, value, expected }: RegisterOperation): string => {
  const name = (number: number): string => (number === ABSENT ? "absent" : String(number));
  return action === "read" ? `${name(value)} was read` : `${value} replaced ${name(expected)}`;
};
