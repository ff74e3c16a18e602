import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding, Verdict } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Operation, Outcome, ReadRecord } from "../../lab/journal/index.ts";
import { milliseconds } from "../../lab/time.ts";

interface Add {
  readonly value: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome?: Outcome;
}
interface WholeRead {
  readonly startMs: number;
  readonly endMs: number;
  readonly saw: readonly number[];
  readonly outcome?: Outcome;
}

/** A whole read is an operation `read` whose value is the assignment of the rows that it saw. */
function judge(
  adds: readonly Add[],
  reads: readonly WholeRead[],
  staleAllowedMs?: number,
  rest: Parameters<typeof journalOf>[0] = {},
): Finding {
  const operations: Partial<Operation>[] = [
    ...adds.map((add) => ({ load: "rows", action: "add", ...add })),
    ...reads.map(({ startMs, endMs, outcome = "ok" }, i) => ({
      ...{ load: "rows", action: "read", client: "reader-1", value: i + 1, outcome, startMs, endMs },
    })),
  ];
  const rows: Partial<ReadRecord>[] = reads.flatMap(({ saw, endMs }, i) =>
    saw.map((value) => ({ load: "rows", client: "reader-1", assignment: i + 1, value, atMs: endMs })),
  );
  const options = staleAllowedMs === undefined ? {} : { staleAllowed: milliseconds(staleAllowedMs) };
  return runCheck(check.set("rows", options), journalOf({ operations, reads: rows, ...rest }));
}

const kinds = ["lost", "aborted", "unwritten", "early", "duplicate", "stale"];
function short(found: Finding): Record<string, number | string> {
  const anomalies = Object.entries(found.figures).filter(([name, number]) => kinds.includes(name) && number > 0);
  return { verdict: found.verdict, ...Object.fromEntries(anomalies) };
}

const add = (value: number, rest: Partial<Add> = {}): Add => ({ value, startMs: 0, endMs: 5, ...rest });
const at = (startMs: number, saw: readonly number[], rest: Partial<WholeRead> = {}): WholeRead => ({
  ...{ startMs, endMs: startMs + 5, saw },
  ...rest,
});

describe("set: a history for each anomaly, and its near miss", () => {
  test("stable: seen by the last read", () => {
    expect(judge([add(1), add(2)], [at(10, [1, 2])])).toMatchInlineSnapshot(`
      {
        "evidence": [],
        "figures": {
          "aborted": 0,
          "acknowledged": 2,
          "anomalies": 0,
          "duplicate": 0,
          "early": 0,
          "elements": 2,
          "lost": 0,
          "neverRead": 0,
          "reads": 1,
          "stable": 2,
          "stale": 0,
          "undecided": 0,
          "unproven": 0,
          "unwritten": 0,
          "worstStaleMs": 0,
        },
        "summary": "2 elements acknowledged, 1 whole read, none lost",
        "verdict": "held",
      }
    `);
  });

  test("lost: acknowledged, and missed by a read that began later", () => {
    const found = judge([add(1), add(2)], [at(10, [1])]);
    expect(short(found)).toEqual({ verdict: "violated", lost: 1 });
    expect(found.summary).toMatchInlineSnapshot(`"2 elements acknowledged, 1 whole read: 1 element lost"`);
  });
  test("lost: seen once, and missed by the last read", () => {
    expect(short(judge([add(1)], [at(10, [1]), at(20, [])]))).toEqual({ verdict: "violated", lost: 1 });
    const maybe = add(1, { outcome: "unknown" });
    expect(short(judge([add(2), maybe], [at(10, [1, 2]), at(20, [2])]))).toEqual({ verdict: "violated", lost: 1 });
  });
  test("not lost, but unknown: missed by a read that began before the acknowledgement", () => {
    const found = judge([add(1, { endMs: 15 })], [at(10, [], { endMs: 30 })]);
    expect(short(found)).toEqual({ verdict: "unknown" });
    expect(found.summary).toMatchInlineSnapshot(
      `"1 element acknowledged, 1 whole read, but no read began after 1 of them were acknowledged"`,
    );
  });
  test("not lost: missed by a read that failed", () => {
    expect(short(judge([add(1)], [at(10, [1]), at(20, [], { outcome: "failed" })]))).toEqual({ verdict: "held" });
  });

  test("stale: missed for a while after it was known", () => {
    const reads = [at(10, []), at(40, [1])];
    const found = judge([add(1)], reads);
    expect(short(found)).toEqual({ verdict: "violated", stale: 1 });
    expect(found.figures["worstStaleMs"]).toBe(5);
    expect(short(judge([add(1)], reads, 4))).toEqual({ verdict: "violated", stale: 1 });
    expect(short(judge([add(1)], reads, 5))).toEqual({ verdict: "held" });
  });
  test("not stale: missed by a read that began before it was known", () => {
    expect(short(judge([add(1, { endMs: 12 })], [at(10, []), at(40, [1])]))).toEqual({ verdict: "held" });
  });

  test("never read, and never acknowledged: nothing is amiss", () => {
    const adds = [add(1), add(2, { outcome: "unknown" }), add(3, { outcome: "failed" })];
    expect(short(judge(adds, [at(10, [1])]))).toEqual({ verdict: "held" });
  });
  test("aborted: seen though its add had failed", () => {
    expect(short(judge([add(1), add(2, { outcome: "failed" })], [at(10, [1, 2])]))).toEqual({
      verdict: "violated",
      aborted: 1,
    });
  });
  test("unwritten: seen though nobody added it", () => {
    expect(short(judge([add(1)], [at(10, [1, 7]), at(20, [1, 7])]))).toEqual({ verdict: "violated", unwritten: 1 });
  });
  test("duplicate: seen twice by one read; seeing it again in the next is none", () => {
    expect(short(judge([add(1)], [at(10, [1, 1])]))).toEqual({ verdict: "violated", duplicate: 1 });
    expect(short(judge([add(1)], [at(10, [1]), at(20, [1])]))).toEqual({ verdict: "held" });
  });

  test("early: seen by a read that ended before its add began", () => {
    const seenAt = (endMs: number): Finding =>
      judge([add(1, { startMs: 10, endMs: 12 })], [at(5, [1], { endMs }), at(20, [1])]);
    expect(short(seenAt(9.9))).toEqual({ verdict: "violated", early: 1 });
    expect(short(seenAt(10))).toEqual({ verdict: "held" });
    const again = [add(1, { startMs: 3, endMs: 4, outcome: "unknown" }), add(1, { startMs: 10, endMs: 12 })];
    expect(short(judge(again, [at(5, [1], { endMs: 9 }), at(20, [1])]))).toEqual({ verdict: "held" });
    expect(short(judge(again.toReversed(), [at(5, [1], { endMs: 9 }), at(20, [1])]))).toEqual({ verdict: "held" });
  });

  test("undecided is not violated: in a record that ends early a later read, or an add, may be missing", () => {
    const phase = { type: "phase", phase: "drain" } as const;
    const open = { finished: false, events: [{ ...phase, atMs: 100 }] };
    expect(short(judge([add(1)], [at(10, [])], 5, open))).toEqual({ verdict: "unknown" });
    expect(judge([add(1)], [at(10, [])], 5, open).summary).toMatchInlineSnapshot(
      `"1 element acknowledged, 1 whole read, and 1 element missed by the last of them; undecided: the record ends early, and what is missing could mend it"`,
    );
    expect(short(judge([add(1)], [at(10, [])], 4, open))).toEqual({ verdict: "violated", lost: 1 });
    expect(short(judge([add(1)], [at(10, [])], 5))).toEqual({ verdict: "violated", lost: 1 });
    expect(short(judge([add(1)], [at(10, [1, 7])], 0, open))).toEqual({ verdict: "unknown", unwritten: 1 });
    expect(judge([add(1)], [at(10, [1, 7])], 0, open).summary).toMatchInlineSnapshot(
      `"1 element acknowledged, 1 whole read: 1 element seen that nobody added; undecided: the record ends early, and may lack the operation that added it"`,
    );
    expect(short(judge([add(1), add(2, { outcome: "failed" })], [at(10, [1, 2])], 0, open))).toEqual({
      ...{ verdict: "unknown", aborted: 1 },
    });
    expect(short(judge([add(1)], [at(10, [1, 1])], 0, open))).toEqual({ verdict: "violated", duplicate: 1 });
  });
  test("a whole read at the very end of a record that ends early may lack some of its elements", () => {
    const at15 = { type: "phase", phase: "drain", atMs: 15 } as const;
    const judged = (events: readonly [] | readonly [typeof at15]): Finding =>
      judge([add(1)], [at(10, [])], 0, { finished: false, events });
    expect(judged([]).figures["reads"]).toBe(0);
    expect(judged([at15]).verdict).toBe("unknown");
    expect(judge([add(1)], [at(10, [], { endMs: 14 })], 0, { finished: false, events: [at15] }).verdict).toBe(
      "violated",
    );
  });

  test("several adds of one value: it is acknowledged when one of them is, whichever comes first", () => {
    const tries = [
      add(1, { outcome: "unknown" }),
      add(1, { startMs: 6, endMs: 8 }),
      add(1, { outcome: "failed", startMs: 9, endMs: 9 }),
    ];
    for (const adds of [tries, tries.toReversed()]) {
      expect(judge(adds, [at(10, [1])])).toMatchObject({ verdict: "held", figures: { elements: 1, acknowledged: 1 } });
      expect(short(judge(adds, [at(10, [])]))).toEqual({ verdict: "violated", lost: 1 });
      expect(short(judge(adds, [at(8, [])]))).toEqual({ verdict: "unknown" });
    }
    const later = [add(1, { startMs: 6, endMs: 20 }), add(1, { startMs: 2, endMs: 8 })];
    for (const adds of [later, later.toReversed()])
      expect(short(judge(adds, [at(10, [])]))).toEqual({ verdict: "violated", lost: 1 });
  });
  test("two readers and two loads: only this load's reads, and each reader's own elements", () => {
    const base = { load: "rows", startMs: 10, endMs: 15, action: "read", value: 1 };
    const operations = [
      { load: "rows", action: "add", value: 1, startMs: 0, endMs: 5 },
      { ...base, client: "reader-1" },
      { ...base, client: "reader-2" },
      { ...base, load: "others", client: "reader-1" },
    ];
    const seen = { load: "rows", assignment: 1, value: 1, atMs: 15 };
    const judged = (reads: readonly Partial<ReadRecord>[]): Finding =>
      runCheck(check.set("rows"), journalOf({ operations, reads }));
    expect(
      judged([
        { ...seen, client: "reader-1" },
        { ...seen, client: "reader-2" },
      ]).verdict,
    ).toBe("held");
    expect(judged([{ ...seen, client: "reader-1" }]).verdict).toBe("violated");
    expect(
      judged([
        { ...seen, client: "reader-1" },
        { ...seen, client: "reader-2", load: "others" },
      ]).verdict,
    ).toBe("violated");
    expect(
      judged([
        { ...seen, client: "reader-1" },
        { ...seen, client: "reader-2", assignment: 2 },
      ]).verdict,
    ).toBe("violated");
  });

  test("no samples: nothing acknowledged, or nothing read", () => {
    expect(judge([add(1)], []).verdict).toBe("unknown");
    expect(judge([], [at(10, [])]).summary).toMatchInlineSnapshot(
      `"0 elements acknowledged, 1 whole read: nothing to judge rows by"`,
    );
  });
});

describe("set: what is counted and shown", () => {
  const told = ({ figures, evidence }: Finding): unknown[] => [
    Object.fromEntries(Object.entries(figures).filter(([name, number]) => kinds.includes(name) && number > 0)),
    ...evidence.map(({ what }) => what),
  ];
  test("each anomaly names its element", () => {
    expect(told(judge([add(1)], [at(10, [])]))).toEqual([
      ...[{ lost: 1 }, "known to be there, and missed by the reads that began last"],
    ]);
    expect(told(judge([add(1)], [at(10, []), at(40, [1])]))).toEqual([
      ...[{ stale: 1 }, "still missed 5.0 ms after it was known to be there"],
    ]);
    expect(told(judge([add(1)], [at(10, [1, 7]), at(20, [1, 8, 7])]))).toEqual([
      ...[{ unwritten: 2 }, "element 8 was seen, and nobody added it", "element 7 was seen, and nobody added it"],
    ]);
    expect(told(judge([add(2, { outcome: "failed" })], [at(10, [2]), at(20, [2])]))).toEqual([
      ...[{ aborted: 1 }, "element 2 was seen, though its add had failed"],
    ]);
    expect(told(judge([add(1)], [at(10, [1, 1]), at(20, [1, 1, 1])]))).toEqual([
      ...[{ duplicate: 1 }, "element 1 was seen twice by one read"],
    ]);
    const late = add(1, { startMs: 50, endMs: 55 });
    expect(told(judge([late], [at(10, [1]), at(20, [1]), at(60, [1])]))).toEqual([
      ...[{ early: 1 }, "element 1 was seen by a read that ended before its add began"],
    ]);
  });
  test("one element may show several, each once", () => {
    const late = add(1, { startMs: 50, endMs: 55 });
    expect(told(judge([late], [at(10, [1, 1]), at(20, [1, 1]), at(60, [1])]))[0]).toEqual({ early: 1, duplicate: 1 });
    expect(told(judge([late], [at(10, [1, 1]), at(60, [1, 1])]))[0]).toEqual({ early: 1, duplicate: 1 });
  });
  test("two elements have two", () => {
    const found = judge([add(1), add(2), add(3)], [at(10, []), at(21, [3]), at(40, [1, 2])]);
    expect(told(found)[0]).toEqual({ lost: 1, stale: 2 });
    expect(found.summary).toBe("3 elements acknowledged, 3 whole reads: 1 element lost and 2 elements stale");
    expect(found.figures).toMatchObject({ anomalies: 3, stable: 2, worstStaleMs: 16, neverRead: 0, reads: 3 });
  });
  test("the worst of the stale ones tells how long", () => {
    const adds = [add(1, { endMs: 2 }), add(2, { endMs: 8 })];
    expect(judge(adds, [at(10, []), at(40, [1, 2])], 8).figures).toMatchObject({ worstStaleMs: 8, stale: 0 });
    expect(judge(adds.toReversed(), [at(10, []), at(40, [1, 2])], 7).figures).toMatchObject({
      worstStaleMs: 8,
      stale: 1,
    });
  });
  test("what a read between two others missed was stale, and not lost", () => {
    expect(told(judge([add(1)], [at(10, [1]), at(20, []), at(30, [1])]))[0]).toEqual({ stale: 1 });
    expect(told(judge([add(1)], [at(10, []), at(20, [1]), at(30, [])]))[0]).toEqual({ lost: 1 });
  });
  test("nothing read is nothing to judge by; what was not acknowledged needs no proof", () => {
    const none = judge([add(1), add(2, { outcome: "unknown" })], []);
    expect(none.summary).toBe("1 element acknowledged, 0 whole reads: nothing to judge rows by");
    expect(none.figures).toMatchObject({ acknowledged: 1, neverRead: 2, unproven: 1, stable: 0, elements: 2 });
    const early = judge([add(1, { endMs: 15 }), add(2, { outcome: "unknown" })], [at(10, [], { endMs: 30 })]);
    expect(early.figures).toMatchObject({ neverRead: 2, unproven: 1 });
  });
  test("reads are taken by their beginnings, in whatever order they ended", () => {
    const slow = at(10, [], { endMs: 90 });
    const quick = at(20, [1]);
    expect(told(judge([add(1)], [quick, slow]))[0]).toEqual({ stale: 1 });
    expect(told(judge([add(1)], [slow, quick]))[0]).toEqual({ stale: 1 });
  });
});

/** The definitions of docs/checks.md, element by element. */
function oracle(
  adds: readonly Add[],
  all: readonly WholeRead[],
): { verdict: Verdict; figures: Record<string, number> } {
  const reads = all.filter(({ outcome = "ok" }) => outcome === "ok").toSorted((a, b) => a.startMs - b.startMs);
  const figures = {
    lost: 0,
    stale: 0,
    stable: 0,
    neverRead: 0,
    unproven: 0,
    duplicate: 0,
    aborted: 0,
    unwritten: 0,
    early: 0,
  };
  for (const { value, outcome = "ok", startMs, endMs } of adds) {
    const sees = reads.map(({ saw }) => saw.includes(value));
    const proofs = [...(outcome === "ok" ? [endMs] : []), ...reads.filter((_, i) => sees[i]).map((r) => r.endMs)];
    const knownMs = Math.min(...proofs);
    const lastSeen = sees.lastIndexOf(true);
    const lastMissed = sees.lastIndexOf(false);
    const missedMs = reads[lastMissed]?.startMs ?? -Infinity;
    if (lastSeen > lastMissed) {
      figures.stable += 1;
      if (missedMs > knownMs) figures.stale += 1;
    } else if (missedMs > knownMs) figures.lost += 1;
    else {
      figures.neverRead += 1;
      if (outcome === "ok") figures.unproven += 1;
    }
    if (reads.some((read, i) => sees[i] === true && read.endMs < startMs)) figures.early += 1;
    if (outcome === "failed" && lastSeen >= 0) figures.aborted += 1;
    if (reads.some(({ saw }) => saw.filter((seen) => seen === value).length > 1)) figures.duplicate += 1;
  }
  const seen = new Set(reads.flatMap(({ saw }) => saw));
  figures.unwritten = [...seen].filter((value) => !adds.some((a) => a.value === value)).length;
  const { lost, stale, duplicate, aborted, unwritten, early } = figures;
  const samples = reads.length > 0 && adds.some(({ outcome = "ok" }) => outcome === "ok");
  if (lost + stale + duplicate + aborted + unwritten + early > 0) return { verdict: "violated", figures };
  return { verdict: samples && figures.unproven === 0 ? "held" : "unknown", figures };
}

describe("set: against an obvious oracle", () => {
  const moment = fc.integer({ min: 0, max: 20 });
  const outcome = fc.constantFrom<Outcome>("ok", "ok", "ok", "failed", "unknown");
  const span = fc
    .tuple(moment, fc.integer({ min: 0, max: 6 }))
    .map(([startMs, took]) => ({ startMs, endMs: startMs + took }));
  const adds = fc.array(fc.tuple(span, outcome), { maxLength: 6 });
  const reads = fc.array(fc.tuple(span, outcome, fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 6 })), {
    maxLength: 5,
  });

  test("any history", () => {
    fc.assert(
      fc.property(adds, reads, (someAdds, someReads) => {
        const added = someAdds.map(([times, ended], value) => ({ value, ...times, outcome: ended }));
        const read = someReads.map(([times, ended, saw]) => ({ ...times, outcome: ended, saw }));
        const found = judge(added, read);
        const { verdict, figures } = oracle(added, read);
        const same = Object.fromEntries(Object.keys(figures).map((name) => [name, found.figures[name]]));
        expect({ verdict: found.verdict, ...same }).toEqual({ verdict, ...figures });
      }),
      { numRuns: 500 },
    );
  });
});
