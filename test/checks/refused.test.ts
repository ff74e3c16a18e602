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
