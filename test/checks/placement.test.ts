import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { LabError } from "../../lab/errors.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { ReadRecord } from "../../lab/journal/index.ts";

/** A row by number, key and the shard on which it was read. */
const row = (value: number, key: number, partition: number, client = "replicas-1"): ReadRecord => ({
  load: "rows",
  client,
  value,
  key,
  partition,
  offset: -1,
  assignment: 1,
  atMs: value,
});
const judge = (...reads: ReadRecord[]): Finding =>
  runCheck(check.placement({ of: "rows", shards: 2 }), journalOf({ reads }));

describe("placement", () => {
  test("held: every row is on the shard that its key names, on all replicas; a read that does not know the shard says nothing", () => {
    expect(judge(row(1, 4, 1), row(2, 5, 2), row(1, 4, 1, "replicas-2"), row(1, 4, -1, "distributed"))).toMatchObject({
      verdict: "held",
      summary: "2 rows on 2 shards, each where its key names",
    });
  });

  test("violated: one row elsewhere; once, however many replicas show it", () => {
    const found = judge(row(1, 4, 1), row(2, 5, 1), row(2, 5, 1, "replicas-2"), row(3, 7, 2));
    expect(found).toMatchObject({ verdict: "violated", figures: { misplaced: 1, scattered: 0, anomalies: 1 } });
    expect(found.evidence[0]?.what).toBe("row 2 lies on shard 1; its key 5 names shard 2");
  });

  test("violated: a row on two shards, one of them its own", () => {
    expect(judge(row(1, 4, 1), row(1, 4, 2), row(1, 4, 2))).toMatchObject({
      verdict: "violated",
      figures: { misplaced: 0, scattered: 1 },
    });
  });

  test("unknown: nothing read, no shard known, or one shard never used", () => {
    expect(judge()).toMatchObject({ verdict: "unknown" });
    expect(judge(row(1, 4, -1))).toMatchObject({ verdict: "unknown" });
    expect(judge(row(1, 4, 1), row(2, 6, 1))).toMatchObject({ verdict: "unknown" });
  });

  test("both kinds are told, with the read that shows each", () => {
    const found = judge(row(1, 4, 1), row(2, 5, 1), row(3, 7, 1), row(1, 4, 2), row(4, 4, 1, "replicas-2"));
    expect(found).toMatchInlineSnapshot(`
      {
        "evidence": [
          {
            "atMs": 2,
            "detail": {
              "assignment": 1,
              "client": "replicas-1",
              "offset": -1,
              "partition": 1,
              "value": 2,
            },
            "what": "row 2 lies on shard 1; its key 5 names shard 2",
          },
          {
            "atMs": 1,
            "detail": {
              "assignment": 1,
              "client": "replicas-1",
              "offset": -1,
              "partition": 2,
              "value": 1,
            },
            "what": "row 1 lies on shards 1 and 2",
          },
          {
            "atMs": 3,
            "detail": {
              "assignment": 1,
              "client": "replicas-1",
              "offset": -1,
              "partition": 1,
              "value": 3,
            },
            "what": "row 3 lies on shard 1; its key 7 names shard 2",
          },
        ],
        "figures": {
          "anomalies": 3,
          "misplaced": 2,
          "rows": 4,
          "scattered": 1,
          "shards": 2,
        },
        "summary": "4 rows on 2 shards: 2 rows on another shard than their keys name and 1 row on two shards",
        "verdict": "violated",
      }
    `);
    expect(judge(row(1, 4, 1), row(1, 4, 2), row(2, 5, 2), row(2, 5, 1)).summary).toMatchInlineSnapshot(
      `"2 rows on 2 shards: 2 rows on two shards"`,
    );
  });

  test("a row that is misplaced and then found on a second shard is both; on a third one it is no more", () => {
    const found = judge(row(1, 4, 2), row(1, 4, 1), row(1, 4, 3), row(1, 4, 2));
    expect(found.figures).toEqual({ rows: 1, shards: 3, misplaced: 1, scattered: 1, anomalies: 2 });
  });

  test("shard 0 is a shard that no key names; shard −1 is none", () => {
    expect(judge(row(1, 4, 0), row(2, 4, 1), row(3, 5, 2))).toMatchObject({
      verdict: "violated",
      figures: { rows: 3, shards: 3, misplaced: 1 },
    });
    expect(judge(row(1, 4, -1), row(2, 4, 1), row(3, 5, 2)).figures).toMatchObject({ rows: 2, shards: 2 });
  });

  test("of two loads only the one that was asked for is judged", () => {
    const other = { ...row(1, 4, 2), load: "others" };
    expect(judge(other, row(1, 4, 1), row(2, 5, 2), { ...row(2, 5, 1), load: "others" })).toMatchObject({
      verdict: "held",
      figures: { rows: 2, shards: 2, misplaced: 0, scattered: 0, anomalies: 0 },
    });
    expect(judge(other)).toEqual({
      verdict: "unknown",
      summary: "no row of rows was read with the shard it lies on",
      figures: { rows: 0, shards: 0, misplaced: 0, scattered: 0, anomalies: 0 },
      evidence: [],
    });
  });

  test("unknown: fewer shards than there are; held as soon as each was used", () => {
    const three = (...reads: ReadRecord[]): Finding =>
      runCheck(check.placement({ of: "rows", shards: 3 }), journalOf({ reads }));
    expect(three(row(1, 3, 1), row(2, 4, 2))).toMatchObject({
      verdict: "unknown",
      summary: "2 rows on 2 shards: 3 were to be used, so the key was hardly tried",
      figures: { rows: 2, shards: 2 },
    });
    expect(three(row(1, 3, 1), row(2, 4, 2), row(3, 5, 3)).verdict).toBe("held");
    expect(three(row(1, 3, 1), row(2, 4, 2), row(3, 5, 2)).verdict).toBe("violated");
  });

  test("what was found is final in a record that ends early; that nothing was is not", () => {
    const cut = (...reads: ReadRecord[]): Finding =>
      runCheck(check.placement({ of: "rows", shards: 2 }), journalOf({ reads, finished: false }));
    expect(cut(row(1, 4, 2)).verdict).toBe("violated");
    expect(cut(row(1, 4, 1), row(2, 5, 2)).verdict).toBe("unknown");
  });

  test("one shard leaves nothing to choose", () => {
    expect(() => check.placement({ of: "rows", shards: 1 })).toThrow(LabError);
  });
});
