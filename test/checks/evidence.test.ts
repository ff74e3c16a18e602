/** What checks show for their findings, and how they count and name it. */
import { describe, expect, test } from "vitest";
import {
  Anomalies,
  count,
  counted,
  finding,
  listed,
  operationEvidence,
  readEvidence,
} from "../../lab/checks/evidence.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Operation } from "../../lab/journal/index.ts";

describe("anomalies", () => {
  const kinds = ["worse", "bad"] as const;
  const filled = (worse: number, bad: number): Anomalies<"worse" | "bad"> => {
    const found = new Anomalies(kinds);
    for (const [kind, times] of [["bad", bad] as const, ["worse", worse] as const]) {
      for (let i = 0; i < times; i += 1) if (found.found(kind)) found.show(kind, { what: `${kind} ${i}` });
    }
    return found;
  };
  const shown = (found: Anomalies<"worse" | "bad">): string[] => found.evidence().map(({ what }) => what);

  test("counts all of a kind, one at a time or several", () => {
    const found = filled(2, 0);
    expect([found.count("worse"), found.count("bad")]).toEqual([2, 0]);
    found.found("bad", 7);
    found.found("bad");
    expect(found.counts()).toEqual({ worse: 2, bad: 8 });
    expect(Object.keys(found.counts())).toEqual(["worse", "bad"]);
  });
  test("wants twenty of a kind to show, and not one more", () => {
    const found = new Anomalies(["bad"]);
    const wanted = Array.from({ length: 22 }, (_, i) => {
      const more = found.found("bad");
      if (more) found.show("bad", { what: `bad ${i}` });
      return more;
    });
    expect(wanted.filter(Boolean)).toHaveLength(20);
    expect(found.count("bad")).toBe(22);
    expect(found.evidence()).toHaveLength(20);
    expect(found.evidence()[19]).toEqual({ what: "bad 19" });
  });
  test("shows the kinds in turn, the one that matters most first, twenty in all", () => {
    expect(shown(filled(0, 0))).toEqual([]);
    expect(shown(filled(1, 3))).toEqual(["worse 0", "bad 0", "bad 1", "bad 2"]);
    const crowd = shown(filled(25, 25));
    expect(crowd).toHaveLength(20);
    expect(crowd.slice(-2)).toEqual(["worse 9", "bad 9"]);
  });
});

describe("evidence", () => {
  const operation = (rest: Partial<Operation>): unknown =>
    operationEvidence(journalOf({ operations: [{ startMs: 2, endMs: 3, intendedMs: 1, ...rest }] }), 0, "it was so");
  const always = { client: "producer-1", action: "produce", outcome: "ok", intendedMs: 1, startMs: 2, endMs: 3 };

  test("an operation: at its end, without what it does not have", () => {
    expect(operation({})).toEqual({ what: "it was so", atMs: 3, detail: always });
    const all = { value: 0, partition: 0, offset: 0 };
    expect(operation({ ...all, outcome: "unknown", error: "timeout" })).toEqual({
      ...{ what: "it was so", atMs: 3 },
      detail: { ...always, ...all, outcome: "unknown", error: "timeout" },
    });
  });
  test("a record: where and when it was read", () => {
    const row = { client: "reader-2", value: 7, partition: 1, offset: 4, assignment: 3, atMs: 9 };
    const { atMs, ...detail } = row;
    expect(readEvidence(journalOf({ reads: [{}, { ...row, key: 5 }] }), 1, "it was so")).toEqual({
      ...{ what: "it was so", atMs, detail },
    });
  });
  test("a finding shows twenty at most, and may have no figures", () => {
    const evidence = Array.from({ length: 21 }, (_, i) => ({ what: String(i) }));
    expect(finding("violated", "so", { lost: 1 }, evidence)).toEqual({
      ...{ verdict: "violated", summary: "so", figures: { lost: 1 }, evidence: evidence.slice(0, 20) },
    });
    expect(finding("held", "so")).toEqual({ verdict: "held", summary: "so", figures: {}, evidence: [] });
  });
});

test("numbers, counted things and lists in words", () => {
  expect([count(0), count(999), count(5_021)]).toEqual(["0", "999", "5,021"]);
  expect([0, 1, 2, 1_000].map((number) => counted(number, "record"))).toEqual([
    ...["0 records", "1 record", "2 records", "1,000 records"],
  ]);
  expect([counted(1, "is", "are"), counted(2, "is", "are")]).toEqual(["1 is", "2 are"]);
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listed)).toEqual(["", "a", "a and b", "a, b and c"]);
});
