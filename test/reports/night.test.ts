/** What the page of all runs is put together from; the page itself, as text. Its look is in test/clusters/night-in-browser.test.ts. */
import { describe, expect, test } from "vitest";
import { wholeHistoryEntry } from "../../lab/judging/history-entry.ts";
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";
import { keyComparisons, keyFiguresOf, writeChange, writeKeyFigure } from "../../reports/night/figures.ts";
import {
  cameTo,
  changeOf,
  failingFor,
  flakyOf,
  nightsOf,
  runsIn,
  subjectsOf,
  worstRun,
} from "../../reports/night/night.ts";
import type { NightRun } from "../../reports/night/types.ts";
import { renderNight } from "../../reports/index.ts";
import { manyRuns } from "./many-runs.ts";

let numbers = 0;

/** A run of `kafka/a` on this day of November at this time. */
function ran(at: string, change: Partial<HistoryEntry> = {}, folder?: string): NightRun {
  const entry: HistoryEntry = {
    run: `r${String(numbers++)}`,
    scenario: "kafka/a",
    seed: 1,
    startedAt: `2026-11-${at}:00.000Z`,
    durationMs: 60_000,
    verdict: "held",
    figures: {},
    ...change,
  };
  return { entry, ...(folder === undefined ? {} : { folder, repeat: `npm start -- run kafka/a --seed 1` }) };
}

const namesOf = (runs: readonly NightRun[]): unknown => nightsOf(runs).map(({ name, runs: of }) => [name, of.length]);

describe("nights", () => {
  test("go on past midnight, end where nothing ran for four hours, and come newest first", () => {
    const runs = [ran("03T02:00"), ran("01T22:00"), ran("02T01:30"), ran("02T05:00")];
    expect(namesOf(runs)).toEqual([
      ["2026-11-03", 1],
      ["2026-11-01", 3],
    ]);
  });

  test("of one day are told apart by their hour; a long run is no pause", () => {
    const runs = [ran("01T02:00", { durationMs: 5 * 3_600_000 }), ran("01T08:00"), ran("01T20:00")];
    expect(namesOf(runs)).toEqual([
      ["2026-11-01 20:00", 1],
      ["2026-11-01 02:00", 2],
    ]);
  });
});

describe("subjects", () => {
  test("are scenarios and mutants by name, with the title of the newest that has one", () => {
    const runs = [
      ran("02T01:00", { scenario: "spark/b" }),
      ran("02T02:00", { mutant: "m", verdict: "violated" }),
      ran("01T02:00", { title: "A dies" }),
      ran("02T02:00"),
    ];
    expect(
      subjectsOf(runs).map(({ scenario, mutant, title, runs: of }) => [scenario, mutant, title, of.length]),
    ).toEqual([
      ["kafka/a", undefined, "A dies", 2],
      ["kafka/a", "m", "kafka/a", 1],
      ["spark/b", undefined, "spark/b", 1],
    ]);
  });

  test("a mutant comes to what became of it; lines of old say only whether something was violated", () => {
    const came = (change: Partial<HistoryEntry>): string => cameTo(ran("01T01:00", change).entry);
    expect(came({ verdict: "violated" })).toBe("violated");
    expect(came({ mutant: "m", verdict: "violated" })).toBe("killed");
    expect(came({ mutant: "m", verdict: "violated", outcome: "survived" })).toBe("survived");
    expect(came({ mutant: "m", verdict: "held" })).toBe("survived");
    expect(came({ mutant: "m", verdict: "unknown" })).toBe("unknown");
  });

  test("of several runs of a night the worst counts, the newest of equals", () => {
    const runs = [ran("01T01:00", { verdict: "unknown" }), ran("01T02:00", { verdict: "unknown" }), ran("01T03:00")];
    expect(worstRun(runs)).toBe(runs[1]);
    expect(worstRun([])).toBeUndefined();
    expect(failingFor({ scenario: "kafka/a", title: "", runs })).toBe(0);
    expect(failingFor({ scenario: "kafka/a", title: "", runs: runs.slice(0, 2) })).toBe(2);
  });
});

describe("what is new since the night before", () => {
  const change = (runs: readonly NightRun[], scenario = "kafka/a"): unknown => {
    const others = [ran("01T01:00", { scenario: "kafka/other" }), ran("02T01:00", { scenario: "kafka/other" })];
    const all = [...runs, ...others];
    const [tonight, before] = nightsOf(all);
    const subject = subjectsOf(all).find((each) => each.scenario === scenario);
    return tonight && before && subject && changeOf(subject, tonight, before);
  };

  test.each<[string, readonly NightRun[], unknown]>([
    [
      "a verdict that changed",
      [ran("01T02:00"), ran("02T02:00", { verdict: "unknown" })],
      { kind: "changed", before: "held", now: "unknown" },
    ],
    [
      "one that changed since longer ago",
      [ran("28T02:00", { startedAt: "2026-10-28T02:00:00.000Z" }), ran("02T02:00", { verdict: "unknown" })],
      { kind: "changed", before: "held", now: "unknown" },
    ],
    ["one that was run for the first time", [ran("02T02:00")], { kind: "new", now: "held" }],
    ["one that was not run", [ran("01T02:00")], { kind: "gone", before: "held" }],
    ["nothing, where it is as it was", [ran("01T02:00"), ran("02T02:00")], undefined],
  ])("%s", (_, runs, wanted) => {
    expect(change(runs)).toEqual(wanted);
  });
});

describe("verdicts that changed by themselves", () => {
  const same = { code: "c", plan: "p", images: { kafka: "i", jre: "j" } };
  const flaky = (...runs: readonly NightRun[]): readonly number[] =>
    flakyOf(subjectsOf(runs)).map(({ runs: of }) => of.length);

  test("are those of the same code, images and plan, whatever lay between", () => {
    const other = ran("02T01:00", { ...same, code: "d", verdict: "unknown" });
    const [first, last] = [
      ran("01T01:00", same),
      ran("03T01:00", { ...same, images: { jre: "j", kafka: "i" }, verdict: "unknown" }),
    ];
    expect(flaky(first, other, last)).toEqual([2]);
    expect(flaky(first, other)).toEqual([]);
    expect(flaky(first, ran("02T01:00", same))).toEqual([]);
  });

  test.each(["code", "plan", "images"] as const)("lines that do not say their %s are passed over", (field) => {
    const { [field]: _, ...rest } = same;
    expect(flaky(ran("01T01:00", rest), ran("02T01:00", { ...rest, verdict: "unknown" }))).toEqual([]);
  });
});

describe("key figures", () => {
  test("stand beside the median of the runs before; the recovery of old lines is found among their figures", () => {
    const of = (day: number, recoveryMs: number): HistoryEntry =>
      ran(`0${String(day)}T01:00`, { recoveryMs, budgetLeft: 0.9 }).entry;
    const before = [of(1, 900), of(2, 1_000), of(3, 1_100)];
    const now = { ...of(4, 2_000), budgetLeft: 0.2 };
    expect(keyComparisons(now, [...before, now])).toMatchObject([
      { figure: "recoveryMs", now: 2_000, median: 1_000, standing: "worse" },
      { figure: "budgetShare", now: 0.2, median: 0.9, standing: "worse" },
    ]);
    const old = ran("01T01:00", {
      figures: { "expectation/writes recover/recoveryMs": 7, "expectation/b/recoveryMs": 0 },
    });
    expect(keyFiguresOf(old.entry)).toEqual({ recoveryMs: 7 });
  });

  test("are written short", () => {
    expect(writeKeyFigure("recoveryMs", 8_712)).toBe("8.7 s");
    expect(writeKeyFigure("budgetShare", 0.64)).toBe("64 %");
    expect(writeKeyFigure("budgetShare", -6.42)).toBe("spent 7.4×");
    const of = (figure: string, now: number, median: number): string =>
      writeChange({ figure, now, median, runs: 3, standing: "worse" });
    expect([of("p99Ms", 151, 104), of("p99Ms", 50, 100), of("p99Ms", 1, 0), of("budgetShare", 0.2, 0.9)]).toEqual([
      "+45 %",
      "−50 %",
      "",
      "",
    ]);
  });
});

describe("the page of all runs", () => {
  const text = (page: string): string =>
    page
      .replace(/<(style|script)>[^]*?<\/\1>/g, "")
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ");

  test("says what failed before anything else, why, since when, and how to repeat it", () => {
    const failed = ran(
      "02T02:00",
      { title: "A dies", verdict: "violated", reason: "three records were lost" },
      "run-a",
    );
    const survived = ran("02T03:00", {
      mutant: "m",
      verdict: "held",
      outcome: "survived",
      violates: "nothing is lost",
    });
    const page = renderNight({
      runs: [ran("01T02:00"), failed, survived, ran("02T04:00", { scenario: "kafka/b" })],
      leftOut: ["a line was left out"],
    });
    expect(page).toContain("<title>1 violated, 1 survived: the night of 2026-11-02</title>");
    const told = text(page);
    expect(told).toContain("2 rehearsals: violated 1 held 1");
    expect(told).toContain("1 mutant’s run: survived 1");
    expect(told).toContain(
      "violated A dies kafka/a well in the run before three records were lost Repeat it npm start -- run kafka/a --seed 1",
    );
    expect(told).toContain(
      "Survived: nobody noticed that the protection was gone. “nothing is lost” was to be violated, and was not. Its run held.",
    );
    expect(told).toContain("A dies kafka/a was held, is violated");
    expect(told).toContain("a line was left out");
    expect(page.indexOf("A dies")).toBeLessThan(page.indexOf("kafka/b"));
    expect(page).toContain('<a href="run-a/report.html"');
  });

  test("keeps what is not decided apart from what failed, and what was only disturbed in one card", () => {
    const open: Partial<HistoryEntry> = { verdict: "unknown", reason: "not seen" };
    const disturbed = (scenario: string): NightRun => ({
      ...ran("02T02:00", { ...open, scenario }, scenario),
      disturbed: "busy machine",
    });
    const runs = [disturbed("kafka/b"), disturbed("kafka/c"), ran("02T03:00", { ...open, scenario: "kafka/d" })];
    const page = renderNight({ runs, leftOut: [] });
    const partOf = (id: string): string => text(new RegExp(`<section id="${id}"[^]*?</section>`).exec(page)?.[0] ?? "");
    expect(partOf("failures")).toContain("Nothing: no scenario was violated, and no mutant survived.");
    expect(partOf("undecided")).toMatch(/kafka\/d .*not seen .*Disturbed: 2 runs .*kafka\/b .*kafka\/c /);
    expect(partOf("undecided").match(/Repeat/g)).toHaveLength(1);
  });

  test("says of a mutant that another expectation noticed what is to be done", () => {
    const noteOf = (change: Partial<HistoryEntry>): string => {
      const figures = { "expectation/reads go on/good": 1 };
      const violated = ["reads go on", "an objective"];
      const of = { mutant: "m", violates: "nothing is lost", verdict: "violated", violated, figures } as const;
      return text(renderNight({ runs: [ran("02T02:00", { ...of, ...change })], leftOut: [] }));
    };
    expect(noteOf({ outcome: "survived" })).toContain(
      "“nothing is lost” was to be violated, and was not; another expectation was: “reads go on”. Name the other expectation in the scenario, or find out why “nothing is lost” held.",
    );
    expect(noteOf({ outcome: "unknown" })).toContain(
      "and it is not known whether it is; another expectation was: “reads go on”. Name the other expectation in the scenario, or find out why “nothing is lost” could not be judged.",
    );
    for (const change of [{ outcome: "killed" }, { outcome: "unknown", violated: ["an objective"] }] as const)
      expect(noteOf(change)).not.toContain("Name the other");
    expect(noteOf({ outcome: "killed" })).toContain("Killed: seen red as foretold.");
  });

  test("says first whom to wake and why, as the runs' reports do", () => {
    const wokenFor = (...runs: readonly NightRun[]): string =>
      /Wake .*?(?= \d+ (rehearsal|mutant’s))/.exec(text(renderNight({ runs, leftOut: [] })))?.[0] ?? "";
    const broken = (scenario: string, violated: readonly string[], wake?: string): NightRun => ({
      ...ran("02T02:00", { scenario, verdict: "violated", violated, figures: { "expectation/a/x": 1 } }, scenario),
      ...(wake === undefined ? {} : { wake: { told: wake, isAnybody: !wake.startsWith("Wake nobody") } }),
    });
    expect(
      wokenFor(broken("kafka/a", ["a"]), broken("kafka/b", ["a", "o"], "Wake whoever answers for the data, now.")),
    ).toBe(
      "Wake whoever answers for the data, now : kafka/b : “a” violated Wake whoever answers for the platform : kafka/a : “a” violated",
    );
    const survived = ran("02T03:00", { mutant: "m", verdict: "held", outcome: "survived" });
    const open = ran("02T03:00", { verdict: "unknown" });
    expect(wokenFor(broken("kafka/a", ["o"]), survived, open)).toBe(
      "Wake nobody : no rehearsal saw a promise broken; objectives were missed in kafka/a, and whoever owns them looks at it in the morning; 1 mutant survived, and the scenario’s author looks at it; 1 run is not decided.",
    );
    expect(wokenFor(ran("02T02:00"))).toBe("Wake nobody : all is well.");
  });

  test("tells the verdict before its contents and filters, and what is new before what is not decided", () => {
    const page = renderNight({ runs: [ran("02T02:00")], leftOut: [] });
    const places = ['id="verdict"', "<nav ", 'id="failures"', 'id="changes"', 'id="undecided"', 'id="scenarios"'];
    expect(places.map((each) => page.indexOf(each))).toEqual(
      places.map((each) => page.indexOf(each)).toSorted((a, b) => a - b),
    );
    expect(text(page)).toContain("No earlier night to compare with");
  });

  test("leads to no run whose folder is gone, and says what is known of it", () => {
    const page = (change: Partial<HistoryEntry>): string =>
      renderNight({ runs: [ran("02T02:00", { verdict: "unknown", ...change })], leftOut: [] });
    expect(page({})).not.toContain("report.html");
    expect(text(page({}))).toContain("Its folder is gone, and its line of the history gives no reason.");
    expect(text(page({ reason: "a stall" }))).toContain("a stall (its folder is gone)");
  });

  test("says so where there is nothing", () => {
    expect(text(renderNight({ runs: [], leftOut: [] }))).toContain("There is no run in this folder, and no history.");
  });

  test("shows nothing of a run as markup", () => {
    const name = `<script>alert(1)</script>"'\u001b[31m`;
    const page = renderNight({
      runs: [ran("02T02:00", { scenario: `kafka/${name}`, title: name, verdict: "unknown", reason: name }, name)],
      leftOut: [name],
    });
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain("\u001b");
    expect(page).toContain(`href="${encodeURIComponent(name).replaceAll("'", "&#39;")}/report.html"`);
  });

  test("shows which expectation killed which mutant", () => {
    const runs = manyRuns(60).map(({ plan, verdict }): NightRun => ({
      entry: wholeHistoryEntry(plan, verdict),
      folder: plan.run,
    }));
    const page = renderNight({ runs, leftOut: [] });
    expect(page).not.toContain("could not be drawn");
    const card = page.slice(page.indexOf('aria-label="Table: Mutants of'));
    expect(text(card.slice(card.indexOf("<tr>"), card.indexOf("</table>")))).toMatch(
      /mutant came to no acknowledged record is lost .*one replica acknowledges killed ✗ killed it/,
    );
    expect(text(page)).toContain("Violated by no mutant: writes recover; in-sync replicas return.");
    expect(nightsOf(runs).map((night) => subjectsOf(runs).flatMap((subject) => runsIn(night, subject)).length)).toEqual(
      [10, 50],
    );
  });
});
