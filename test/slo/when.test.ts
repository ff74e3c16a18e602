/** An objective over a part of the run: in calm, or under faults. */
import { describe, expect, test } from "vitest";
import { journalOf, type JournalEvent, type Operation } from "../../lab/journal/index.ts";
import { complaint, evaluateOne, sloText } from "./slos.ts";

const source = (fields: string): string =>
  `{ metricSource: { type: resilience-lab-journal, spec: { load: events, action: produce${fields} } } }`;
const indicator = (time: string, good = ", outcome: ok, within: 1s"): string =>
  `{ ratioMetric: { good: ${source(`${good}${time}`)}, total: ${source(time)} } }`;

const fault = (id: string, orderedMs: number, healedMs?: number): JournalEvent[] => [
  { type: "fault-ordered", atMs: orderedMs, fault: id, kind: "kill", target: "a", targets: ["a"], spec: {} },
  { type: "fault-injected", atMs: orderedMs + 200, fault: id, kind: "kill", asked: "a", targets: ["a"] },
  ...(healedMs === undefined
    ? []
    : [{ type: "fault-healed", atMs: healedMs, fault: id, verified: true, measured: "" } as const]),
];
const started: JournalEvent = { type: "load-started", atMs: 1_000, load: "events", ratePerSecond: 1 };
const ended = (atMs: number): JournalEvent => ({ type: "load-ended", atMs, load: "events", scheduled: 1, offered: 1 });

/** How many of single operations, due at these times and taking 5 ms, count. */
function counted(
  time: string,
  atMs: readonly number[],
  events: readonly JournalEvent[],
  change: Partial<Operation> = {},
): number {
  const operations = atMs.map((intendedMs) => ({ intendedMs, endMs: intendedMs + 5, ...change }));
  return evaluateOne(sloText({ indicator: indicator(time) }), journalOf({ operations, events })).total;
}

describe("when: steady", () => {
  const steady = ", when: steady, settle: 3s";
  const events = [started, ...fault("f", 10_000, 20_000)];

  test.each([
    ["before the fault was ordered", 9_994, 1],
    ["as it was ordered", 10_000, 0],
    ["while it was in force", 15_000, 0],
    ["before what it left behind has settled", 22_999, 0],
    ["once that has", 23_000, 1],
  ])("an operation that was due %s", (_, atMs, count) => {
    expect(counted(steady, [atMs], events)).toBe(count);
  });

  test("one that was under way when a fault was ordered is the fault's; one that never came to an end is not", () => {
    expect(counted(steady, [9_000], events, { endMs: 9_999 })).toBe(1);
    expect(counted(steady, [9_000], events, { endMs: 10_000 })).toBe(0);
    const delay = (time: string): string =>
      `{ thresholdMetric: { metricSource: { type: resilience-lab-journal, spec: { load: events, measure: end-to-end-delay${time} } } } }`;
    const text = sloText({ indicator: delay(steady), objectives: "[{ target: 0.9, op: lte, value: 1000 }]" });
    const operations = [{ intendedMs: 9_000, endMs: 9_005, value: 1 }];
    expect(evaluateOne(text, journalOf({ operations, events }))).toMatchObject({ verdict: "violated", total: 1 });
    const reads = [{ value: 1, atMs: 12_000 }];
    expect(evaluateOne(text, journalOf({ operations, reads, events })).total).toBe(0);
  });

  test("between two faults only what neither touches is steady", () => {
    const two = [started, ...fault("a", 10_000, 12_000), ...fault("b", 16_000, 18_000)];
    expect([14_999, 15_000, 15_994, 16_000, 20_999, 21_000].map((atMs) => counted(steady, [atMs], two))).toEqual([
      0, 1, 1, 0, 0, 1,
    ]);
  });

  test("what a fault broke that was never healed does not become steady again", () => {
    expect(counted(steady, [5_000, 100_000], [started, ...fault("f", 10_000)])).toBe(1);
  });

  test("clients may be slow while they warm up", () => {
    const warm = `${steady}, warmUp: 2s`;
    expect(counted(warm, [1_000, 2_999], [started])).toBe(0);
    expect(counted(warm, [3_000], [started])).toBe(1);
    expect(counted(steady, [1_000], [started])).toBe(1);
  });

  test("what the end of the load cut off is nobody's", () => {
    const cutOff = { outcome: "unknown" as const, endMs: 30_000 };
    expect(counted(steady, [27_000], [started, ended(30_500)], cutOff)).toBe(0);
    expect(counted(steady, [27_000], [started, ended(31_001)], cutOff)).toBe(1);
    expect(counted(steady, [27_000], [started, ended(30_500)], { endMs: 30_000 })).toBe(1);
  });

  test("says so where there was no calm", () => {
    const result = evaluateOne(
      sloText({ indicator: indicator(steady) }),
      journalOf({ operations: [{ intendedMs: 15_000 }], events }),
    );
    expect(result).toMatchObject({
      verdict: "unknown",
      summary: "no samples: the journal has no produce operations of events in calm",
    });
  });
});

describe("when: faults", () => {
  const events = [started, ...fault("a", 10_000, 12_000), ...fault("b", 16_000, 18_000)];

  test.each([
    ["before the first", 9_994, 0],
    ["as it was ordered", 10_000, 1],
    ["just before its undo was verified", 11_999, 1],
    ["between the two", 12_000, 0],
    ["during the second", 17_000, 1],
    ["after it", 18_000, 0],
  ])("an operation that was due %s", (_, atMs, count) => {
    expect(counted(", when: faults", [atMs], events)).toBe(count);
  });

  test("one that was under way when a fault was ordered belongs to it", () => {
    expect(counted(", when: faults", [9_000], events, { endMs: 10_000 })).toBe(1);
    expect(counted(", when: faults", [9_000], events, { endMs: 9_999 })).toBe(0);
  });
});

describe("the fields", () => {
  test.each([
    ["settle without when", indicator(", settle: 3s"), "settle: belongs to when: steady"],
    ["steady without settle", indicator(", when: steady"), "settle: is missing"],
    ["faults that settle", indicator(", when: faults, settle: 3s"), "settle: belongs to when: steady"],
    ["a warm-up under faults", indicator(", when: faults, warmUp: 3s"), "warmUp: belongs to when: steady"],
    ["another time", indicator(", when: night"), "when: must be one of steady, faults"],
    [
      "a recovery in calm",
      indicator(", when: faults, measure: recovery-time", ", within: 1s"),
      "when: does not belong to the measure recovery-time",
    ],
  ])("%s", (_, text, told) => {
    expect(complaint(sloText({ indicator: text }))).toContain(told);
  });

  const ratio = (good: string, total: string): string =>
    complaint(sloText({ indicator: `{ ratioMetric: { good: ${source(good)}, total: ${source(total)} } }` }));

  test.each([
    ["the same outcome", ", outcome: ok", ", outcome: ok"],
    ["the same limit", ", within: 1s", ", within: 1s"],
    ["both the same", ", outcome: ok, within: 1s", ", outcome: ok, within: 1s"],
    ["a limit that is wider", ", outcome: ok, within: 2s", ", within: 1s"],
    ["no limit where total has one", ", outcome: ok", ", within: 1s"],
    ["another outcome", ", outcome: ok, within: 1s", ", outcome: failed"],
  ])("good that is all of total, or beside it: %s", (_, good, total) => {
    expect(ratio(good, total)).toMatch(
      /^slo\.yaml:\d+: spec\.indicator\.spec\.ratioMetric\.good\.metricSource\.spec: must narrow total/,
    );
  });

  test.each([
    ["an outcome", ", outcome: ok", ""],
    ["an outcome of what came in time", ", outcome: ok, within: 2s", ", within: 2s"],
    ["a limit of what was acknowledged", ", outcome: ok, within: 1s", ", outcome: ok"],
    ["a shorter limit", ", within: 1s", ", within: 2s"],
  ])("good that narrows total: %s", (_, good, total) => {
    expect(ratio(good, total)).toBe("");
  });

  test("good and total of different times", () => {
    expect(ratio(", outcome: ok, when: faults", "")).toContain(
      "must name the same load, measure, action, timely, lasting and time",
    );
  });
});
