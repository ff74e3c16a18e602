import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/index.ts";
import { LabError } from "../../lab/errors.ts";
import { milliseconds } from "../../lab/time.ts";

const subject = "in-sync replicas of events/0";
const seen = (...values: readonly (readonly [number | string, number])[]): JournalEvent[] =>
  values.map(([value, atMs]) => ({ type: "observation", atMs, subject, value }));
const fault: JournalEvent = {
  type: "fault-injected",
  atMs: 100,
  fault: "f",
  kind: "kill",
  asked: "kafka-1",
  targets: ["kafka-1"],
};

function judge(events: JournalEvent[], values: readonly (number | string)[], withinMs?: number): Finding {
  const limit = withinMs === undefined ? {} : { within: milliseconds(withinMs) };
  return runCheck(check.observed({ subject, values, ...limit }), journalOf({ events }));
}

describe("observed", () => {
  const shrinksAndGrows = [...seen([3, 10]), fault, ...seen([2, 130], [1, 140], [3, 180])];

  test("held: these values in this order, others between them", () => {
    expect(judge(shrinksAndGrows, [2, 3])).toMatchInlineSnapshot(`
      {
        "evidence": [
          {
            "atMs": 100,
            "detail": {
              "value": "3",
            },
            "what": "in-sync replicas of events/0: 3",
          },
          {
            "atMs": 130,
            "detail": {
              "value": "2",
            },
            "what": "in-sync replicas of events/0: 2",
          },
          {
            "atMs": 140,
            "detail": {
              "value": "1",
            },
            "what": "in-sync replicas of events/0: 1",
          },
          {
            "atMs": 180,
            "detail": {
              "value": "3",
            },
            "what": "in-sync replicas of events/0: 3",
          },
        ],
        "figures": {
          "anomalies": 0,
          "lastMatchMs": 80,
          "matched": 2,
        },
        "summary": "in-sync replicas of events/0 went 2, 3 in 80 ms",
        "verdict": "held",
      }
    `);
    expect(judge(shrinksAndGrows, [3, 2, 3]).verdict).toBe("held");
  });
  test("violated: another order, or a value missing", () => {
    const found = judge(shrinksAndGrows, [3, 2, 0]);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "violated",
        "in-sync replicas of events/0 was to go 3, 2, 0; it got to 2 of 3, seen: 3, 2, 1, 3",
      ]
    `);
    expect(judge(shrinksAndGrows, [1, 2]).verdict).toBe("violated");
  });

  test("what came before the fault does not count, but for the value that stood when it struck", () => {
    const early = [...seen([2, 10], [3, 20]), fault];
    expect(judge(early, [2, 3]).verdict).toBe("violated");
    expect(judge(early, [3]).verdict).toBe("held");
  });

  test("within: after the fault, and after one another", () => {
    expect(judge(shrinksAndGrows, [2, 3], 50).verdict).toBe("held");
    expect(judge(shrinksAndGrows, [2, 3], 49).verdict).toBe("violated");
    expect(judge(shrinksAndGrows, [2], 29).verdict).toBe("violated");
  });
  test("within: a later sighting of the same value may be the one in time", () => {
    const twice = [fault, ...seen([2, 110], [3, 120], [2, 150], [1, 190])];
    expect(judge(twice, [2, 1], 50).verdict).toBe("held");
    expect(judge(twice, [3, 1], 50).verdict).toBe("violated");
  });

  test("roles are observed too; nobody is the empty holder", () => {
    const role = (atMs: number, holder: string): JournalEvent => ({ type: "role", atMs, subject, holder });
    const found = judge([role(10, "kafka-1"), fault, role(120, ""), role(130, "kafka-2")], ["kafka-1", "", "kafka-2"]);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "held",
        "in-sync replicas of events/0 went kafka-1, nobody, kafka-2 in 30 ms",
      ]
    `);
  });

  test("no samples: never observed, or no fault to count from", () => {
    expect(judge([fault], [2]).summary).toMatchInlineSnapshot(`"in-sync replicas of events/0 was never observed"`);
    expect(judge(seen([2, 10]), [2], 50).verdict).toBe("unknown");
    expect(judge(seen([2, 10]), [2]).verdict).toBe("held");
    expect(() => check.observed({ subject, values: [] })).toThrow(LabError);
  });
});
