import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/index.ts";
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
