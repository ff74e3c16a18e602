/** What others on the machine excuse, and what never. */
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { journalOf, type JournalParts } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation } from "../../lab/journal/types.ts";
import { blameOfOthers, CROWDED, crowdsOf, machineWasTheLabs, TAKEN_BY_OTHERS } from "../../lab/judging/crowding.ts";
import { judge } from "../../lab/judging/judge.ts";
import type { Plan, VerdictFile } from "../../lab/run-folder/run-folder.ts";
import { seconds } from "../../lab/time.ts";
import { sloText, twoEvents, twoOperations, twoParts, twoPlan } from "./two-of-each.ts";

/** Every 3 s from the first moment on, so many percent. */
const shares = (...percents: readonly number[]): readonly JournalEvent[] =>
  percents.map((value, place) => ({
    ...{ type: "observation", atMs: 3_000 * (place + 1), subject: TAKEN_BY_OTHERS, value },
  }));
const QUIET = shares(2, 3, 0, 7, 2, 1, 1);
/** From 9 s to 15 s. */
const BUSY = shares(2, 3, 4, 80, 76, 3, 2);
const BELOW = shares(2, 3, 4, CROWDED - 1, CROWDED - 1, 3, 2);

const judged = (others: readonly JournalEvent[], change: JournalParts = {}, plan: Plan = twoPlan()): VerdictFile => {
  const events = [...(change.events ?? twoEvents), ...others].toSorted((a, b) => a.atMs - b.atMs);
  return judge(plan, journalOf(twoParts({ ...change, events })), []);
};
const wanting = ({ conditions, expectations, slos }: VerdictFile): Record<string, string> =>
  Object.fromEntries(
    [...conditions, ...expectations, ...slos].flatMap(({ name, verdict, summary }) =>
      verdict === "held" ? [] : [[name, `${verdict}: ${summary}`]],
    ),
  );
const CONDITION = "the machine was the lab's";
const condition = (verdict: VerdictFile): string | undefined => {
  const found = verdict.conditions.find(({ name }) => name === CONDITION);
  return found && `${found.verdict}: ${found.summary}`;
};

/** Operations of a load that were due from the one time to the other took so long. */
const slow = (load: string, fromMs: number, toMs: number, tookMs: number): readonly Partial<Operation>[] =>
  twoOperations.map((one) => {
    const { intendedMs = 0 } = one;
    return one.load === load && intendedMs >= fromMs && intendedMs < toMs
      ? { ...one, endMs: intendedMs + tookMs }
      : one;
  });

describe("times in which others had most of the machine", () => {
  const crowds = (events: readonly JournalEvent[]) => crowdsOf(journalOf({ events }));

  test("are told by samples from the bound on, with what they took on average", () => {
    expect(crowds(BUSY)).toEqual([{ fromMs: 9_000, toMs: 15_000, percent: 78 }]);
    expect(crowds(shares(0, CROWDED, 0, 99))).toEqual([
      { fromMs: 3_000, toMs: 6_000, percent: CROWDED },
      { fromMs: 9_000, toMs: 12_000, percent: 99 },
    ]);
    expect(crowds(BELOW)).toEqual([]);
    expect(crowds(QUIET)).toEqual([]);
  });

  test("do not reach back over a long time in which nothing was observed", () => {
    const [first] = shares(1);
    const late = shares(90).map((event) => ({ ...event, atMs: 60_000 }));
    expect(crowds([...(first === undefined ? [] : [first]), ...late])).toEqual([
      { fromMs: 50_000, toMs: 60_000, percent: 90 },
    ]);
  });
});

describe("one sample", () => {
  const at = (atMs: number, value: number | string | boolean, subject = TAKEN_BY_OTHERS): JournalEvent => ({
    ...{ type: "observation", atMs, subject, value },
  });
  const crowds = (...events: readonly JournalEvent[]) => crowdsOf(journalOf({ events }));

  test("tells of the time since the last one; the first, and one after a long silence, of no more than is sure", () => {
    expect(crowds(at(8_000, 90))).toEqual([{ fromMs: 5_000, toMs: 8_000, percent: 90 }]);
    expect(crowds(at(2_000, 90))).toEqual([{ fromMs: 0, toMs: 2_000, percent: 90 }]);
    expect(crowds(at(8_000, 1), at(17_999, 90))).toEqual([{ fromMs: 8_000, toMs: 17_999, percent: 90 }]);
    expect(crowds(at(8_000, 1), at(18_001, 90))).toEqual([{ fromMs: 8_001, toMs: 18_001, percent: 90 }]);
  });

  test("counts where it is of others, and a number", () => {
    expect(crowds(at(8_000, "90"), at(8_000, 90, "other"), at(8_000, true))).toEqual([]);
    // Nor does anything else that was observed begin a sample.
    expect(crowds(at(8_000, 1), at(9_000, 90, "other"), at(10_000, 90))).toEqual([
      { fromMs: 8_000, toMs: 10_000, percent: 90 },
    ]);
  });

  test("is one crowd with those right beside it, by the mean of their lengths", () => {
    expect(crowds(at(3_000, 60), at(4_000, 100), at(8_000, 50))).toEqual([
      // 3 s of 60, 1 s of 100 and 4 s of 50.
      { fromMs: 0, toMs: 8_000, percent: 60 },
    ]);
    expect(crowds(at(3_000, 60), at(6_000, 49), at(9_000, 60), at(9_000, 100))).toEqual([
      { fromMs: 0, toMs: 3_000, percent: 60 },
      { fromMs: 6_000, toMs: 9_000, percent: 60 },
    ]);
    expect(crowds(at(3_000, 60), at(13_001, 70))).toEqual([
      { fromMs: 0, toMs: 3_000, percent: 60 },
      { fromMs: 3_001, toMs: 13_001, percent: 70 },
    ]);
  });

  test("excuses three seconds before and after as well", () => {
    const journal = journalOf({ events: [at(9_000, 60), at(12_000, 1), at(15_000, 50)] });
    expect(blameOfOthers(journal).spans).toEqual([
      { fromMs: 3_000, toMs: 12_000 },
      { fromMs: 9_000, toMs: 18_000 },
    ]);
  });

  test("is told where something was excused by it, three at most, and else by the most that was taken", () => {
    const journal = journalOf({ events: shares(90, 1, 80, 1, 70, 1, 60, 1, 50) });
    const told = (summaries: readonly string[], of = journal) =>
      machineWasTheLabs(
        summaries.map((summary) => ({ summary })),
        of,
      ).map(({ verdict, summary }) => `${verdict}: ${summary}`);
    const excused = `late${blameOfOthers(journal).meanwhile}`;
    const most = "held: others took at most 90 % of its processors";
    const three =
      "unknown: others took 90 % of the processors from 0.0 ms to 3 s; others took 80 % of the processors from 6 s to 9 s; others took 70 % of the processors from 12 s to 15 s";
    expect(told([])).toEqual([most]);
    expect(told(["late", `${excused}, or not`])).toEqual([most]);
    expect(told(["late", excused])).toEqual([`${three}; and 2 times more`]);
    expect(told([excused], journalOf({ events: shares(90, 1, 80, 1, 70, 1, 60) }))).toEqual([
      `${three}; and once more`,
    ]);
    expect(told([excused], journalOf({ events: shares(90, 1, 80, 1, 70) }))).toEqual([three]);
    expect(told([excused], journalOf({}))).toEqual([]);
  });
});

describe("what others did", () => {
  test("alone leaves nothing open, and is told", () => {
    const verdict = judged(BUSY);
    expect(verdict.verdict).toBe("held");
    expect(condition(verdict)).toBe("held: others took at most 80 % of its processors");
    expect(condition(judged(QUIET))).toBe("held: others took at most 7 % of its processors");
  });

  test("excuses what was late meanwhile", () => {
    const operations = slow("orders", 9_000, 15_000, 2_500);
    expect(judged(QUIET, { operations }).verdict).toBe("violated");
    const verdict = judged(BUSY, { operations });
    expect(verdict.verdict).toBe("unknown");
    expect(condition(verdict)).toBe("unknown: others took 78 % of the processors from 9 s to 15 s");
    expect(wanting(verdict)["orders go on"]).toMatch(
      /^unknown: .*; but others had most of the machine's processors meanwhile$/,
    );
  });

  test("does not just below the bound", () => {
    const operations = slow("orders", 9_000, 15_000, 2_500);
    expect(judged(BELOW, { operations }).verdict).toBe("violated");
  });

  test("excuses an objective that was missed meanwhile, and none that was missed before", () => {
    const plan = twoPlan({ slos: { "schemas/slo/a.yaml": sloText(0.98) } });
    const meanwhile = judged(BUSY, { operations: slow("events", 9_000, 10_000, 2_500) }, plan);
    expect(wanting(meanwhile)["events-in-time"]).toMatch(/^unknown: .*; but others had most/);
    const before = judged(BUSY, { operations: slow("events", 1_000, 2_000, 2_500) }, plan);
    expect(wanting(before)["events-in-time"]).toMatch(/^violated/);
  });

  test("does not excuse what is violated even if all had gone well meanwhile", () => {
    const operations = slow("orders", 0, 20_000, 2_500);
    expect(wanting(judged(BUSY, { operations }))["orders go on"]).toMatch(/^violated/);
    expect(judged(BUSY, { operations }).verdict).toBe("violated");
  });

  test("excuses a recovery that was late only because of it, and no other", () => {
    // The fault is ordered at 4 s and must be recovered from within 5 s.
    const late = slow("events", 4_000, 11_000, 2_500);
    expect(wanting(judged(QUIET, { operations: late }))["writes recover"]).toMatch(/^violated/);
    const meanwhile = shares(2, 60, 80, 76, 3, 2, 2);
    expect(wanting(judged(meanwhile, { operations: late }))["writes recover"]).toMatch(/^unknown/);
    const after = shares(2, 3, 4, 3, 2, 90, 2);
    expect(wanting(judged(after, { operations: late }))["writes recover"]).toMatch(/^violated/);
  });

  test("excuses records that readers got late meanwhile", () => {
    const plan = twoPlan({ expect: { "readers go on": { check: "handover", of: "events", within: seconds(2) } } });
    const { reads = [] } = twoParts();
    const waited = reads.map((read) => {
      const { atMs = 0 } = read;
      return atMs >= 10_000 && atMs < 14_000 ? { ...read, atMs: 14_000 } : read;
    });
    expect(wanting(judged(QUIET, { reads: waited }, plan))["readers go on"]).toMatch(/^violated/);
    expect(wanting(judged(BUSY, { reads: waited }, plan))["readers go on"]).toMatch(/^unknown/);
  });

  test("never excuses a record that was lost", () => {
    const reads = twoParts().reads?.filter(({ value }) => value !== 100) ?? [];
    const verdict = judged(shares(90, 90, 90, 90, 90, 90, 90), { reads });
    expect(verdict.verdict).toBe("violated");
    expect(wanting(verdict)).toEqual({ "no record is lost": expect.stringMatching(/^violated/) as string });
  });
});

test("where nobody observed others, or they never reached the bound, all is judged as before", () => {
  const span = fc.tuple(fc.nat(20_000), fc.nat(20_000)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const load = fc.constantFrom("events", "orders");
  const percents = fc.array(fc.nat(CROWDED - 1), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(span, load, fc.nat(4_000), percents, ([fromMs, toMs], which, tookMs, below) => {
      const operations = slow(which, fromMs, toMs, tookMs);
      const before = judged([], { operations });
      expect(condition(before)).toBeUndefined();
      const after = judged(shares(...below), { operations });
      expect({ ...after, conditions: after.conditions.filter(({ name }) => name !== CONDITION) }).toEqual({
        ...before,
        durationMs: after.durationMs,
      });
    }),
    { numRuns: 20, seed: 51 },
  );
});

test("what others did never makes anything worse, and never anything held", () => {
  const span = fc.tuple(fc.nat(20_000), fc.nat(20_000)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  const percents = fc.array(fc.nat(100), { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(span, fc.nat(4_000), percents, ([fromMs, toMs], tookMs, any) => {
      const operations = slow("events", fromMs, toMs, tookMs);
      const before = judged([], { operations });
      const after = judged(shares(...any), { operations });
      after.expectations.forEach(({ verdict }, place) => {
        const was = before.expectations[place]?.verdict;
        expect(was === "violated" ? ["violated", "unknown"] : [was]).toContain(verdict);
      });
    }),
    { numRuns: 20, seed: 51 },
  );
});
