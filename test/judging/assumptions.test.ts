/** What an experiment presupposes under `assume`: not met, the run shows nothing, and it is nobody's fault. */
import { describe, expect, test } from "vitest";
import { check, scenario } from "../../lab/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { historyEntry } from "../../lab/judging/history-entry.ts";
import { judge } from "../../lab/judging/judge.ts";
import { conditionsOf, type Plan } from "../../lab/run-folder/run-folder.ts";
import { validatePlan, validateVerdict } from "../../lab/run-folder/run-folder-schema.ts";
import { renderHtml, renderJunit, renderSummary } from "../../reports/index.ts";
import { calmEvents, calmOperations, planOf } from "./runs.ts";

const merged = (count: number): JournalEvent => ({
  type: "observation",
  atMs: 200,
  subject: "merges during the fault",
  value: count,
});

const plan = (change: Partial<Plan> = {}): Plan =>
  planOf({
    assume: { "parts are merged": check.observed({ subject: "merges during the fault", values: [1] }) },
    ...change,
  });

const run = (count: number, change: Partial<Plan> = {}) =>
  judge(plan(change), journalOf({ events: [...calmEvents, merged(count)], operations: calmOperations }), []);

describe("what an experiment presupposes", () => {
  test("is met, and stands beside the conditions", () => {
    const verdict = run(1);
    expect(verdict.verdict).toBe("held");
    expect(verdict.assumptions?.map(({ name, verdict: came }) => [name, came])).toEqual([["parts are merged", "held"]]);
    expect(conditionsOf(verdict).at(-1)).toMatchObject({ name: "assumed: parts are merged", verdict: "held" });
    expect(validateVerdict(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
    expect(validatePlan(plan()).assume).toEqual(plan().assume);
  });

  test("makes the run unknown, and never violated, when it is not met", () => {
    const verdict = run(0);
    expect(verdict.verdict).toBe("unknown");
    expect(verdict.reasons).toMatchInlineSnapshot(`
      [
        "assumption "parts are merged" unknown: presupposition not met: merges during the fault was to go 1; it got to 0 of 1, seen: 0; 0 in step "break", during F1 (kill of kafka-1)",
      ]
    `);
    expect(Object.keys(historyEntry(verdict).figures).filter((figure) => figure.includes("merged"))).toEqual([]);
  });

  test("does not excuse what was violated", () => {
    const lost = run(0, {
      expect: { "someone leads": check.observed({ subject: "merges during the fault", values: [7] }) },
    });
    expect(lost.verdict).toBe("violated");
    expect(lost.reasons[0]).toContain('expectation "someone leads" violated');
    expect(lost.reasons[1]).toContain('assumption "parts are merged" unknown');
  });

  test("is told in every report", () => {
    const record = {
      plan: plan(),
      verdict: run(0),
      journal: journalOf({ events: [...calmEvents, merged(0)], operations: calmOperations }),
      logs: {},
      history: [],
    };
    for (const render of [
      renderHtml,
      (one: typeof record) => renderJunit([one]),
      (one: typeof record) => renderSummary([one]),
    ]) {
      const text = render(record);
      expect(text).toContain("assumed: parts are merged");
      expect(text).toContain("presupposition not met");
    }
  });

  test("may not be promised by the same name", () => {
    const definition = {
      id: "kafka/example",
      title: "t",
      description: "d",
      topology: {},
      load: {},
      assume: { same: check.delivery("events") },
      expect: { same: check.delivery("events") },
      slos: [],
      mutants: { m: { change: {}, violates: "same" } },
      run: () => Promise.resolve(),
    } as const;
    expect(() => scenario(definition)).toThrowErrorMatchingInlineSnapshot(
      `[LabError: scenario "kafka/example": it both assumes and expects "same"]`,
    );
  });
});
