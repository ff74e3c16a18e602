/** What a mutant's run came to. One rule for `lab prove`, the history, and every report. */
import type { Plan, VerdictFile } from "./run-folder.ts";

/**
 * Killed: violated by the expectation that it names. Survived: that one was judged, and held. Unknown: the run showed
 * nothing, or nothing of that expectation, whatever else was violated.
 */
export type MutantOutcome = "killed" | "survived" | "unknown";

/** What the run of a mutant came to that must violate the expectation `violates`. */
export function mutantOutcome(
  violates: string,
  { verdict, expectations }: Pick<VerdictFile, "verdict" | "expectations">,
): MutantOutcome {
  const named = expectations.find(({ name }) => name === violates);
  if (verdict === "unknown" || named?.verdict === "unknown") return "unknown";
  return verdict === "violated" && named?.verdict === "violated" ? "killed" : "survived";
}

/** The same for a run folder; undefined for the run of an unchanged scenario. */
export const outcomeOf = (
  { mutant }: Pick<Plan, "mutant">,
  verdict: Pick<VerdictFile, "verdict" | "expectations">,
): MutantOutcome | undefined => (mutant === undefined ? undefined : mutantOutcome(mutant.violates, verdict));
