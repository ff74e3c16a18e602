/** The figures of a run, named so that runs can be compared. */
import type { HistoryEntry, VerdictFile } from "../run-folder/run-folder.ts";

/** A line of the history: `expectation/NAME/FIGURE` and `slo/NAME/FIGURE`. */
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

const named = (
  kind: string,
  { name, figures }: { readonly name: string; readonly figures: Readonly<Record<string, number>> },
): [string, number][] => Object.entries(figures).map(([figure, value]) => [`${kind}/${name}/${figure}`, value]);
