import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding, Window } from "../../lab/checks/index.ts";
import { LabError } from "../../lab/errors.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation, Outcome } from "../../lab/journal/index.ts";
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
      { numRuns: 300, seed: 16 },
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

describe("availability, at its boundaries", () => {
  test("what was wrong is told by kind, counted, with what shows it", () => {
    const found = judge(
      [
        ...[op(0), op(1, { outcome: "failed", error: "REFUSED" }), op(2, { outcome: "unknown", error: "timeout" })],
        ...[op(3, { startMs: 100, endMs: 103.5 }), op(4, { endMs: 104 }), op(5, { outcome: "failed", endMs: 900 })],
      ],
      0.5,
    );
    expect(found.figures).toEqual({
      ...{ availability: 2 / 6, overall: 2 / 6, offered: 6, good: 2, failed: 2, unknown: 1, late: 1, anomalies: 4 },
    });
    expect(found.summary).toBe("33.333 % of 6 operations ended ok within 100 ms in the whole run, wanted 50 %");
    expect(found.evidence.map(({ what, atMs }) => [what, atMs])).toEqual([
      ["ended failed", 6],
      ["ended unknown", 7],
      ["acknowledged only after 101 ms", 103.5],
      ["ended failed", 900],
    ]);
  });

  test("of two loads and two actions only the one that was asked for is judged", () => {
    const bad = { outcome: "failed", error: "X" } as const;
    const operations = [op(0), op(1, { ...bad, load: "others" }), op(2, { ...bad, action: "commit" })];
    expect(judge(operations, 1)).toMatchObject({ verdict: "held", figures: { offered: 1, good: 1 } });
  });

  test("a step that was, though nothing was offered in it", () => {
    expect(judge([op(5)], 0.5, { step: "outage" }, step("outage", 40, 60)).summary).toBe(
      'no operation of events was offered during step "outage": there is nothing to take a share of',
    );
  });

  test("a share is told cut, not rounded", () => {
    const told = (good: number, of: number): string | undefined =>
      /^[\d.]+ %/.exec(
        judge(
          Array.from({ length: of }, (_, i) => op(i, i < good ? {} : { outcome: "failed", error: "X" })),
          0.5,
        ).summary,
      )?.[0];
    expect(told(2, 3)).toBe("66.666 %");
    expect(told(57, 100)).toBe("57 %");
    expect(told(199, 200)).toBe("99.5 %");
    expect(told(9, 9)).toBe("100 %");
  });

  test("in a record that ends early: unknown, whatever the share", () => {
    const cut = (outcome: Outcome): Finding =>
      runCheck(
        check.availability({ of: "events", atLeast: 0.9, limit }),
        journalOf({ operations: [op(0, { outcome, error: "" })], finished: false }),
      );
    expect(cut("failed")).toMatchObject({ verdict: "unknown", figures: { availability: 0, anomalies: 1 } });
    expect(cut("failed").summary).toMatch(/undecided: the record ends early, and what is missing could mend it$/);
    expect(cut("ok")).toMatchObject({ verdict: "unknown", figures: { availability: 1, anomalies: 0 } });
    expect(cut("ok").summary).toMatch(/but the record ends early$/);
  });
});

describe("availability by parts, at its boundaries", () => {
  const limitMs = milliseconds(100);
  /** So many operations in each partition, the first of which are bad. */
  const judged = (atLeast: number, ...partitions: readonly { offered: number; bad: number }[]): Finding => {
    const operations = partitions.flatMap(({ offered, bad }, partition) =>
      Array.from({ length: offered }, (_, i) => ({
        ...{ value: 1_000 * partition + i, partition, intendedMs: i, endMs: i + (i < bad ? 101 : 100) },
      })),
    );
    return runCheck(check.availability({ of: "events", atLeast, limit: limitMs }), journalOf({ operations }));
  };

  test("the load as a whole is told where no part is worse than it", () => {
    expect(judged(0.9, { offered: 20, bad: 2 }, { offered: 20, bad: 2 })).toMatchObject({
      verdict: "held",
      summary: "90 % of 40 operations ended ok within 100 ms in the whole run, wanted 90 %",
      figures: { availability: 0.9, overall: 0.9, partition0Availability: 0.9, partition1Availability: 0.9 },
    });
    expect(judged(0.9, { offered: 20, bad: 0 }, { offered: 19, bad: 19 }).summary).toMatch(/^51\.282 % of 39/);
  });
  test("the worst of several parts is told, wherever it stands", () => {
    const parts = [
      { offered: 20, bad: 1 },
      { offered: 40, bad: 10 },
      { offered: 20, bad: 2 },
    ];
    const found = judged(0.9, ...parts);
    expect(found).toMatchObject({
      verdict: "violated",
      summary:
        "partition 1: 75 % of 40 operations ended ok within 100 ms in the whole run, wanted 90 % (all parts: 83.75 % of 80)",
      figures: { availability: 0.75, overall: 67 / 80, late: 13, good: 67, anomalies: 13 },
    });
  });
  test("a part is judged alone from twenty operations on, whatever share is wanted", () => {
    const of = (offered: number): Finding => judged(0.5, { offered: 200, bad: 0 }, { offered, bad: offered });
    expect(of(19)).toMatchObject({ verdict: "held" });
    expect(of(19).figures).not.toHaveProperty("partition1Availability");
    expect(of(20)).toMatchObject({ verdict: "violated", figures: { availability: 0, partition1Availability: 0 } });
  });
  test("where all must end well, no part is judged alone, and the whole finds the one that did not", () => {
    const found = judged(1, { offered: 30, bad: 0 }, { offered: 30, bad: 1 });
    expect(found).toMatchObject({ verdict: "violated", figures: { availability: 59 / 60 } });
    expect(Object.keys(found.figures).filter((figure) => figure.startsWith("partition"))).toEqual([]);
  });
  test("a part of which nothing but its operations in the window count", () => {
    const operations = [0, 1].flatMap((partition) =>
      Array.from({ length: 40 }, (_, i) => op(i, { partition, ...(i < 20 ? { outcome: "failed", error: "X" } : {}) })),
    );
    expect(judge(operations, 0.9, { step: "outage" }, step("outage", 20, 40))).toMatchObject({
      verdict: "held",
      figures: { offered: 40, good: 40, partition0Availability: 1, partition1Availability: 1 },
    });
  });
  test("of more than 32 parts the first 32 have a figure, and all are judged", () => {
    const parts = Array.from({ length: 34 }, (_, i) => ({ offered: 20, bad: i === 33 ? 10 : 0 }));
    const found = judged(0.9, ...parts);
    expect(found).toMatchObject({ verdict: "violated", figures: { availability: 0.5 } });
    expect(Object.keys(found.figures).filter((figure) => figure.startsWith("partition"))).toHaveLength(32);
  });
});
