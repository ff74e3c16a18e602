/** A verdict as a whole: what it is made of, what excuses which objective, and SLOs that cannot be evaluated. */
import { describe, expect, test } from "vitest";
import { check } from "../../lab/index.ts";
import { journalOf, type JournalParts } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { TAKEN_BY_OTHERS } from "../../lab/judging/crowding.ts";
import { judge } from "../../lab/judging/judge.ts";
import type { HistoryEntry, Plan } from "../../lab/run-folder/run-folder.ts";
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
    return judged(twoPlan({ slos: { [SLO]: text } }), { operations, events }).slos.map(({ verdict }) => verdict);
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
