import type { Command } from "commander";
import type { Verdict } from "../checks/types.ts";
import { LabError } from "../errors.ts";
import type { RehearsalResult } from "../rehearsal/rehearse.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import { mutantOutcome, type MutantOutcome } from "../run-folder/mutants.ts";
import { chosenScenarios } from "./catalogue.ts";
import { exitOfProof } from "./exit-codes.ts";
import { repeatFlag, seedFlag, shardFlag } from "./flags.ts";
import { print, printJson, table } from "./output.ts";
import { chosenReporters, REPORTER_HELP, reporterFlag } from "./reporters.ts";
import { tellResult } from "./run.ts";
import { SHARD_HELP, shardOf } from "./shards.ts";
import { FRESH, rehearseAll, type SuiteOptions } from "./suite.ts";
import { sideBySide, type Item } from "./turns.ts";

interface ProveOptions extends SuiteOptions {
  readonly mutant?: string;
  readonly reporter?: readonly string[];
  readonly json?: boolean;
}

export function addProve(program: Command): void {
  program
    .command("prove")
    .description("run mutants: each must be judged violated, by the expectation that it names")
    .argument("[scenario...]", "ids, globs or files; none: every scenario")
    .option("--mutant <name>", "only the mutants of this name")
    .option("--seed <number>", "the runs' seed, 0 to 4294967295", seedFlag)
    .option("--repeat <times>", "prove each so many times in a row, 1 to 1000", repeatFlag, 1)
    .option("--shard <i/n>", SHARD_HELP, shardFlag)
    .option("--fresh", FRESH)
    .option("--reporter <file>", REPORTER_HELP, reporterFlag)
    .option("--json", "print the results as JSON on standard output")
    .addHelpText(
      "after",
      `
A scenario that has never been seen red proves nothing. Each mutant is the scenario with one protection taken away.

Examples:
  lab prove                    every mutant of every scenario
  lab prove kafka/leader-kill  the mutants of one

Its reports beside the runs are prove-junit.xml and prove-summary.md.
Exit code: 0 when every mutant was violated by the expectation that it names, 1 when one was judged otherwise, 2 when
one showed nothing (unknown), 3 when set-up failed; of several the worst: 130, 1, 64, 3, 2, 0.`,
    )
    .action(async (words: string[], { json, reporter, ...options }: ProveOptions) => {
      const reporters = await chosenReporters(reporter);
      const scenarios = chosenScenarios(words, words.length === 0);
      const items = sideBySide(scenarios.flatMap((scenario) => mutantsOf(scenario, options.mutant)));
      if (items.length === 0)
        throw new LabError({
          code: "bad-usage",
          message: `no mutant ${JSON.stringify(options.mutant)} in ${scenarios.map(({ id }) => id).join(", ")}`,
          hint: "lab list shows all mutants",
        });
      const { results, exitCode } = await rehearseAll({
        ...options,
        items: shardOf(items, options.shard),
        command: "prove",
        reporters,
        tell: (result) => {
          if (!json) tellResult(result);
        },
        codeOf: (result) => exitOfProof({ ...result, outcome: proofOf(scenarios, result).outcome }),
      });
      const proofs = results.map((result) => proofOf(scenarios, result));
      if (json) printJson(proofs);
      else print(describeProofs(proofs));
      process.exitCode = exitCode;
    });
}

const mutantsOf = (scenario: Scenario, only?: string): Item[] =>
  Object.keys(scenario.mutants)
    .filter((mutant) => only === undefined || mutant === only)
    .map((mutant) => ({ scenario, mutant }));

/** What running one mutant showed. */
export interface Proof {
  readonly scenario: string;
  readonly mutant: string;
  readonly proved: boolean;
  readonly outcome: MutantOutcome;
  /** The expectation that had to be violated. */
  readonly violates: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly folder: string;
}

/** A line a mutant, for people. */
export const describeProofs = (proofs: readonly Proof[]): string =>
  table(
    proofs.map(({ proved, scenario, mutant, detail }) => [
      proved ? "✓ proved" : "✗ not proved",
      scenario,
      mutant,
      detail,
    ]),
  );

/** Whether the named expectation, and not just anything, was violated. */
export function proofOf(
  scenarios: readonly Scenario[],
  { verdict, folder }: Pick<RehearsalResult, "verdict" | "folder">,
): Proof {
  const mutant = verdict.mutant ?? "";
  const violates = scenarios.find(({ id }) => id === verdict.scenario)?.mutants[mutant]?.violates ?? "";
  const named = verdict.expectations.find(({ name }) => name === violates);
  const outcome = mutantOutcome(violates, verdict);
  return {
    scenario: verdict.scenario,
    mutant,
    proved: outcome === "killed",
    outcome,
    violates,
    verdict: verdict.verdict,
    detail: `"${violates}" was ${named?.verdict ?? "not judged"}: ${named?.summary ?? ""}`,
    folder,
  };
}
