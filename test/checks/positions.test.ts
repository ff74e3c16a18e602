import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Operation, ReadRecord } from "../../lab/journal/index.ts";

/** `offset` is the next to read, as it is committed. */
const commit = (offset: number, atMs: number, rest: Partial<Operation> = {}): Partial<Operation> => ({
  ...{ action: "commit", client: "reader-1", partition: 0, offset, startMs: atMs - 1, endMs: atMs },
  ...rest,
});
const read = (offset: number, atMs: number, reader = 1): Partial<ReadRecord> => ({
  ...{ value: offset, partition: 0, offset, atMs, client: `reader-${reader}`, assignment: reader },
});
const judge = (commits: Partial<Operation>[], reads: Partial<ReadRecord>[]): Finding =>
  runCheck(check.positions("events"), journalOf({ operations: commits, reads }));

/** Reader 1 reads offsets 0 to 4. */
const before = [0, 1, 2, 3, 4].map((offset) => read(offset, offset));

describe("positions", () => {
  test("held: the next reader begins at the last commit", () => {
    expect(judge([commit(2, 2.5), commit(4, 4.5)], [...before, read(4, 10, 2), read(5, 11, 2)])).toMatchInlineSnapshot(`
      {
        "evidence": [],
        "figures": {
          "anomalies": 0,
          "judged": 1,
          "rewound": 0,
          "skippedOver": 0,
          "unjudged": 1,
        },
        "summary": "1 start after a commit, none behind it and none past unread records",
        "verdict": "held",
      }
    `);
  });

  test("violated: it begins behind the last commit", () => {
    const found = judge([commit(2, 2.5), commit(4, 4.5)], [...before, read(3, 10, 2)]);
    expect([found.verdict, found.summary, found.evidence[0]?.what]).toMatchInlineSnapshot(`
      [
        "violated",
        "of 1 start after a commit: 1 start behind the last commit",
        "began at offset 3, behind the group's last commit 4",
      ]
    `);
  });
  test("not violated: the later commit was refused, or came after the start", () => {
    const refused = commit(4, 4.5, { outcome: "failed", error: "ILLEGAL_GENERATION" });
    expect(judge([commit(3, 2.5), refused], [...before, read(3, 10, 2)]).verdict).toBe("held");
    expect(judge([commit(3, 2.5), commit(4, 20)], [...before, read(3, 10, 2)]).verdict).toBe("held");
  });

  test("violated: it begins beyond records that come after the last commit", () => {
    const found = judge([commit(2, 2.5)], [...before, read(4, 10, 2)]);
    expect([found.verdict, found.summary, found.evidence[0]?.what]).toMatchInlineSnapshot(`
      [
        "violated",
        "of 1 start after a commit: 1 start past unread records",
        "began at offset 4, past records beyond the group's last commit 2",
      ]
    `);
  });
  test("not violated: nothing is known to lie between the commit and the start", () => {
    expect(judge([commit(5, 4.5)], [...before, read(7, 10, 2)]).verdict).toBe("held");
  });

  test("a commit of unknown outcome, or under way, may count or not, and nothing between", () => {
    const maybe = commit(4, 4.5, { outcome: "unknown", error: "timeout" });
    const underWay = commit(4, 30, { startMs: 4 });
    for (const later of [maybe, underWay]) {
      const starts = [1, 2, 3, 4].map(
        (offset) => judge([commit(2, 2.5), later], [...before, read(offset, 10, 2)]).verdict,
      );
      expect(starts).toEqual(["violated", "held", "violated", "held"]);
    }
  });
  test("a commit of unknown outcome does not count once a later one was acknowledged", () => {
    const maybe = commit(2, 2.5, { outcome: "unknown", error: "timeout" });
    expect(judge([maybe, commit(4, 4.5)], [...before, read(2, 10, 2)]).verdict).toBe("violated");
  });

  test("no samples: nobody began where something had been committed", () => {
    expect(judge([], before).summary).toMatchInlineSnapshot(
      `"no reader of events began a partition that had been committed before"`,
    );
    expect(judge([commit(4, 4.5, { partition: 1 })], [...before, read(0, 10, 2)]).verdict).toBe("unknown");
  });
});
