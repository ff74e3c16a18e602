/** Which operations, reads and moments a check is about. */
import { describe, expect, test } from "vitest";
import { describeWindow, readRowsOf, rowsOf, selectionOf, spanAt, spansOf } from "../../lab/checks/select.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/index.ts";

const journal = journalOf({
  operations: [
    { load: "events" },
    { load: "events", action: "commit" },
    { load: "admin" },
    { load: "admin", action: "create-topic" },
    { load: "events" },
  ],
  reads: [{ load: "copy" }, { load: "events" }, { load: "copy" }],
});

describe("selection", () => {
  const chosen = (of: string): number[] => [...rowsOf(journal, selectionOf(journal, of))];
  test("a load means what it produces; a dot names the action", () => {
    expect(chosen("events")).toEqual([0, 4]);
    expect(chosen("events.commit")).toEqual([1]);
    expect(chosen("admin.create-topic")).toEqual([3]);
    expect(selectionOf(journal, "events")).toEqual({
      load: journal.names.indexOf("events"),
      action: journal.names.indexOf("produce"),
    });
  });
  test("what never occurs has no number and no rows", () => {
    expect(selectionOf(journal, "orders.read")).toEqual({ load: -1, action: -1 });
    for (const none of ["orders", "events.create-topic", "copy"]) expect(chosen(none)).toEqual([]);
  });
  test("reads by the name that they were read under", () => {
    const seen = (name: string): number[] => [...readRowsOf(journal, journal.names.indexOf(name))];
    expect([seen("copy"), seen("events"), seen("admin")]).toEqual([[0, 2], [1], []]);
  });
  test("columns may be longer than the table: what lies behind the last row is no row", () => {
    // Zeros stand there, and 0 is the number of the empty name.
    const nameless = journalOf({
      operations: [{ load: "events" }, { load: "", action: "" }],
      reads: [{ load: "" }, {}],
    });
    expect(nameless.operations.load.length).toBeGreaterThan(2);
    expect([...rowsOf(nameless, { load: 0, action: 0 })]).toEqual([1]);
    expect([...readRowsOf(nameless, 0)]).toEqual([0]);
  });
});

describe("spans of a window", () => {
  const step = (type: "step-started" | "step-ended", atMs: number, name = "s"): JournalEvent => ({
    ...{ type, atMs, step: name },
  });
  const during = (...events: JournalEvent[]): [number, number][] =>
    spansOf(journalOf({ events }), { step: "s" }).map(({ fromMs, toMs }) => [fromMs, toMs]);

  test("no window is all of time", () => {
    expect(spansOf(journal, undefined)).toEqual([{ fromMs: -Infinity, toMs: Infinity }]);
  });
  test("a step lasts from its first start to its end, each time that it ran", () => {
    expect(during(step("step-started", 10), step("step-ended", 20))).toEqual([[10, 20]]);
    expect(
      during(
        ...[step("step-started", 10), step("step-started", 12), step("step-ended", 20)],
        ...[step("step-started", 30), step("step-ended", 40)],
      ),
    ).toEqual([
      [10, 20],
      [30, 40],
    ]);
  });
  test("other steps and other events are none of it", () => {
    const other: JournalEvent = { type: "phase", atMs: 15, phase: "heal" };
    expect(
      during(
        ...[step("step-started", 5, "other"), step("step-started", 10), step("step-ended", 12, "other"), other],
        ...[step("step-ended", 20), step("step-started", 25, "other")],
      ),
    ).toEqual([[10, 20]]);
  });
  test("a step that never ended goes on for ever; one that never started is no span", () => {
    expect(during(step("step-started", 10))).toEqual([[10, Infinity]]);
    expect(during(step("step-ended", 20))).toEqual([]);
    expect(during()).toEqual([]);
  });

  interface Times {
    readonly inEffectMs?: number;
    readonly healOrderedMs?: number;
    readonly healedMs?: number;
  }
  const faults = (...all: Times[]): [number, number][] => {
    const events = all.flatMap(({ inEffectMs, healOrderedMs, healedMs }, i): JournalEvent[] => {
      const fault = `fault-${i + 1}`;
      const named = { fault, kind: "kill", targets: ["kafka-1"] };
      return [
        { type: "fault-ordered", atMs: 1, ...named, target: "kafka-1", spec: {} },
        ...(inEffectMs === undefined
          ? []
          : [{ type: "fault-injected", atMs: inEffectMs, ...named, asked: "kafka-1" } as const]),
        ...(healOrderedMs === undefined ? [] : [{ type: "fault-heal-ordered", atMs: healOrderedMs, fault } as const]),
        ...(healedMs === undefined
          ? []
          : [{ type: "fault-healed", atMs: healedMs, fault, verified: true, measured: "" } as const]),
      ];
    });
    return spansOf(journalOf({ events }), { phase: "faults" }).map(({ fromMs, toMs }) => [fromMs, toMs]);
  };
  test("a fault is in force from its effect to the order of its undo, or else to the undo, or else for ever", () => {
    expect(faults({ inEffectMs: 10, healOrderedMs: 20, healedMs: 25 })).toEqual([[10, 20]]);
    expect(faults({ inEffectMs: 10, healedMs: 25 })).toEqual([[10, 25]]);
    expect(faults({ inEffectMs: 10 })).toEqual([[10, Infinity]]);
  });
  test("a fault that never was in effect is no span", () => {
    expect(faults({ healOrderedMs: 20, healedMs: 25 })).toEqual([]);
    expect(faults()).toEqual([]);
  });
  test("spans that overlap or touch are one, whichever began first and ends last", () => {
    const from = (inEffectMs: number, healOrderedMs: number): Times => ({ inEffectMs, healOrderedMs });
    expect(faults(from(10, 20), from(15, 30))).toEqual([[10, 30]]);
    expect(faults(from(15, 30), from(10, 20))).toEqual([[10, 30]]);
    expect(faults(from(10, 20), from(20, 30))).toEqual([[10, 30]]);
    expect(faults(from(10, 30), from(15, 20))).toEqual([[10, 30]]);
    expect(faults(from(21, 30), from(10, 20))).toEqual([
      [10, 20],
      [21, 30],
    ]);
  });

  test("a span holds its beginning, and not its end", () => {
    const spans = [
      { fromMs: 10, toMs: 20 },
      { fromMs: 20, toMs: 30 },
    ];
    expect([9.9, 10, 19.9, 20, 29.9, 30].map((atMs) => spanAt(spans, atMs))).toEqual([-1, 0, 0, 1, 1, -1]);
  });

  test("a window in words", () => {
    expect([undefined, { step: "upgrade" }, { phase: "faults" } as const].map(describeWindow)).toEqual([
      ...["in the whole run", 'during step "upgrade"', "while faults were in force"],
    ]);
  });
});
