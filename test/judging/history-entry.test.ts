import { describe, expect, test } from "vitest";
import { historyEntry, keyFigures, wholeHistoryEntry } from "../../lab/judging/history-entry.ts";
import { outcomeOf } from "../../lab/run-folder/mutants.ts";
import { experimentHash } from "../../lab/run-folder/plan-hash.ts";
import { validateHistoryEntry } from "../../lab/run-folder/run-folder-schema.ts";
import type { VerdictFile } from "../../lab/run-folder/run-folder.ts";
import { heldRun, unknownRun, violatedRun } from "../reports/sample-runs.ts";

const held = heldRun(200);
const killed = violatedRun(200);

describe("a line of the history", () => {
  test("tells all that a page of many runs needs, and is read back", () => {
    const { figures, ...told } = wholeHistoryEntry(killed.plan, killed.verdict);
    expect(told).toMatchObject({
      title: "The leader of a loaded partition dies",
      mutant: "one replica acknowledges",
      violates: "no acknowledged record is lost",
      outcome: "killed",
      verdict: "violated",
      reason: killed.verdict.reasons[0],
      violated: ["no acknowledged record is lost", "kafka-produce-latency"],
      images: { kafka: expect.stringMatching(/^sha256:/) as string },
      recoveryMs: 6_204,
    });
    expect(figures).toEqual(historyEntry(killed.verdict).figures);
    const line = wholeHistoryEntry(held.plan, held.verdict);
    expect(validateHistoryEntry(JSON.parse(JSON.stringify(line)))).toEqual(line);
  });

  test("a long reason is cut: every later run reads it", () => {
    const verdict = { ...killed.verdict, reasons: ["x".repeat(10_000)] };
    expect(wholeHistoryEntry(killed.plan, verdict).reason).toHaveLength(
      500 + " … (9500 more characters were cut)".length,
    );
  });

  test("the figures that a run is known by are the worst; none of what nothing measured or nobody noticed", () => {
    const slo = (
      indicator: string,
      figures: Record<string, number>,
      budgetLeft?: number,
    ): VerdictFile["slos"][number] => ({
      name: "s",
      displayName: "S",
      verdict: "held",
      summary: "",
      target: 0.9,
      good: 1,
      total: 1,
      windows: [],
      indicator,
      figures,
      ...(budgetLeft === undefined ? {} : { budgetLeft }),
    });
    const { budgetLeft: _, ...bare } = slo("acknowledged", { p99Ms: 40 });
    const of = (slos: VerdictFile["slos"], recoveryMs?: number): object =>
      keyFigures({
        slos,
        expectations: held.verdict.expectations.map((each) => ({
          ...each,
          figures: recoveryMs === undefined ? {} : { recoveryMs },
        })),
      });
    expect(of([slo("acknowledged", { p99Ms: 30 }, 0.5), slo("read", { p99Ms: 20 }, -2)], 7)).toEqual({
      p99Ms: 30,
      budgetLeft: -2,
      recoveryMs: 7,
    });
    expect(of([slo("recovered within 15 s of the fault", { p99Ms: 9_000, maxMs: 9_000 }, 1)], 0)).toEqual({
      budgetLeft: 1,
      recoveryMs: 9_000,
    });
    expect(of([bare], 0)).toEqual({ p99Ms: 40 });
    expect(of([slo("recovered", { maxMs: Infinity }, 1)])).toEqual({ budgetLeft: 1 });
  });
});

describe("exactly what is told of a small run", () => {
  const HEAD = {
    run: "r",
    scenario: "s",
    seed: 7,
    startedAt: "2026-01-02T03:04:05.678Z",
    durationMs: 9,
    verdict: "held",
  };
  const small = (change: Partial<VerdictFile> = {}): VerdictFile => ({
    ...held.verdict,
    ...(HEAD as Partial<VerdictFile>),
    reasons: [],
    slos: [],
    expectations: [],
    ...change,
  });
  const part = (name: string, figures: Record<string, number>) => ({ name, figures, verdict: "held", summary: "" });
  const [{ verdict: _, ...bareSlo } = { verdict: "held" }] = killed.verdict.slos;

  test("each figure by its part", () => {
    const verdict = small({
      expectations: [part("a", { x: 1, y: 2 }), part("b", {})] as unknown as VerdictFile["expectations"],
      slos: [{ ...bareSlo, ...part("a", { x: 3 }) }] as unknown as VerdictFile["slos"],
    });
    const figures = { "expectation/a/x": 1, "expectation/a/y": 2, "slo/a/x": 3 };
    expect(historyEntry(verdict)).toStrictEqual({ ...HEAD, figures });
    expect(historyEntry({ ...verdict, mutant: "m" })).toStrictEqual({ ...HEAD, mutant: "m", figures });
  });

  test("what is not known is not told: no mutant, no reason, no code, no commit", () => {
    const { mutant: __, environment, ...rest } = held.plan;
    const { code: ___, ...elsewhere } = environment;
    const plan = { ...rest, environment: { ...elsewhere, images: {} } };
    const line = {
      ...HEAD,
      title: plan.title,
      violated: [],
      plan: experimentHash(plan),
      images: {},
      figures: {},
    };
    expect(wholeHistoryEntry(plan, small())).toStrictEqual(line);
    const at = (code: object) => ({ ...plan, environment: { ...plan.environment, code } }) as unknown as typeof plan;
    expect(wholeHistoryEntry(at({ hash: "h" }), small())).toStrictEqual({ ...line, code: "h" });
    const committed = wholeHistoryEntry(at({ hash: "h", commit: "c" }), small({ reasons: ["one", "two"] }));
    expect(committed).toStrictEqual({ ...line, code: "h", commit: "c", reason: "one" });
  });

  test("an objective about operations takes no time to recover", () => {
    const slo = (indicator: string, figures: object) => ({ ...bareSlo, indicator, figures, budgetLeft: 1 });
    const slos = [
      slo("acknowledged within 1 s", { maxMs: 90, p99Ms: 50 }),
      slo("recovered within 1 s of the fault", { maxMs: 70, p99Ms: 60 }),
    ] as unknown as VerdictFile["slos"];
    expect(keyFigures({ expectations: [], slos })).toEqual({ recoveryMs: 70, p99Ms: 50, budgetLeft: 1 });
  });
});

describe("what a mutant's run came to", () => {
  test.each([
    ["killed by the expectation that it names", killed.verdict, "killed"],
    ["survived where nothing was violated", held.verdict, "survived"],
    [
      "survived where something else was violated",
      { ...killed.verdict, expectations: held.verdict.expectations },
      "survived",
    ],
    ["unknown where its run showed nothing", unknownRun(200).verdict, "unknown"],
    [
      "unknown where something else was violated and nothing is known of the one that it names",
      {
        ...killed.verdict,
        expectations: killed.verdict.expectations.map((one) => ({ ...one, verdict: "unknown" as const })),
      },
      "unknown",
    ],
    [
      "unknown where its record is void, whatever was violated in it",
      { ...killed.verdict, verdict: "unknown" as const },
      "unknown",
    ],
  ])("is %s", (_, verdict, outcome) => {
    expect(outcomeOf(killed.plan, verdict)).toBe(outcome);
  });

  test("is nothing in the run of an unchanged scenario", () => {
    expect(outcomeOf(held.plan, held.verdict)).toBeUndefined();
  });
});

test("two runs of one experiment have one hash, whatever their seeds, times and machines; any other has another", () => {
  const hash = experimentHash(held.plan);
  const environment = { ...held.plan.environment, cpus: 64 };
  const { plan } = held;
  expect(
    experimentHash({ ...plan, run: "r", seed: 1, startedAt: "2027-01-01T00:00:00Z", repeat: "r", environment }),
  ).toBe(hash);
  expect(experimentHash({ ...plan, title: "another title" })).toBe(hash);
  expect(experimentHash({ ...plan, settings: { verified: true } })).not.toBe(hash);
  expect(experimentHash(killed.plan)).not.toBe(hash);
});
