/** From a run folder's plan and journal to its verdict. Pure but for the history that it is given. */
import { runCheck, worst } from "../checks/index.ts";
import type { Journal } from "../journal/types.ts";
import { compare, evaluateSlos, readSlos } from "../slo/index.ts";
import type { SloResult } from "../slo/types.ts";
import { messageOf } from "../errors.ts";
import { engineGoneMs, judgeConditions } from "./conditions.ts";
import {
  RUN_FOLDER_VERSION,
  type AssumptionResult,
  type ExpectationResult,
  type HistoryEntry,
  type Plan,
  type VerdictFile,
} from "../run-folder/run-folder.ts";

/**
 * Judges a run: the worst of all expectations, SLOs and conditions; unknown if the container engine was lost.
 * The same plan and journal give the same verdict, today and next year; only `comparisons` depend on `history`.
 */
export function judge(plan: Plan, journal: Journal, history: readonly HistoryEntry[]): VerdictFile {
  const expectations = Object.entries(plan.expect).map(([name, spec]): ExpectationResult => ({
    name,
    spec,
    ...runCheck(spec, journal),
  }));
  const slos = judgeSlos(plan, journal);
  const conditions = judgeConditions(journal);
  const assumptions = judgeAssumptions(plan, journal);
  const parts = [...expectations, ...slos, ...conditions, ...assumptions].map((part) => part.verdict);
  const verdict = engineGoneMs(journal) === undefined ? worst(parts) : "unknown";
  const judged: VerdictFile = {
    version: RUN_FOLDER_VERSION,
    run: plan.run,
    scenario: plan.scenario,
    ...(plan.mutant === undefined ? {} : { mutant: plan.mutant.name }),
    seed: plan.seed,
    startedAt: plan.startedAt,
    durationMs: journal.events.reduce((latest, event) => Math.max(latest, event.atMs), 0),
    verdict,
    reasons: [],
    expectations,
    slos,
    conditions,
    ...(plan.assume === undefined ? {} : { assumptions }),
    comparisons: [],
  };
  const earlier = history.filter((entry) => entry.run !== plan.run);
  return { ...judged, reasons: reasonsOf(judged), comparisons: compare(historyEntry(judged), earlier) };
}

/** A presupposition that is not met is no fault of the systems: it leaves open what the run would have shown. */
function judgeAssumptions({ assume = {} }: Plan, journal: Journal): readonly AssumptionResult[] {
  return Object.entries(assume).map(([name, spec]) => {
    const found = runCheck(spec, journal);
    return found.verdict === "violated"
      ? { name, spec, ...found, verdict: "unknown", summary: `presupposition not met: ${found.summary}` }
      : { name, spec, ...found, verdict: found.verdict };
  });
}

function judgeSlos(plan: Plan, journal: Journal): readonly SloResult[] {
  return Object.entries(plan.slos).flatMap(([file, text]) => {
    try {
      return evaluateSlos(readSlos(text, file), journal);
    } catch (error) {
      const broken: SloResult = {
        name: file,
        displayName: file,
        verdict: "unknown",
        summary: `could not be evaluated: ${messageOf(error)}`,
        indicator: "",
        target: 0,
        good: 0,
        total: 0,
        windows: [],
        figures: {},
      };
      return [broken];
    }
  });
}

function reasonsOf(judged: VerdictFile): readonly string[] {
  const parts = [
    ...judged.expectations.map((part) => ({ ...part, kind: "expectation" })),
    ...judged.slos.map((part) => ({ ...part, kind: "SLO" })),
    ...judged.conditions.map((part) => ({ ...part, kind: "condition" })),
    ...(judged.assumptions ?? []).map((part) => ({ ...part, kind: "assumption" })),
  ];
  const wanting = parts.filter((part) => part.verdict !== "held");
  const decides = (part: (typeof parts)[number]): boolean => part.verdict === judged.verdict;
  const inOrder = [...wanting.filter(decides), ...wanting.filter((part) => !decides(part))];
  return inOrder.map((part) => `${part.kind} "${part.name}" ${part.verdict}: ${part.summary}`);
}

/** The figures of a run, named so that runs can be compared. */
export function historyEntry(judged: VerdictFile): HistoryEntry {
  const figures: Record<string, number> = {};
  for (const { name, figures: own } of judged.expectations) {
    for (const [figure, value] of Object.entries(own)) figures[`expectation/${name}/${figure}`] = value;
  }
  for (const { name, figures: own } of judged.slos) {
    for (const [figure, value] of Object.entries(own)) figures[`slo/${name}/${figure}`] = value;
  }
  return {
    run: judged.run,
    scenario: judged.scenario,
    ...(judged.mutant === undefined ? {} : { mutant: judged.mutant }),
    seed: judged.seed,
    startedAt: judged.startedAt,
    durationMs: judged.durationMs,
    verdict: judged.verdict,
    figures,
  };
}
