/** From a run folder's plan and journal to its verdict. Pure but for the history that it is given. */
import { runCheck, worst, type Verdict } from "../checks/index.ts";
import { messageOf } from "../errors.ts";
import type { Journal } from "../journal/types.ts";
import {
  RUN_FOLDER_VERSION,
  type AssumptionResult,
  type ConditionResult,
  type ExpectationResult,
  type HistoryEntry,
  type Plan,
  type VerdictFile,
} from "../run-folder/run-folder.ts";
import { evaluateSlos, loadsCounted, readSlos, type SloDocument } from "../slo/index.ts";
import { compare } from "../run-folder/baselines.ts";
import type { SloResult } from "../slo/types.ts";
import { judgeConditions } from "./conditions.ts";
import { blameOfOthers, machineWasTheLabs } from "./crowding.ts";
import { excusesOf, isJudgedByOperations, isJudgedByTime, unlessExcused, type Excuse } from "./excuses.ts";
import { historyEntry } from "./history-entry.ts";
import { blameOfStalls } from "./stalls.ts";
import { voidsOf } from "./voids.ts";

/**
 * Judges a run: the worst of all expectations, SLOs, assumptions and conditions; unknown where the record is void.
 * The same plan and journal give the same verdict, today and next year; only `comparisons` depend on `history`.
 */
export function judge(plan: Plan, journal: Journal, history: readonly HistoryEntry[]): VerdictFile {
  const excuses = excusesOf(journal, [blameOfStalls(journal), blameOfOthers(journal)]);
  const documents = readPlanSlos(plan);
  const expectations = judgeExpectations(plan, journal, excuses);
  const slos = documents.flatMap((read) => judgeSlos(read, journal, excuses));
  const assumptions = judgeAssumptions(plan, journal);
  const voids = voidsOf(plan, journal);
  const judged = {
    expectations: expectations.length,
    objectives: slos.length,
    loadsOfSlos: documents.flatMap((read) => ("documents" in read ? loadsCounted(read.documents) : [])),
  };
  const conditions = [
    ...voids,
    ...judgeConditions(plan, judged, journal),
    ...machineWasTheLabs([...expectations, ...slos], journal),
  ];
  const parts = [...expectations, ...slos, ...conditions, ...assumptions].map((part) => part.verdict);
  const verdict = voids.length === 0 ? worst(parts) : "unknown";
  const told: VerdictFile = {
    ...headOf(plan, journal),
    verdict,
    reasons: reasonsOf(verdict, { expectations, slos, conditions, assumptions }),
    expectations,
    slos,
    conditions,
    ...(plan.assume === undefined ? {} : { assumptions }),
    ...(journal.head === undefined ? { notes: [NOT_KNOWN_WHOSE] } : {}),
    comparisons: [],
  };
  return { ...told, comparisons: compare(historyEntry(told), history) };
}

/**
 * Journals of version 1 do not say whose they are. Their verdict stays what it was, because nothing speaks against their
 * folder's word, and whoever reads it is told that nothing speaks for it either.
 */
export const NOT_KNOWN_WHOSE =
  "not known whether this journal is of this plan: it was written before journals named their run and its plan";

const headOf = (plan: Plan, journal: Journal) => ({
  version: RUN_FOLDER_VERSION as typeof RUN_FOLDER_VERSION,
  run: plan.run,
  scenario: plan.scenario,
  ...(plan.mutant === undefined ? {} : { mutant: plan.mutant.name }),
  seed: plan.seed,
  startedAt: plan.startedAt,
  durationMs: journal.events.reduce((latest, event) => Math.max(latest, event.atMs), 0),
});

/** One that is violated, and may be so by slowness alone, must be violated without all that is excused as well. */
const judgeExpectations = (plan: Plan, journal: Journal, excuses: readonly Excuse[]): readonly ExpectationResult[] =>
  Object.entries(plan.expect).map(([name, spec]) => {
    const isViolatedIn = (atBest: Journal): boolean =>
      !isJudgedByTime(spec) || (isJudgedByOperations(spec) && runCheck(spec, atBest).verdict === "violated");
    return unlessExcused({ name, spec, ...runCheck(spec, journal) }, excuses, isViolatedIn);
  });

/** A presupposition that is not met is no fault of the systems: it leaves open what the run would have shown. */
function judgeAssumptions({ assume = {} }: Plan, journal: Journal): readonly AssumptionResult[] {
  return Object.entries(assume).map(([name, spec]) => {
    const found = runCheck(spec, journal);
    return found.verdict === "violated"
      ? { name, spec, ...found, verdict: "unknown", summary: `presupposition not met: ${found.summary}` }
      : { name, spec, ...found, verdict: found.verdict };
  });
}

type ReadSlos =
  | { readonly file: string; readonly documents: readonly SloDocument[] }
  | { readonly file: string; readonly broken: unknown };

function readPlanSlos(plan: Plan): readonly ReadSlos[] {
  return Object.entries(plan.slos).map(([file, text]) => {
    try {
      return { file, documents: readSlos(text, file) };
    } catch (broken) {
      return { file, broken };
    }
  });
}

function judgeSlos(read: ReadSlos, journal: Journal, excuses: readonly Excuse[]): readonly SloResult[] {
  if ("broken" in read) return [notEvaluated(read.file, read.broken)];
  try {
    return evaluateSlos(read.documents, journal).map((result, place) =>
      unlessExcused(result, excuses, (atBest) =>
        evaluateSlos(read.documents, atBest).some((one, at) => at === place && one.verdict === "violated"),
      ),
    );
  } catch (error) {
    return [notEvaluated(read.file, error)];
  }
}

const notEvaluated = (file: string, error: unknown): SloResult => ({
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
});

interface Parts {
  readonly expectations: readonly ConditionResult[];
  readonly slos: readonly ConditionResult[];
  readonly conditions: readonly ConditionResult[];
  readonly assumptions: readonly ConditionResult[];
}

/** Why the verdict is what it is: what decides it first, then what else did not hold. */
function reasonsOf(verdict: Verdict, { expectations, slos, conditions, assumptions }: Parts): readonly string[] {
  const of = (kind: string, results: readonly ConditionResult[]) => results.map((part) => ({ ...part, kind }));
  const wanting = [
    ...of("condition", conditions),
    ...of("assumption", assumptions),
    ...of("expectation", expectations),
    ...of("SLO", slos),
  ].filter((part) => part.verdict !== "held");
  const deciding = wanting.filter((part) => part.verdict === verdict);
  const others = wanting.filter((part) => part.verdict !== verdict);
  return [...deciding, ...others].map((part) => `${part.kind} "${part.name}" ${part.verdict}: ${part.summary}`);
}
