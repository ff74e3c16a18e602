import { mutantOutcome } from "../lab/run-folder/mutants.ts";
import type { RunRecord } from "./types.ts";

/** What a mutant's run came to: whether it was caught by the expectation that it names. */
export type Foretold =
  { readonly caught: true; readonly by: string } | { readonly caught: false; readonly why: string };

/** Whether a mutant was judged as it was foretold; `undefined` in the run of an unchanged scenario. */
export function foretold(run: Pick<RunRecord, "plan" | "verdict">): Foretold | undefined {
  const mutant = run.plan.mutant;
  if (mutant === undefined) return undefined;
  if (mutantOutcome(mutant.violates, run.verdict) === "unknown")
    return { caught: false, why: `the run proves nothing: ${run.verdict.reasons[0] ?? "no reason was recorded"}` };
  const named = run.verdict.expectations.find(({ name }) => name === mutant.violates);
  if (named === undefined) return { caught: false, why: `the run has no expectation named “${mutant.violates}”` };
  if (named.verdict === "violated") return { caught: true, by: mutant.violates };
  return { caught: false, why: `“${mutant.violates}” is ${named.verdict}: ${named.summary}` };
}

/** `kafka/leader-kill`, and in a mutant's run `kafka/leader-kill (mutant: one replica)`. */
export const runName = (run: RunRecord): string =>
  run.plan.mutant === undefined ? run.plan.scenario : `${run.plan.scenario} (mutant: ${run.plan.mutant.name})`;
