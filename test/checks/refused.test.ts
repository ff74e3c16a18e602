import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation } from "../../lab/journal/index.ts";

const outage: JournalEvent[] = [
  { type: "step-started", atMs: 100, step: "two brokers down" },
  { type: "step-ended", atMs: 200, step: "two brokers down" },
];
const op = (intendedMs: number, endMs: number, rest: Partial<Operation> = {}): Partial<Operation> => ({
  intendedMs,
  endMs,
  ...rest,
});
const refusal = (intendedMs: number, endMs: number, error = "NOT_ENOUGH_REPLICAS"): Partial<Operation> =>
  op(intendedMs, endMs, { outcome: "failed", error });
const timeout = (intendedMs: number, endMs: number): Partial<Operation> =>
  op(intendedMs, endMs, { outcome: "unknown", error: "timeout" });

function judge(operations: Partial<Operation>[], atLeast?: number): Finding {
  const options = { of: "events", during: { step: "two brokers down" }, errors: ["NOT_ENOUGH_REPLICAS", "timeout"] };
  const spec = check.refused({ ...options, ...(atLeast === undefined ? {} : { atLeast }) });
  return runCheck(spec, journalOf({ operations, events: outage }));
}

describe("refused", () => {
  test("held: every operation ended with a named error, refused or timed out", () => {
    expect(judge([op(50, 60), refusal(110, 120), refusal(115, 120), timeout(120, 180), op(210, 220)]))
      .toMatchInlineSnapshot(`
      {
        "evidence": [],
        "figures": {
          "acknowledged": 0,
          "anomalies": 0,
          "judged": 3,
          "outlived": 0,
          "unnamed": 0,
        },
        "summary": "all 3 operations during step "two brokers down" refused: 2 × NOT_ENOUGH_REPLICAS and 1 × timeout",
        "verdict": "held",
      }
    `);
  });

  test("violated: acknowledged inside the window", () => {
    const found = judge([refusal(110, 120), op(130, 140)]);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "violated",
        "of 2 operations during step "two brokers down": 1 acknowledged",
      ]
    `);
    expect(found.evidence).toHaveLength(1);
  });
  test("not violated: acknowledged after the window, or meant for before it", () => {
    const found = judge([refusal(110, 120), op(130, 210), op(90, 110)]);
    expect(found.verdict).toBe("held");
    expect(found.figures).toMatchObject({ judged: 1, outlived: 1 });
  });

  test("not violated: meant for one run of the step, acknowledged in the next", () => {
    const twice = [...outage, ...outage.map((event) => ({ ...event, atMs: event.atMs + 200 }))];
    const spec = check.refused({ of: "events", during: { step: "two brokers down" }, errors: ["NOT_ENOUGH_REPLICAS"] });
    const operations = [refusal(110, 120), op(190, 310)];
    expect(runCheck(spec, journalOf({ operations, events: twice })).figures).toMatchObject({ judged: 1, outlived: 1 });
  });

  test("violated: an error that was not named, or none", () => {
    const found = judge([refusal(110, 120), refusal(110, 120, "UNKNOWN_TOPIC"), op(130, 140, { outcome: "unknown" })]);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "violated",
        "of 3 operations during step "two brokers down": 1 × UNKNOWN_TOPIC (not expected) and 1 × no error's name (not expected)",
      ]
    `);
  });
  test("not violated: an unnamed error after the window", () => {
    expect(judge([refusal(110, 120), refusal(110, 220, "UNKNOWN_TOPIC")]).verdict).toBe("held");
  });

  test("unknown: too few operations to judge by, or no such step", () => {
    const found = judge([refusal(110, 120), timeout(120, 300)], 2);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "unknown",
        "only 1 operation of events began and ended during step "two brokers down", wanted 2; 1 other ended after it",
      ]
    `);
    expect(judge([]).verdict).toBe("unknown");
    const spec = check.refused({ of: "events", during: { step: "no such step" }, errors: ["timeout"] });
    expect(runCheck(spec, journalOf({ operations: [timeout(110, 120)], events: outage })).verdict).toBe("unknown");
  });
});

describe("refused, at its boundaries", () => {
  test("the window contains its start and not its end, for the intended time and for the end of an operation", () => {
    const figures = (operation: Partial<Operation>): unknown => {
      const { judged, outlived } = judge([operation]).figures;
      return { judged, outlived };
    };
    expect(figures(refusal(99.9, 150))).toEqual({ judged: 0, outlived: 0 });
    expect(figures(refusal(100, 100))).toEqual({ judged: 1, outlived: 0 });
    expect(figures(refusal(199.9, 199.9))).toEqual({ judged: 1, outlived: 0 });
    expect(figures(refusal(199.9, 200))).toEqual({ judged: 0, outlived: 1 });
    expect(figures(refusal(200, 201))).toEqual({ judged: 0, outlived: 0 });
  });

  test("of two loads and two actions only the one that was asked for is judged", () => {
    const operations = [
      op(110, 120, { load: "others" }),
      op(110, 120, { action: "commit" }),
      op(111, 121, { load: "others", action: "commit" }),
      refusal(112, 122),
    ];
    expect(judge(operations)).toMatchObject({ verdict: "held", figures: { judged: 1, acknowledged: 0, unnamed: 0 } });
    const spec = check.refused({ of: "events.commit", during: { step: "two brokers down" }, errors: ["timeout"] });
    const found = runCheck(spec, journalOf({ operations, events: outage }));
    expect(found).toMatchObject({ verdict: "violated", figures: { judged: 1, acknowledged: 1, anomalies: 1 } });
  });

  test("as many as are wanted are enough, one less is not", () => {
    const some = [refusal(110, 120), refusal(111, 121), refusal(112, 122)];
    expect(judge(some, 3).verdict).toBe("held");
    expect(judge(some, 4)).toMatchObject({
      verdict: "unknown",
      summary: 'only 3 operations of events began and ended during step "two brokers down", wanted 4',
      figures: { judged: 3, outlived: 0, acknowledged: 0, unnamed: 0, anomalies: 0 },
    });
    expect(judge([])).toMatchObject({
      verdict: "unknown",
      summary: 'only 0 operations of events began and ended during step "two brokers down", wanted 1',
    });
    expect(judge([refusal(110, 200), refusal(111, 201)]).summary).toMatch(/wanted 1; 2 others ended after it$/);
  });

  test("what is wrong is told by kind, counted, with what shows it", () => {
    const found = judge([
      ...[op(110, 120), refusal(111, 121, "B"), op(112, 122), refusal(113, 123), refusal(114, 124, "B")],
      ...[timeout(115, 125), refusal(116, 126, "C"), op(117, 127, { outcome: "failed" })],
    ]);
    expect(found.summary).toBe(
      'of 8 operations during step "two brokers down": 2 acknowledged, 2 × B (not expected), 1 × C (not expected) and 1 × no error\'s name (not expected)',
    );
    expect(found.figures).toEqual({ judged: 8, outlived: 0, acknowledged: 2, unnamed: 4, anomalies: 6 });
    expect(found.evidence.map(({ what, atMs }) => [what, atMs])).toEqual([
      ["was acknowledged", 120],
      ["ended with B, which is not expected", 121],
      ["was acknowledged", 122],
      ["ended with B, which is not expected", 124],
      ["ended with C, which is not expected", 126],
      ["ended with no error's name, which is not expected", 127],
    ]);
  });

  test("an acknowledgement is one, whatever error it carries", () => {
    expect(judge([op(110, 120, { error: "timeout" }), refusal(111, 121)]).figures).toMatchObject({ acknowledged: 1 });
  });

  test("while faults were in force: from their effect to the order of their undo", () => {
    const named = { fault: "f", kind: "kill", targets: ["kafka-1"] };
    const events: JournalEvent[] = [
      { type: "fault-ordered", atMs: 90, ...named, target: "kafka-1", spec: {} },
      { type: "fault-injected", atMs: 100, ...named, asked: "kafka-1" },
      { type: "fault-heal-ordered", atMs: 200, fault: "f" },
      { type: "fault-healed", atMs: 250, fault: "f", verified: true, measured: "" },
    ];
    const spec = check.refused({ of: "events", during: { phase: "faults" }, errors: ["timeout"] });
    const operations = [op(95, 110), op(110, 210), op(205, 206), timeout(100, 199)];
    expect(runCheck(spec, journalOf({ operations, events }))).toMatchObject({
      verdict: "held",
      summary: "all 1 operation while faults were in force refused: 1 × timeout",
      figures: { judged: 1, outlived: 1 },
    });
  });
});

describe("refused in a record that ends early", () => {
  const [began] = outage as [JournalEvent];
  const note = (atMs: number): JournalEvent => ({ type: "note", atMs, level: "info", text: "" });
  const cut = (operations: Partial<Operation>[], ...events: JournalEvent[]): Finding => {
    const spec = check.refused({ of: "events", during: { step: "two brokers down" }, errors: ["timeout"] });
    return runCheck(spec, journalOf({ operations, events: [began, ...events], finished: false }));
  };

  test("an acknowledgement before its last moment is final; at that moment the window may have ended", () => {
    expect(cut([op(110, 120)], note(120.1)).verdict).toBe("violated");
    expect(cut([op(110, 120)], note(120))).toMatchObject({ verdict: "unknown", figures: { judged: 0, outlived: 1 } });
    expect(cut([op(110, 120), timeout(111, 121)])).toMatchObject({ verdict: "violated", figures: { judged: 1 } });
  });
  test("never held", () => {
    expect(cut([timeout(110, 120)], note(130)).verdict).toBe("unknown");
  });
});
