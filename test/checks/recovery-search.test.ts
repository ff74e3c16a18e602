/** What becomes of operations after one fault, at each boundary of its definition. */
import { describe, expect, test } from "vitest";
import { inOrderOf } from "../../lab/checks/order.ts";
import { aftermathOf, countTries, firstFrom } from "../../lab/checks/recovery-search.ts";
import type { Aftermath, Struck, Terms } from "../../lab/checks/recovery-search.ts";
import { rowsOf, selectionOf } from "../../lab/checks/select.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Outcome } from "../../lab/journal/index.ts";

/** When an operation was intended, how long it took, and how it ended. */
type Row = readonly [intendedMs: number, tookMs?: number, outcome?: Outcome];

const FAULT: Struck = { what: "kill", orderedMs: 1_000, healMs: Infinity, laterMs: [] };
const TERMS: Terms = { of: "events", withinMs: 1_000, steadyMs: 300, limitMs: 50, settledMs: Infinity };

/**
 * What is the first row of the journal belongs to others, took long, and failed or did not: whoever looks beyond the
 * rows that were given finds it.
 */
function aftermath(
  rows: readonly Row[],
  fault: Partial<Struck> = {},
  terms: Partial<Terms> = {},
  other: Row = [1_001, 5_000, "failed"],
): Aftermath {
  const journal = journalOf({
    operations: [other, ...rows].map(([intendedMs, tookMs = 10, outcome = "ok"], i) => ({
      ...{ load: i === 0 ? "others" : "events", value: i, intendedMs, endMs: intendedMs + tookMs, outcome, error: "" },
    })),
  });
  const ordered = inOrderOf(journal.operations.intendedMs, rowsOf(journal, selectionOf(journal, "events")));
  return aftermathOf(journal, ordered, { ...FAULT, ...fault }, { ...TERMS, ...terms });
}

/** An operation every 100 ms of a span, its end included. */
const every100 = (fromMs: number, toMs: number, tookMs = 10, outcome: Outcome = "ok"): Row[] =>
  Array.from({ length: (toMs - fromMs) / 100 + 1 }, (_, i) => [fromMs + i * 100, tookMs, outcome]);
const failing = (fromMs: number, toMs: number, tookMs = 10): Row[] => every100(fromMs, toMs, tookMs, "failed");
const without = (rows: readonly Row[], ...times: readonly number[]): Row[] =>
  rows.filter(([intendedMs]) => !times.includes(intendedMs));

const calm = every100(0, 900);
/** Fails from 1,000 to 1,400, and is well from 1,500 to 2,500. */
const struck = [...calm, ...failing(1_000, 1_400), ...every100(1_500, 2_500)];

describe("what came of a fault", () => {
  test("recovered: when it showed, the first success, the lasting one, and what shows them", () => {
    const found = aftermath(struck);
    expect({ ...found, evidence: found.evidence.map(({ what, atMs }) => [what, atMs]) }).toEqual({
      ...{ outcome: "recovered", verdict: "held", told: "recovered 510 ms after kill, wanted 1 s", slowestMs: 10 },
      originMs: 1_000,
      figures: { detectionMs: 10, firstSuccessMs: 510, recoveryMs: 510 },
      evidence: [
        ["first operation to fail or be late after kill", 1_010],
        ["first success after kill that was followed by no failure", 1_510],
      ],
    });
  });

  test("not noticed: three went well, and the load lasted `steady` after the order", () => {
    const found = aftermath(every100(0, 1_300));
    expect(found).toEqual({
      ...{ outcome: "not noticed", verdict: "held", figures: {}, slowestMs: 10, evidence: [] },
      told: "kill was not noticed: no operation failed or was late (the slowest took 10 ms)",
    });
    expect(aftermath([...every100(0, 1_200), [1_299]])).toMatchObject({
      ...{ outcome: "undecided", verdict: "unknown", figures: {}, evidence: [] },
      told: "the load ended 299 ms after kill, too soon to tell",
    });
  });

  test("undecided: fewer than three went well, those of one intended time counted once", () => {
    const few = (...rows: Row[]): string => aftermath([...calm, ...rows]).told;
    expect(few([1_100], [1_200], [1_300])).toMatch(/^kill was not noticed/);
    expect(few([1_100], [1_300])).toBe("only 2 of at least 3 operations of events ended after kill");
    expect(few([1_100], [1_100], [1_300], [1_300])).toBe("only 2 of at least 3 operations of events ended after kill");
    expect(few([1_000], [1_200], [1_300])).toMatch(/^kill was not noticed/);
    expect(few([999], [1_200], [1_300])).toMatch(/^only 2 of/);
    expect(aftermath([...calm, [1_200], [1_300]], {}, {}, [1_100, 5]).told).toMatch(/^only 2 of/);
  });

  test("undecided: nothing was offered after it, or ever", () => {
    expect(aftermath(calm)).toEqual({
      ...{ outcome: "undecided", verdict: "unknown", figures: {}, slowestMs: 0, evidence: [] },
      told: "no operation of events was offered after kill",
    });
    expect(aftermath([]).told).toBe("no operation of events was offered after kill");
  });
});

describe("what is bad, and when it shows", () => {
  test("late is bad: beyond the limit, not at it; it shows once it is late", () => {
    const slow = (tookMs: number): Aftermath =>
      aftermath([...without(calm, 0), ...every100(1_000, 2_000).map(([at]): Row => [at, at === 1_100 ? tookMs : 10])]);
    expect(slow(50)).toMatchObject({ outcome: "not noticed", slowestMs: 50 });
    expect(slow(50.5)).toMatchObject({
      ...{ outcome: "recovered", slowestMs: 50.5 },
      figures: { detectionMs: 150, firstSuccessMs: 210, recoveryMs: 210 },
    });
  });
  test("a failure shows at its end, and no later than when it would have been late", () => {
    expect(aftermath([...calm, [1_000, 20, "unknown"], ...every100(1_100, 2_000)]).figures.detectionMs).toBe(20);
    expect(aftermath([...calm, [1_000, 80, "failed"], ...every100(1_100, 2_000)]).figures.detectionMs).toBe(50);
  });
  test("what was under way at the order belongs to the fault if it showed after it", () => {
    const underWay = (tookMs: number): Aftermath =>
      aftermath([...without(calm, 900), [960, tookMs, "failed"], ...every100(1_000, 2_000)]);
    expect(underWay(40).outcome).toBe("not noticed");
    expect(underWay(40.5)).toMatchObject({ outcome: "recovered", figures: { detectionMs: 0.5, recoveryMs: 10 } });
  });
  test("what was intended at the order and failed at once is the fault's", () => {
    expect(aftermath([...calm, [1_000, 0, "failed"], ...every100(1_100, 2_000)])).toMatchObject({
      figures: { detectionMs: 0, firstSuccessMs: 110 },
    });
  });
  test("of several bad ones the earliest to show is the detection, if it showed after the order", () => {
    const rows: Row[] = [
      // Intended after the first bad one, and shown before the order: it says nothing.
      ...[...without(calm, 900), [955, 47, "failed"] as const, [960, 40, "failed"] as const],
      ...every100(1_000, 2_000),
    ];
    expect(aftermath(rows).figures.detectionMs).toBe(2);
    expect(aftermath([...calm, [1_000, 40, "failed"], [1_010, 5, "failed"], ...every100(1_100, 2_000)])).toMatchObject({
      figures: { detectionMs: 15, firstSuccessMs: 110 },
    });
  });
  test("the first success is the earliest to end, among those intended since the order and after the first bad one", () => {
    const rows: Row[] = [
      // Under way at the order: bad, and after it good; the good one was intended before the order.
      ...[...calm, [960, 45, "failed"] as const, [970, 35] as const],
      ...[[1_000, 45] as const, [1_010, 20] as const, ...every100(1_100, 2_000)],
    ];
    expect(aftermath(rows).figures).toEqual({ detectionMs: 5, firstSuccessMs: 30, recoveryMs: 45 });
    const later: Row[] = [...calm, [1_000], [1_010], [1_020, 10, "failed"], ...every100(1_100, 2_000)];
    expect(aftermath(later).figures).toEqual({ detectionMs: 30, firstSuccessMs: 110, recoveryMs: 110 });
  });
  test("where the very first operation fails, it is the fault's as any other", () => {
    const rows: Row[] = [[1_000, 10, "failed"], ...every100(1_100, 2_500)];
    expect(aftermath(rows).told).toBe("recovered 110 ms after kill, wanted 1 s");
    expect(aftermath(rows, { healMs: 1_500 }).told).toBe("recovered 110 ms after kill, wanted 1 s");
    expect(aftermath(rows, { laterMs: [1_050] }).told).toBe("recovered 110 ms after kill, wanted 1 s");
  });
  test("rows in any order of their ends: intended times decide", () => {
    expect(aftermath(struck.toReversed()).figures).toEqual(aftermath(struck).figures);
  });
});

describe("a later fault", () => {
  const FOLLOWED = "kill, together with the fault that followed it";

  test("what shows up to its order is the first one's, at that moment too", () => {
    const rows = [...calm, ...every100(1_000, 1_100), ...failing(1_200, 1_400), ...every100(1_500, 2_500)];
    const found = aftermath(rows, { laterMs: [1_210] });
    expect(found.told).toBe("recovered 510 ms after kill, wanted 1 s");
    // It showed only after that, with two good ones before: shared with the next fault.
    expect(aftermath(rows, { laterMs: [1_209] }).told).toBe(`recovered 510 ms after ${FOLLOWED}, wanted 1 s`);
    const [, shared] = aftermath(rows, { laterMs: [1_209] }).evidence;
    expect(shared?.what).toBe(`first success after ${FOLLOWED} that was followed by no failure`);
  });
  test("three that went well before it are the first one's own, if they ended by then", () => {
    const rows = [...calm, ...every100(1_000, 1_200), ...failing(1_300, 1_400), ...every100(1_500, 2_500)];
    expect(aftermath(rows, { laterMs: [1_210] })).toMatchObject({ outcome: "not noticed" });
    expect(aftermath(rows, { laterMs: [1_209] }).told).toBe(`recovered 510 ms after ${FOLLOWED}, wanted 1 s`);
    // One that took no time and was intended at that very moment counts as well.
    const instant = [...without(rows, 1_200), [1_200, 0] as const];
    expect(aftermath(instant, { laterMs: [1_200] })).toMatchObject({ outcome: "not noticed" });
    expect(aftermath(instant, { laterMs: [1_199] })).toMatchObject({ outcome: "recovered" });
    // Late ones did not go well.
    const late = [...without(rows, 1_200), [1_200, 51] as const];
    expect(aftermath(late, { laterMs: [1_299] })).toMatchObject({ outcome: "recovered" });
  });
  test("what failed at once at its very order is the first one's", () => {
    const rows = [...calm, ...every100(1_000, 1_100), [1_200, 0, "failed"] as const, ...every100(1_300, 2_500)];
    expect(aftermath(rows, { laterMs: [1_200] }).told).toBe("recovered 310 ms after kill, wanted 1 s");
    expect(aftermath(rows, { laterMs: [1_199] }).told).toBe(`recovered 310 ms after ${FOLLOWED}, wanted 1 s`);
  });
  test("it is shared with as many as follow before anything happens", () => {
    const rows = [...calm, [1_000] as const, ...failing(1_300, 1_400), ...every100(1_500, 2_500)];
    expect(aftermath(rows, { laterMs: [1_050, 1_100] }).told).toBe(`recovered 510 ms after ${FOLLOWED}, wanted 1 s`);
    expect(aftermath(rows, { laterMs: [1_050, 1_310] }).told).toBe(`recovered 510 ms after ${FOLLOWED}, wanted 1 s`);
    expect(aftermath([...calm, [1_000], [1_400], [1_500]], { laterMs: [1_050, 1_100] })).toMatchObject({
      outcome: "not noticed",
    });
  });
  test("the slowest success is of those intended from the order to the next one's", () => {
    const took = (at: number): number => ({ 900: 45, 1_000: 20, 1_100: 30, 1_200: 40 })[at] ?? 10;
    const rows = every100(0, 2_000).map(([at]): Row => [at, took(at)]);
    expect(aftermath(rows).slowestMs).toBe(40);
    expect(aftermath(rows, { laterMs: [1_201, 3_000] }).slowestMs).toBe(40);
    expect(aftermath(rows, { laterMs: [1_200, 3_000] }).slowestMs).toBe(30);
    expect(aftermath(rows, {}, {}, [0, 5_000]).slowestMs).toBe(40);
    expect(aftermath([...calm, [1_000, 49, "failed"], ...every100(1_100, 2_000)]).slowestMs).toBe(10);
  });
});

describe("the heal", () => {
  const rows = [...calm, ...every100(1_000, 1_400), ...failing(1_500, 1_700), ...every100(1_800, 3_000)];

  test("did the harm, if the first bad one was intended at or after its order", () => {
    const found = aftermath(rows, { healMs: 1_500 });
    expect(found).toMatchObject({
      told: "recovered 310 ms after the heal of kill, wanted 1 s",
      originMs: 1_500,
      figures: { detectionMs: 10, firstSuccessMs: 310, recoveryMs: 310 },
    });
    expect(found.evidence.map(({ what }) => what)).toEqual([
      "first operation to fail or be late after the heal of kill",
      "first success after the heal of kill that was followed by no failure",
    ]);
  });
  test("did it as well, if nothing had shown by then and three had gone well", () => {
    expect(aftermath(rows, { healMs: 1_509 }).figures.recoveryMs).toBe(301);
    expect(aftermath(rows, { healMs: 1_510 }).figures.recoveryMs).toBe(810);
    expect(aftermath(without(rows, 1_000, 1_100), { healMs: 1_509 }).figures.recoveryMs).toBe(301);
    const two = without(rows, 1_000, 1_100, 1_200);
    expect(aftermath(two, { healMs: 1_509 }).figures.recoveryMs).toBe(810);
    expect(aftermath(two, { healMs: 1_500 }).figures.recoveryMs).toBe(310);
  });
  test("what was under way at its order, and showed after it, is its doing: success counts from those intended since", () => {
    const late = every100(0, 3_000).map(([at]): Row => [at, at === 1_400 ? 400 : 10]);
    const found = aftermath(late, { healMs: 1_650 }, { limitMs: 300 });
    expect(found.figures).toEqual({ detectionMs: 50, firstSuccessMs: 60, recoveryMs: 60 });
    expect(aftermath(late, { healMs: 1_700 }, { limitMs: 300 }).figures).toEqual({
      ...{ detectionMs: 700, firstSuccessMs: 510, recoveryMs: 510 },
    });
  });
});

describe("what lasts", () => {
  /** Well at 1,500, and bad again at this time. */
  const again = (badMs: number): Row[] => [
    ...calm,
    ...failing(1_000, 1_400),
    ...every100(1_500, 2_500),
    [badMs, 10, "failed"],
  ];

  test("a failure up to `steady` later takes it back, one after that does not", () => {
    expect(aftermath(again(1_800)).figures).toMatchObject({ firstSuccessMs: 510, recoveryMs: 910 });
    expect(aftermath(again(1_800.5)).figures).toMatchObject({ firstSuccessMs: 510, recoveryMs: 510 });
    expect(aftermath(again(1_250)).figures).toMatchObject({ recoveryMs: 510 });
  });
  test("the load must have gone on for `steady` from its intended time", () => {
    const short = [...calm, ...failing(1_000, 1_400), ...every100(1_500, 1_700)];
    expect(aftermath([...short, [1_800]])).toMatchObject({ verdict: "held", figures: { recoveryMs: 510 } });
    const found = aftermath([...short, [1_799.5]]);
    expect(found).toMatchObject({
      ...{ outcome: "undecided", verdict: "unknown", atBestMs: 510 },
      told: "the load ended less than 300 ms after the first lasting success that followed kill",
      figures: { detectionMs: 10, firstSuccessMs: 510 },
    });
    expect(found.figures).not.toHaveProperty("recoveryMs");
    expect(found.evidence).toHaveLength(2);
  });
  test("three must have been intended in `steady`, its end included", () => {
    const thin = (...times: number[]): Row[] => [
      ...calm,
      ...failing(1_000, 1_400),
      ...[1_500, ...times, 2_500].map((at): Row => [at]),
    ];
    expect(aftermath(thin(1_600, 1_800))).toMatchObject({ verdict: "held", figures: { recoveryMs: 510 } });
    const found = aftermath(thin(1_600, 1_600, 1_801));
    expect(found).toMatchObject({
      ...{ outcome: "undecided", verdict: "unknown", atBestMs: 510 },
      told: "only 2 of at least 3 operations of events were intended in the 300 ms from the first success after kill: too few to call it lasting",
      figures: { detectionMs: 10, firstSuccessMs: 510 },
    });
    expect(found.figures).not.toHaveProperty("recoveryMs");
    expect(found.evidence).toHaveLength(2);
  });
  test("too late: beyond `within`, not at it; at best, where it is not sure to last", () => {
    expect(aftermath(struck, {}, { withinMs: 510 })).toMatchObject({ verdict: "held" });
    expect(aftermath(struck, {}, { withinMs: 509 })).toMatchObject({
      ...{ outcome: "not recovered", verdict: "violated", told: "recovered 510 ms after kill, wanted 509 ms" },
      originMs: 1_000,
      ...{ slowestMs: 10, figures: { detectionMs: 10, firstSuccessMs: 510, recoveryMs: 510 } },
    });
    const three = [...calm, ...failing(1_000, 1_400), ...[1_500, 1_600, 1_800].map((at): Row => [at])];
    expect(aftermath(three, {}, { withinMs: 509 }).figures).toMatchObject({ recoveryMs: 510 });
    const thin = [...calm, ...failing(1_000, 1_400), ...[1_500, 1_600, 2_500].map((at): Row => [at])];
    const short = [...calm, ...failing(1_000, 1_400), ...every100(1_500, 1_700)];
    for (const rows of [thin, short]) {
      const found = aftermath(rows, {}, { withinMs: 509 });
      expect(found).toMatchObject({ verdict: "violated", told: "recovered at best 510 ms after kill, wanted 509 ms" });
      expect(found.figures).toEqual({ detectionMs: 10, firstSuccessMs: 510 });
      expect(found.evidence).toHaveLength(2);
    }
  });
  test("never: violated if the load went on for `within`, else unknown", () => {
    const never = (toMs: number): Aftermath => aftermath([...calm, ...failing(1_000, 1_900), [toMs, 10, "failed"]]);
    expect(never(2_000)).toMatchObject({
      ...{ outcome: "not recovered", verdict: "violated", told: "operations never went on succeeding after kill" },
      ...{ figures: { detectionMs: 10 }, slowestMs: 0 },
    });
    expect(never(2_000).figures).toEqual({ detectionMs: 10 });
    const others = aftermath([...calm, ...failing(1_000, 2_000)], {}, {}, [1_001, 5]);
    expect(others.figures).toEqual({ detectionMs: 10 });
    expect(never(2_000).evidence).toHaveLength(1);
    expect(never(1_999)).toMatchObject({
      ...{ outcome: "undecided", verdict: "unknown" },
      told: "the load ended 999 ms after kill, and no success was lasting yet",
    });
    expect(never(1_999).evidence).toHaveLength(1);
    // From the heal, where that did the harm.
    const rows = [...calm, ...every100(1_000, 1_200), ...failing(1_300, 2_000)];
    expect(aftermath(rows, { healMs: 1_250 }, { withinMs: 751 })).toMatchObject({
      verdict: "unknown",
      told: "the load ended 750 ms after the heal of kill, and no success was lasting yet",
    });
  });
});

describe("a record that ends early", () => {
  const late = { withinMs: 500 };

  test("final once all is in it that could have been a recovery in time", () => {
    expect(aftermath(struck, {}, { ...late, settledMs: 1_500.5 }).verdict).toBe("violated");
    const found = aftermath(struck, {}, { ...late, settledMs: 1_500 });
    expect(found).toMatchObject({
      ...{ outcome: "undecided", verdict: "unknown" },
      told: "recovered 510 ms after kill, wanted 500 ms; undecided: the record ends early",
      originMs: 1_000,
      figures: { recoveryMs: 510 },
    });
    expect(found.evidence).toHaveLength(2);
  });
  test("not final if a success in time might be a lasting one after all", () => {
    // 1,000 and 1,100 went well; if one before them turns out to have failed, 1,000 was the recovery.
    const rows = (badMs: number): Row[] => [
      ...[...calm, ...every100(1_000, 1_100), [badMs, 10, "failed"] as const, ...failing(1_700, 1_900)],
      ...every100(2_000, 2_500),
    ];
    const judged = (badMs: number): Aftermath => aftermath(rows(badMs), {}, { ...late, settledMs: 2_600 });
    expect(judged(1_300).verdict).toBe("violated");
    expect(judged(1_300.5)).toMatchObject({ verdict: "unknown" });
    expect(aftermath(rows(1_300.5), {}, late).verdict).toBe("violated");
    // A success that ended too late to be one in time leaves nothing open.
    const slow = [...calm, [1_000, 500] as const, ...failing(1_400, 1_900), ...every100(2_000, 2_500)];
    expect(aftermath(slow, {}, { ...late, limitMs: 500, settledMs: 2_600 }).verdict).toBe("unknown");
    expect(aftermath(slow, {}, { withinMs: 499, limitMs: 500, settledMs: 2_600 }).verdict).toBe("violated");
  });
  test("a success before the order leaves nothing open", () => {
    const rows = [...calm, ...failing(1_400, 1_900), ...every100(2_000, 2_500)];
    expect(aftermath(rows, {}, { ...late, settledMs: 2_600 }).verdict).toBe("violated");
  });
  test("never recovered so far: final after `within`, undecided before", () => {
    const rows = [...calm, ...failing(1_000, 2_000)];
    expect(aftermath(rows, {}, { withinMs: 1_000, settledMs: 2_010 }).verdict).toBe("violated");
    const found = aftermath(rows, {}, { withinMs: 1_000, settledMs: 2_000 });
    expect(found).toMatchObject({
      verdict: "unknown",
      told: "operations never went on succeeding after kill; undecided: the record ends early",
    });
  });
});

describe("places in ordered rows", () => {
  const column = Float64Array.from([99, 5, 5, 7, 9]);
  const rows = Uint32Array.from([1, 2, 3, 4]);

  test("the first that is not before a moment", () => {
    expect([4, 5, 5.5, 7, 9, 9.5].map((atMs) => firstFrom(rows, column, atMs))).toEqual([0, 0, 2, 2, 3, 4]);
    expect(firstFrom(rows.subarray(0, 0), column, 5)).toBe(0);
  });
  test("how many different times, from a place on, up to a moment", () => {
    expect([4, 5, 7, 8, 9, 200].map((toMs) => countTries(rows, column, 0, toMs))).toEqual([0, 1, 2, 2, 3, 3]);
    expect([0, 1, 2, 3, 4].map((from) => countTries(rows, column, from, 200))).toEqual([3, 3, 2, 1, 0]);
  });
});
