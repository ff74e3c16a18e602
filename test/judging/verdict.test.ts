/** A verdict as a whole: what it is made of, what excuses which objective, and SLOs that cannot be evaluated. */
import { describe, expect, test } from "vitest";
import { check } from "../../lab/index.ts";
import { journalOf, type JournalParts } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { TAKEN_BY_OTHERS } from "../../lab/judging/crowding.ts";
import { judge, NOT_KNOWN_WHOSE } from "../../lab/judging/judge.ts";
import { ENGINE_GONE } from "../../lab/judging/voids.ts";
import { planHash } from "../../lab/run-folder/plan-hash.ts";
import type { HistoryEntry, Plan } from "../../lab/run-folder/run-folder.ts";
import { seconds } from "../../lab/time.ts";
import { SLO, sloText, twoEvents, twoOperations, twoParts, twoPlan } from "./two-of-each.ts";

const judged = (plan: Plan, change: JournalParts = {}, history: readonly HistoryEntry[] = []) =>
  judge(plan, journalOf(twoParts(change)), history);

describe("the head of a verdict", () => {
  test("is the plan's, and tells of a mutant and of assumptions where there are any", () => {
    const plan = twoPlan();
    const { run, scenario, seed, startedAt } = plan;
    const plain = judged(plan);
    expect(plain).toMatchObject({ run, scenario, seed, startedAt, comparisons: [] });
    expect(plain).not.toHaveProperty("mutant");
    expect(plain).not.toHaveProperty("assumptions");
    const mutant = { name: "one replica", violates: "no record is lost", change: {} };
    const assume = { leads: check.observed({ subject: "leader", values: [1] }) };
    const whole = judged(twoPlan({ mutant, assume }));
    expect(whole).toMatchObject({ mutant: "one replica", assumptions: [{ name: "leads" }] });
  });

  test("notes where the journal does not say whose it is", () => {
    expect(judged(twoPlan()).notes).toEqual([NOT_KNOWN_WHOSE]);
    const head = { run: twoPlan().run, planHash: planHash(twoPlan()) };
    expect(judge(twoPlan(), { ...journalOf(twoParts()), head }, [])).not.toHaveProperty("notes");
  });

  test("lasts until the last event, wherever that stands", () => {
    const early: JournalEvent = { type: "note", atMs: 30, level: "info", text: "" };
    expect(judged(twoPlan(), { events: [...twoEvents, early] }).durationMs).toBe(21_000);
    expect(judged(twoPlan(), { events: [{ ...early, atMs: 22_000 }, ...twoEvents] }).durationMs).toBe(22_000);
  });

  test("is compared with other runs, and not with itself", () => {
    const entry = (run: string): HistoryEntry => {
      const { scenario, seed, startedAt } = twoPlan();
      return { run, scenario, seed, startedAt, verdict: "held", figures: { "slo/events-in-time/goodRatio": 1 } };
    };
    const compared = (...runs: readonly string[]) =>
      judged(twoPlan(), {}, runs.map(entry)).comparisons.map(({ figure, runs: count }) => [figure, count]);
    expect(compared("a", "b")).toEqual([["slo/events-in-time/goodRatio", 2]]);
    expect(compared(twoPlan().run)).toEqual([]);
  });
});

test("an SLO's load is judged as well as an expectation's", () => {
  const expected = { orders: check.availability({ of: "orders.add", atLeast: 0.5, limit: seconds(1) }) };
  const met = (slos: Plan["slos"]) =>
    judged(twoPlan({ expect: expected, slos })).conditions.find(({ name }) => name === "every fault met the load");
  expect(met({ [SLO]: sloText(0.5) })?.verdict).toBe("held");
  expect(met({})?.summary).toBe("kill of kafka-1 touched nothing that orders uses");
});

test("a record that is void is unknown, whatever was violated in it", () => {
  const gone: JournalEvent = { type: "observation", atMs: 20_900, ...ENGINE_GONE };
  const plan = twoPlan({ slos: { [SLO]: sloText(0.999) } });
  expect(judged(plan).verdict).toBe("violated");
  expect(judged(plan, { events: [...twoEvents, gone] })).toMatchObject({
    verdict: "unknown",
    slos: [{ verdict: "violated" }],
  });
});

describe("what a stall excuses of an expectation", () => {
  const stall: JournalEvent = { type: "lateness", atMs: 11_000, of: "event-loop", fromMs: 9_000, maxMs: 2_000 };
  const operations = (fromMs: number, toMs: number) =>
    twoOperations.map((one) => {
      const { load, intendedMs = 0 } = one;
      const isHit = load === "orders" && intendedMs >= fromMs && intendedMs < toMs;
      return isHit ? { ...one, outcome: "failed" as const } : one;
    });
  const come = (spec: Plan["expect"][string], change: JournalParts = {}) =>
    judged(twoPlan({ expect: { it: spec } }), { ...change, events: [...twoEvents, stall] }).expectations[0]?.verdict;
  const share = check.availability({ of: "orders.add", atLeast: 0.95, limit: seconds(1) });

  test("operations of that time, and none of another", () => {
    expect(come(share, { operations: operations(9_000, 11_000) })).toBe("unknown");
    expect(come(share, { operations: operations(16_000, 18_000) })).toBe("violated");
    expect(come(share)).toBe("held");
  });

  test("what was watched, at any time; a record that is lost, at none", () => {
    expect(come(check.observed({ subject: "leader", values: [1] }), {})).not.toBe("violated");
    const late = twoParts().reads?.map((read) => ((read.atMs ?? 0) >= 5_000 ? { ...read, atMs: 20_400 } : read)) ?? [];
    const handover: Plan["expect"][string] = { check: "handover", of: "events", within: seconds(2) };
    expect(come(handover, { reads: late })).toBe("unknown");
    const reads = twoParts().reads?.filter(({ value }) => value !== 100) ?? [];
    expect(come(check.delivery("events"), { reads })).toBe("violated");
  });
});

test("of two objectives each is asked by itself what would excuse it", () => {
  const crowded: readonly JournalEvent[] = [80, 76].map((value, place) => ({
    ...{ type: "observation", atMs: 12_000 + 3_000 * place, subject: TAKEN_BY_OTHERS, value },
  }));
  const operations = twoOperations.map((one) => {
    const { load, intendedMs = 0 } = one;
    const isSlow = load === "events" && intendedMs >= 10_000 && intendedMs < 11_000;
    return isSlow ? { ...one, endMs: intendedMs + 2_500 } : one;
  });
  const events = [...twoEvents, ...crowded].toSorted((a, b) => a.atMs - b.atMs);
  // 3 of 200 failed under the fault, and 10 more were slow beside others.
  const verdicts = (...targets: readonly number[]) => {
    const objectives = targets.map((target) => `{ target: ${target} }`).join();
    const text = sloText(0.5).replace("{ target: 0.5 }", objectives);
    const { slos, conditions } = judged(twoPlan({ expect: {}, slos: { [SLO]: text } }), { operations, events });
    expect(conditions.find(({ name }) => name === "the machine was the lab's")?.verdict).toBe(
      slos.some(({ verdict }) => verdict === "unknown") ? "unknown" : "held",
    );
    return slos.map(({ verdict }) => verdict);
  };
  expect(verdicts(0.9, 0.98, 0.99)).toEqual(["held", "unknown", "violated"]);
  expect(verdicts(0.99, 0.98)).toEqual(["violated", "unknown"]);
  expect(verdicts(0.99, 0.99)).toEqual(["violated", "violated"]);
});

describe("SLOs that cannot be evaluated", () => {
  const nothing = {
    verdict: "unknown",
    indicator: "",
    target: 0,
    good: 0,
    total: 0,
    windows: [],
    figures: {},
  };

  test("since their file cannot be read", () => {
    const { slos, verdict } = judged(twoPlan({ slos: { "a.yaml": "kind: SLO", [SLO]: sloText(0.9) } }));
    expect(slos[0]).toEqual({
      ...nothing,
      name: "a.yaml",
      displayName: "a.yaml",
      summary: expect.stringContaining("could not be evaluated: a.yaml:1: apiVersion: is missing") as string,
    });
    expect(slos[1]).toMatchObject({ name: "events-in-time", verdict: "held" });
    expect(verdict).toBe("unknown");
  });

  test("since only their DataSource shows what is wrong", () => {
    const text = sloText(0.9)
      .replaceAll("type: resilience-lab-journal", "metricSourceRef: j")
      .replace("within: 1s", "within: 1 s");
    const source = `---
apiVersion: openslo/v1
kind: DataSource
metadata: { name: j }
spec: { type: resilience-lab-journal, connectionDetails: {} }
`;
    const { slos } = judged(twoPlan({ slos: { "a.yaml": text + source } }));
    expect(slos).toEqual([
      {
        ...nothing,
        name: "a.yaml",
        displayName: "a.yaml",
        summary: expect.stringMatching(
          /^could not be evaluated: a\.yaml:1: .*within: must be a whole number/,
        ) as string,
      },
    ]);
  });
});
