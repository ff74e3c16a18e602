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

  test("one shard leaves nothing to choose", () => {
    expect(() => check.placement({ of: "rows", shards: 1 })).toThrow(LabError);
  });
});
