/**
 * What each document of the project notices. For each: a history like a quiet run and one like the busiest hold; the
 * busiest with one believable regression is violated, by the objective that is about it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { journalOf, type Journal, type JournalEvent, type Operation } from "../../lab/journal/index.ts";
import { evaluateSlos, readSlos } from "../../lab/slo/index.ts";

interface Shape {
  readonly load: string;
  readonly action: string;
  /** From one operation to the next. */
  readonly everyMs: number;
  /** What two operations in a hundred take in calm. */
  readonly tailMs: number;
  readonly faultMs: number;
  /** For how long after the fault's order nothing is served; then what waited is, or it was refused. */
  readonly outageMs: number;
  readonly refused?: boolean;
  /** One operation in so many is refused, at any time. */
  readonly refusedOneIn?: number;
}

const FAULT_MS = 40_000;

/** A run with one fault at 40 s, and a long calm after what it leaves behind. */
function history({ load, action, everyMs, tailMs, faultMs, outageMs, refused, refusedOneIn }: Shape): Journal {
  const healedMs = FAULT_MS + faultMs;
  const endMs = healedMs + 120_000;
  const servedMs = FAULT_MS + outageMs;
  const operations = Array.from({ length: Math.floor(endMs / everyMs) }, (_, i): Partial<Operation> => {
    const intendedMs = i * everyMs;
    const tookMs = i % 50 === 10 || (everyMs > 1_000 && i === 1) ? tailMs : tailMs / 10;
    const at = { load, action, value: i, intendedMs, endMs: intendedMs + tookMs };
    if (refusedOneIn !== undefined && i % refusedOneIn === 0) return { ...at, outcome: "failed" };
    if (intendedMs < FAULT_MS || intendedMs >= servedMs) return at;
    return refused === true
      ? { ...at, outcome: "failed", endMs: intendedMs + 1_000 }
      : { ...at, endMs: Math.max(servedMs, intendedMs + tookMs) };
  });
  const reads = operations.map(({ value = 0, endMs: atMs = 0 }) => ({ load, value, atMs }));
  const fault = { fault: "fault-1", kind: "kill", targets: ["node-1"] };
  const events: JournalEvent[] = [
    { type: "load-started", atMs: 0, load, ratePerSecond: 1_000 / everyMs },
    { ...fault, type: "fault-ordered", atMs: FAULT_MS, target: "node-1", spec: { kind: "kill", target: "node-1" } },
    { ...fault, type: "fault-injected", atMs: FAULT_MS + 20, asked: "node-1" },
    { type: "fault-healed", atMs: healedMs, fault: "fault-1", verified: true, measured: "" },
    { type: "load-ended", atMs: endMs + 60_000, load, scheduled: operations.length, offered: operations.length },
    { type: "phase", atMs: endMs + 61_000, phase: "done" },
  ];
  return journalOf({ operations, reads, events });
}

/**
 * A quiet run, one as busy as is allowed for, and which regressions of the latter must be noticed. Kafka's are what was
 * measured: on two cores to themselves, and on two that eight others used. Of the other systems the quiet ones are; the
 * busy ones are what the limits leave room for.
 */
interface Row {
  readonly shape: Pick<Shape, "load" | "action" | "everyMs" | "faultMs" | "refused">;
  readonly quiet: { readonly tailMs: number; readonly outageMs: number };
  readonly busy: { readonly tailMs: number; readonly outageMs: number };
  /** So much longer an outage than the busiest. */
  readonly longerMs?: number;
  /** So many refused. */
  readonly oneIn?: number;
}

const kafka = { load: "events", action: "produce", everyMs: 100, faultMs: 24_000 };
const clickhouse = { load: "rows", action: "add", everyMs: 250, faultMs: 15_000 };
const reads = { load: "objects", action: "read", everyMs: 100, faultMs: 15_000 };
const writes = { load: "objects", action: "write", everyMs: 250, faultMs: 15_000 };
const spark = { load: "events", action: "add", everyMs: 5_000, faultMs: 30_000 };
const zookeeper = { load: "registers", action: "write", everyMs: 100, faultMs: 8_000, refused: true };

const ROWS: Readonly<Record<string, Row>> = {
  "kafka-produce-availability": {
    shape: kafka,
    quiet: { tailMs: 200, outageMs: 8_000 },
    busy: { tailMs: 820, outageMs: 13_000 },
    oneIn: 50,
  },
  "kafka-produce-latency": {
    shape: kafka,
    quiet: { tailMs: 200, outageMs: 8_000 },
    busy: { tailMs: 820, outageMs: 13_000 },
    longerMs: 5_000,
  },
  "kafka-end-to-end-delay": {
    shape: kafka,
    quiet: { tailMs: 600, outageMs: 10_000 },
    busy: { tailMs: 1_330, outageMs: 17_000 },
    longerMs: 5_000,
  },
  "kafka-recovery-time": {
    shape: kafka,
    quiet: { tailMs: 200, outageMs: 8_000 },
    busy: { tailMs: 820, outageMs: 13_500 },
    longerMs: 5_000,
  },
  "kafka-outage-availability": {
    shape: { ...kafka, faultMs: 52_000, refused: true },
    quiet: { tailMs: 200, outageMs: 18_000 },
    busy: { tailMs: 820, outageMs: 25_000 },
    longerMs: 10_000,
  },
  "kafka-outage-recovery-time": {
    shape: { ...kafka, faultMs: 26_000, refused: true },
    quiet: { tailMs: 200, outageMs: 18_000 },
    busy: { tailMs: 820, outageMs: 36_000 },
    longerMs: 5_000,
  },
  "clickhouse-insert-availability": {
    shape: clickhouse,
    quiet: { tailMs: 500, outageMs: 2_000 },
    busy: { tailMs: 6_000, outageMs: 5_000 },
    oneIn: 50,
  },
  "clickhouse-queued-insert-availability": {
    shape: { ...clickhouse, load: "queued" },
    quiet: { tailMs: 500, outageMs: 0 },
    busy: { tailMs: 6_000, outageMs: 5_000 },
    oneIn: 15,
  },
  "clickhouse-recovery-time": {
    shape: clickhouse,
    quiet: { tailMs: 500, outageMs: 12_000 },
    busy: { tailMs: 6_000, outageMs: 40_500 },
    longerMs: 5_000,
  },
  "minio-read-availability": {
    shape: reads,
    quiet: { tailMs: 60, outageMs: 0 },
    busy: { tailMs: 1_200, outageMs: 1_000 },
    oneIn: 50,
  },
  "minio-read-latency": {
    shape: reads,
    quiet: { tailMs: 60, outageMs: 0 },
    busy: { tailMs: 1_200, outageMs: 3_000 },
    longerMs: 5_000,
  },
  "minio-outage-read-latency": {
    shape: { ...reads, faultMs: 60_000, refused: true },
    quiet: { tailMs: 60, outageMs: 10_000 },
    busy: { tailMs: 1_200, outageMs: 23_000 },
    longerMs: 5_000,
  },
  "minio-read-recovery-time": {
    shape: { ...reads, faultMs: 20_000, refused: true },
    quiet: { tailMs: 60, outageMs: 9_000 },
    busy: { tailMs: 1_200, outageMs: 41_000 },
    longerMs: 5_000,
  },
  "minio-write-availability": {
    shape: writes,
    quiet: { tailMs: 200, outageMs: 0 },
    busy: { tailMs: 1_800, outageMs: 1_000 },
    oneIn: 25,
  },
  "minio-write-latency": {
    shape: writes,
    quiet: { tailMs: 200, outageMs: 0 },
    busy: { tailMs: 1_800, outageMs: 4_000 },
    longerMs: 5_000,
  },
  "minio-write-recovery-time": {
    shape: { ...writes, faultMs: 60_000, refused: true },
    quiet: { tailMs: 200, outageMs: 18_000 },
    busy: { tailMs: 4_500, outageMs: 72_000 },
    longerMs: 5_000,
  },
  "spark-batch-availability": {
    shape: spark,
    quiet: { tailMs: 4_000, outageMs: 5_000 },
    busy: { tailMs: 15_000, outageMs: 30_000 },
    oneIn: 3,
  },
  "spark-batch-latency": {
    shape: spark,
    quiet: { tailMs: 4_000, outageMs: 5_000 },
    busy: { tailMs: 15_000, outageMs: 30_000 },
  },
  "spark-outage-recovery-time": {
    shape: spark,
    quiet: { tailMs: 4_000, outageMs: 25_000 },
    busy: { tailMs: 15_000, outageMs: 56_000 },
    longerMs: 5_000,
  },
  "spark-recovery-time": {
    shape: spark,
    quiet: { tailMs: 4_000, outageMs: 5_000 },
    busy: { tailMs: 11_000, outageMs: 36_000 },
    longerMs: 5_000,
  },
  "zookeeper-recovery-time": {
    shape: { ...zookeeper, faultMs: 16_000 },
    quiet: { tailMs: 60, outageMs: 12_000 },
    busy: { tailMs: 600, outageMs: 26_000 },
    longerMs: 5_000,
  },
  "zookeeper-write-availability": {
    shape: zookeeper,
    quiet: { tailMs: 60, outageMs: 600 },
    busy: { tailMs: 600, outageMs: 3_500 },
    longerMs: 5_000,
  },
};

const folder = new URL("../../schemas/slo/", import.meta.url);

/** What each objective of the document came to, in its order. */
function judged(name: string, shape: Shape): readonly string[] {
  const file = `${name}.yaml`;
  const documents = readSlos(readFileSync(new URL(file, folder), "utf8"), file);
  return evaluateSlos(documents, history(shape)).map(({ verdict }) => verdict);
}

test("each document has a row", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  expect(files.map((file) => file.replace(/\.yaml$/, "")).toSorted()).toEqual(Object.keys(ROWS).toSorted());
});

describe.each(Object.entries(ROWS))("%s", (name, { shape, quiet, busy, longerMs, oneIn }) => {
  test("holds in a quiet run, and in the busiest", () => {
    expect(judged(name, { ...shape, ...quiet })).toEqual(["held", "held"]);
    expect(judged(name, { ...shape, ...busy })).toEqual(["held", "held"]);
  });

  test("its objective in calm is of 99 % or more, and violated when all takes twice as long as in the busiest", () => {
    const text = readFileSync(new URL(`${name}.yaml`, folder), "utf8");
    expect(text).toMatch(/displayName: .*in calm\n(.*\n)??\s*(op: lte\n\s*value: \d+\n\s*)?target: 0\.99/);
    const twice = { ...shape, ...busy, tailMs: 2 * busy.tailMs };
    // A batch that takes longer, and is written, is acknowledged: this one counts those that are not.
    if (name !== "spark-batch-availability") expect(judged(name, twice)[0]).toBe("violated");
  });

  test.runIf(longerMs !== undefined)("is violated when it is not served for some seconds longer", () => {
    const longer = { ...shape, ...busy, outageMs: busy.outageMs + (longerMs ?? 0) };
    expect(judged(name, longer)).toEqual(["held", "violated"]);
  });

  test.runIf(oneIn !== undefined)("is violated when some are refused", () => {
    expect(judged(name, { ...shape, ...busy, refusedOneIn: oneIn ?? 1 })).toEqual(["violated", "violated"]);
  });
});
