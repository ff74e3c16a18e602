import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding, Verdict } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation, ReadRecord } from "../../lab/journal/index.ts";

const drained = (complete = true, atMs = 1_000): JournalEvent => ({
  type: "drained",
  atMs,
  load: "events",
  complete,
  measured: "",
});

/** An acknowledged record: value, offset, and when it was written. */
const acked = (value: number, offset: number, rest: Partial<Operation> = {}): Partial<Operation> => ({
  ...{ value, partition: 0, offset, startMs: value * 10, endMs: value * 10 + 5 },
  ...rest,
});
const failed = (value: number): Partial<Operation> => ({ ...acked(value, -1), outcome: "failed", error: "REFUSED" });
const unknown = (value: number): Partial<Operation> => ({ ...acked(value, -1), outcome: "unknown", error: "timeout" });
const read = (value: number, offset: number, rest: Partial<ReadRecord> = {}): Partial<ReadRecord> => ({
  ...{ value, partition: 0, offset, atMs: value * 10 + 6 },
  ...rest,
});

interface History {
  readonly operations: readonly Partial<Operation>[];
  readonly reads: readonly Partial<ReadRecord>[];
  readonly events?: readonly JournalEvent[];
  readonly finished?: boolean;
}
const judge = (
  { operations, reads, events = [drained()], finished = true }: History,
  duplicatesAllowed?: boolean,
): Finding =>
  runCheck(
    check.delivery("events", duplicatesAllowed === undefined ? {} : { duplicatesAllowed }),
    journalOf({ operations, reads, events, finished }),
  );

const anomalyKinds = [
  ...["lost", "unseen", "inconsistent", "aborted", "unwritten"],
  ...["early", "miskeyed", "duplicate", "reordered", "skipped", "doubtful"],
];
/** The verdict and the anomalies that are not zero. */
function short(found: Finding): Record<string, number | string> {
  const anomalies = Object.entries(found.figures).filter(([name, number]) => anomalyKinds.includes(name) && number > 0);
  return { verdict: found.verdict, ...Object.fromEntries(anomalies) };
}

const good: History = {
  operations: [acked(1, 0), acked(2, 1), acked(3, 2)],
  reads: [read(1, 0), read(2, 1), read(3, 2)],
};

describe("delivery: a history for each anomaly, and its near miss", () => {
  test("all acknowledged, all read", () => {
    expect(judge(good)).toMatchInlineSnapshot(`
      {
        "evidence": [],
        "figures": {
          "aborted": 0,
          "acknowledged": 3,
          "anomalies": 0,
          "dataLossSpanMs": 0,
          "doubtful": 0,
          "duplicate": 0,
          "early": 0,
          "inconsistent": 0,
          "lost": 0,
          "miskeyed": 0,
          "offered": 3,
          "read": 3,
          "reordered": 0,
          "skipped": 0,
          "unproven": 0,
          "unseen": 0,
          "unwritten": 0,
        },
        "summary": "3 acknowledged, all read, none lost, no duplicates",
        "verdict": "held",
      }
    `);
  });

  test("lost: acknowledged, passed by a reader, never read", () => {
    const found = judge({ ...good, reads: [read(1, 0), read(3, 2, { assignment: 2 })] });
    expect(short(found)).toEqual({ verdict: "violated", lost: 1 });
    expect(found.summary).toMatchInlineSnapshot(`"3 acknowledged, 2 read: 1 acknowledged record lost"`);
    expect(found.evidence).toMatchInlineSnapshot(`
      [
        {
          "atMs": 25,
          "detail": {
            "action": "produce",
            "client": "producer-1",
            "endMs": 25,
            "intendedMs": 20,
            "offset": 1,
            "outcome": "ok",
            "partition": 0,
            "startMs": 20,
            "value": 2,
          },
          "what": "value 2, acknowledged, was passed by readers and never read",
        },
      ]
    `);
  });
  test("not lost, but undecided: the log was not read to its end, so that it may still have come", () => {
    const history = { ...good, reads: [read(1, 0), read(3, 2, { assignment: 2 })] };
    for (const events of [[], [drained(false)]])
      expect(short(judge({ ...history, events }))).toEqual({ verdict: "unknown" });
    expect(judge({ ...history, events: [] }).figures).toMatchObject({ lost: 0, unproven: 1, anomalies: 0 });
  });
  test("lost: passed by a reader, though it was acknowledged only after the log had been read to its end", () => {
    const history = { ...good, reads: [read(1, 0), read(3, 2, { assignment: 2 })], events: [drained(true, 24)] };
    expect(short(judge(history))).toEqual({ verdict: "violated", lost: 1 });
  });
  test("not lost: read later, by another", () => {
    const again = read(2, 1, { client: "reader-2" });
    expect(short(judge({ ...good, reads: [read(1, 0), read(3, 2, { assignment: 2 }), again] }))).toEqual({
      verdict: "held",
    });
  });
  test("lost: acknowledged without an offset, and not there when all had been read", () => {
    const operations = [acked(1, 0), acked(2, -1)];
    expect(short(judge({ operations, reads: [read(1, 0)] }))).toEqual({ verdict: "violated", lost: 1 });
    expect(short(judge({ operations, reads: [read(1, 0)], events: [drained(false)] }))).toEqual({ verdict: "unknown" });
  });

  test("unseen: acknowledged at the end of the log, which was read to its end without it", () => {
    expect(short(judge({ ...good, reads: [read(1, 0), read(2, 1)] }))).toEqual({ verdict: "violated", unseen: 1 });
  });
  test("not unseen, but unknown: the log was not read to its end, or only before the acknowledgement", () => {
    const reads = [read(1, 0), read(2, 1)];
    for (const events of [[], [drained(false)], [drained(true, 34)], [drained(true, 500), drained(false)]]) {
      expect(short(judge({ ...good, reads, events }))).toEqual({ verdict: "unknown" });
    }
  });
  test("all read, but the log not to its end: what else is in it is unknown", () => {
    // Another sink that was read to its end, or not, says nothing of the load's own.
    const other = (complete: boolean): JournalEvent => ({ ...drained(complete), sink: "copy" }) as JournalEvent;
    expect(judge({ ...good, events: [other(true)] }).verdict).toBe("unknown");
    expect(judge({ ...good, events: [drained(), other(false)] }).verdict).toBe("held");
    const found = judge({ ...good, events: [drained(false)] });
    expect(found.verdict).toBe("unknown");
    expect(found.summary).toMatchInlineSnapshot(`"3 acknowledged, all read, but the log was not read to its end"`);
  });

  test("duplicate: one value at two places", () => {
    const history = { ...good, reads: [...good.reads, read(2, 3)] };
    expect(short(judge(history))).toEqual({ verdict: "violated", duplicate: 1 });
    expect(short(judge(history, true))).toEqual({ verdict: "held", duplicate: 1 });
    expect(judge(history, true).summary).toMatchInlineSnapshot(
      `"3 acknowledged, all read, none lost, 1 allowed duplicate"`,
    );
  });
  test("duplicate: acknowledged at one place and read at another", () => {
    const operations = [acked(1, 0), acked(2, 1)];
    const reads = [read(1, 0), read(2, 2)];
    expect(short(judge({ operations, reads }))).toEqual({ verdict: "violated", duplicate: 1, skipped: 1 });
  });
  test("no duplicate: the same place read again after a change of hands", () => {
    const again = [read(2, 1, { assignment: 2 }), read(3, 2, { assignment: 2 })];
    expect(short(judge({ ...good, reads: [...good.reads, ...again] }))).toEqual({ verdict: "held" });
  });

  test("inconsistent: two readers find two values at one place", () => {
    const operations = [...good.operations, { ...unknown(4), startMs: 15 }];
    const reads = [...good.reads, read(4, 1, { client: "reader-2" })];
    expect(short(judge({ operations, reads }))).toEqual({ verdict: "violated", inconsistent: 1 });
  });
  test("inconsistent: another value is read where one was acknowledged", () => {
    const operations = [acked(1, 0), acked(2, 1), unknown(3)];
    const found = judge({ operations, reads: [read(1, 0), read(3, 1)] });
    expect(short(found)).toEqual({ verdict: "violated", inconsistent: 1, unseen: 1 });
  });
  test("not inconsistent: two partitions", () => {
    const operations = [acked(1, 0), acked(2, 0, { partition: 1 })];
    expect(short(judge({ operations, reads: [read(1, 0), read(2, 0, { partition: 1 })] }))).toEqual({
      verdict: "held",
    });
  });

  test("aborted: a failed write is read", () => {
    expect(short(judge({ operations: [...good.operations, failed(4)], reads: [...good.reads, read(4, 3)] }))).toEqual({
      ...{ verdict: "violated", aborted: 1 },
    });
  });
  test("not aborted: a write of unknown outcome is read, or is not", () => {
    const operations = [...good.operations, unknown(4), unknown(5)];
    expect(short(judge({ operations, reads: [...good.reads, read(4, 3)] }))).toEqual({ verdict: "held" });
  });
  test("a write of unknown outcome may appear once, not twice", () => {
    const found = judge({
      operations: [...good.operations, unknown(4)],
      reads: [...good.reads, read(4, 3), read(4, 4)],
    });
    expect(short(found)).toEqual({ verdict: "violated", duplicate: 1 });
  });

  test("unwritten: a value that nobody wrote is read, however often", () => {
    const reads = [...good.reads, read(99, 3), read(99, 3, { client: "reader-2" })];
    expect(short(judge({ ...good, reads }))).toEqual({ verdict: "violated", unwritten: 1 });
  });
  test("not unwritten: another load's reader reads another load's value", () => {
    const reads = [...good.reads, read(99, 3, { load: "orders" })];
    expect(short(judge({ ...good, reads }))).toEqual({ verdict: "held" });
  });

  test("reordered: a reader goes back within one assignment", () => {
    expect(short(judge({ ...good, reads: [...good.reads, read(2, 1), read(3, 2)] }))).toEqual({
      ...{ verdict: "violated", reordered: 1 },
    });
  });
  test("reordered: a writer's later record lies before its earlier one", () => {
    const operations = [acked(1, 1), acked(2, 0)];
    expect(short(judge({ operations, reads: [read(2, 0), read(1, 1)] }))).toEqual({
      verdict: "violated",
      reordered: 1,
    });
  });
  test("reordered: within one batch, by value", () => {
    const batch = { startMs: 10, endMs: 15 };
    const operations = [acked(1, 1, batch), acked(2, 0, batch)];
    expect(short(judge({ operations, reads: [read(2, 0), read(1, 1)] }))).toEqual({
      verdict: "violated",
      reordered: 1,
    });
  });
  test("not reordered: writes that were under way together, or in two partitions", () => {
    const reads = [read(1, 1, { atMs: 40 }), read(2, 0, { atMs: 40, assignment: 2 })];
    const together = (startMs: number): History => ({
      operations: [acked(1, 1, { startMs: 10, endMs: 20 }), acked(2, 0, { startMs, endMs: 25 })],
      reads,
    });
    expect(short(judge(together(20)))).toEqual({ verdict: "held" });
    expect(short(judge(together(20.1)))).toEqual({ verdict: "violated", reordered: 1 });
    const apart = [acked(1, 5), acked(2, 0, { partition: 1 })];
    expect(short(judge({ operations: apart, reads: [read(1, 5), read(2, 0, { partition: 1 })] }))).toEqual({
      verdict: "held",
    });
  });
  test("not reordered within a batch: started or told of at other moments, or by another client", () => {
    const batch = { startMs: 10, endMs: 15 };
    const reads = [read(2, 0, { atMs: 40 }), read(1, 1, { atMs: 40 })];
    for (const other of [{ startMs: 11 }, { endMs: 16 }, { client: "producer-2" }]) {
      const operations = [acked(1, 1, batch), acked(2, 0, { ...batch, ...other })];
      expect(short(judge({ operations, reads }))).toEqual({ verdict: "held" });
    }
  });
  test("reordered across writers: a partition is one log", () => {
    const operations = [acked(1, 1), acked(2, 0, { client: "producer-2" })];
    const reads = [read(2, 0), read(1, 1)];
    expect(short(judge({ operations, reads }))).toEqual({ verdict: "violated", reordered: 1 });
    const three = [acked(1, 0), acked(2, 2, { client: "producer-2" }), acked(3, 1, { client: "producer-3" })];
    expect(short(judge({ operations: three, reads: [read(1, 0), read(3, 1), read(2, 2)] }))).toEqual({
      ...{ verdict: "violated", reordered: 1 },
    });
  });
  test("reordered: an unknown write is found below what was acknowledged before it began", () => {
    const found = (startMs: number): Record<string, number | string> =>
      short(
        judge({
          operations: [acked(1, 0), acked(2, 2), { ...unknown(4), startMs, endMs: 90 }],
          reads: [read(1, 0), read(4, 1, { atMs: 95 }), read(2, 2, { atMs: 95 })],
        }),
      );
    expect(found(25.1)).toEqual({ verdict: "violated", reordered: 1 });
    expect(found(25)).toEqual({ verdict: "held" });
  });
  test("reordered: so is one that was acknowledged without its offset", () => {
    const operations = [acked(1, 0), acked(2, 2), acked(4, -1)];
    const reads = [read(1, 0), read(4, 1, { atMs: 95 }), read(2, 2, { atMs: 95 })];
    expect(short(judge({ operations, reads }))).toEqual({ verdict: "violated", reordered: 1 });
  });

  test("early: a record is read before its write began", () => {
    const at = (atMs: number): Record<string, number | string> =>
      short(
        judge({
          ...good,
          reads: [read(1, 0), read(2, 1, { atMs }), read(3, 2), read(2, 1, { atMs: 5, assignment: 2 })],
        }),
      );
    expect(at(19.9)).toEqual({ verdict: "violated", early: 1 });
    const fine = [read(1, 0), read(2, 1, { atMs: 20 }), read(3, 2)];
    expect(short(judge({ ...good, reads: fine }))).toEqual({ verdict: "held" });
  });
  test("not early: an earlier try of the same value had begun", () => {
    const operations = [acked(1, 0), { ...unknown(2), startMs: 16, endMs: 19 }, acked(2, 1), acked(3, 2)];
    const at = (atMs: number): Finding => judge({ operations, reads: [read(1, 0), read(2, 1, { atMs }), read(3, 2)] });
    expect(short(at(16))).toEqual({ verdict: "held" });
    expect(short(at(15))).toEqual({ verdict: "violated", early: 1 });
  });

  test("miskeyed: a record is read under another key than it was written under", () => {
    const operations = good.operations.map((row) => ({ ...row, key: 7 }));
    const keys = (key: number): Finding =>
      judge({ operations, reads: good.reads.map((row) => ({ ...row, key: row.value === 2 ? key : 7 })) });
    expect(short(keys(7))).toEqual({ verdict: "held" });
    expect(short(keys(8))).toEqual({ verdict: "violated", miskeyed: 1 });
    expect(keys(8).evidence[0]?.what).toBe("value 2 was read under key 8, and written under 7");
  });

  test("skipped: a reader jumps over a record that another reads later", () => {
    const reads = [read(1, 0), read(3, 2), read(2, 1, { client: "reader-2" })];
    expect(short(judge({ ...good, reads }))).toEqual({ verdict: "violated", skipped: 1 });
  });
  test("not skipped: nothing is known of the offsets between, or the assignment changed", () => {
    const operations = [acked(1, 0), acked(2, 4)];
    expect(short(judge({ operations, reads: [read(1, 0), read(2, 4)] }))).toEqual({ verdict: "held" });
    const handed = [read(1, 0), read(3, 2, { assignment: 2 }), read(2, 1, { client: "reader-2" })];
    expect(short(judge({ ...good, reads: handed }))).toEqual({ verdict: "held" });
  });

  test("no samples: nothing acknowledged proves nothing", () => {
    expect(judge({ operations: [], reads: [] })).toMatchInlineSnapshot(`
      {
        "evidence": [],
        "figures": {
          "aborted": 0,
          "acknowledged": 0,
          "anomalies": 0,
          "dataLossSpanMs": 0,
          "doubtful": 0,
          "duplicate": 0,
          "early": 0,
          "inconsistent": 0,
          "lost": 0,
          "miskeyed": 0,
          "offered": 0,
          "read": 0,
          "reordered": 0,
          "skipped": 0,
          "unproven": 0,
          "unseen": 0,
          "unwritten": 0,
        },
        "summary": "no record of events was acknowledged, so none could be lost",
        "verdict": "unknown",
      }
    `);
    expect(short(judge({ operations: [failed(1), unknown(2)], reads: [] }))).toEqual({ verdict: "unknown" });
  });

  test("shows at most twenty anomalies, some of each kind, and counts all", () => {
    const operations = Array.from({ length: 50 }, (_, i) => acked(i, i));
    const found = judge({ operations, reads: [read(0, 0), read(999, 60)] });
    expect(found.figures["anomalies"]).toBe(49 + 1 + 49);
    expect(found.evidence).toHaveLength(20);
    expect(found.evidence.some(({ what }) => what.includes("999"))).toBe(true);
  });
});

describe("delivery: a tail that was read, and that a later reader did not come to", () => {
  const operations = [acked(1, 0), acked(2, 1), acked(3, 2)];
  const first = [read(1, 0), read(2, 1), read(3, 2)];
  const later = [read(2, 1, { client: "reader-2", atMs: 100 })];
  const short2 = (history: Partial<History>): Record<string, number | string> =>
    short(judge({ operations, reads: [...first, ...later], events: [drained(true, 10_100)], ...history }));

  test("is unknown: it may be gone", () => {
    expect(short2({})).toEqual({ verdict: "unknown", doubtful: 1 });
    expect(
      judge({ operations, reads: [...first, ...later], events: [drained(true, 10_100)] }).summary,
    ).toMatchInlineSnapshot(
      `"3 acknowledged, all read, but 1 record read once lay beyond where a later reader ended: whether they are still there is not known"`,
    );
  });
  test("near misses: too little time, read again, read on, begun beyond it, committed beyond it", () => {
    expect(short2({ events: [drained(true, 10_099)] })).toEqual({ verdict: "held" });
    const again = read(3, 2, { client: "reader-2", atMs: 100 });
    expect(short2({ reads: [...first, ...later, again] })).toEqual({ verdict: "held" });
    const next = read(3, 2, { client: "reader-1", assignment: 2, atMs: 100 });
    expect(short2({ reads: [...first, ...later, next] })).toEqual({ verdict: "held" });
    const commit = (offset: number, rest: Partial<Operation> = {}): Partial<Operation> => ({
      ...{ action: "commit", client: "reader-1", partition: 0, offset, startMs: 100, endMs: 100 },
      ...rest,
    });
    expect(short2({ operations: [...operations, commit(3)] })).toEqual({ verdict: "held" });
    for (const none of [
      commit(2),
      commit(3, { outcome: "failed" }),
      commit(3, { endMs: 99 }),
      commit(3, { partition: 1 }),
    ]) {
      expect(short2({ operations: [...operations, none] })).toEqual({ verdict: "unknown", doubtful: 1 });
    }
  });
});

describe("delivery: undecided is not violated", () => {
  const open = { finished: false };
  test("in a record that ends early, a value may have been written by an operation that is missing", () => {
    const strange = { ...good, reads: [...good.reads, read(99, 3)] };
    expect(short(judge({ ...strange, ...open }))).toEqual({ verdict: "unknown", unwritten: 1 });
    expect(judge({ ...strange, ...open }).summary).toMatchInlineSnapshot(
      `"3 acknowledged, all read: 1 record read that nobody wrote; undecided: the record ends early, and may lack the operation that wrote it"`,
    );
    const aborted = { operations: [...good.operations, failed(4)], reads: [...good.reads, read(4, 3)] };
    expect(short(judge({ ...aborted, ...open }))).toEqual({ verdict: "unknown", aborted: 1 });
    expect(judge({ ...aborted, ...open }).figures["anomalies"]).toBe(0);
  });
  test("what nothing could mend stays violated", () => {
    const twice = { ...good, reads: [...good.reads, read(2, 3)] };
    expect(short(judge({ ...twice, ...open, events: [] }))).toEqual({ verdict: "violated", duplicate: 1 });
    const gone = { ...good, reads: [read(1, 0), read(2, 1)] };
    expect(short(judge({ ...gone, ...open }))).toEqual({ verdict: "violated", unseen: 1 });
    expect(short(judge({ ...gone, ...open, events: [] }))).toEqual({ verdict: "unknown" });
  });
});

/** The definitions of docs/checks.md, word for word, without a thought for speed. */
function oracle({
  operations,
  reads,
  events = [],
}: {
  operations: Operation[];
  reads: ReadRecord[];
  events?: JournalEvent[];
}): {
  verdict: Verdict;
  counts: Record<string, number>;
} {
  const acknowledged = operations.filter(({ outcome }) => outcome === "ok");
  const placed = acknowledged.filter(({ offset, partition }) => offset >= 0 && partition >= 0);
  const known = [...placed, ...reads].map(({ value, partition, offset }) => ({
    value,
    place: `${partition}/${offset}`,
    partition,
    offset,
  }));
  const distinct = (values: readonly unknown[]): number => new Set(values).size;
  const written = new Set(operations.map(({ value }) => value));
  const count = (values: Iterable<unknown>, such: (value: unknown) => boolean): number =>
    [...new Set(values)].filter(such).length;

  const counts = {
    lost: 0,
    unseen: 0,
    unproven: 0,
    reordered: 0,
    skipped: 0,
    inconsistent: 0,
    duplicate: 0,
    aborted: 0,
    unwritten: 0,
    early: 0,
    miskeyed: 0,
  };
  const lastDrain = events.findLast((event) => event.type === "drained");
  const readToMs = lastDrain?.type === "drained" && lastDrain.complete ? lastDrain.atMs : -Infinity;
  for (const { value, partition, offset, endMs } of acknowledged) {
    if (reads.some((r) => r.value === value)) continue;
    const passed = offset >= 0 && reads.some((r) => r.partition === partition && r.offset > offset);
    if (readToMs === -Infinity) counts.unproven += 1;
    else if (passed) counts.lost += 1;
    else if (endMs > readToMs) counts.unproven += 1;
    else if (offset < 0) counts.lost += 1;
    else counts.unseen += 1;
  }
  counts.duplicate = count(
    written,
    (value) => distinct(known.filter((k) => k.value === value).map((k) => k.place)) > 1,
  );
  counts.inconsistent = count(
    known.map((k) => k.place),
    (place) => distinct(known.filter((k) => k.place === place).map((k) => k.value)) > 1,
  );
  counts.aborted = operations.filter(
    ({ outcome, value }) => outcome === "failed" && reads.some((r) => r.value === value),
  ).length;
  counts.unwritten = count(
    reads.map(({ value }) => value),
    (value) => !written.has(value as number),
  );
  const byEnd = placed.toSorted((a, b) => a.endMs - b.endMs);
  byEnd.forEach((b, i) => {
    const earlier = byEnd.some((a) => a.partition === b.partition && a.endMs < b.startMs && a.offset > b.offset);
    const before = byEnd.slice(0, i).findLast((a) => a.client === b.client && a.partition === b.partition);
    const batch =
      before?.startMs === b.startMs &&
      before.endMs === b.endMs &&
      (b.value - before.value) * (b.offset - before.offset) < 0;
    if (earlier || batch) counts.reordered += 1;
  });
  for (const b of operations) {
    const at = reads.find((r) => r.value === b.value);
    if (at === undefined || placed.includes(b)) continue;
    const later = placed.filter((a) => a.partition === at.partition && a.endMs < b.startMs);
    if (later.some((a) => a.offset > at.offset)) counts.reordered += 1;
  }
  for (const { value, startMs, key } of operations) {
    if (reads.some((r) => r.value === value && r.atMs < startMs)) counts.early += 1;
    if (reads.some((r) => r.value === value && r.key !== key)) counts.miskeyed += 1;
  }
  reads.forEach((b, i) => {
    const a = reads
      .slice(0, i)
      .findLast((r) => r.client === b.client && r.assignment === b.assignment && r.partition === b.partition);
    if (a === undefined) return;
    if (b.offset <= a.offset) counts.reordered += 1;
    const between = known.filter((k) => k.partition === b.partition && k.offset > a.offset && k.offset < b.offset);
    counts.skipped += distinct(between.map((k) => k.offset));
  });
  const { unproven, ...anomalies } = counts;
  const bad = Object.values(anomalies).some((number) => number > 0);
  const proved = acknowledged.length > 0 && unproven === 0 && readToMs > -Infinity;
  return { verdict: bad ? "violated" : proved ? "held" : "unknown", counts };
}

const small = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max });
const operationRow = fc
  .record({
    outcome: fc.constantFrom("ok", "ok", "ok", "failed", "unknown"),
    client: fc.constantFrom("producer-1", "producer-2"),
    partition: small(1),
    offset: small(6, -1),
    startMs: small(12),
    tookMs: small(6),
  })
  .map(({ tookMs, ...row }) => ({ ...row, endMs: row.startMs + tookMs }));
const readRow = fc.record({
  client: fc.constantFrom("reader-1", "reader-2"),
  value: small(11),
  partition: small(1),
  offset: small(6),
  assignment: small(2, 1),
  atMs: small(20),
  key: fc.constantFrom(0, 0, 0, 0, 1),
});
const base = { load: "events", action: "produce", error: "", key: 0 };

/** Histories that are right in most parts: each record in its place, most of it read in order. */
const nearlyRight = fc
  .record({
    records: fc.array(
      fc.record({ partition: small(1), outcome: fc.constantFrom("ok", "ok", "ok", "unknown", "failed") }),
      { maxLength: 10 },
    ),
    dropped: fc.array(small(9), { maxLength: 1 }),
    extra: fc.array(readRow, { maxLength: 1 }),
    swapped: fc.boolean(),
  })
  .map(({ records, dropped, extra, swapped }) => {
    const ends = [0, 0];
    const operations: Operation[] = [];
    const reads: ReadRecord[] = [];
    records.forEach(({ partition, outcome }, value) => {
      const offset = ends[partition] ?? 0;
      const times = { intendedMs: value, startMs: value, endMs: value + 0.5 };
      operations.push({
        ...base,
        client: "producer-1",
        outcome,
        value,
        partition,
        offset: outcome === "ok" ? offset : -1,
        ...times,
      });
      if (outcome === "failed") return;
      ends[partition] = offset + 1;
      if (dropped.includes(value)) return;
      reads.push({
        load: "events",
        client: "reader-1",
        value,
        key: 0,
        partition,
        offset,
        assignment: 1,
        atMs: value + 1,
      });
    });
    const others = extra.map((row): ReadRecord => ({ load: "events", ...row }));
    const ordered = swapped ? reads.toReversed() : reads;
    return { operations, reads: [...ordered, ...others] };
  });
const wild = fc
  .record({ operations: fc.array(operationRow, { maxLength: 10 }), reads: fc.array(readRow, { maxLength: 14 }) })
  .map(({ operations, reads }) => ({
    operations: operations.map((row, value) => ({ ...base, value, intendedMs: row.startMs, ...row })),
    reads: reads.map((row): ReadRecord => ({ load: "events", ...row })),
  }));
const drains = fc.array(
  fc.record({ complete: fc.boolean(), atMs: small(20) }).map(({ complete, atMs }) => drained(complete, atMs)),
  { maxLength: 2 },
);

describe("delivery: against an obvious oracle", () => {
  for (const [name, histories] of Object.entries({ wild, nearlyRight })) {
    test(`${name} histories`, () => {
      fc.assert(
        fc.property(histories, drains, (history, events) => {
          const found = judge({ ...history, events });
          const { verdict, counts } = oracle({ ...history, events });
          const same = Object.fromEntries(Object.keys(counts).map((kind) => [kind, found.figures[kind]]));
          expect({ verdict: found.verdict, ...same }).toEqual({ verdict, ...counts });
        }),
        { numRuns: 500 },
      );
    });
  }
});
