/** Delivery: what each anomaly counts, whom it names, and the nearest histories on both sides of each boundary. */
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation, ReadRecord } from "../../lab/journal/index.ts";

const drained = (atMs = 1_000): JournalEvent => ({
  ...{ type: "drained", atMs, load: "events", complete: true, measured: "" },
});
/** An acknowledged record: value, offset, and when it was written. */
const acked = (value: number, offset: number, rest: Partial<Operation> = {}): Partial<Operation> => ({
  ...{ value, partition: 0, offset, startMs: value * 10, endMs: value * 10 + 5 },
  ...rest,
});
const read = (value: number, offset: number, rest: Partial<ReadRecord> = {}): Partial<ReadRecord> => ({
  ...{ value, partition: 0, offset, atMs: value * 10 + 6 },
  ...rest,
});
const judge = (
  operations: readonly Partial<Operation>[],
  reads: readonly Partial<ReadRecord>[],
  events: readonly JournalEvent[] = [drained()],
): Finding => runCheck(check.delivery("events"), journalOf({ operations, reads, events }));

const ANOMALIES = [
  ...["lost", "unseen", "inconsistent", "aborted", "unwritten"],
  ...["early", "miskeyed", "duplicate", "reordered", "skipped", "doubtful", "unproven"],
];
/** The anomalies that are not zero, and what the evidence says. */
const told = ({ figures, evidence }: Finding): [Record<string, number>, ...string[]] => [
  Object.fromEntries(Object.entries(figures).filter(([name, number]) => ANOMALIES.includes(name) && number > 0)),
  ...evidence.map(({ what }) => what),
];
const figuresOf = (...history: Parameters<typeof judge>): Record<string, number> => told(judge(...history))[0];

describe("what was written", () => {
  test("a value 0 is one; an operation without a value is offered, and not acknowledged", () => {
    const found = judge([acked(0, 0), acked(-1, 1, { startMs: 20, endMs: 25 })], [read(0, 0)]);
    expect(found.figures).toMatchObject({ offered: 2, acknowledged: 1, read: 1, anomalies: 0 });
  });
  test("only what the load itself produced", () => {
    const others = [acked(8, 8, { load: "orders" }), acked(9, 9, { action: "commit" })];
    expect(judge([acked(1, 0), ...others], [read(1, 0)])).toMatchObject({
      ...{ verdict: "held", figures: { offered: 1, acknowledged: 1 } },
    });
  });
  test("of two tries that were both acknowledged, the first tells when", () => {
    const found = judge([acked(1, -1), acked(1, -1, { startMs: 30, endMs: 35 })], []);
    expect(told(found)[0]).toEqual({ lost: 1 });
    expect(found.evidence[0]?.atMs).toBe(15);
  });
  test("a try that began earlier, and ended later, counts for when the write began", () => {
    const tries = [
      acked(2, 0, { startMs: 30, endMs: 35 }),
      acked(2, -1, { startMs: 16, endMs: 50, outcome: "unknown" }),
    ];
    expect(figuresOf(tries, [read(2, 0, { atMs: 16 })])).toEqual({});
    expect(figuresOf(tries, [read(2, 0, { atMs: 15.9 })])).toEqual({ early: 1 });
  });
  test("a key is that of the first try", () => {
    const other = acked(9, -1, { key: 5, outcome: "unknown" });
    const tries = [other, acked(1, -1, { key: 3, outcome: "unknown" }), acked(1, 0, { key: 4 })];
    expect(figuresOf(tries, [read(1, 0, { key: 3 })])).toEqual({});
    expect(figuresOf(tries, [read(1, 0, { key: 4 })])).toEqual({ miskeyed: 1 });
    expect(figuresOf(tries, [read(1, 0, { key: 5 })])).toEqual({ miskeyed: 1 });
  });
  test("two values at a place, and one value at two, as acknowledged", () => {
    const other = { client: "producer-2", startMs: 10, endMs: 15 };
    expect(told(judge([acked(1, 0), acked(2, 0, other)], [], []))).toEqual([
      ...[{ inconsistent: 1, unproven: 2 }, "value 2 was acknowledged at a place that holds another"],
    ]);
    expect(told(judge([acked(1, 0), acked(1, 1, other), acked(1, 2, other)], [], []))).toEqual([
      ...[{ duplicate: 1, unproven: 1 }, "value 1 was acknowledged at a second place"],
    ]);
  });
  test("the same place acknowledged twice is one", () => {
    expect(told(judge([acked(1, 0), acked(1, 0)], [read(1, 0)]))).toEqual([{}]);
    expect(told(judge([acked(1, 0), acked(1, 0, { startMs: 20, endMs: 25 })], [read(1, 0)]))).toEqual([{}]);
  });
  test("a place is a partition and an offset: without one of them there is none", () => {
    const nowhere = { partition: -1 };
    expect(figuresOf([acked(1, 0, nowhere), acked(2, 0, nowhere)], [read(1, 0), read(2, 1)])).toEqual({});
    expect(figuresOf([acked(1, 5, nowhere), acked(2, 4, nowhere)], [read(1, 0), read(2, 1)])).toEqual({});
    expect(figuresOf([acked(1, -1), acked(2, -1)], [read(1, 0), read(2, 1)])).toEqual({});
  });
});

describe("what was read", () => {
  test("each anomaly of a value counts once, and names the first that showed it", () => {
    const again = { client: "reader-2" };
    const failed = acked(1, -1, { outcome: "failed" });
    expect(told(judge([failed], [read(1, 0), read(1, 0, again)]))).toEqual([
      ...[{ aborted: 1 }, "value 1 was read, though its write had failed"],
    ]);
    expect(told(judge([], [read(7, 0), read(7, 0, again), read(8, 1)]))).toEqual([
      ...[{ unwritten: 2 }, "value 7 was read, and nobody wrote it", "value 8 was read, and nobody wrote it"],
    ]);
    const early = read(1, 0, { atMs: 9 });
    expect(told(judge([acked(1, 0)], [early, { ...early, ...again }]))).toEqual([
      ...[{ early: 1 }, "value 1 was read before its write began"],
    ]);
    const otherKey = read(1, 0, { key: 5 });
    expect(told(judge([acked(1, 0)], [otherKey, { ...otherKey, ...again, key: 6 }]))).toEqual([
      ...[{ miskeyed: 1 }, "value 1 was read under key 5, and written under 0"],
    ]);
    expect(told(judge([acked(1, 0)], [read(1, 0), read(1, 1), read(1, 2)]))).toEqual([
      ...[{ duplicate: 1 }, "value 1 was read here, and lies at 0/0 too"],
    ]);
  });
  test("each value has its own", () => {
    const two = [acked(1, 0, { outcome: "failed" }), acked(2, 1, { outcome: "failed" })];
    expect(figuresOf(two, [read(1, 0), read(2, 1)])).toEqual({ aborted: 2 });
    expect(figuresOf([acked(1, 0), acked(2, 1)], [read(1, 0, { atMs: 1 }), read(2, 1, { atMs: 2 })])).toEqual({
      ...{ early: 2 },
    });
    expect(figuresOf([acked(1, 0), acked(2, 1)], [read(1, 0, { key: 1 }), read(2, 1, { key: 1 })])).toEqual({
      ...{ miskeyed: 2 },
    });
  });
  test("a place is another when its partition is, and when its offset is", () => {
    const later = { client: "reader-2" };
    expect(figuresOf([acked(1, 0)], [read(1, 0), read(1, 0, { ...later, partition: 1 })])).toEqual({ duplicate: 1 });
    expect(figuresOf([acked(1, 0)], [read(1, 0), read(1, 1, later)])).toEqual({ duplicate: 1 });
    expect(figuresOf([acked(1, 0)], [read(1, 0), read(1, 0, later)])).toEqual({});
    const there = { partition: 2 };
    expect(told(judge([acked(1, 5, there)], [read(1, 6, there)]))).toEqual([
      ...[{ duplicate: 1 }, "value 1 was read here, and lies at 2/5 too"],
    ]);
  });
  test("two values at a place, as read", () => {
    const maybe = acked(2, -1, { startMs: 5, outcome: "unknown" });
    const found = judge([acked(1, 0), maybe], [read(1, 0), read(2, 0, { client: "reader-2" })]);
    expect(told(found)).toEqual([{ inconsistent: 1 }, "value 2 was read at a place that holds another"]);
    expect(found.verdict).toBe("violated");
  });
});

describe("what was not read", () => {
  const gone = "was passed by readers and never read";
  const missing = "was not there when the log had been read to its end";
  test("the first of a log is lost when a later one was read, and unseen when none was", () => {
    expect(told(judge([acked(1, 0), acked(2, 1)], [read(2, 1)]))).toEqual([
      ...[{ lost: 1 }, `value 1, acknowledged, ${gone}`],
    ]);
    expect(told(judge([acked(1, 0)], []))).toEqual([{ unseen: 1 }, `value 1, acknowledged, ${missing}`]);
    const elsewhere = [acked(1, 0), acked(2, 1, { partition: 1 })];
    expect(figuresOf(elsewhere, [read(2, 1, { partition: 1 })])).toEqual({ unseen: 1 });
    const there = { partition: 2 };
    expect(figuresOf([acked(1, 0, there), acked(2, 1, there)], [read(2, 1, there)])).toEqual({ lost: 1 });
  });
  test("readers pass what lies before the furthest that any of them was given, not before where they stand", () => {
    const back = [read(2, 1), read(1, 0, { client: "reader-2" })];
    expect(figuresOf([acked(1, 0), acked(2, 1), acked(3, 0, { partition: 1 })], back)).toEqual({ unseen: 1 });
    // Two values of one place: the second was never read, and nothing beyond its place was.
    const other = acked(4, 1, { startMs: 20, endMs: 25 });
    expect(figuresOf([acked(1, 0), acked(2, 1), other], back)).toEqual({ inconsistent: 1, unseen: 1 });
    expect(figuresOf([acked(1, 0), acked(2, 1), acked(3, 2)], [read(3, 2), ...back.slice(1)])).toEqual({ lost: 1 });
  });
  test("an acknowledgement at the moment when the log had been read counts; one after it is open", () => {
    const history = [acked(1, 0), acked(2, 1)];
    expect(figuresOf(history, [read(1, 0)], [drained(25)])).toEqual({ unseen: 1 });
    expect(figuresOf(history, [read(1, 0)], [drained(24.9)])).toEqual({ unproven: 1 });
    expect(judge(history, [read(1, 0)], [drained(24.9)]).summary).toMatchInlineSnapshot(
      `"2 acknowledged, 1 read, but the log was not read to its end: whether 1 other would have been read is not known"`,
    );
  });
  test("so does one without its place, which no reader can pass", () => {
    const history = [acked(1, 0), acked(2, -1)];
    expect(told(judge(history, [read(1, 0)], [drained(25)]))).toEqual([
      ...[{ lost: 1 }, `value 2, acknowledged, ${missing}`],
    ]);
    expect(figuresOf(history, [read(1, 0)], [drained(24.9)])).toEqual({ unproven: 1 });
  });
  test("the span of what is gone goes from the first acknowledgement of it to the last", () => {
    const operations = [acked(1, 0), acked(4, 2), acked(3, 1), acked(2, 3, { startMs: 36, endMs: 40 }), acked(9, 4)];
    const found = judge(operations, [read(1, 0), read(9, 4, { assignment: 2 })]);
    expect(told(found)[0]).toMatchObject({ lost: 3 });
    expect(found.figures).toMatchObject({ dataLossSpanMs: 45 - 35, anomalies: 3, acknowledged: 5, read: 2 });
    expect(judge([acked(1, 0)], []).figures).toMatchObject({ dataLossSpanMs: 0 });
  });
});

describe("duplicates that are allowed", () => {
  const twice = [read(1, 0), read(1, 1)];
  const allowed = (operations: readonly Partial<Operation>[], duplicatesAllowed: boolean): Finding =>
    runCheck(
      check.delivery("events", { duplicatesAllowed }),
      journalOf({ operations, reads: twice, events: [drained()] }),
    );
  test("are counted, and forgiven, and nothing else is", () => {
    expect(allowed([acked(1, 0)], true)).toMatchObject({
      ...{ verdict: "held", summary: "1 acknowledged, all read, none lost, 1 allowed duplicate" },
      figures: { duplicate: 1, anomalies: 0 },
    });
    expect(allowed([acked(1, 0)], false)).toMatchObject({ verdict: "violated", figures: { anomalies: 1 } });
    expect(allowed([acked(1, 0), acked(2, 2)], true)).toMatchObject({
      ...{ verdict: "violated", summary: "2 acknowledged, 1 read: 1 acknowledged record never read" },
      figures: { duplicate: 1, unseen: 1, anomalies: 1 },
    });
  });
});

describe("the order of a log", () => {
  const batch = { startMs: 10, endMs: 15 };
  const both = [read(1, 0, { atMs: 40 }), read(2, 1, { atMs: 40 })];
  const reordered = (...operations: Partial<Operation>[]): number | undefined =>
    judge(operations, both).figures["reordered"];

  test("within a batch, offsets go with values, in whatever order they were told", () => {
    const [up, down] = [
      [acked(1, 0, batch), acked(2, 1, batch)],
      [acked(1, 1, batch), acked(2, 0, batch)],
    ];
    expect([reordered(...up), reordered(...up.toReversed())]).toEqual([0, 0]);
    expect([reordered(...down), reordered(...down.toReversed())]).toEqual([1, 1]);
  });
  test("one place told twice in a batch is no disorder, and neither are two values of one place", () => {
    expect(reordered(acked(1, 0, batch), acked(1, 0, batch))).toBe(0);
    expect(reordered(acked(2, 0, batch), acked(1, 0, batch))).toBe(0);
    expect(reordered(acked(1, 0, batch), acked(1, 1, batch))).toBe(0);
  });
  test("two loads' and two partitions' batches are apart", () => {
    expect(reordered(acked(1, 5, batch), acked(2, 0, { ...batch, partition: 1 }))).toBe(0);
    expect(reordered(acked(1, 5, batch), acked(2, 0, { ...batch, load: "orders" }))).toBe(0);
  });
  test("a batch is compared with its last record, and the first with nothing", () => {
    const three = [acked(1, 0, batch), acked(2, 2, batch), acked(3, 1, batch)];
    expect(judge(three, [read(1, 0), read(3, 1), read(2, 2)]).figures["reordered"]).toBe(1);
    const four = [...three, acked(4, 3, batch)];
    expect(judge(four, [read(1, 0), read(3, 1), read(2, 2), read(4, 3)]).figures["reordered"]).toBe(1);
  });
  test("what was acknowledged before counts by the highest of all, not by the last", () => {
    // Offsets 0, 1, 5, then 2 while 5 was under way; 3 began after all of them, and lies below 5.
    const operations = [
      acked(1, 0),
      acked(2, 1),
      acked(3, 5),
      acked(4, 2, { startMs: 34, endMs: 45 }),
      acked(5, 3),
      acked(6, 6),
    ];
    const found = judge(operations, []);
    expect(found.figures["reordered"]).toBe(1);
    expect(found.evidence.map(({ what }) => what)).toContain(
      "value 5 lies before records that were acknowledged before it was written",
    );
  });
  test("equal moments are no order: acknowledged before it began is strictly before", () => {
    const second = (startMs: number): number | undefined =>
      reordered(acked(1, 1, { startMs: 0, endMs: 10 }), acked(2, 0, { startMs, endMs: 30 }));
    expect([second(9), second(10), second(10.1)]).toEqual([0, 0, 1]);
  });
  test("a record that was found, and whose place was not told, is named with the place", () => {
    const there = { partition: 3 };
    const open = acked(4, -1, { startMs: 40, endMs: 90, outcome: "unknown" });
    const operations = [acked(1, 0, there), acked(2, 2, there), open];
    const late = { ...there, atMs: 95 };
    const found = judge(operations, [read(1, 0, there), read(4, 1, late), read(2, 2, late)]);
    expect(told(found)).toEqual([
      ...[{ reordered: 1 }, "value 4 was found at 3/1, before records that were acknowledged before it was written"],
    ]);
    const atTheSame = judge(operations, [read(1, 0, there), read(2, 2, there), read(4, 2, { ...late, client: "r2" })]);
    expect(told(atTheSame)[0]).toEqual({ inconsistent: 1 });
  });
  test("one that was told its place is counted once, though it was found as well", () => {
    expect(figuresOf([acked(1, 1), acked(2, 0)], [read(2, 0), read(1, 1)])).toEqual({ reordered: 1 });
  });
});

describe("the order in which a reader is given a log", () => {
  const five = [0, 1, 2, 3, 4].map((offset) => acked(offset, offset));
  const reads = (offsets: readonly number[], rest: Partial<ReadRecord> = {}): Partial<ReadRecord>[] =>
    offsets.map((offset) => read(offset, offset, { atMs: 100, ...rest }));
  const all = reads([0, 1, 2, 3, 4], { client: "reader-9", atMs: 99 });
  const given = (...some: Partial<ReadRecord>[][]): [Record<string, number>, ...string[]] =>
    told(judge(five, [...some.flat(), ...all]));

  test("the same again, one back, and more: each is out of order", () => {
    const back = (from: number, to: number): string =>
      `offset ${to} was given to the reader after offset ${from}, within one assignment`;
    expect(given(reads([0, 1, 1, 2]))).toEqual([{ reordered: 1 }, back(1, 1)]);
    expect(given(reads([0, 1, 0]))).toEqual([{ reordered: 1 }, back(1, 0)]);
    expect(given(reads([0, 1, 2, 3, 0, 1]))).toEqual([{ reordered: 1 }, back(3, 0)]);
  });
  test("each record in a gap is skipped", () => {
    expect(given(reads([0, 4]))).toEqual([
      ...[{ skipped: 3 }, "the reader went from offset 0 to 4, past 3 known to lie in between"],
    ]);
    expect(given(reads([0, 2, 4]))[0]).toEqual({ skipped: 2 });
    expect(given(reads([1, 2]))[0]).toEqual({});
    expect(told(judge([acked(1, 0), acked(2, 5)], [read(1, 0), read(2, 5)]))).toEqual([{}]);
  });
  test("by reader, by assignment and by partition", () => {
    expect(given(reads([3]), reads([0], { assignment: 2 }))[0]).toEqual({});
    expect(given(reads([3]), reads([0], { client: "reader-2" }))[0]).toEqual({});
    expect(given(reads([3]), reads([0], { load: "orders" }))[0]).toEqual({});
    const other = acked(9, 0, { partition: 1 });
    const found = judge([...five, other], [...reads([3]), read(9, 0, { partition: 1 }), ...all]);
    expect(told(found)[0]).toEqual({});
  });
});

describe("a tail that a later reader did not come to", () => {
  const three = [acked(1, 0), acked(2, 1), acked(3, 2), acked(4, 3)];
  const first = [read(1, 0), read(2, 1), read(3, 2), read(4, 3)];
  const later = (value: number, offset: number, atMs: number, rest: Partial<ReadRecord> = {}): Partial<ReadRecord> =>
    read(value, offset, { client: "reader-2", atMs, ...rest });
  const doubtful = (
    reads: readonly Partial<ReadRecord>[],
    operations: readonly Partial<Operation>[] = [],
  ): number | undefined => judge([...three, ...operations], reads, [drained(10_100)]).figures["doubtful"];

  test("counts what lies ahead of it", () => {
    expect(doubtful([...first, later(1, 0, 100)])).toBe(3);
    expect(doubtful([...first, later(1, 0, 99), later(2, 1, 100)])).toBe(2);
    expect(doubtful([...first, later(3, 2, 100)])).toBe(1);
    expect(doubtful([...first, later(4, 3, 100)])).toBe(0);
  });
  test("time counts from the last that it was given", () => {
    expect(doubtful([...first, later(1, 0, 50), later(2, 1, 100.1)])).toBe(0);
    expect(doubtful([...first, later(1, 0, 50), later(2, 1, 100)])).toBe(2);
  });
  test("the furthest of all readers before it, and what they are given meanwhile, lie ahead of it", () => {
    const between = later(2, 1, 60);
    expect(doubtful([...first, between, read(1, 0, { client: "reader-3", atMs: 100 })])).toBe(3);
    const shorter = first.slice(0, 2);
    expect(doubtful([...shorter, later(1, 0, 50), ...first.slice(2), read(3, 2, { assignment: 1, atMs: 60 })])).toBe(3);
  });
  test("where a reader went back, the furthest that it was given counts", () => {
    expect(doubtful([...first, later(3, 2, 60), later(1, 0, 70)])).toBe(1);
  });
  test("by partition, by assignment and by load", () => {
    expect(doubtful([...first, read(2, 1, { assignment: 2, atMs: 100 })])).toBe(2);
    expect(doubtful([...first, later(1, 0, 100, { load: "orders" })])).toBe(0);
    const elsewhere = acked(9, 0, { partition: 1 });
    expect(doubtful([...first, later(9, 0, 100, { partition: 1 })], [elsewhere])).toBe(0);
    const both = [...first, read(9, 0, { partition: 1, atMs: 96 }), later(2, 1, 100)];
    expect(doubtful(both, [elsewhere])).toBe(2);
  });
  test("one commit beyond it, among others, explains it", () => {
    const commit = (offset: number, rest: Partial<Operation> = {}): Partial<Operation> => ({
      ...{ action: "commit", client: "reader-2", partition: 0, offset, startMs: 100, endMs: 100 },
      ...rest,
    });
    const reads = [...first, later(1, 0, 100)];
    expect(doubtful(reads, [commit(1)])).toBe(3);
    expect(doubtful(reads, [commit(1), commit(2)])).toBe(0);
    expect(doubtful(reads, [commit(2, { outcome: "unknown" }), commit(1)])).toBe(0);
    expect(doubtful(reads, [commit(2, { load: "orders" })])).toBe(3);
    expect(doubtful([...first, later(1, 0, 99), later(1, 0, 100)], [commit(2, { endMs: 99 })])).toBe(0);
    const elsewhere = [acked(9, 0, { partition: 3 }), acked(10, 1, { partition: 3 })];
    const there = [read(9, 0, { partition: 3 }), read(10, 1, { partition: 3 }), later(9, 0, 100, { partition: 3 })];
    expect(doubtful([...first, ...there], [...elsewhere, commit(2)])).toBe(1);
    expect(doubtful([...first, ...there], [...elsewhere, commit(2, { partition: 3 })])).toBe(0);
  });
  test("says so, and how many", () => {
    const found = judge(three, [...first, later(2, 1, 100)], [drained(10_100)]);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "unknown",
        "4 acknowledged, all read, but 2 records read once lay beyond where a later reader ended: whether they are still there is not known",
      ]
    `);
  });
});
