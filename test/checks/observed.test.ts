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

function judge(
  events: JournalEvent[],
  values: readonly (number | string | boolean)[],
  withinMs?: number,
  finished = true,
): Finding {
  const limit = withinMs === undefined ? {} : { within: milliseconds(withinMs) };
  return runCheck(check.observed({ subject, values, ...limit }), journalOf({ events, finished }));
}

describe("observed", () => {
  const shrinksAndGrows = [...seen([3, 10]), fault, ...seen([2, 130], [1, 140], [3, 180])];

  test("what was seen instead is told with its step and its fault", () => {
    const merged = (value: boolean, atMs: number): JournalEvent => ({ type: "observation", atMs, subject, value });
    const cut = (number: number, atMs: number): JournalEvent[] => [
      { type: "step-started", atMs, step: `cut ${number}` },
      {
        ...{ type: "fault-ordered", atMs, fault: `fault-${number}`, kind: "partition", spec: {} },
        ...{ target: "between a and b", targets: ["a ⇄ b"] },
      },
    ];
    const back = (number: number, atMs: number): JournalEvent[] => [
      { type: "step-ended", atMs, step: `cut ${number}` },
      { type: "fault-heal-ordered", atMs: atMs + 1, fault: `fault-${number}` },
    ];
    const first = [...cut(1, 100), merged(true, 110), ...back(1, 110)];
    const second = [...cut(2, 200), merged(false, 210), ...back(2, 210)];
    expect(judge([...first, ...second], [true, true]).summary).toBe(
      `${subject} was to go true, true; it got to 1 of 2, seen: true, false; false in step "cut 2", during F2 (partition between a and b)`,
    );
  });

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
        "in-sync replicas of events/0 was to go 3, 2, 0; it got to 2 of 3, seen: 3, 2, 1, 3; 1 during F1 (kill of kafka-1)",
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
    expect(found.evidence.map(({ atMs }) => atMs)).toEqual([100, 120, 130]);
  });

  test("no samples: never observed, or no fault to count from", () => {
    expect(judge([fault], [2]).summary).toMatchInlineSnapshot(`"in-sync replicas of events/0 was never observed"`);
    expect(judge(seen([2, 10]), [2], 50).verdict).toBe("unknown");
    expect(judge(seen([2, 10]), [2]).verdict).toBe("held");
    expect(() => check.observed({ subject, values: [] })).toThrow(LabError);
  });
});

describe("observed, at its boundaries", () => {
  const other: JournalEvent[] = [
    { type: "observation", atMs: 120, subject: "in-sync replicas of events/1", value: 2 },
    { type: "role", atMs: 121, subject: "kafka leader of events/1", holder: "kafka-2" },
    { type: "note", atMs: 122, level: "info", text: subject },
  ];

  test("of several subjects only the one that was asked for", () => {
    expect(judge([fault, ...other, ...seen([3, 130])], [2]).verdict).toBe("violated");
    expect(judge([fault, ...other, ...seen([3, 130])], ["kafka-2"]).verdict).toBe("violated");
    expect(judge([fault, ...other, ...seen([3, 130])], [3]).evidence).toHaveLength(1);
    expect(judge([fault, ...other], [2]).summary).toBe("in-sync replicas of events/0 was never observed");
  });

  test("of two faults the first counts, and its order rather than its effect", () => {
    const named = { fault: "f", kind: "kill", targets: ["kafka-1"] };
    const two: JournalEvent[] = [
      { type: "fault-ordered", atMs: 100, ...named, target: "kafka-1", spec: {} },
      { type: "fault-injected", atMs: 120, ...named, asked: "kafka-1" },
      { type: "fault-ordered", atMs: 200, ...named, fault: "g", target: "kafka-1", spec: {} },
      ...seen([2, 110], [3, 150]),
    ];
    expect(judge(two, [2, 3])).toMatchObject({ verdict: "held", figures: { matched: 2, lastMatchMs: 50 } });
    expect(judge(two, [2], 10).verdict).toBe("held");
    expect(judge(two, [2], 9).verdict).toBe("violated");
  });

  test("what is seen at the moment of the fault is seen once, after what stood before", () => {
    expect(judge([...seen([3, 90]), fault, ...seen([2, 100])], [3, 2]).verdict).toBe("held");
    expect(judge([fault, ...seen([2, 100])], [2, 2]).verdict).toBe("violated");
    expect(judge([...seen([3, 90]), fault], [3, 3]).verdict).toBe("violated");
    expect(judge([...seen([2, 80], [3, 99.9]), fault], [2]).verdict).toBe("violated");
  });

  test("one sighting is one of the wanted values; two of the same are two", () => {
    expect(judge(seen([2, 10]), [2, 2]).verdict).toBe("violated");
    expect(judge(seen([2, 10], [2, 20]), [2, 2])).toMatchObject({ verdict: "held", figures: { lastMatchMs: 10 } });
  });

  test("without a fault time counts from the first sighting", () => {
    expect(judge(seen([1, 10], [2, 25], [3, 60]), [2, 3])).toMatchObject({
      verdict: "held",
      summary: "in-sync replicas of events/0 went 2, 3 in 50 ms",
      figures: { matched: 2, lastMatchMs: 50, anomalies: 0 },
    });
  });

  test("sightings are in the order of time, whatever the order in which they were written", () => {
    const events = [fault, ...seen([3, 180], [2, 130])];
    expect(judge(events, [2, 3]).verdict).toBe("held");
    expect(judge(events, [3, 2]).verdict).toBe("violated");
  });

  test("a number, its text and a truth value are three different values", () => {
    expect(judge(seen([2, 10]), ["2"]).verdict).toBe("violated");
    expect(judge([{ type: "observation", atMs: 10, subject, value: true }], [true]).verdict).toBe("held");
    expect(judge([{ type: "observation", atMs: 10, subject, value: true }], ["true"]).verdict).toBe("violated");
  });

  test("violated: how far it got, and what was seen", () => {
    expect(judge([fault, ...seen([3, 110], [2, 115])], [2, 3], 20)).toMatchObject({
      verdict: "violated",
      summary:
        "in-sync replicas of events/0 was to go 2, 3, each within 20 ms of the one before; it got to 1 of 2, seen: 3, 2",
      figures: { matched: 1, anomalies: 1 },
    });
    expect(judge(seen([1, 10]), [2]).figures).toEqual({ matched: 0, anomalies: 1 });
  });

  test("of more than twelve sightings the first eleven are told", () => {
    const many = (count: number): string =>
      judge(seen(...Array.from({ length: count }, (_, i) => [i, i] as const)), [-1]).summary;
    expect(many(12)).toMatch(/seen: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11$/);
    expect(many(13)).toMatch(/seen: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, … \(13 in all\)$/);
  });

  test("the first value must come in time after the fault, each other after the one before", () => {
    // The second 2 comes too late after the fault, so the 3 after it has nothing to follow.
    expect(judge([fault, ...seen([2, 130], [2, 151], [3, 190])], [2, 3], 50).verdict).toBe("violated");
    expect(judge([fault, ...seen([2, 130], [2, 150], [3, 200])], [2, 3], 50).verdict).toBe("held");
    expect(judge([fault, ...seen([2, 130], [2, 150], [3, 200.1])], [2, 3], 50).verdict).toBe("violated");
    // All in time, and in three places.
    expect(judge([fault, ...seen([1, 150], [2, 200], [3, 250])], [1, 2, 3], 50).verdict).toBe("held");
  });

  test("no value asked for: nothing is judged", () => {
    expect(runCheck({ check: "observed", subject, values: [] }, journalOf({ events: seen([2, 10]) }))).toMatchObject({
      verdict: "unknown",
      summary: "no value of in-sync replicas of events/0 was asked for",
    });
  });
});

describe("observed in a record that ends early", () => {
  const note = (atMs: number): JournalEvent => ({ type: "note", atMs, level: "info", text: "" });

  test("without a limit of time nothing is final", () => {
    expect(judge([...seen([3, 10]), fault, ...seen([1, 110])], [2], undefined, false).verdict).toBe("unknown");
    expect(judge(seen([3, 10]), [2], undefined, false)).toMatchObject({
      verdict: "unknown",
      summary: expect.stringContaining("undecided: the record ends early") as string,
    });
  });
  test("the first value's time is over, or may not be", () => {
    expect(judge([...seen([3, 10]), fault, note(150.1)], [2], 50, false).verdict).toBe("violated");
    expect(judge([...seen([3, 10]), fault, note(150)], [2], 50, false).verdict).toBe("unknown");
  });
  test("the next value's time is over, or may not be", () => {
    expect(judge([fault, ...seen([2, 130]), note(180.1)], [2, 3], 50, false).verdict).toBe("violated");
    expect(judge([fault, ...seen([2, 130]), note(180)], [2, 3], 50, false).verdict).toBe("unknown");
    // The 3 may still come in time after the 2, though the time for a 2 is over.
    expect(judge([fault, ...seen([2, 149]), note(170)], [2, 3, 4], 50, false).verdict).toBe("unknown");
  });
  test("never held", () => {
    expect(judge([fault, ...seen([2, 130])], [2], 50, false).verdict).toBe("unknown");
  });
});
