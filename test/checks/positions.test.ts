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

describe("positions: what may be the last commit", () => {
  const next = (offset: number, atMs = 10, rest: Partial<ReadRecord> = {}): Partial<ReadRecord> => ({
    ...read(offset, atMs, 2),
    ...rest,
  });
  /** Where the next reader may begin, of offsets 0 to 4, all of which are known. */
  const mayBegin = (...commits: Partial<Operation>[]): number[] =>
    [0, 1, 2, 3, 4].filter((offset) => judge(commits, [...before, next(offset)]).verdict === "held");

  test("one that ended when the reader began, and one that began then", () => {
    expect(mayBegin(commit(1, 2.5), commit(3, 10))).toEqual([3]);
    expect(mayBegin(commit(1, 2.5), commit(3, 10.1, { startMs: 9 }))).toEqual([1, 3]);
    expect(mayBegin(commit(1, 2.5), commit(3, 30, { startMs: 10 }))).toEqual([1, 3]);
    expect(mayBegin(commit(1, 2.5), commit(3, 30, { startMs: 10.1 }))).toEqual([1]);
  });
  test("either of two that overlap, and only the later of two that do not", () => {
    const long = commit(3, 5, { startMs: 0 });
    expect(mayBegin(long, commit(1, 4, { startMs: 3 }))).toEqual([1, 3]);
    expect(mayBegin(commit(1, 4, { startMs: 3 }), long)).toEqual([1, 3]);
    expect(mayBegin(commit(1, 3, { startMs: 2 }), commit(3, 5, { startMs: 3.1 }))).toEqual([3]);
    expect(mayBegin(commit(3, 3, { startMs: 2 }), commit(1, 5, { startMs: 3.1 }))).toEqual([1]);
  });
  test("one of unknown outcome that did not end before an acknowledged one began", () => {
    const maybe = (endMs: number): Partial<Operation> => commit(1, endMs, { startMs: 0, outcome: "unknown" });
    const done = commit(3, 4.5, { startMs: 3 });
    expect(mayBegin(maybe(3), done)).toEqual([1, 3]);
    expect(mayBegin(maybe(2.9), done)).toEqual([3]);
    expect(judge([maybe(3)], [...before, next(1)])).toMatchObject({
      ...{ verdict: "unknown", figures: { judged: 0, unjudged: 2 } },
    });
  });
  test("none that was refused, though it was under way", () => {
    expect(mayBegin(commit(1, 2.5), commit(3, 30, { startMs: 4, outcome: "failed" }))).toEqual([1]);
  });
  test("only the load's own, and only the partition's", () => {
    expect(mayBegin(commit(1, 2.5), commit(3, 4.5, { load: "orders" }))).toEqual([1]);
    expect(mayBegin(commit(1, 2.5), commit(3, 4.5, { partition: 1 }))).toEqual([1]);
    expect(mayBegin(commit(1, 2.5), commit(3, 4.5, { action: "read" }))).toEqual([1]);
  });
  test("one at the very start of a run", () => {
    const found = judge([commit(2, 0)], [...before, next(1)]);
    expect(found.evidence.map(({ what }) => what)).toEqual([
      ...["began at offset 0, behind the group's last commit 2", "began at offset 1, behind the group's last commit 2"],
    ]);
  });
});

describe("positions: which beginnings are judged, and by what", () => {
  const commits = [commit(4, 4.5, { partition: 3 })];
  const there = (offset: number, atMs: number, rest: Partial<ReadRecord> = {}): Partial<ReadRecord> => ({
    ...read(offset, atMs),
    ...{ partition: 3, ...rest },
  });
  const early = [0, 1, 2, 3, 4, 5].map((offset) => there(offset, offset / 2));

  test("the first of each reader, assignment and partition, and no other", () => {
    const figures = (...reads: Partial<ReadRecord>[]): Record<string, number> =>
      judge(commits, [...early, ...reads]).figures;
    expect(figures()).toMatchObject({ judged: 0, unjudged: 1 });
    const other = { client: "reader-2" };
    expect(figures(there(4, 10, other))).toMatchObject({ judged: 1, unjudged: 1, anomalies: 0 });
    expect(figures(there(4, 10, other), there(0, 11, other))).toMatchObject({ judged: 1, anomalies: 0 });
    expect(figures(there(4, 10, { assignment: 2 }))).toMatchObject({ judged: 1, anomalies: 0 });
    expect(figures(there(4, 10, other), there(4, 11, { ...other, assignment: 2 }))).toMatchObject({ judged: 2 });
    expect(figures(there(0, 10, { ...other, partition: 2 }))).toMatchObject({ judged: 0, unjudged: 2 });
    expect(figures(there(4, 10, other), there(0, 11, { ...other, partition: 2 }))).toMatchObject({
      ...{ judged: 1, unjudged: 2 },
    });
    expect(figures(there(5, 10, other))).toMatchObject({ judged: 1, skippedOver: 1 });
    expect(figures(there(0, 10, { ...other, load: "orders" }))).toMatchObject({ judged: 0, unjudged: 1 });
  });
  test("behind, where nothing else is known to lie", () => {
    const found = judge([commit(4, 4.5)], [read(3, 10, 2)]);
    expect([found.verdict, found.figures["rewound"]]).toEqual(["violated", 1]);
  });
  test("past what was acknowledged, though nobody ever read it", () => {
    const produced = (rest: Partial<Operation>): Partial<Operation> => ({ value: 9, partition: 3, offset: 4, ...rest });
    const begun = (rest: Partial<Operation>): (string | undefined)[] => {
      const found = judge([...commits, produced(rest)], [there(0, 1), there(5, 10, { client: "reader-2" })]);
      return [found.verdict, found.evidence[0]?.what];
    };
    expect(begun({})).toEqual(["violated", "began at offset 5, past records beyond the group's last commit 4"]);
    const held = ["held", undefined];
    expect(begun({ outcome: "unknown" })).toEqual(held);
    expect(begun({ partition: 2 })).toEqual(held);
    expect(begun({ offset: 5 })).toEqual(held);
    expect(begun({ load: "orders" })).toEqual(held);
    expect(begun({ action: "commit", outcome: "failed" })).toEqual(held);
  });
  test("at most eight positions are told, each once", () => {
    const maybe = [8, 7, 9, 9, 10, 11, 12, 13, 14, 15].map((offset) => commit(offset, 4.6, { outcome: "unknown" }));
    const found = judge([commit(6, 4.5), ...maybe], [...before, read(5, 10, 2)]);
    expect(found.evidence[0]?.what).toBe(
      "began at offset 5, behind the group's last commit 6, 8, 7, 9, 10, 11, 12 and 13",
    );
  });
  test("both kinds are told, each with its number", () => {
    const found = judge([commit(2, 2.5)], [...before, read(1, 10, 2), read(0, 11, 3), read(4, 12, 4), read(2, 13, 5)]);
    expect([found.summary, found.figures]).toMatchInlineSnapshot(`
      [
        "of 4 starts after a commit: 2 starts behind the last commit and 1 start past unread records",
        {
          "anomalies": 3,
          "judged": 4,
          "rewound": 2,
          "skippedOver": 1,
          "unjudged": 1,
        },
      ]
    `);
    const open = runCheck(
      check.positions("events"),
      journalOf({ operations: [commit(2, 2.5)], reads: [...before, read(1, 10, 2)], finished: false }),
    );
    expect([open.verdict, open.summary]).toMatchInlineSnapshot(`
      [
        "unknown",
        "of 1 start after a commit: 1 start behind the last commit; undecided: the record ends early, and what is missing could mend it",
      ]
    `);
  });
});
