import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Operation, Outcome } from "../../lab/journal/index.ts";
import { seededRandom } from "../../lab/random.ts";

interface Step {
  readonly action: "read" | "write" | "cas";
  /** Read or written. */
  readonly value: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly expected?: number;
  readonly outcome?: Outcome;
  readonly key?: number;
}

const rowOf = ({ expected, ...step }: Step): Partial<Operation> => ({
  ...{ load: "registers", offset: expected ?? -1 },
  ...step,
});
const judge = (steps: readonly Step[], budget?: number): Finding =>
  runCheck(
    check.register("registers", budget === undefined ? {} : { budget }),
    journalOf({ operations: steps.map(rowOf) }),
  );

const write = (value: number, startMs: number, endMs: number, outcome: Outcome = "ok"): Step => ({
  ...{ action: "write", value, startMs, endMs, outcome },
});
const read = (value: number, startMs: number, endMs: number): Step => ({ action: "read", value, startMs, endMs });
const cas = (expected: number, value: number, startMs: number, endMs: number, outcome: Outcome = "ok"): Step => ({
  ...{ action: "cas", expected, value, startMs, endMs, outcome },
});
/** The verdict, and what the first evidence says. */
const told = (steps: readonly Step[]): string => {
  const { verdict, evidence } = judge(steps);
  return [verdict, ...evidence.slice(0, 1).map(({ what }) => what)].join(": ");
};

describe("register: a history for each anomaly, and its near miss", () => {
  test("one after another", () => {
    expect(told([read(-1, 0, 1), write(1, 2, 3), read(1, 4, 5), cas(1, 2, 6, 7), read(2, 8, 9)])).toBe("held");
  });

  test("stale read: a value that was overwritten before the read began", () => {
    expect(told([write(1, 0, 1), write(2, 2, 3), read(1, 4, 5), read(2, 6, 7)])).toMatchInlineSnapshot(
      `"violated: register 0: 1 was read, but it could only have been 2"`,
    );
    expect(told([write(1, 0, 1), write(2, 2, 5), read(1, 4, 6), read(2, 7, 8)])).toBe("held");
  });

  test("lost update: an acknowledged write that nobody finds", () => {
    expect(told([write(1, 0, 1), read(-1, 2, 3)])).toMatchInlineSnapshot(
      `"violated: register 0: absent was read, but it could only have been 1"`,
    );
    expect(told([write(1, 0, 3), read(-1, 2, 4), read(1, 5, 6)])).toBe("held");
  });

  test("reads that go back: the new value, then the old one", () => {
    const during = write(2, 2, 9);
    expect(told([write(1, 0, 1), during, read(2, 3, 4), read(1, 5, 6), read(2, 10, 11)])).toMatchInlineSnapshot(
      `"violated: register 0: 1 was read, but it could only have been 2"`,
    );
    expect(told([write(1, 0, 1), during, read(1, 3, 4), read(2, 5, 6), read(2, 10, 11)])).toBe("held");
  });

  test("dirty read: the value of a write that had failed", () => {
    expect(told([write(1, 0, 1), write(2, 2, 3, "failed"), read(2, 4, 5)])).toMatchInlineSnapshot(
      `"violated: register 0: 2 was read, though its write had failed"`,
    );
    expect(told([write(1, 0, 1), write(2, 2, 3, "failed"), read(1, 4, 5)])).toBe("held");
    expect(told([write(1, 0, 1), write(2, 2, 3, "unknown"), read(2, 4, 5)])).toBe("held");
  });

  test("a value that nobody wrote", () => {
    expect(told([write(1, 0, 1), read(7, 2, 3)])).toMatchInlineSnapshot(
      `"violated: register 0: 7 was read, though nobody wrote it"`,
    );
  });

  test("a compare-and-set that replaced what was not there", () => {
    expect(told([write(1, 0, 1), write(2, 2, 3), cas(1, 3, 4, 5), read(3, 6, 7)])).toMatchInlineSnapshot(
      `"violated: register 0: 3 replaced 1, but it could only have been 2"`,
    );
    expect(told([write(1, 0, 1), write(2, 2, 5), cas(1, 3, 4, 6), read(2, 7, 8)])).toBe("held");
    expect(told([write(1, 0, 1), cas(7, 3, 2, 3, "failed"), read(1, 4, 5)])).toBe("held");
  });

  test("split brain: two compare-and-sets replaced the same value", () => {
    expect(told([write(1, 0, 1), cas(1, 2, 2, 6), cas(1, 3, 2, 6), read(3, 7, 8)])).toContain("violated: register 0: ");
    expect(told([write(1, 0, 1), cas(1, 2, 2, 6), cas(2, 3, 2, 6), read(3, 7, 8)])).toBe("held");
  });

  test("split brain: two sides read their own writes in turn", () => {
    const [left, right] = [write(1, 0, 1), write(2, 0, 1)];
    expect(told([left, right, read(1, 2, 3), read(2, 4, 5)])).toMatchInlineSnapshot(
      `"violated: register 0: 2 was read, but it could only have been 1"`,
    );
    expect(told([left, right, read(1, 2, 3), read(1, 4, 5)])).toBe("held");
  });

  test("an unknown write may take effect at any later time, once, and never before it began", () => {
    const open = write(2, 2, 3, "unknown");
    expect(told([write(1, 0, 1), open, read(1, 4, 5), read(2, 90, 91)])).toBe("held");
    expect(told([write(1, 0, 1), open, read(2, 4, 5), write(3, 6, 7), read(2, 8, 9)])).toContain("violated");
    expect(told([write(1, 0, 1), read(2, 0, 1), open, read(1, 4, 5)])).toContain("violated");
    expect(told([write(1, 0, 1), cas(1, 2, 2, 3, "unknown"), cas(2, 3, 4, 5), read(3, 6, 7)])).toBe("held");
    expect(told([write(1, 0, 1), cas(9, 2, 2, 3, "unknown"), read(2, 4, 5)])).toContain("violated");
  });

  test("registers are judged by themselves", () => {
    const other = { key: 1 };
    expect(told([write(1, 0, 1), { ...write(2, 2, 3), ...other }, { ...read(2, 4, 5), ...other }, read(1, 6, 7)])).toBe(
      "held",
    );
  });
});

describe("register: what proves nothing is unknown", () => {
  test.each([
    ["nothing", []],
    ["only reads", [read(-1, 0, 1)]],
    ["no read after the last write", [read(-1, 0, 1), write(1, 2, 3)]],
    ["one value written twice", [write(1, 0, 1), write(1, 2, 3), read(1, 4, 5)]],
  ] satisfies [string, Step[]][])("%s", (_, steps) => {
    expect(judge(steps).verdict).toBe("unknown");
  });

  test("a search that was given up", () => {
    const crowd = Array.from({ length: 9 }, (_, i) => write(i, 0, 100));
    const steps = [...crowd, read(3, 101, 102)];
    expect(judge(steps).verdict).toBe("held");
    expect(judge(steps, 5)).toMatchObject({ verdict: "unknown", figures: { gaveUp: 1 } });
    const more = Array.from({ length: 31 }, (_, i) => write(i, 0, 100));
    expect(judge([...more, read(3, 101, 102)]).summary).toContain("more than 30 operations are open at once");
  });
});

/** Tries every order of every choice of unknown operations: slow and obvious. */
function hasOrder(steps: readonly Step[]): boolean {
  const surely = steps.filter(({ outcome = "ok" }) => outcome === "ok");
  const maybe = steps.filter(({ outcome, action }) => outcome === "unknown" && action !== "read");
  const open = maybe.map((step) => ({ ...step, endMs: Infinity }));
  return subsets(open).some((chosen) => canPlace([...surely, ...chosen], -1));
}
const subsets = <T>(all: readonly T[]): T[][] =>
  all.reduce<T[][]>((some, one) => [...some, ...some.map((chosen) => [...chosen, one])], [[]]);

function canPlace(rest: readonly Step[], value: number): boolean {
  if (rest.length === 0) return true;
  return rest.some((step) => {
    const others = rest.filter((other) => other !== step);
    if (others.some(({ endMs }) => endMs < step.startMs)) return false;
    if (step.action === "read" && step.value !== value) return false;
    if (step.action === "cas" && step.expected !== value) return false;
    return canPlace(others, step.value);
  });
}

const histories = fc
  .array(
    fc.record({
      action: fc.constantFrom("read" as const, "write" as const, "cas" as const),
      seen: fc.integer({ min: -1, max: 5 }),
      startMs: fc.integer({ min: 0, max: 12 }),
      tookMs: fc.integer({ min: 0, max: 6 }),
      outcome: fc.constantFrom<Outcome>("ok", "ok", "ok", "unknown", "failed"),
    }),
    { maxLength: 6 },
  )
  .map((drawn) =>
    drawn.map(({ action, seen, startMs, tookMs, outcome }, i): Step => {
      const times = { startMs, endMs: startMs + tookMs, outcome };
      return action === "read"
        ? { action, value: seen, ...times }
        : { action, value: i, expected: action === "cas" ? seen : -1, ...times };
    }),
  );

test("register: violated exactly when there is no order, by trying them all", () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const { verdict } = judge(steps);
      expect(verdict === "violated").toBe(!hasOrder(steps));
    }),
    { numRuns: 3_000 },
  );
});

/** What clients of a real register see, one operation at a time each, some of unknown outcome. */
function trueHistory(operations: number, clients: number): Step[] {
  const random = seededRandom(7);
  const steps: Step[] = [];
  const free = Array.from({ length: clients }, () => 0);
  let value = -1;
  for (let i = 0; i < operations; i += 1) {
    // In the order of their effects: each starts before its own and ends after it.
    const client = random.integer(clients);
    const atMs = i * 10 + 5;
    const startMs = Math.max(free[client] ?? 0, atMs - random.integer(60));
    const endMs = atMs + 1 + random.integer(5);
    free[client] = endMs + 1;
    const kind = random.fraction();
    const times = { startMs, endMs, outcome: random.fraction() < 0.02 ? ("unknown" as const) : ("ok" as const) };
    if (kind < 0.45) steps.push({ action: "read", value, ...times });
    else {
      steps.push(
        kind < 0.8 ? { action: "write", value: i, ...times } : { action: "cas", expected: value, value: i, ...times },
      );
      value = i;
    }
  }
  const endMs = operations * 10 + 100;
  return [...steps, read(value, endMs, endMs + 1)];
}

test("register: ten thousand operations of one register are judged at once, and one wrong one is found", () => {
  const history = trueHistory(10_000, 8);
  expect(judge(history)).toMatchObject({ verdict: "held", figures: { operations: 10_001, gaveUp: 0 } });
  const at = history.findIndex(({ action, startMs }, i) => i > 8_000 && action === "read" && startMs > 0);
  const wrong = history.map((step, i) => (i === at ? { ...step, value: 1, outcome: "ok" as const } : step));
  const early = write(1, 0, 1);
  const known = wrong.filter(({ value, action }) => action === "read" || value !== 1);
  expect(judge([early, ...known]).verdict).toBe("violated");
});

test("register: one budget for all registers, and the short ones have theirs first", () => {
  const crowd = (key: number): Step[] => [
    ...Array.from({ length: 12 }, (_, i) => ({ ...write(100 * key + i, 0, 100), key })),
    { ...read(100 * key + 3, 101, 102), key },
  ];
  const easy = [write(1, 0, 1), read(1, 2, 3)];
  const found = judge([...[1, 2, 3].flatMap(crowd), ...easy], 300);
  expect(found).toMatchObject({ verdict: "unknown", figures: { registers: 4, gaveUp: 3 } });
  expect(found.figures["configurations"]).toBeLessThan(400);
});

test("register: the budget grows with the length of a history", () => {
  const history = trueHistory(60_000, 8);
  expect(judge(history)).toMatchObject({ verdict: "held", figures: { gaveUp: 0 } });
});
