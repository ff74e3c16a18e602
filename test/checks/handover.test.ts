import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, JournalParts } from "../../lab/journal/index.ts";
import { milliseconds } from "../../lab/time.ts";

const fault: JournalEvent = {
  type: "fault-injected",
  atMs: 1_000,
  fault: "f",
  kind: "kill",
  asked: "reader-1",
  targets: ["reader-1"],
};
const drained: JournalEvent = { type: "drained", atMs: 9_000, load: "events", complete: true, measured: "" };

/** A record that was acknowledged and read at these times; never read without the second. */
interface Waited {
  readonly ackedMs: number;
  readonly readMs?: number;
  readonly partition?: number;
}

function judge(records: readonly Waited[], withinMs: number, events: JournalEvent[] = [fault, drained]): Finding {
  const journal = journalOf({
    operations: records.map(({ ackedMs, partition = 0 }, value) => ({
      value,
      partition,
      startMs: ackedMs - 5,
      endMs: ackedMs,
    })),
    reads: records
      .flatMap(({ readMs, partition = 0 }, value) =>
        readMs === undefined ? [] : [{ value, partition, offset: value, atMs: readMs }],
      )
      .toSorted((a, b) => a.atMs - b.atMs),
    events,
  });
  return runCheck(check.handover({ of: "events", within: milliseconds(withinMs) }), journal);
}

describe("handover", () => {
  test("the longest wait of a record for its reader, at the limit and beyond", () => {
    const records = [
      { ackedMs: 900, readMs: 910 },
      { ackedMs: 1_100, readMs: 4_100 },
      { ackedMs: 2_000, readMs: 4_101 },
      { ackedMs: 2_000, readMs: 2_005, partition: 1 },
    ];
    const found = judge(records, 3_000);
    expect(found).toMatchInlineSnapshot(`
      {
        "evidence": [],
        "figures": {
          "anomalies": 0,
          "partition0GapMs": 3000,
          "partition1GapMs": 5,
          "records": 3,
          "unread": 0,
          "worstDelayMs": 3000,
          "worstGapMs": 3000,
        },
        "summary": "the longest wait of 3 records for a reader was 3 s, wanted 3 s",
        "verdict": "held",
      }
    `);
    expect(judge(records, 2_999).verdict).toBe("violated");
    expect(judge(records, 2_999).evidence).toHaveLength(1);
  });

  test("what was read before the first fault does not count: readers may be slow to start", () => {
    expect(
      judge(
        [
          { ackedMs: 10, readMs: 900 },
          { ackedMs: 1_100, readMs: 1_110 },
        ],
        100,
      ).verdict,
    ).toBe("held");
  });

  test("a record that nobody ever read has waited for as long as anybody watched", () => {
    expect(judge([{ ackedMs: 1_100, readMs: 1_110 }, { ackedMs: 5_000 }], 3_999).verdict).toBe("violated");
    const found = judge([{ ackedMs: 1_100, readMs: 1_110 }, { ackedMs: 5_000 }], 4_000);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "unknown",
        "1 acknowledged record had not been read when watching ended, though still in time (4 s)",
      ]
    `);
  });

  test("read before its acknowledgement came: no wait at all", () => {
    expect(judge([{ ackedMs: 1_200, readMs: 1_190 }], 0).verdict).toBe("held");
  });

  test("no samples: no fault, or nothing to read after it", () => {
    expect(judge([{ ackedMs: 10, readMs: 20 }], 100, [drained]).summary).toMatchInlineSnapshot(
      `"no fault was injected, so nothing was handed over"`,
    );
    expect(judge([{ ackedMs: 10, readMs: 20 }], 100).verdict).toBe("unknown");
  });
});

describe("handover, at its boundaries", () => {
  const of = (parts: JournalParts, withinMs = 1_000): Finding =>
    runCheck(check.handover({ of: "events", within: milliseconds(withinMs) }), journalOf(parts));
  const acked = (value: number, endMs: number, rest: object = {}) => ({ value, endMs, partition: 0, ...rest });
  const got = (value: number, atMs: number, rest: object = {}) => ({ value, atMs, partition: 0, ...rest });

  test("of two loads, two actions and two sinks only the load's own records count", () => {
    const found = of({
      events: [
        ...[fault, { ...drained, load: "others", atMs: 50_000 }, { ...drained, sink: "delta", atMs: 60_000 }],
        { ...drained, atMs: 1_500 },
      ],
      operations: [
        ...[acked(1, 1_100), acked(2, 1_100, { load: "others" }), acked(3, 1_100, { action: "commit" })],
        ...[acked(4, 40_000, { load: "others" }), acked(5, 40_000, { action: "commit" }), acked(6, 1_200)],
      ],
      reads: [got(6, 1_150, { load: "others" }), got(1, 1_110), got(7, 30_000, { load: "others" })],
    });
    expect(found).toMatchObject({
      verdict: "unknown",
      figures: { records: 2, unread: 1, worstDelayMs: 300, worstGapMs: 300, partition0GapMs: 300, anomalies: 0 },
    });
  });

  test("watching ends with the last read, the last end of an operation, or the end of the final reads", () => {
    const waited = (parts: JournalParts): unknown =>
      of({
        events: [fault, ...(parts.events ?? [])],
        operations: [acked(1, 1_100), acked(2, 1_100), ...(parts.operations ?? [])],
        reads: [got(1, 1_200), ...(parts.reads ?? [])],
      }).figures["worstDelayMs"];
    expect(waited({})).toBe(100);
    expect(waited({ reads: [got(3, 1_900), got(3, 1_800)] })).toBe(800);
    expect(
      waited({ operations: [acked(3, 1_700, { outcome: "failed" }), acked(3, 1_600, { outcome: "unknown" })] }),
    ).toBe(600);
    expect(
      waited({
        events: [
          { ...drained, atMs: 1_600 },
          { ...drained, atMs: 1_500 },
        ],
      }),
    ).toBe(500);
  });

  test("what failed, or may have, waits for no reader", () => {
    const operations = [
      ...[acked(1, 1_100), acked(2, 1_100, { outcome: "failed" }), acked(3, 1_100, { outcome: "unknown" })],
    ];
    const found = of({ events: [fault, drained], operations, reads: [got(1, 1_200), got(3, 8_000)] });
    expect(found).toMatchObject({
      verdict: "held",
      figures: { records: 1, unread: 0, worstDelayMs: 100, worstGapMs: 100, partition0GapMs: 100 },
    });
  });

  test("a record waits from its first acknowledgement to its first read", () => {
    const operations = [acked(1, 1_100), acked(1, 1_400), acked(2, 1_450)];
    const reads = [got(1, 1_500), got(2, 1_500), got(1, 4_000), got(2, 4_000)];
    const found = of({ events: [fault, drained], operations, reads });
    expect(found).toMatchObject({ verdict: "held", figures: { records: 2, worstDelayMs: 400, worstGapMs: 400 } });
  });

  test("it counts from the order of the first of several faults", () => {
    const named = { fault: "f", kind: "kill", targets: ["reader-1"] };
    const events: JournalEvent[] = [
      { type: "fault-ordered", atMs: 1_000, ...named, target: "reader-1", spec: {} },
      { type: "fault-injected", atMs: 1_300, ...named, asked: "reader-1" },
      { type: "fault-ordered", atMs: 2_000, ...named, fault: "g", target: "reader-2", spec: {} },
    ];
    const records = (readMs: number): unknown =>
      of({ events, operations: [acked(1, 900)], reads: [got(1, readMs)] }).figures["records"];
    expect([records(999.9), records(1_000), records(1_100), records(2_100)]).toEqual([0, 1, 1, 1]);
  });

  test("nothing waited after the fault: unknown, with its figures", () => {
    expect(of({ events: [fault, drained], operations: [acked(1, 900)], reads: [got(1, 950)] })).toEqual({
      verdict: "unknown",
      summary: "no record of events was acknowledged and waited for a reader after the first fault",
      figures: { records: 0, unread: 0, worstDelayMs: 0, worstGapMs: 0, partition0GapMs: 0, anomalies: 0 },
      evidence: [],
    });
  });

  test("violated: the record that waited longest is shown, the first of several", () => {
    const operations = [acked(1, 1_100), acked(2, 1_200), acked(3, 1_300), acked(4, 1_400)];
    const reads = [got(1, 2_100), got(2, 2_300), got(3, 2_400), got(4, 2_450)];
    expect(of({ events: [fault, drained], operations, reads })).toMatchObject({
      verdict: "violated",
      summary: "the longest wait of 4 records for a reader was 1.1 s, wanted 1 s",
      figures: { records: 4, unread: 0, worstDelayMs: 1_100, anomalies: 3 },
      evidence: [{ what: "waited 1.1 s for a reader", atMs: 1_200, detail: { value: 2 } }],
    });
  });

  test("by partition: the longest time without a newly read record while one was waiting", () => {
    const operations = [
      ...[acked(1, 500), acked(2, 1_100), acked(3, 1_110), acked(4, 1_500), acked(5, 500, { partition: 1 })],
      ...[acked(6, 1_050, { partition: 1 }), acked(7, 1_700, { partition: 2 }), acked(8, 1_600, { partition: -1 })],
    ];
    const reads = [
      // Before the fault: no gap, however long it was. At the fault: one that began before it.
      ...[got(1, 990), got(5, 1_000, { partition: 1 })],
      // One was waiting from 1,100 to 1,400; then two were, but a newly read one had come at 1,400.
      ...[got(2, 1_400), got(2, 1_450), got(3, 1_450), got(4, 1_520), got(6, 1_100, { partition: 1 })],
    ];
    const found = of({ events: [fault, { ...drained, atMs: 1_900 }], operations, reads }, 5_000);
    expect(found.figures).toEqual({
      ...{ records: 7, unread: 2, worstDelayMs: 500, anomalies: 0 },
      ...{ worstGapMs: 500, partition0GapMs: 300, partition1GapMs: 500, partition2GapMs: 200 },
    });
  });

  test("the gap of what was never read counts from what was read last", () => {
    const operations = [acked(1, 1_100), acked(2, 1_110)];
    const found = of({ events: [fault, { ...drained, atMs: 1_900 }], operations, reads: [got(1, 1_400)] });
    expect(found.figures).toMatchObject({ worstDelayMs: 790, worstGapMs: 500, partition0GapMs: 500 });
  });

  test("of more than 32 partitions the first 32 have a figure, and all count for the worst", () => {
    const many = Array.from({ length: 34 }, (_, partition) => partition);
    const found = of({
      events: [fault, drained],
      operations: many.map((partition) => acked(partition, 1_100, { partition })),
      reads: many.map((partition) => got(partition, 1_200 + partition, { partition })),
    });
    expect(Object.keys(found.figures).filter((figure) => figure.startsWith("partition"))).toHaveLength(32);
    expect(found.figures).toMatchObject({ partition31GapMs: 131, worstGapMs: 133 });
  });
});

describe("handover in a record that ends early", () => {
  const cut = (readMs: number | undefined, endMs: number, withinMs: number): Finding =>
    runCheck(
      check.handover({ of: "events", within: milliseconds(withinMs) }),
      journalOf({
        events: [fault],
        operations: [
          { value: 1, endMs: 1_100 },
          { value: 2, endMs },
        ],
        reads: [
          ...(readMs === undefined ? [] : [{ value: 1, atMs: readMs }]),
          { load: "others", value: 1, atMs: 1_400 },
        ],
        finished: false,
      }),
    );

  test("a record that was read too late is final", () => {
    expect(cut(1_301, 1_100, 200).verdict).toBe("violated");
    expect(cut(1_300, 1_350, 200).verdict).toBe("unknown");
  });
  test("one that nobody read has waited while reads still came in, of whatever load", () => {
    expect(cut(undefined, 1_100, 300).verdict).toBe("unknown");
    expect(cut(undefined, 1_410, 300).verdict).toBe("unknown");
    expect(cut(undefined, 1_410, 299)).toMatchObject({
      verdict: "violated",
      figures: { worstDelayMs: 300, unread: 2 },
    });
  });
  test("never held", () => {
    const parts = { events: [fault], operations: [{ value: 1, endMs: 1_100 }], reads: [{ value: 1, atMs: 1_200 }] };
    const spec = check.handover({ of: "events", within: milliseconds(100) });
    expect(runCheck(spec, journalOf(parts)).verdict).toBe("held");
    expect(runCheck(spec, journalOf({ ...parts, finished: false })).verdict).toBe("unknown");
  });
});
