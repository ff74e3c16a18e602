/** Several faults, several parts, and what each of them adds to the finding. */
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { recoveries } from "../../lab/checks/recovery.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Journal, JournalEvent, Operation } from "../../lab/journal/index.ts";
import { milliseconds } from "../../lab/time.ts";

const STEADY_MS = 1_000;

/** A journal of today: ordered, in effect at once, heal ordered, healed. */
const fault = (name: string, orderedMs: number, healOrderedMs?: number, healedMs?: number): JournalEvent[] => {
  const named = { fault: name, kind: "kill", targets: [name] };
  return [
    { type: "fault-ordered", atMs: orderedMs, ...named, target: name, spec: {} },
    { type: "fault-injected", atMs: orderedMs, ...named, asked: name },
    ...(healOrderedMs === undefined ? [] : [{ type: "fault-heal-ordered" as const, atMs: healOrderedMs, fault: name }]),
    ...(healedMs === undefined
      ? []
      : [{ type: "fault-healed" as const, atMs: healedMs, fault: name, verified: true, measured: "" }]),
  ];
};

interface Course {
  /** An operation every 100 ms from here to there, its end included. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Those intended from the first up to the second moment fail. */
  readonly bad?: readonly (readonly [number, number])[];
}

/** Partition by partition; the first row of the journal belongs to another load, and failed late. */
function journalWith(events: readonly JournalEvent[], courses: readonly Course[], finished = true): Journal {
  const other = { load: "others", intendedMs: 1, endMs: 90_000, outcome: "failed" } as const;
  const operations = courses.flatMap(({ fromMs = 0, toMs = 10_000, bad = [] }, partition) =>
    Array.from({ length: (toMs - fromMs) / 100 + 1 }, (_, i): Partial<Operation> => {
      const intendedMs = fromMs + i * 100;
      const fails = bad.some(([from, to]) => intendedMs >= from && intendedMs < to);
      return { partition, intendedMs, endMs: intendedMs + 10, ...(fails ? { outcome: "failed", error: "X" } : {}) };
    }),
  );
  return journalOf({ operations: [other, ...operations], events, finished });
}
const spec = (withinMs: number, steadyMs = STEADY_MS): ReturnType<typeof check.recovery> =>
  check.recovery({
    ...{ of: "events", within: milliseconds(withinMs), steady: milliseconds(steadyMs), limit: milliseconds(500) },
  });
const judge = (events: readonly JournalEvent[], withinMs: number, ...courses: readonly Course[]): Finding =>
  runCheck(spec(withinMs), journalWith(events, courses));

describe("several faults", () => {
  const faults = [...fault("b", 5_000, 8_000, 8_100), ...fault("a", 2_000, 4_000, 4_100)];

  test("each has its own figures, of which the longest are told, in the order of the faults", () => {
    const found = judge(faults, 900, {
      bad: [
        [2_000, 2_500],
        [5_200, 5_800],
      ],
    });
    expect(found.summary).toBe(
      "recovered 510 ms after kill of a, wanted 900 ms; recovered 810 ms after kill of b, wanted 900 ms",
    );
    expect(found.figures).toEqual({
      ...{
        faults: 2,
        notNoticed: 0,
        recoveryMs: 810,
        detectionMs: 210,
        firstSuccessMs: 810,
        slowestMs: 10,
        anomalies: 0,
      },
    });
    expect(found.evidence.map(({ atMs }) => atMs)).toEqual([2_010, 2_510, 5_210, 5_810]);
  });
  test("where one is violated, only that is told; its number counts", () => {
    const found = judge(faults, 600, {
      bad: [
        [2_000, 2_500],
        [5_200, 5_800],
      ],
    });
    expect(found).toMatchObject({ verdict: "violated", figures: { anomalies: 1, recoveryMs: 810 } });
    expect(found.summary).toBe("recovered 810 ms after kill of b, wanted 600 ms");
    expect(found.evidence).toHaveLength(4);
  });
  test("one that was not noticed is counted, and in no other figure", () => {
    expect(judge(faults, 900, { bad: [[2_000, 2_500]] })).toMatchObject({
      verdict: "held",
      figures: { faults: 2, notNoticed: 1, recoveryMs: 510, detectionMs: 10, anomalies: 0 },
    });
    expect(judge(faults, 900, {}).figures).toEqual({ faults: 2, notNoticed: 2, slowestMs: 10, anomalies: 0 });
  });
  test("the slowest success is that of any of them", () => {
    const journal = journalOf({
      operations: Array.from({ length: 101 }, (_, i) => ({
        ...{ intendedMs: i * 100, endMs: i * 100 + ({ 25: 400, 55: 300, 10: 450 }[i] ?? 10) },
      })),
      events: faults,
    });
    expect(runCheck(spec(900), journal).figures).toMatchObject({ slowestMs: 400, notNoticed: 2 });
  });
  test("faults of one moment are none of them the later one", () => {
    const found = judge([...fault("a", 2_000), ...fault("b", 2_000)], 900, { bad: [[2_000, 2_500]] });
    expect(found.summary).toBe(
      "recovered 510 ms after kill of a, wanted 900 ms; recovered 510 ms after kill of b, wanted 900 ms",
    );
  });
});

describe("the heal", () => {
  const bad = [[4_000, 4_500]] as const;

  test("counts from its order; where that is not known, from when it was seen; else it never came", () => {
    const recoveryMs = (...events: JournalEvent[]): unknown => judge(events, 9_000, { bad }).figures["recoveryMs"];
    expect(recoveryMs(...fault("a", 2_000, 3_950, 4_050))).toBe(560);
    expect(recoveryMs(...fault("a", 2_000, undefined, 3_900))).toBe(610);
    expect(recoveryMs(...fault("a", 2_000, 4_050, 4_100))).toBe(2_510);
    expect(recoveryMs(...fault("a", 2_000))).toBe(2_510);
  });
});

describe("a fault that no operation met", () => {
  const gap = (healedMs: number, courses: readonly Course[]): Finding =>
    judge(fault("a", 2_000, 2_100, healedMs), 5_000, ...courses);

  test("is unknown, though the load was ill and well again afterwards", () => {
    const rest = { fromMs: 4_000, bad: [[4_000, 4_500]] } as const;
    expect(gap(4_000, [{ ...rest }]).verdict).toBe("held");
    const found = gap(3_999, [{ ...rest }]);
    expect(found).toEqual({
      verdict: "unknown",
      summary: "no operation of events was intended or under way while kill of a was in force",
      figures: { faults: 1, notNoticed: 0, slowestMs: 10, anomalies: 0 },
      evidence: [],
    });
  });
  test("is violated all the same where it is", () => {
    expect(judge(fault("a", 2_000, 2_100, 3_000), 300, { fromMs: 4_000, bad: [[4_000, 4_500]] }).verdict).toBe(
      "violated",
    );
  });
  test("one that was under way at its order met it", () => {
    const met = (endMs: number): string => {
      const rest = Array.from({ length: 30 }, (_, i) => ({ intendedMs: 4_000 + i * 100, endMs: 4_010 + i * 100 }));
      const operations = [{ intendedMs: 1_900, endMs }, ...rest];
      return runCheck(spec(900), journalOf({ operations, events: fault("a", 2_000, 2_100, 2_200) })).verdict;
    };
    expect([met(1_999.5), met(2_000)]).toEqual(["unknown", "held"]);
  });
});

describe("parts", () => {
  const events = fault("a", 4_000, 9_000, 9_100);
  const ill = (untilMs: number): Course => ({ bad: [[4_000, untilMs]] });

  test("the worst is told first, the others beside it, the slowest first, four of them by name", () => {
    const six = [4_200, 4_900, 4_400, 4_600, 4_300, 4_500].map(ill);
    expect(judge(events, 2_000, ...six).summary).toBe(
      "partition 1: recovered 910 ms after kill of a, wanted 2 s (partition 3 after 610 ms, partition 5 after 510 ms, partition 2 after 410 ms, partition 4 after 310 ms, 1 more)",
    );
    expect(judge(events, 2_000, ...six.slice(0, 5)).summary).toBe(
      "partition 1: recovered 910 ms after kill of a, wanted 2 s (partition 3 after 610 ms, partition 2 after 410 ms, partition 4 after 310 ms, partition 0 after 210 ms)",
    );
  });
  test("where no part noticed, the load as a whole is told", () => {
    const found = judge(events, 2_000, {}, {});
    expect(found.summary).toMatch(/^kill of a was not noticed/);
    expect(found.figures).toEqual({ faults: 1, notNoticed: 1, slowestMs: 10, anomalies: 0 });
  });
  test("a part that recovers with the whole is named for it", () => {
    expect(judge(events, 2_000, ill(4_500), {}).summary).toBe(
      "partition 0: recovered 510 ms after kill of a, wanted 2 s",
    );
  });
  test("the slower of two that recovered is the worse, and one that recovered is worse than one that noticed nothing", () => {
    expect(judge(events, 2_000, ill(4_300), ill(4_500), {}).summary).toMatch(/^partition 1: recovered 510 ms/);
    expect(judge(events, 2_000, {}, ill(4_300), {}).summary).toMatch(/^partition 1: recovered 310 ms/);
    expect(judge(events, 2_000, {}, ill(4_500)).summary).toMatch(/^partition 1: recovered 510 ms/);
    const soon = [0, 1].flatMap((partition) =>
      Array.from({ length: 101 }, (_, i): Partial<Operation> => ({
        ...{ partition, intendedMs: i * 100, endMs: i * 100 + 0.5 },
        ...(partition === 1 && i === 39 ? { outcome: "failed", endMs: 4_000.2, error: "X" } : {}),
      })),
    );
    expect(runCheck(spec(2_000), journalOf({ operations: soon, events })).summary).toMatch(
      /^partition 1: recovered 0\.5 ms/,
    );
  });
  test("a part of which it is unknown makes the fault unknown; one that is violated weighs more", () => {
    // Partition 1 failed at its end: whether it is well again is not known.
    const open = { toMs: 9_500, bad: [[9_400, 9_600]] } as const;
    const unknown = judge(events, 6_000, ill(4_500), open);
    expect(unknown).toMatchObject({ verdict: "unknown", figures: { partition0RecoveryMs: 510, anomalies: 0 } });
    expect(unknown.summary).toBe(
      "partition 1: the load ended 500 ms after the heal of kill of a, and no success was lasting yet (partition 0 after 510 ms)",
    );
    expect(judge(events, 505, ill(4_500), open).summary).toBe(
      "partition 0: recovered 510 ms after kill of a, wanted 505 ms",
    );
  });
  test("of each part the longest recovery of all faults is a figure", () => {
    const two = [...fault("a", 2_000, 4_000, 4_100), ...fault("b", 6_000, 8_000, 8_100)];
    const found = judge(
      two,
      2_000,
      {
        bad: [
          [2_000, 2_500],
          [6_000, 6_300],
        ],
      },
      { bad: [[6_000, 6_700]] },
      {},
    );
    expect(found.figures).toMatchObject({ recoveryMs: 710, partition0RecoveryMs: 510, partition1RecoveryMs: 710 });
    expect(found.figures).not.toHaveProperty("partition2RecoveryMs");
  });
  test("the first 32 parts have a figure, and keep it with the faults that follow", () => {
    const bad = [
      [2_000, 2_500],
      [6_000, 6_900],
    ] as const;
    const two = [...fault("a", 2_000, 4_000, 4_100), ...fault("b", 6_000, 8_000, 8_100)];
    const courses = Array.from({ length: 34 }, (): Course => ({ bad }));
    const { figures } = judge(two, 2_000, ...courses);
    const told = Object.entries(figures).filter(([figure]) => figure.startsWith("partition"));
    expect(told).toHaveLength(32);
    expect(told.every(([, recoveryMs]) => recoveryMs === 910)).toBe(true);
  });
  test("a part is judged alone with ten tries in `steady` before the fault, its first moment included, its last not", () => {
    const alone = (fromMs: number, toMs: number): boolean => {
      const some = Array.from({ length: (toMs - fromMs) / 100 + 1 }, (_, i) => fromMs + i * 100);
      const after = Array.from({ length: 60 }, (_, i) => 4_000 + i * 100);
      // Each twice: those of one intended time are one try.
      const operations = [0, 1].flatMap((partition) =>
        [...some, ...some, ...after].map((intendedMs): Partial<Operation> => ({
          ...{ partition, intendedMs, endMs: intendedMs + 10 },
          ...(partition === 1 && intendedMs >= 4_000 && intendedMs < 4_500 ? { outcome: "failed", error: "X" } : {}),
        })),
      );
      const { figures } = runCheck(spec(2_000), journalOf({ operations, events }));
      return "partition1RecoveryMs" in figures;
    };
    expect(alone(3_000, 3_900)).toBe(true);
    expect(alone(3_050, 3_950)).toBe(true);
    expect(alone(2_950, 3_850)).toBe(false);
    expect(alone(3_100, 3_900)).toBe(false);
    expect(alone(2_000, 2_900)).toBe(false);
  });
  test("what each fault came to, for objectives: when it was ordered, which part it was, and how long each took", () => {
    const [found, ...more] = recoveries(spec(2_000), journalWith(events, [ill(4_500), ill(4_700), {}]));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ outcome: "recovered", atMs: 4_000, part: "partition 1", slowestMs: 10 });
    expect([...(found?.partsMs ?? [])]).toEqual([
      ["partition 0", 510],
      ["partition 1", 710],
    ]);
    const [whole] = recoveries(spec(2_000), journalWith(events, [{}, {}]));
    expect(whole).not.toHaveProperty("part");
  });
  test("the slowest success is told of the load as a whole", () => {
    const operations = [0, 1].flatMap((partition) =>
      Array.from({ length: 101 }, (_, i): Partial<Operation> => ({
        ...{ partition, intendedMs: i * 100, endMs: i * 100 + (partition === 0 && i === 45 ? 400 : 10) },
        ...(partition === 1 && i >= 40 && i < 45 ? { outcome: "failed", error: "X" } : {}),
      })),
    );
    expect(runCheck(spec(2_000), journalOf({ operations, events })).figures).toMatchObject({ slowestMs: 400 });
  });
});

describe("the defaults", () => {
  test("3 s of success, each within 2 s of its intended time", () => {
    const events = fault("a", 4_000);
    const found = (slowMs: number, badAgainMs: number): Finding => {
      const operations = Array.from({ length: 121 }, (_, i): Partial<Operation> => {
        const intendedMs = i * 100;
        const took = intendedMs === 4_000 ? slowMs : 10;
        return { intendedMs, endMs: intendedMs + took, ...(intendedMs === badAgainMs ? { outcome: "failed" } : {}) };
      });
      return runCheck(check.recovery({ of: "events", within: milliseconds(9_000) }), journalOf({ operations, events }));
    };
    expect(found(2_000, -1).figures).toMatchObject({ notNoticed: 1 });
    expect(found(2_001, -1).figures).toMatchObject({ recoveryMs: 110 });
    expect(found(2_001, 7_100).figures).toMatchObject({ recoveryMs: 3_210 });
    expect(found(2_001, 7_200).figures).toMatchObject({ recoveryMs: 110 });
  });
});

describe("a record that ends early", () => {
  const events = fault("a", 4_000);
  const cut = (withinMs: number): Finding =>
    runCheck(spec(withinMs), journalWith(events, [{ bad: [[4_000, 5_000]], toMs: 8_000 }], false));

  test("is violated by what is too late, and never held", () => {
    expect(cut(1_009).verdict).toBe("violated");
    expect(cut(1_010).verdict).toBe("unknown");
  });
});
