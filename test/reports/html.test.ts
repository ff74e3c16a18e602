import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { journalOf } from "../../lab/journal/memory.ts";
import { escapeHtml, markup } from "../../reports/html/markup.ts";
import { renderHtml } from "../../reports/index.ts";
import type { RunRecord } from "../../reports/types.ts";
import { heldRun, violatedRun } from "./sample-runs.ts";

const sample = violatedRun(100);

/** A run in which everything that has a name has this one. */
function named(name: string): RunRecord {
  const run = sample;
  const { plan, verdict } = run;
  return {
    ...run,
    plan: {
      ...plan,
      ...{ run: name, scenario: name, title: name, description: name, repeat: name },
      mutant: { name, change: { [name]: name }, violates: name },
      topology: { [name]: name },
      environment: {
        ...plan.environment,
        engine: name,
        images: { [name]: { reference: name, id: name, source: name } },
      },
    },
    verdict: {
      ...verdict,
      reasons: [name],
      expectations: verdict.expectations.map((one) => ({
        ...one,
        ...{ name, summary: name, figures: { [name]: 1 } },
        evidence: [{ what: name, atMs: 1, detail: { [name]: name } }],
      })),
      slos: verdict.slos.map((one) => ({ ...one, displayName: name, summary: name, indicator: name })),
      conditions: [{ name, verdict: "unknown", summary: name }],
      comparisons: [{ figure: name, now: 1, median: 2, runs: 3, standing: "worse" }],
    },
    journal: journalOf({
      operations: [{ load: name, action: name, error: name, outcome: "failed", endMs: 5 }],
      events: [
        { type: "step-started", atMs: 1, step: name },
        { type: "fault-injected", atMs: 2, fault: name, kind: name, asked: name, targets: [name] },
        { type: "role", atMs: 2, subject: name, holder: name },
        { type: "observation", atMs: 2, subject: name, value: name },
      ],
    }),
    logs: { [name]: `2026-11-23T06:51:00.002Z ${name}` },
  };
}

describe("report.html", () => {
  test("no name becomes markup", () => {
    const name = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)>\u0000`;
    const page = renderHtml(named(name));
    expect(page).not.toContain("<img");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain("\u0000");
    expect(page).not.toContain("could not be drawn");
  });

  test("whatever the names, the page has the same elements", () => {
    const elements = (page: string): number => page.match(/<[a-zA-Z!/]/g)?.length ?? 0;
    const plain = elements(renderHtml(named("x")));
    fc.assert(
      fc.property(
        fc
          .string({ unit: "binary", minLength: 1 })
          .filter((name) => name.trim() !== "" && !/^(\d+|__proto__)$/.test(name) && !/[\n\r]/.test(name)),
        (name) => {
          expect(elements(renderHtml(named(name)))).toBe(plain);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("the verdict comes first, in words, and then why", () => {
    const text = renderHtml(violatedRun(200))
      .replace(/^[^]*<main>/, "")
      .replace(/<svg[^]*?<\/svg>/g, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ");
    expect(text.slice(0, 480)).toMatchInlineSnapshot(
      `" Caught as intended violated The leader of a loaded partition dies This is the mutant “one replica acknowledges”; it was caught, as it should be, by no acknowledged record is lost . F1 kill of leader of events/0 (kafka-1) at 35.0 s → writes stalled 1.2 s (1 record of 5 failed or ended unknown); readers went on → kafka-2 took over as leader of events/0 and events/3 at 38.4 s → well again at 37.4 s (2.4 s after the fault) → healed at 55.0 s F2 partition of leader of events/1 (k"`,
    );
  });

  test("only a mutant that was caught is headed so, before its verdict's own word", () => {
    const run = violatedRun(50);
    const { mutant, ...plan } = run.plan;
    const heading = (page: string): string =>
      (/<h1[^]*?<\/h1>/.exec(page)?.[0] ?? "")
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim();
    expect(mutant).toBeDefined();
    expect(heading(renderHtml(run))).toMatch(/^Caught as intended violated /);
    expect(heading(renderHtml({ ...run, plan }))).toMatch(/^violated /);
    const other = { ...plan, mutant: { name: "m", change: {}, violates: "something else" } };
    expect(heading(renderHtml({ ...run, plan: other }))).toMatch(/^violated /);
  });

  test("a time is not parted from its unit at the end of a line", () => {
    expect(renderHtml(violatedRun(50))).toContain("at 35.0\u00a0s");
  });

  test("the parts are in their order, each with a heading", () => {
    const page = renderHtml(heldRun(200));
    expect([...page.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title)).toEqual([
      "What held",
      "Faults and recovery",
      "Over time",
      "Roles over time",
      "Observations",
      "Logs around the faults",
      "Scenario",
      "Environment",
      "Repeat this run",
      "The last runs",
    ]);
    expect(/<h2[^>]*>([^<]*)</.exec(renderHtml(violatedRun(200)))?.[1]).toBe("What broke");
  });

  test("refers to nothing outside itself", () => {
    const page = renderHtml(heldRun(200));
    expect(page).not.toMatch(/\b(?:src|href)\s*=\s*"(?!#|logs\/)/);
    expect(page).not.toMatch(/@import|url\((?!#)/);
  });

  test("a part that can not be drawn says so, and leaves the others alone", () => {
    const run = heldRun(200);
    const broken = { ...run, history: undefined as unknown as RunRecord["history"] };
    const page = renderHtml(broken);
    expect(page).toContain("This part of the report could not be drawn");
    expect(page).toContain("Repeat this run");
  });

  test("figures that JSON can not hold never read as 0, and hide no part", () => {
    const run = heldRun(200);
    const { slos, expectations, comparisons } = run.verdict;
    const endless: RunRecord["verdict"] = {
      ...run.verdict,
      slos: slos.map((slo) => ({
        ...slo,
        budgetLeft: -Infinity,
        windows: slo.windows.map((window) => ({ ...window, burnRate: Infinity })),
      })),
      expectations: expectations.map((one) => ({ ...one, figures: { recoveryMs: Infinity, ratio: NaN } })),
      comparisons: comparisons.map((one) => ({ ...one, now: Infinity, median: NaN })),
    };
    const verdict = JSON.parse(JSON.stringify(endless)) as RunRecord["verdict"];
    for (const page of [renderHtml({ ...run, verdict }), renderHtml({ ...run, verdict: endless })]) {
      expect(page).not.toContain("could not be drawn");
      expect(page).not.toContain("NaN");
      expect(page).not.toContain("Infinity");
      expect(page).toMatch(/<dt>recovery<\/dt>\s*<dd>never<\/dd>/);
      expect(page).toContain("all at once");
    }
  });

  test("a run without anything is drawn", () => {
    const run = heldRun(200);
    const empty: RunRecord = {
      ...run,
      verdict: { ...run.verdict, verdict: "unknown", expectations: [], slos: [], conditions: [], comparisons: [] },
      journal: journalOf({}),
      logs: {},
      history: [],
    };
    expect(renderHtml(empty)).not.toContain("could not be drawn");
  });
});

test("a name of 100,000 characters does not make a page of 23 MB, and is whole where it is wanted whole", () => {
  const name = "x".repeat(100_000);
  const page = renderHtml(named(name));
  expect(page.length).toBeLessThan(1_000_000);
  expect(page).toContain(`${"x".repeat(2_000)} … (98000 more characters were cut)`);
  expect(page).toContain(`<code id="repeat-command">${name}</code>`);
});

test("escapes of a terminal are left out", () => {
  expect(escapeHtml("\u001b[31mred\u001b[0m \u009b1mbold \u001b")).toBe("red bold \ufffd");
});

test("the template escapes every value, and joins lists", () => {
  expect(markup`<p title="${'"'}">${["<", markup`<b>&amp;</b>`, 1, false, undefined]}</p>`.text).toBe(
    '<p title="&quot;">&lt;<b>&amp;</b>1</p>',
  );
  expect(escapeHtml("\u0007\ud800")).toBe("\ufffd\ufffd");
});
