import { describe, expect, test } from "vitest";
import { compare, regressionsOf } from "../../lab/run-folder/baselines.ts";
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";

function entry(
  run: string,
  figures: Readonly<Record<string, number>> = {},
  parts: Partial<HistoryEntry> = {},
): HistoryEntry {
  const startedAt = "2026-01-02T03:04:05.678Z";
  return { run, scenario: "kafka/leader-kill", seed: 1, startedAt, verdict: "held", figures, ...parts };
}

/** A run's standing for one figure, after runs with these values. */
function standing(figure: string, now: number, before: readonly number[]): string | undefined {
  const history = before.map((value, place) => entry(`run-${String(place)}`, { [figure]: value }));
  return compare(entry("now", { [figure]: now }), history)[0]?.standing;
}

describe("a run beside earlier ones", () => {
  test.each([
    ["a time like before", "p99Ms", 105, [100, 102, 98], "as before"],
    ["20 % more is not yet worse", "p99Ms", 120, [100, 100, 100], "as before"],
    ["more than that is", "p99Ms", 121, [100, 100, 100], "worse"],
    ["and less is better", "p99Ms", 79, [100, 100, 100], "better"],
    ["runs that differ much forgive much", "p99Ms", 180, [60, 100, 140], "as before"],
    ["a few milliseconds are no regression", "recoveryMs", 9, [1, 1, 1], "as before"],
    ["one stray run does not move the median", "p99Ms", 150, [100, 101, 99, 100, 9_000], "worse"],
    ["a share that fell by 20 % of what was missing", "goodRatio", 0.47, [0.6, 0.6, 0.6], "worse"],
    ["a share near 1", "goodRatio", 0.98, [0.999, 0.999, 0.998], "worse"],
    ["a share that fell by less", "availability", 0.995, [0.999, 0.999, 0.998], "as before"],
    ["a share that rose", "goodRatio", 0.8, [0.6, 0.6, 0.6], "better"],
    ["a figure without a direction", "acknowledged", 9_000, [100, 100, 100], "as before"],
    ["two runs are too few", "p99Ms", 9_000, [100, 100], "too few runs"],
  ])("%s", (_what, figure, now, before, told) => {
    expect(standing(figure, now, before)).toBe(told);
    expect(standing(`slo/kafka-produce-latency/${figure}`, now, before)).toBe(told);
  });

  test("a recovery from what was not noticed is no time, and is in no median", () => {
    const of = (recoveryMs: number) => ({ "expectation/writes recover/recoveryMs": recoveryMs });
    const before = [0, 9_000, 0, 9_100, 9_200].map((value, place) => entry(`run-${String(place)}`, of(value)));
    expect(compare(entry("now", of(9_050)), before)).toMatchObject([{ median: 9_100, runs: 3, standing: "as before" }]);
    expect(compare(entry("now", of(0)), before)).toEqual([]);
    expect(compare(entry("now", of(9_050)), before.slice(0, 1))).toEqual([]);
    const shares = [0, 0, 0].map((goodRatio, place) => entry(`run-${String(place)}`, { goodRatio }));
    expect(compare(entry("now", { goodRatio: 0.5 }), shares)).toMatchObject([{ median: 0, standing: "better" }]);
  });

  test("a figure that no earlier run had is left out", () => {
    expect(compare(entry("now", { p99Ms: 5 }), [entry("old", { p50Ms: 1 })])).toEqual([]);
  });

  test("only runs of the same scenario and mutant that held count, and at most the last ten", () => {
    const value = (p99Ms: number): Readonly<Record<string, number>> => ({ p99Ms });
    const others = [
      entry("other", value(1), { scenario: "kafka/leader-pause" }),
      entry("mutant", value(1), { mutant: "one replica" }),
      entry("violated", value(1), { verdict: "violated" }),
      entry("unknown", value(1), { verdict: "unknown" }),
      entry("now", value(1)),
    ];
    const old = [
      entry("ancient", value(1)),
      ...Array.from({ length: 10 }, (_, i) => entry(`run-${String(i)}`, value(100))),
    ];
    expect(compare(entry("now", value(100)), [...old, ...others])).toEqual([
      { figure: "p99Ms", now: 100, median: 100, spread: 0, runs: 10, standing: "as before" },
    ]);
    expect(compare(entry("m", value(1), { mutant: "one replica" }), others)).toMatchObject([{ runs: 1 }]);
  });

  test("the spread is told from three runs on", () => {
    const before = [100, 110, 130].map((p99Ms, place) => entry(`run-${String(place)}`, { p99Ms }));
    expect(compare(entry("now", { p99Ms: 115 }), before)).toMatchObject([
      { median: 110, spread: expect.closeTo(14.826) as number },
    ]);
    expect(compare(entry("now", { p99Ms: 115 }), before.slice(1))[0]).not.toHaveProperty("spread");
  });

  test("from an accepted run on, nothing before it counts; neither does what came after the run that is judged", () => {
    const slow = (run: string, parts: Partial<HistoryEntry> = {}): HistoryEntry => entry(run, { p99Ms: 900 }, parts);
    const fast = ["a", "b", "c"].map((run) => entry(run, { p99Ms: 100 }));
    const accepted = slow("d", { baseline: { why: "slower disks", acceptedAt: "2026-01-03T00:00:00.000Z" } });
    const history = [...fast, accepted, slow("e"), slow("f"), slow("g")];
    const standings = (run: HistoryEntry): readonly unknown[] =>
      compare(run, history).map(({ median, runs, standing }) => [median, runs, standing]);
    expect(standings(slow("now"))).toEqual([[900, 4, "as before"]]);
    expect(standings(slow("f"))).toEqual([[900, 2, "too few runs"]]);
    expect(standings(accepted)).toEqual([]);
    expect(regressionsOf(compare(slow("now"), fast))).toMatchObject([{ figure: "p99Ms", now: 900, median: 100 }]);
  });

  test("each run that does not count is left out, and the first has none before it", () => {
    const value = (p99Ms: number) => ({ p99Ms });
    const history = [
      entry("first", value(100)),
      entry("elsewhere", value(1), { scenario: "kafka/leader-pause" }),
      entry("mutant", value(1), { mutant: "one replica" }),
      entry("violated", value(1), { verdict: "violated" }),
      entry("unknown", value(1), { verdict: "unknown" }),
    ];
    expect(compare(entry("now", value(100)), history)).toEqual([
      { figure: "p99Ms", now: 100, median: 100, runs: 1, standing: "too few runs" },
    ]);
    expect(compare(entry("first", value(100)), history)).toEqual([]);
  });

  test("only what is worse is a regression", () => {
    const figures = (p99Ms: number, p50Ms: number, goodRatio: number) => ({ p99Ms, p50Ms, goodRatio });
    const before = ["a", "b", "c"].map((run) => entry(run, figures(100, 100, 0.5)));
    const compared = compare(entry("now", figures(900, 100, 0.9)), before);
    expect(compared.map(({ standing }) => standing)).toEqual(["worse", "as before", "better"]);
    expect(regressionsOf(compared).map(({ figure }) => figure)).toEqual(["p99Ms"]);
  });

  test("a name says which way is bad by how it ends", () => {
    expect(standing("availabilityCount", 9_000, [1, 1, 1])).toBe("as before");
    expect(standing("partition0Availability", 0.1, [1, 1, 1])).toBe("worse");
    expect(standing("msTaken", 9_000, [1, 1, 1])).toBe("as before");
  });
});
