/** What is asked again, as it would be at best. */
import { describe, expect, test } from "vitest";
import type { CheckSpec } from "../../lab/checks/index.ts";
import { journalOf, operationAt, readAt, type JournalParts } from "../../lab/journal/index.ts";
import type { Journal, JournalEvent } from "../../lab/journal/types.ts";
import {
  atBest,
  excusesOf,
  isJudgedByOperations,
  isJudgedByTime,
  unlessExcused,
  type Span,
} from "../../lab/judging/excuses.ts";
import { TAKEN_BY_OTHERS } from "../../lab/judging/crowding.ts";
import { judge } from "../../lab/judging/judge.ts";
import type { Plan } from "../../lab/run-folder/run-folder.ts";
import { seconds } from "../../lab/time.ts";
import { sloText, twoEvents, twoOperations, twoParts, twoPlan } from "./two-of-each.ts";

const rows = ({ operations: { length } }: Journal): readonly number[] => Array.from({ length }, (_, row) => row);

/** Outcome, value, end of each operation at best. */
function operationsAtBest(operations: JournalParts["operations"], spans: readonly Span[]) {
  const journal = atBest(journalOf({ operations: operations ?? [] }), spans);
  return rows(journal).map((row) => {
    const { outcome, value, endMs } = operationAt(journal, row);
    return [outcome, value, endMs];
  });
}

function readsAtBest(parts: JournalParts, spans: readonly Span[]): readonly number[] {
  const journal = atBest(journalOf(parts), spans);
  return Array.from({ length: journal.reads.length }, (_, row) => readAt(journal, row).atMs);
}

const SPANS = [
  { fromMs: 1_000, toMs: 2_000 },
  { fromMs: 5_000, toMs: 6_000 },
];

describe("an operation at best", () => {
  test.each([
    ["over before", 900, 999, false],
    ["over as it began", 900, 1_000, true],
    ["within", 1_400, 1_500, true],
    ["all around", 900, 2_100, true],
    ["due as it ended", 2_000, 2_500, true],
    ["due after", 2_001, 2_500, false],
    ["over before the second", 2_001, 4_999, false],
    ["over as the second began", 2_001, 5_000, true],
    ["due as the second ended", 6_000, 6_500, true],
    ["due after the second", 6_001, 6_500, false],
  ])("%s", (_, intendedMs, endMs, excused) => {
    expect(operationsAtBest([{ value: 3, intendedMs, endMs }], SPANS)).toEqual([
      ["ok", 3, excused ? intendedMs : endMs],
    ]);
  });

  test("counts from when it was due, not from when a client had it", () => {
    expect(operationsAtBest([{ value: 3, intendedMs: 900, startMs: 2_500, endMs: 2_600 }], SPANS)).toEqual([
      ["ok", 3, 900],
    ]);
  });

  test("ended ok; and one that did not wrote nothing that must have been read", () => {
    const at = { intendedMs: 1_500, endMs: 1_600 };
    const after = { intendedMs: 3_000, endMs: 3_100 };
    expect(
      operationsAtBest(
        [
          { ...at, value: 1, outcome: "failed" },
          { ...at, value: 2, outcome: "unknown" },
          { ...at, value: 3 },
          { ...after, value: 4, outcome: "failed" },
          { ...after, value: 5, outcome: "unknown" },
        ],
        SPANS,
      ),
    ).toEqual([
      ["ok", -1, 1_500],
      ["ok", -1, 1_500],
      ["ok", 3, 1_500],
      ["failed", 4, 3_100],
      ["unknown", 5, 3_100],
    ]);
  });
});

describe("a record's reading at best", () => {
  const written = { intendedMs: 900, endMs: 950, value: 7 };

  test.each([
    ["read before", 999, false],
    ["read as it began", 1_000, true],
    ["waited for all the while", 3_000, true],
  ])("%s", (_, atMs, excused) => {
    expect(readsAtBest({ operations: [written], reads: [{ value: 7, atMs }] }, SPANS)).toEqual([excused ? 900 : atMs]);
  });

  test("one that was written after it stays as it was", () => {
    const after = { intendedMs: 2_001, endMs: 2_050, value: 7 };
    expect(readsAtBest({ operations: [after], reads: [{ value: 7, atMs: 4_000 }] }, SPANS)).toEqual([4_000]);
  });

  test("one that nobody is on record to have written stays as it was", () => {
    const reads = [
      { value: 8, atMs: 1_500 },
      { load: "orders", value: 7, atMs: 1_500 },
    ];
    expect(readsAtBest({ operations: [written], reads }, SPANS)).toEqual([1_500, 1_500]);
  });

  test("each of two loads has its own record of one number", () => {
    const operations = [
      { load: "events", ...written },
      { load: "orders", ...written, intendedMs: 100, endMs: 110 },
      { load: "orders", value: 9, intendedMs: 1_900, endMs: 1_950 },
      { load: "events", value: 9, intendedMs: 2_100, endMs: 2_150 },
    ];
    const reads = [
      { load: "events", value: 7, atMs: 1_100 },
      { load: "orders", value: 7, atMs: 1_100 },
      { load: "orders", value: 9, atMs: 2_200 },
      { load: "events", value: 9, atMs: 2_200 },
    ];
    expect(readsAtBest({ operations, reads }, SPANS)).toEqual([900, 100, 1_900, 2_200]);
  });
});

test("the journal itself is left as it was", () => {
  const journal = journalOf({
    operations: [{ value: 7, intendedMs: 1_500, endMs: 1_600, outcome: "failed" }],
    reads: [{ value: 7, atMs: 1_700 }],
  });
  const before = structuredClone(journal);
  const best = atBest(journal, SPANS);
  expect(journal).toEqual(before);
  expect({ ...best, operations: journal.operations, reads: journal.reads }).toEqual(journal);
});

describe("excuses", () => {
  const journal = journalOf({
    operations: [1_500, 5_500].map((intendedMs) => ({ intendedMs, endMs: intendedMs + 100, outcome: "failed" })),
  });
  const blame = (meanwhile: string, ...spans: readonly Span[]) => ({ meanwhile, spans });
  const failed = (of: Journal): number => rows(of).filter((row) => operationAt(of, row).outcome === "failed").length;
  const [first, second] = SPANS as unknown as readonly [Span, Span];

  test("each counts what comes before it; a kind without a time is none", () => {
    const told = (...blames: readonly ReturnType<typeof blame>[]) =>
      excusesOf(journal, blames).map(({ meanwhile, atBest: best }) => [meanwhile, failed(best)]);
    expect(told(blame("a", first), blame("b", second))).toEqual([
      ["a", 1],
      ["b", 0],
    ]);
    expect(told(blame("a"), blame("b", second))).toEqual([["b", 1]]);
    expect(told(blame("a", first, second), blame("b"))).toEqual([["a", 0]]);
    expect(told(blame("a"), blame("b"))).toEqual([]);
  });

  test("the first that is enough is told, and only of what was violated", () => {
    const excuses = excusesOf(journal, [blame("; but a", first), blame("; but b", second)]);
    const asked = (verdict: "held" | "violated" | "unknown", isViolatedIn: (best: Journal) => boolean) =>
      unlessExcused({ verdict, summary: "two failed", more: 1 }, excuses, isViolatedIn);
    const unknown = { verdict: "unknown", more: 1 };
    expect(asked("violated", () => false)).toEqual({ ...unknown, summary: "two failed; but a" });
    expect(asked("violated", (best) => failed(best) > 0)).toEqual({ ...unknown, summary: "two failed; but b" });
    expect(asked("violated", () => true)).toEqual({ verdict: "violated", summary: "two failed", more: 1 });
    expect(asked("held", () => false)).toEqual({ verdict: "held", summary: "two failed", more: 1 });
    expect(asked("unknown", () => false)).toEqual({ verdict: "unknown", summary: "two failed", more: 1 });
  });
});

const within = seconds(5);
const SPECS: readonly (readonly [spec: CheckSpec, byTime: boolean, byOperations: boolean])[] = [
  [{ check: "availability", of: "events", atLeast: 0.9, limit: within }, true, true],
  [{ check: "recovery", of: "events", within }, true, true],
  [{ check: "handover", of: "events", within }, true, false],
  [{ check: "convergence", of: "kafka", within }, true, false],
  [{ check: "observed", subject: "leader", values: [1] }, true, false],
  [{ check: "delivery", of: "events" }, false, false],
];
test.each(SPECS)("%o", (spec, byTime, byOperations) => {
  expect([isJudgedByTime(spec), isJudgedByOperations(spec)]).toEqual([byTime, byOperations]);
});

describe("whoever is to blame for a time, the lab or others on the machine,", () => {
  const stood: readonly JournalEvent[] = [
    { type: "lateness", atMs: 13_000, of: "event-loop", fromMs: 10_000, maxMs: 3_000 },
  ];
  const crowded: readonly JournalEvent[] = [80, 70].map((value, place) => ({
    ...{ type: "observation", atMs: 12_000 + 3_000 * place, subject: TAKEN_BY_OTHERS, value },
  }));
  const BLAMED = [
    ["stood still", stood],
    ["others had most", crowded],
  ] as const;
  /** Each expectation and objective that is not held: its verdict, and what excuses it. */
  function wanting(blamed: readonly JournalEvent[], change: JournalParts, plan: Plan) {
    const events = [...twoEvents, ...blamed].toSorted((a, b) => a.atMs - b.atMs);
    const { expectations, slos } = judge(plan, journalOf(twoParts({ ...change, events })), []);
    return [...expectations, ...slos].flatMap(({ verdict, summary }) =>
      verdict === "held" ? [] : [`${verdict}: ${summary}`],
    );
  }
  const sloOf = (text: string): Plan => twoPlan({ expect: {}, slos: { "schemas/slo/a.yaml": text } });
  const slow = (fromMs: number, toMs: number): JournalParts => ({
    operations: twoOperations.map((one) => {
      const { load, intendedMs = 0 } = one;
      const isSlow = load === "events" && intendedMs >= fromMs && intendedMs < toMs;
      return isSlow ? { ...one, endMs: intendedMs + 2_500 } : one;
    }),
  });

  test.each(BLAMED)("nothing is violated only because the operations of that time are left out: %s", (told, blamed) => {
    // Of 100 operations outside of that time 12 were slow: 12 % of these, and 6 % of all.
    const change = slow(1_000, 2_200);
    const later: JournalParts = {
      operations:
        change.operations?.map((one) => {
          const { load, intendedMs = 0 } = one;
          return load === "events" && intendedMs >= 10_000 ? { ...one, endMs: intendedMs + 2_500 } : one;
        }) ?? [],
    };
    expect(wanting([], later, sloOf(sloText(0.9)))).toEqual([expect.stringMatching(/^violated/)]);
    const longer = [...blamed, ...blamed.map((event) => ({ ...event, atMs: event.atMs + 4_000 }))];
    const all = longer.map((event) => (event.type === "lateness" ? { ...event, maxMs: 5_000 } : event));
    expect(wanting(all, later, sloOf(sloText(0.9)))).toEqual([
      expect.stringMatching(new RegExp(`^unknown: .*${told}.* meanwhile$`)),
    ]);
    // And it stays violated where no end of these could have met the target.
    expect(wanting(all, later, sloOf(sloText(0.95)))).toEqual([expect.stringMatching(/^violated/)]);
  });

  test.each(BLAMED)("records that were written before it, and waited for a reader, are excused: %s", (told, blamed) => {
    const text = sloText(0.9)
      .replace("outcome: ok, ", "")
      .replaceAll("load: events", "load: events, measure: end-to-end-delay");
    const { reads: all = [] } = twoParts();
    const reads = all.map((read) => {
      const { atMs = 0 } = read;
      return atMs >= 5_000 && atMs < 10_500 ? { ...read, atMs: 10_500 } : read;
    });
    expect(wanting([], { reads }, sloOf(text))).toEqual([expect.stringMatching(/^violated/)]);
    expect(wanting(blamed, { reads }, sloOf(text))).toEqual([
      expect.stringMatching(new RegExp(`^unknown: .*${told}.* meanwhile$`)),
    ]);
    const lost = reads.filter(({ atMs = 0 }) => atMs < 10_500);
    expect(wanting(blamed, { reads: lost }, sloOf(text))).toEqual([expect.stringMatching(/^violated/)]);
  });

  test("where it takes both, both are asked, and the second is told", () => {
    const plan = sloOf(sloText(0.98));
    const early = crowded.map((event) => ({ ...event, atMs: event.atMs - 8_000 }));
    const two: JournalParts = {
      operations:
        slow(1_000, 1_500).operations?.map((one) => {
          const { load, intendedMs = 0 } = one;
          return load === "events" && intendedMs >= 11_000 && intendedMs < 11_500 ? { ...one, endMs: 15_000 } : one;
        }) ?? [],
    };
    expect(wanting(stood, two, plan)).toEqual([expect.stringMatching(/^violated/)]);
    expect(wanting(early, two, plan)).toEqual([expect.stringMatching(/^violated/)]);
    expect(wanting([...early, ...stood], two, plan)).toEqual([expect.stringMatching(/^unknown: .*others had most/)]);
  });
});
