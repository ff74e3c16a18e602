/** Registers: what is counted and told, and what the search for an order looks at. */
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { searchOrder } from "../../lab/checks/register-search.ts";
import type { RegisterOperation, Search } from "../../lab/checks/register-search.ts";
import { budgetFor } from "../../lab/checks/register.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Operation } from "../../lab/journal/index.ts";

type Step = Partial<Operation>;
const step = (action: string, value: number, startMs: number, endMs: number, rest: Step = {}): Step => ({
  ...{ load: "registers", action, value, startMs, endMs },
  ...rest,
});
const write = (value: number, startMs: number, endMs: number, rest: Step = {}): Step =>
  step("write", value, startMs, endMs, rest);
const read = (value: number, startMs: number, endMs: number, rest: Step = {}): Step =>
  step("read", value, startMs, endMs, rest);
/** Replaces `expected`. */
const cas = (expected: number, value: number, startMs: number, endMs: number, rest: Step = {}): Step =>
  step("cas", value, startMs, endMs, { offset: expected, ...rest });
const unknown = { outcome: "unknown" } as const;
const failed = { outcome: "failed" } as const;
const other = { key: 1 };

const judge = (operations: readonly Step[], rest: { budget?: number; finished?: boolean } = {}): Finding => {
  const { finished = true, ...options } = rest;
  return runCheck(check.register("registers", options), journalOf({ operations, finished }));
};
const told = (operations: readonly Step[], rest = {}): string[] => {
  const { verdict, summary, evidence } = judge(operations, rest);
  return [`${verdict}: ${summary}`, ...evidence.map(({ what }) => what)];
};

describe("what is counted", () => {
  test("operations by kind and outcome, over all registers", () => {
    const found = judge([
      ...[write(1, 0, 1), write(2, 2, 3, unknown), write(3, 2, 3, failed), cas(1, 4, 4, 5), read(4, 6, 7)],
      ...[write(11, 0, 1, other), read(-1, 0, 1, { ...other, ...failed }), read(-1, 0, 1, { ...other, ...unknown })],
      ...[read(11, 2, 3, other), read(11, 4, 5, other)],
    ]);
    expect([found.verdict, found.summary, found.figures]).toMatchInlineSnapshot(`
      [
        "held",
        "2 registers, 3 reads and 3 writes acknowledged, 2 unknown: linearizable",
        {
          "aborted": 0,
          "anomalies": 0,
          "configurations": 9,
          "gaveUp": 0,
          "impossible": 0,
          "operations": 10,
          "reads": 3,
          "registers": 2,
          "unknown": 2,
          "unproven": 0,
          "unwritten": 0,
          "writes": 3,
        },
      ]
    `);
  });
  test("another load's and other actions are none of them", () => {
    const others = [read(7, 2, 3, { load: "rows" }), step("produce", 7, 2, 3)];
    expect(judge([write(1, 0, 1), read(1, 2, 3), ...others])).toMatchObject({
      ...{ verdict: "held", figures: { operations: 2, registers: 1 } },
    });
  });
  test("a register proves its last write by a read that began at its end, or later", () => {
    expect(judge([write(1, 0, 3), read(1, 3, 4)]).verdict).toBe("held");
    expect(told([write(1, 0, 3), read(1, 2.9, 4), write(5, 0, 1, other), read(5, 2, 3, other)])).toEqual([
      "unknown: 2 registers, 2 reads and 2 writes acknowledged, 0 unknown, but nobody read 1 of them after the last write",
    ]);
    expect(judge([write(1, 0, 9), write(2, 0, 3), read(1, 4, 5)]).figures["unproven"]).toBe(1);
  });
  test("one without acknowledged writes has nothing to prove", () => {
    expect(judge([write(1, 0, 1, unknown)]).figures["unproven"]).toBe(0);
    expect(judge([read(-1, 0, 1)]).figures["unproven"]).toBe(0);
  });
  test("nothing to judge by: no reads, no writes, or neither", () => {
    const nothing = "nothing to judge registers by";
    expect(told([write(1, 0, 1)])).toEqual([
      `unknown: 1 register, 0 reads and 1 write acknowledged, 0 unknown: ${nothing}`,
    ]);
    expect(told([read(-1, 0, 1)])).toEqual([
      `unknown: 1 register, 1 read and 0 writes acknowledged, 0 unknown: ${nothing}`,
    ]);
    expect(told([])).toEqual([`unknown: 0 registers, 0 reads and 0 writes acknowledged, 0 unknown: ${nothing}`]);
  });
});

describe("what is told", () => {
  const stale = (key: number): Step[] =>
    [write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)].map((row) => ({ ...row, key }));
  test("each register's first operation that fits nowhere, the shortest register's first, then by key", () => {
    const longer = [...stale(3), read(2, 6, 7, { key: 3 })];
    const what = (key: number): string => `register ${key}: 1 was read, but it could only have been 2`;
    expect(told([...longer, ...stale(9), ...stale(4)])).toEqual([
      "violated: 3 registers, 4 reads and 6 writes acknowledged, 0 unknown: 3 registers that are not linearizable",
      ...[what(4), what(9), what(3)],
    ]);
  });
  test("the values that it could have had, eight at most, and whether it could have been absent", () => {
    expect(told([cas(5, 6, 0, 1), write(5, 2, 3), read(5, 4, 5)]).slice(1)).toEqual([
      "register 0: 6 replaced 5, but it could only have been absent",
    ]);
    const crowd = Array.from({ length: 9 }, (_, i) => write(10 + i, 2, 3));
    const [, what = ""] = told([write(1, 0, 1), ...crowd, read(1, 4, 5)]);
    expect(what.split(" or ")).toHaveLength(8);
  });
  test("values that nobody wrote and whose write had failed, each once, by kind", () => {
    const foreign = [
      write(1, 0, 1),
      read(7, 2, 3),
      read(7, 4, 5),
      cas(8, 9, 6, 7),
      write(3, 0, 1, failed),
      read(3, 8, 9),
    ];
    expect(told(foreign)).toEqual([
      "violated: 1 register, 3 reads and 2 writes acknowledged, 0 unknown: 1 value seen though its write had failed and 2 values seen that nobody wrote",
      ...[
        "register 0: 3 was read, though its write had failed",
        "register 0: 7 was read, though nobody wrote it",
        "register 0: 9 replaced 8, though nobody wrote it",
      ],
    ]);
    expect(judge(foreign).figures).toMatchObject({ aborted: 1, unwritten: 2, impossible: 0, anomalies: 3, gaveUp: 0 });
  });
  test("in a record that ends early, such a value's write may be missing; what fits nowhere fits nowhere", () => {
    const open = { finished: false };
    const summary = "1 read and 1 write acknowledged, 0 unknown";
    expect(told([write(1, 0, 1), read(7, 2, 3)], open)).toEqual([
      `unknown: 1 register, ${summary}, but register 0 holds values whose writes may be missing, as the record ends early`,
    ]);
    expect(told(stale(0), open)[0]).toContain("violated: ");
    expect(told([...stale(0), read(7, 2, 3, other)], open)[0]).toBe(
      "violated: 2 registers, 2 reads and 2 writes acknowledged, 0 unknown: 1 register that is not linearizable",
    );
  });
  test("three doubts at most, and how many there are", () => {
    const twice = [3, 1, 2, 0].flatMap((key) => [write(1, 0, 1, { key }), write(1, 2, 3, { key })]);
    const doubt = (key: number): string => `a value was written twice to register ${key}`;
    expect(told(twice)).toEqual([
      `unknown: 4 registers, 0 reads and 8 writes acknowledged, 0 unknown, but ${doubt(0)}, ${doubt(1)} and ${doubt(2)}`,
    ]);
    expect(judge(twice).figures).toMatchObject({ gaveUp: 4, configurations: 0 });
    expect(told([write(-1, 0, 1), read(-1, 2, 3)])[0]).toContain("a value was written twice to register 0");
  });
  test("a write proves no value, whatever stands in its columns", () => {
    expect(judge([write(1, 0, 1, { offset: 7 }), read(1, 2, 3)]).verdict).toBe("held");
  });
});

describe("writes of unknown outcome", () => {
  const verdict = (...operations: Step[]): string => judge(operations).verdict;
  test("one that another of them needed, for a value that was seen, took effect too", () => {
    expect(
      verdict(write(1, 0, 1, unknown), cas(1, 2, 2, 3, unknown), read(2, 4, 5), write(3, 6, 7), read(3, 8, 9)),
    ).toBe("held");
    expect(verdict(write(1, 0, 1, failed), cas(1, 2, 2, 3, unknown), read(2, 4, 5))).toBe("violated");
  });
  test("two that each need the other took no effect", () => {
    expect(verdict(cas(2, 1, 0, 1, unknown), cas(1, 2, 0, 1, unknown), read(1, 4, 5))).toBe("violated");
  });
  test("a read of unknown outcome wrote nothing", () => {
    expect(verdict(write(1, 0, 1), write(2, 2, 3, unknown), read(2, 10, 11, unknown), read(2, 4, 5))).toBe("held");
  });
  test("one that was seen before it began fits nowhere", () => {
    expect(verdict(read(2, 0, 1), write(2, 4, 5, unknown), write(1, 2, 3), read(1, 6, 7))).toBe("violated");
    expect(verdict(read(2, 0, 4), write(2, 4, 5, unknown), write(1, 2, 3), read(1, 6, 7))).toBe("violated");
    expect(verdict(read(2, 0, 4), write(2, 4, 5, unknown), write(1, 4, 6), read(1, 7, 8))).toBe("held");
  });
});

describe("the budget", () => {
  test("grows with the operations", () => {
    expect([budgetFor(0), budgetFor(10)]).toEqual([1_000_000, 1_000_400]);
  });
  const crowd = (key: number, size: number): Step[] => [
    ...Array.from({ length: size }, (_, i) => write(i, 0, 100, { key })),
    read(1, 101, 102, { key }),
  ];
  test("a register may use its share of what the shorter ones have left", () => {
    const needed = judge(crowd(0, 5)).figures["configurations"] ?? 0;
    const easy = [write(1, 0, 1, other), read(1, 2, 3, other)];
    const used = judge(easy).figures["configurations"] ?? 0;
    expect([needed, used]).toMatchInlineSnapshot(`
      [
        138,
        3,
      ]
    `);
    const both = [...crowd(0, 5), ...easy];
    expect(judge(both, { budget: needed + used + 1 })).toMatchObject({
      ...{ verdict: "held", figures: { gaveUp: 0, configurations: needed + used } },
    });
    expect(judge(both, { budget: needed + used })).toMatchObject({ verdict: "unknown", figures: { gaveUp: 1 } });
    // Two of a size share evenly, and each rounds up.
    const two = [...crowd(0, 5), ...crowd(1, 5)];
    expect(judge(two, { budget: 2 * needed + 1 }).verdict).toBe("held");
    expect(judge(two, { budget: 2 * needed })).toMatchObject({ verdict: "unknown", figures: { gaveUp: 2 } });
  });
});

describe("the search for an order", () => {
  const operations = (...steps: Step[]): RegisterOperation[] =>
    steps.map(({ action, value = -1, offset = -1, startMs = 0, endMs = 0 }, row) => ({
      ...{ row, action: action as RegisterOperation["action"], value, expected: offset, startMs, endMs },
    }));
  const search = (steps: readonly Step[], budget = 1_000): Search => searchOrder(operations(...steps), -1, budget);
  const found = (...steps: Step[]): string => search(steps).found;

  test("what starts when another ends may be before it, in whatever order they are given", () => {
    const steps = [write(1, 0, 1), write(2, 2, 5), read(1, 5, 6), read(2, 7, 8)];
    const permutations = (rest: readonly Step[]): Step[][] =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((one) => permutations(rest.filter((each) => each !== one)).map((more) => [one, ...more]));
    for (const order of permutations(steps)) expect(found(...order)).toBe("order");
    for (const order of permutations([...steps.slice(0, 2), read(1, 5.1, 6)])) expect(found(...order)).toBe("none");
  });
  test("a write takes effect once", () => {
    const [left, right] = [write(1, 0, 10), write(2, 0, 10)];
    expect(found(left, right, read(1, 1, 2), read(2, 3, 4))).toBe("order");
    expect(found(left, right, read(1, 1, 2), read(2, 3, 4), read(1, 5, 6))).toBe("none");
  });
  test("a compare-and-set takes effect where its value is there, and not elsewhere", () => {
    expect(found(write(1, 0, 10), cas(1, 2, 0, 10), read(2, 11, 12))).toBe("order");
    expect(found(write(1, 0, 10), cas(3, 2, 0, 10), read(2, 11, 12))).toBe("none");
    expect(found(write(1, 0, 10), cas(-1, 2, 0, 10), read(1, 11, 12))).toBe("order");
  });
  test("any number may come one after another, thirty may be open at once, and no more", () => {
    const inTurn = Array.from({ length: 40 }, (_, i) => [
      write(i, i * 10, i * 10 + 5),
      read(i, i * 10 + 6, i * 10 + 9),
    ]);
    expect(found(...inTurn.flat())).toBe("order");
    const long = write(99, 0, 1_000);
    expect(found(long, ...inTurn.flat())).toBe("order");
    const together = (size: number): Step[] => Array.from({ length: size }, (_, i) => write(i, 0, 100));
    expect(search(together(30), 10)).toMatchObject({ found: "nothing", reason: "10 configurations were not enough" });
    expect(search(together(31), 10)).toEqual({
      ...{ found: "nothing", reason: "more than 30 operations are open at once", configurations: 0 },
    });
  });
  test("what was looked at is counted, and what may be is not passed", () => {
    const chain = [write(1, 0, 1), write(2, 2, 3), read(2, 4, 5)];
    const crowd = [write(1, 0, 10), write(2, 0, 11), write(3, 0, 12), read(3, 13, 14)];
    const counts = (steps: readonly Step[], budget?: number): unknown[] => {
      const { found: what, configurations } = search(steps, budget);
      return [what, configurations];
    };
    expect([counts(chain), counts(crowd)]).toMatchInlineSnapshot(`
      [
        [
          "order",
          5,
        ],
        [
          "order",
          24,
        ],
      ]
    `);
    expect([1, 2, 3, 4, 5, 6, 7].map((budget) => counts(chain, budget))).toMatchInlineSnapshot(`
      [
        [
          "nothing",
          1,
        ],
        [
          "nothing",
          2,
        ],
        [
          "nothing",
          3,
        ],
        [
          "nothing",
          4,
        ],
        [
          "nothing",
          5,
        ],
        [
          "order",
          5,
        ],
        [
          "order",
          5,
        ],
      ]
    `);
    expect([4, 8, 12, 16, 20].map((budget) => counts(crowd, budget))).toMatchInlineSnapshot(`
      [
        [
          "nothing",
          4,
        ],
        [
          "nothing",
          8,
        ],
        [
          "nothing",
          12,
        ],
        [
          "nothing",
          16,
        ],
        [
          "nothing",
          20,
        ],
      ]
    `);
  });
  test("the operation that fits nowhere, and what could have been", () => {
    expect(search([write(1, 0, 1), write(2, 2, 9), read(5, 3, 4)])).toMatchObject({
      ...{ found: "none", operation: { action: "read", value: 5 }, couldBe: [1, 2] },
    });
  });
});
