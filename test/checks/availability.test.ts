import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding, Window } from "../../lab/checks/index.ts";
import { LabError } from "../../lab/errors.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation } from "../../lab/journal/index.ts";
import { milliseconds, seconds } from "../../lab/time.ts";

const limit = milliseconds(100);
const op = (intendedMs: number, rest: Partial<Operation> = {}): Partial<Operation> => ({
  intendedMs,
  endMs: intendedMs + 5,
  ...rest,
});
const step = (name: string, fromMs: number, toMs?: number): JournalEvent[] => [
  { type: "step-started", atMs: fromMs, step: name },
  ...(toMs === undefined ? [] : [{ type: "step-ended" as const, atMs: toMs, step: name }]),
];
const fault = (name: string, fromMs: number, toMs?: number): JournalEvent[] => [
  { type: "fault-injected", atMs: fromMs, fault: name, kind: "kill", asked: "all", targets: [] },
  ...(toMs === undefined
    ? []
    : [{ type: "fault-healed" as const, atMs: toMs, fault: name, verified: true, measured: "" }]),
];

function judge(
  operations: Partial<Operation>[],
  atLeast: number,
  during?: Window,
  events: JournalEvent[] = [],
): Finding {
  const options = { of: "events", atLeast, limit, ...(during === undefined ? {} : { during }) };
  return runCheck(check.availability(options), journalOf({ operations, events }));
}

describe("availability", () => {
  const nine = Array.from({ length: 9 }, (_, i) => op(i));

  test("held at its target, violated just below", () => {
    const operations = [...nine, op(9, { outcome: "failed", error: "REFUSED" })];
    expect(judge(operations, 0.9)).toMatchInlineSnapshot(`
      {
        "evidence": [
          {
            "atMs": 14,
            "detail": {
              "action": "produce",
              "client": "producer-1",
              "endMs": 14,
              "error": "REFUSED",
              "intendedMs": 9,
              "outcome": "failed",
              "startMs": 9,
            },
            "what": "ended failed",
          },
        ],
        "figures": {
          "anomalies": 0,
          "availability": 0.9,
          "failed": 1,
          "good": 9,
          "late": 0,
          "offered": 10,
          "overall": 0.9,
          "unknown": 0,
        },
        "summary": "90 % of 10 operations ended ok within 100 ms in the whole run, wanted 90 %",
        "verdict": "held",
      }
    `);
    const found = judge(operations, 0.91);
    expect(found.verdict).toBe("violated");
    expect(found.summary).toMatchInlineSnapshot(
      `"90 % of 10 operations ended ok within 100 ms in the whole run, wanted 91 %"`,
    );
  });

  test("late is not available; latency counts from the intended time", () => {
    expect(judge([op(0, { startMs: 90, endMs: 100 })], 1).verdict).toBe("held");
    expect(judge([op(0, { startMs: 90, endMs: 100.5 })], 1).verdict).toBe("violated");
  });

  test("no samples prove nothing", () => {
    expect(judge([], 0.5)).toMatchInlineSnapshot(`
      {
        "evidence": [],
        "figures": {
          "offered": 0,
        },
        "summary": "no operation of events was offered in the whole run: there is nothing to take a share of",
        "verdict": "unknown",
      }
    `);
    expect(judge(nine, 0.5, { step: "no such step" }).summary).toMatchInlineSnapshot(
      `"no operation of events was offered during step "no such step": there was no such time in the run"`,
    );
    expect(judge(nine, 0.5, { phase: "faults" }).verdict).toBe("unknown");
  });

  test("a step's window: from its start to its end, each time that it ran", () => {
    const bad = op(50, { outcome: "unknown", error: "timeout" });
    const twice = [...step("outage", 40, 60), ...step("other", 60, 70), ...step("outage", 80, 90)];
    expect(judge([op(45), bad, op(85)], 0.6, { step: "outage" }, twice).figures["offered"]).toBe(3);
    expect(judge([op(39.9), bad, op(60)], 0.6, { step: "outage" }, twice).figures["offered"]).toBe(1);
    expect(judge([op(1_000)], 1, { step: "endless" }, step("endless", 40)).verdict).toBe("held");
  });

  test("the faults' window: while any was in force", () => {
    const events = [...fault("a", 10, 30), ...fault("b", 20, 40), ...fault("c", 60)];
    const operations = [9, 10, 29, 39, 40, 59, 60, 1e6].map((at) => op(at));
    expect(judge(operations, 1, { phase: "faults" }, events).figures["offered"]).toBe(5);
  });

  test("a load's other actions are asked for by name", () => {
    const journal = journalOf({
      operations: [op(1), op(2, { load: "admin", action: "create-topic", outcome: "failed" })],
    });
    const spec = check.availability({ of: "admin.create-topic", atLeast: 0.5, limit });
    expect(runCheck(spec, journal).figures).toMatchObject({ offered: 1, good: 0, failed: 1 });
  });

  test("a share that is none is refused when the scenario is written", () => {
    expect(() => check.availability({ of: "events", atLeast: 99, limit })).toThrow(LabError);
  });

  test("property: against an obvious oracle", () => {
    const row = fc.record({
      intendedMs: fc.integer({ min: 0, max: 50 }),
      tookMs: fc.integer({ min: 0, max: 200 }),
      outcome: fc.constantFrom<Operation["outcome"]>("ok", "ok", "failed", "unknown"),
    });
    const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 20 })), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 20 }),
        spans,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (rows, faults, atLeast) => {
          const operations = rows.map(({ tookMs, ...rest }) => ({ ...rest, endMs: rest.intendedMs + tookMs }));
          const events = faults.flatMap(([from, took], i) => fault(`fault-${i}`, from, from + took));
          const found = judge(operations, atLeast, { phase: "faults" }, events);
          const inside = operations.filter((o) =>
            faults.some(([from, took]) => o.intendedMs >= from && o.intendedMs < from + took),
          );
          const good = inside.filter((o) => o.outcome === "ok" && o.endMs - o.intendedMs <= limit).length;
          const share = good / inside.length;
          expect(found.verdict).toBe(inside.length === 0 ? "unknown" : share >= atLeast ? "held" : "violated");
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("availability: a load is as well as its worst part", () => {
  /** So many operations in each of two partitions; so many of partition 1 fail. */
  const judged = (each: number, bad: number, atLeast = 0.9): Finding => {
    const operations = [0, 1].flatMap((partition) =>
      Array.from({ length: each }, (_, i) => ({
        ...{ value: 1_000 * partition + i, partition, intendedMs: i, endMs: i + 1 },
        ...(partition === 1 && i < bad ? { outcome: "failed" as const, error: "X" } : {}),
      })),
    );
    return runCheck(check.availability({ of: "events", atLeast, limit: seconds(1) }), journalOf({ operations }));
  };

  test("it is named, and the others stand beside it", () => {
    const found = judged(20, 3);
    expect(found).toMatchObject({
      verdict: "violated",
      figures: { availability: 0.85, overall: 0.925, partition0Availability: 1, partition1Availability: 0.85 },
    });
    expect(found.summary).toContain("partition 1: 85 % of 20 operations");
    expect(found.summary).toContain("(all parts: 92.5 % of 40)");
  });
  test("near misses: two bad ones of twenty, and a part that is too small to be judged alone", () => {
    expect(judged(20, 2)).toMatchObject({ verdict: "held", figures: { availability: 0.9 } });
    expect(judged(19, 3)).toMatchObject({ verdict: "held", figures: { availability: 35 / 38 } });
    expect(judged(39, 3, 0.95).verdict).toBe("held");
    expect(judged(40, 3, 0.95).verdict).toBe("violated");
  });
});
