import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spendBudget, tally, type Budget, type BudgetRules } from "../../lab/slo/budget.ts";
import type { BudgetingMethod } from "../../lab/slo/documents.ts";

interface Event {
  readonly atMs: number;
  readonly good: boolean;
}

const rulesOf = (method: BudgetingMethod, parts: Partial<BudgetRules> = {}): BudgetRules => ({
  method,
  target: 0.9,
  timeSliceTarget: 0.5,
  slicesPerWindow: 1,
  ...parts,
});

function budgetOf(events: readonly Event[], sliceMs: number, rules: BudgetRules): Budget {
  const atMs = Float64Array.from(events, (event) => event.atMs);
  const good = events.map((event) => event.good);
  const span = { startMs: Math.min(...atMs), endMs: Math.max(...atMs), sliceMs };
  return spendBudget(
    tally(
      atMs,
      () => true,
      (event) => good[event] ?? false,
      span,
    ),
    rules,
  );
}

/** The obvious oracle: the definitions of OpenSLO, word by word, on lists of objects. */
function oracle(events: readonly Event[], sliceMs: number, rules: BudgetRules): number {
  const startMs = Math.min(...events.map((event) => event.atMs));
  const share = (some: readonly Event[]): number => some.filter((event) => event.good).length / some.length;
  if (rules.method === "Occurrences") return share(events);
  const slices = Object.values(
    Object.groupBy(events, (event) => String(Math.floor((event.atMs - startMs) / sliceMs))),
  ).map((some) => share(some ?? []));
  const counted = rules.method === "Timeslices" ? slices.map((one) => (one >= rules.timeSliceTarget ? 1 : 0)) : slices;
  return counted.reduce((sum: number, one) => sum + one, 0) / counted.length;
}

const anyEvents = fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 5_000 }), good: fc.boolean() }), {
  minLength: 1,
  maxLength: 80,
});
const anyRules = fc.record({
  method: fc.constantFrom("Occurrences" as const, "Timeslices" as const, "RatioTimeslices" as const),
  target: fc.integer({ min: 0, max: 99 }).map((hundredths) => hundredths / 100),
  timeSliceTarget: fc.integer({ min: 1, max: 10 }).map((tenths) => tenths / 10),
  slicesPerWindow: fc.integer({ min: 1, max: 7 }),
});
/** Always the same examples: whether a change is noticed is not to hang on chance. */
const RUNS = { numRuns: 50, seed: 49 };
const anySlice = fc.integer({ min: 1, max: 2_000 });

describe("an error budget", () => {
  test("measures as the definitions say", () => {
    fc.assert(
      fc.property(anyEvents, anySlice, anyRules, (events, sliceMs, rules) => {
        expect(budgetOf(events, sliceMs, rules).measured).toBeCloseTo(oracle(events, sliceMs, rules), 10);
      }),
      RUNS,
    );
  });

  test("is spent exactly when the target is missed, and left whole exactly when all is good", () => {
    fc.assert(
      fc.property(anyEvents, anySlice, anyRules, (events, sliceMs, rules) => {
        const { measured = 0, budgetLeft = 0 } = budgetOf(events, sliceMs, rules);
        expect(budgetLeft).toBeCloseTo((measured - rules.target) / (1 - rules.target), 9);
        expect(budgetLeft === 1).toBe(measured === 1);
      }),
      RUNS,
    );
  });

  test("its windows follow each other, hold every event once, and burn what the budget loses", () => {
    fc.assert(
      fc.property(anyEvents, anySlice, anyRules, (events, sliceMs, rules) => {
        const { windows, good, total, budgetLeft = 0 } = budgetOf(events, sliceMs, rules);
        windows.slice(1).forEach((window, place) => expect(window.fromMs).toBe(windows[place]?.toMs));
        const sum = (of: (window: Budget["windows"][number]) => number): number =>
          windows.reduce((all, one) => all + of(one), 0);
        expect(sum((window) => window.good)).toBeCloseTo(good, 9);
        expect(sum((window) => window.total)).toBe(total);
        expect(sum((window) => (window.burnRate * window.total) / total)).toBeCloseTo(1 - budgetLeft, 8);
      }),
      RUNS,
    );
  });

  test("more good never makes it worse", () => {
    fc.assert(
      fc.property(anyEvents, anySlice, anyRules, fc.nat(), (events, sliceMs, rules, pick) => {
        const better = events.map((event, place) =>
          place === pick % events.length ? { ...event, good: true } : event,
        );
        const before = budgetOf(events, sliceMs, rules).measured ?? 0;
        expect(budgetOf(better, sliceMs, rules).measured ?? 0).toBeGreaterThanOrEqual(before - 1e-12);
      }),
      RUNS,
    );
  });
});

describe("the budgeting methods, on the same ten events in two slices", () => {
  const events = [
    ...Array.from({ length: 8 }, (_, i) => ({ atMs: i, good: true })),
    { atMs: 1_000, good: true },
    { atMs: 1_001, good: false },
  ];
  test.each([
    ["Occurrences", 0.9],
    ["RatioTimeslices", 0.75],
    ["Timeslices", 1],
  ] as const)("%s", (method, measured) => {
    expect(budgetOf(events, 1_000, rulesOf(method)).measured).toBe(measured);
  });

  test("Timeslices, where half is too little", () => {
    expect(budgetOf(events, 1_000, rulesOf("Timeslices", { timeSliceTarget: 0.51 })).measured).toBe(0.5);
  });

  test("a slice without events is not counted", () => {
    const late = [...events, { atMs: 9_000, good: true }];
    const { measured, total, windows } = budgetOf(late, 1_000, rulesOf("Timeslices"));
    expect({ measured, total, windows: windows.length }).toEqual({ measured: 1, total: 3, windows: 10 });
    expect(windows[5]).toEqual({ fromMs: 5_000, toMs: 6_000, good: 0, total: 0, burnRate: 0 });
  });

  test("burn rate 1 spends exactly all", () => {
    const { windows, budgetLeft } = budgetOf(events, 2_000, rulesOf("Occurrences"));
    expect(windows[0]?.burnRate).toBeCloseTo(1, 12);
    expect(budgetLeft).toBeCloseTo(0, 12);
  });

  test("the quick calculation of OpenSLO's own example: 16,632 failures of 336,000 spend 99 % of a 5 % budget", () => {
    const good = Float64Array.of(336_000 - 16_632);
    const counts = { startMs: 0, sliceMs: 1, good, total: Float64Array.of(336_000) };
    expect(spendBudget(counts, rulesOf("Occurrences", { target: 0.95 })).budgetLeft).toBeCloseTo(0.01, 10);
  });
});

describe("counting", () => {
  const atMs = Float64Array.of(1_000, 1_999, 2_000, 3_999, 4_000);
  const span = { startMs: 1_000, endMs: 4_000, sliceMs: 1_000 };

  test("puts each event that counts in its slice, from the start on; the end has a slice of its own", () => {
    const counts = tally(
      atMs,
      (event) => event !== 3,
      (event) => event !== 1 && event !== 3,
      span,
    );
    expect(counts).toEqual({
      startMs: 1_000,
      sliceMs: 1_000,
      good: Float64Array.of(1, 1, 0, 1),
      total: Float64Array.of(2, 1, 0, 1),
    });
    expect(spendBudget(counts, rulesOf("Occurrences", { target: 0.5, slicesPerWindow: 3 }))).toEqual({
      good: 3,
      total: 4,
      measured: 0.75,
      budgetLeft: 0.5,
      windows: [
        { fromMs: 1_000, toMs: 4_000, good: 2, total: 3, burnRate: 0.666666666667 },
        { fromMs: 4_000, toMs: 7_000, good: 1, total: 1, burnRate: 0 },
      ],
    });
  });

  test("nothing leaves nothing measured", () => {
    const counts = tally(
      atMs,
      () => false,
      () => true,
      span,
    );
    expect(spendBudget(counts, rulesOf("RatioTimeslices", { slicesPerWindow: 4 }))).toEqual({
      good: 0,
      total: 0,
      windows: [{ fromMs: 1_000, toMs: 5_000, good: 0, total: 0, burnRate: 0 }],
    });
  });

  test("a time slice is good from its target on", () => {
    const of = (good: number) => ({ startMs: 0, sliceMs: 1, good: Float64Array.of(good), total: Float64Array.of(4) });
    const measured = (good: number) => spendBudget(of(good), rulesOf("Timeslices", { timeSliceTarget: 0.75 })).measured;
    expect([measured(2), measured(3), measured(4)]).toEqual([0, 1, 1]);
  });
});
