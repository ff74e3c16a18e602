/** The time of an objective: each of its edges, where another load has other times. */
import { describe, expect, test } from "vitest";
import { journalOf, type JournalEvent, type Operation } from "../../lab/journal/index.ts";
import { samplesOf } from "../../lab/slo/samples.ts";
import type { Subject } from "../../lab/slo/selector.ts";
import { milliseconds } from "../../lab/time.ts";

const started = (load: string, atMs: number): JournalEvent => ({ type: "load-started", atMs, load, ratePerSecond: 1 });
const ended = (load: string, atMs: number): JournalEvent => ({
  ...{ type: "load-ended", atMs, load, scheduled: 1, offered: 1 },
});
const fault = (id: string, orderedMs: number, healedMs?: number): readonly JournalEvent[] => [
  { type: "fault-ordered", atMs: orderedMs, fault: id, kind: "kill", target: "a", targets: ["a"], spec: {} },
  ...(healedMs === undefined
    ? []
    : [{ type: "fault-healed", atMs: healedMs, fault: id, verified: true, measured: "" } as const]),
];

/** When the operations that belong were due. */
function belonging(
  time: Pick<Subject, "when"> & { readonly settleMs?: number; readonly warmUpMs?: number },
  events: readonly JournalEvent[],
  operations: readonly (readonly [intendedMs: number, endMs: number, outcome?: Operation["outcome"]])[],
): readonly number[] {
  const subject: Subject = {
    load: "events",
    measure: "operations",
    action: undefined,
    timely: undefined,
    lasting: undefined,
    when: time.when,
    settle: time.settleMs === undefined ? undefined : milliseconds(time.settleMs),
    warmUp: time.warmUpMs === undefined ? undefined : milliseconds(time.warmUpMs),
  };
  const rows = operations.map(([intendedMs, endMs, outcome = "ok"]) => ({ intendedMs, endMs, outcome }));
  const { atMs, tookMs, atLeastMs, timed, outcome } = samplesOf(journalOf({ operations: rows, events }), subject);
  expect([tookMs, atLeastMs, timed, outcome].map(({ length }) => length)).toEqual(Array(4).fill(atMs.length));
  const picked = rows.filter(({ intendedMs }) => atMs.includes(intendedMs));
  expect([...tookMs]).toEqual(picked.map(({ intendedMs, endMs }) => endMs - intendedMs));
  expect([...atLeastMs]).toEqual([...tookMs]);
  expect([...timed]).toEqual(picked.map(() => 1));
  expect([...outcome]).toEqual(picked.map((row) => ["ok", "failed", "unknown"].indexOf(row.outcome)));
  return [...atMs];
}
const at = (...intendedMs: readonly number[]) => intendedMs.map((one) => [one, one] as const);

describe("in calm", () => {
  test("clients warm up from their own load's start on; the time before it is not calm", () => {
    const events = [started("orders", 0), started("events", 1_000), started("events", 5_000)];
    expect(belonging({ when: "steady" }, events, at(999, 1_000))).toEqual([1_000]);
    expect(belonging({ when: "steady", warmUpMs: 500 }, events, at(999, 1_499, 1_500))).toEqual([1_500]);
    expect(belonging({ when: "steady", warmUpMs: 500 }, [started("orders", 1_000)], at(1, 2))).toEqual([1, 2]);
  });

  test("a fault is felt until it has settled, and what was under way when it was ordered is its own", () => {
    const events = [...fault("a", 1_000, 2_000), ...fault("b", 5_000, 6_000)];
    const times = at(999, 1_000, 1_999, 2_000, 2_099, 2_100, 4_999, 5_000, 6_099, 6_100);
    expect(belonging({ when: "steady" }, events, times)).toEqual([999, 2_000, 2_099, 2_100, 4_999, 6_099, 6_100]);
    expect(belonging({ when: "steady", settleMs: 100 }, events, times)).toEqual([999, 2_100, 4_999, 6_100]);
    expect(
      belonging({ when: "steady", settleMs: 100 }, events, [
        [997, 999],
        [998, 1_000],
        [3_000, 5_000],
        [3_001, 4_999],
      ]),
    ).toEqual([997, 3_001]);
  });

  test("all of time is calm without a fault, and none after one that was never healed", () => {
    expect(belonging({ when: "steady", settleMs: 100 }, [], at(1, 2))).toEqual([1, 2]);
    expect(belonging({ when: "steady", settleMs: 100 }, fault("a", 1_000), at(999, 1_000, 99_999))).toEqual([999]);
  });
});

describe("under faults", () => {
  const events = [...fault("a", 1_000, 2_000), ...fault("b", 5_000)];

  test("from the order of one to its undo, and what was under way then", () => {
    expect(belonging({ when: "faults" }, events, at(999, 1_000, 1_999, 2_000, 4_999, 5_000, 99_999))).toEqual([
      1_000, 1_999, 5_000, 99_999,
    ]);
    expect(
      belonging({ when: "faults" }, events, [
        [997, 999],
        [998, 1_000],
        [3_000, 5_000],
        [3_001, 4_999],
      ]),
    ).toEqual([998, 3_000]);
  });
});

test("a fault that was undone as it was ordered was at no time", () => {
  const events = fault("a", 1_000, 1_000);
  expect(belonging({ when: "faults" }, events, at(999, 1_000, 1_001))).toEqual([]);
  expect(belonging({ when: "steady" }, events, at(999, 1_000, 1_001))).toEqual([999, 1_000, 1_001]);
});

describe("what the end of the load cut off", () => {
  const cut = (
    events: readonly JournalEvent[],
    ...ends: readonly (readonly [number, number, Operation["outcome"]])[]
  ) => belonging({ when: "steady" }, events, ends);

  test("is what had no good end within a second before it", () => {
    expect(
      cut(
        [ended("orders", 1_000), ended("events", 5_000), ended("events", 9_000)],
        [1, 7_999, "failed"],
        [2, 8_000, "failed"],
        [3, 8_000, "unknown"],
        [4, 8_000, "ok"],
        [5, 9_500, "unknown"],
      ),
    ).toEqual([1, 4]);
  });

  test("is nothing where no end is on record", () => {
    expect(cut([ended("orders", 1_000)], [1, 7_999, "failed"])).toEqual([1]);
  });
});

test("without a time, all belongs", () => {
  expect(belonging({ when: undefined }, [ended("events", 5), ...fault("a", 0)], at(1, 99_999))).toEqual([1, 99_999]);
});
