/** The figures of a run, named so that runs can be compared. */
import { mutantOutcome } from "../run-folder/mutants.ts";
import { experimentHash } from "../run-folder/plan-hash.ts";
import type { HistoryEntry, Plan, VerdictFile } from "../run-folder/run-folder.ts";
import { cutText } from "../text.ts";
import { tellingReason } from "./disturbance.ts";

/** A line of the history is read by every later run. */
const LONGEST_REASON = 500;

const NOT_MEASURED = Number.NaN;

/** The figures that are compared: `expectation/NAME/FIGURE` and `slo/NAME/FIGURE`. */
export function historyEntry(judged: VerdictFile): HistoryEntry {
  const figures = Object.fromEntries([
    ...judged.expectations.flatMap((part) => named("expectation", part)),
    ...judged.slos.flatMap((part) => named("slo", part)),
  ]);
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

/** A line of the history: those figures, and all that a page of many runs tells of one. */
export function wholeHistoryEntry(plan: Plan, judged: VerdictFile): HistoryEntry {
  const { figures, ...head } = historyEntry(judged);
  const violated = [...judged.expectations, ...judged.slos].filter(({ verdict }) => verdict === "violated");
  const reason = tellingReason(judged);
  const { code, images } = plan.environment;
  return {
    ...head,
    title: plan.title,
    ...(plan.mutant === undefined ? {} : ofMutant(plan.mutant.violates, judged)),
    ...(reason === undefined ? {} : { reason: cutText(reason, LONGEST_REASON) }),
    violated: violated.map(({ name }) => name),
    ...(code === undefined ? {} : { code: code.hash }),
    ...(code?.commit === undefined ? {} : { commit: code.commit }),
    plan: experimentHash(plan),
    images: Object.fromEntries(Object.entries(images).map(([component, { id }]) => [component, id])),
    ...keyFigures(judged),
    figures,
  };
}

const ofMutant = (violates: string, judged: VerdictFile): Pick<HistoryEntry, "violates" | "outcome"> => ({
  violates,
  outcome: mutantOutcome(violates, judged),
});

/** The three figures that a run is known by. None that nothing measured; a fault that nobody noticed took no time. */
export function keyFigures({
  expectations,
  slos,
}: Pick<VerdictFile, "expectations" | "slos">): Pick<HistoryEntry, "recoveryMs" | "p99Ms" | "budgetLeft"> {
  const recoveries = [
    ...expectations.map(({ figures }) => figures["recoveryMs"] ?? NOT_MEASURED),
    ...slos.filter(isOfRecovery).map(({ figures }) => figures["maxMs"] ?? NOT_MEASURED),
  ].filter((spanMs) => spanMs > 0);
  return {
    ...oneOf("recoveryMs", recoveries, Math.max),
    ...oneOf(
      "p99Ms",
      slos.filter((slo) => !isOfRecovery(slo)).map(({ figures }) => figures["p99Ms"] ?? NOT_MEASURED),
      Math.max,
    ),
    ...oneOf(
      "budgetLeft",
      slos.map(({ budgetLeft }) => budgetLeft ?? NOT_MEASURED),
      Math.min,
    ),
  };
}

/** An objective about faults, each of which is one event; the others are about operations. */
const isOfRecovery = ({ indicator }: VerdictFile["slos"][number]): boolean => indicator.startsWith("recovered");

/** JSON has no infinity: what never ended has no figure, and its verdict tells. */
function oneOf<Name extends string>(
  name: Name,
  all: readonly number[],
  pick: (...values: readonly number[]) => number,
): Partial<Record<Name, number>> {
  const measured = all.filter(Number.isFinite);
  return measured.length === 0 ? {} : ({ [name]: pick(...measured) } as Partial<Record<Name, number>>);
}

const named = (
  kind: string,
  { name, figures }: { readonly name: string; readonly figures: Readonly<Record<string, number>> },
): [string, number][] => Object.entries(figures).map(([figure, value]) => [`${kind}/${name}/${figure}`, value]);
