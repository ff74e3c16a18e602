import type { Command } from "commander";
import { LabError } from "../errors.ts";
import type { RehearsalResult } from "../rehearsal/rehearse.ts";
import { shellWord } from "../text.ts";
import { chosenScenarios } from "./catalogue.ts";
import { exitOfRegression, exitOfRun } from "./exit-codes.ts";
import { FAIL_ON_HELP, failOnFlag, repeatFlag, seedFlag, shardFlag, type FailOn } from "./flags.ts";
import { print, printJson } from "./output.ts";
import { chosenReporters, REPORTER_HELP, reporterFlag } from "./reporters.ts";
import { SHARD_HELP, shardOf } from "./shards.ts";
import { FRESH, rehearseAll, type SuiteOptions } from "./suite.ts";
import type { Item } from "./turns.ts";

interface RunOptions extends SuiteOptions {
  readonly all?: boolean;
  readonly mutant?: string;
  readonly failOn?: FailOn;
  readonly reporter?: readonly string[];
  readonly json?: boolean;
}

export function addRun(program: Command): void {
  program
    .command("run")
    .description("rehearse scenarios and judge what held")
    .argument("[scenario...]", "ids (kafka/leader-kill), globs ('kafka/*') or files; none: the default rehearsal")
    .option("--all", "every scenario")
    .option("--mutant <name>", "run this mutant of the scenario instead of the scenario")
    .option("--seed <number>", "the run's seed, 0 to 4294967295: repeats its random choices", seedFlag)
    .option("--repeat <times>", "rehearse each so many times in a row, 1 to 1000", repeatFlag, 1)
    .option("--shard <i/n>", SHARD_HELP, shardFlag)
    .option("--keep", "leave the clusters running afterwards, each rehearsal its own (lab down removes them)")
    .option("--fresh", FRESH)
    .option("--fail-on <what>", FAIL_ON_HELP, failOnFlag)
    .option("--reporter <file>", REPORTER_HELP, reporterFlag)
    .option("--json", "print the verdicts as JSON on standard output; progress stays on standard error")
    .addHelpText(
      "after",
      `
Examples:
  lab run                              the default rehearsal: the leader of a loaded partition dies
  lab run 'kafka/*' --repeat 3         all Kafka scenarios, three times in a row
  lab run kafka/leader-kill --seed 42  the same random choices every time
  lab run kafka/leader-kill --mutant "one replica"
  lab run --all --shard 2/3            the second of three machines; lab merge puts their folders together
  lab run --all --fail-on regression   a figure that is worse than its baseline counts

Each run leaves a folder in reports/runs: report.html, junit.xml, summary.md, verdict.json, journal.bin, logs. Several
leave reports/runs/index.html, all nights on one page; lab show index opens it.
Exit code: 0 held, 1 violated, 2 unknown, 3 set-up failed, 5 regressed (with --fail-on regression alone), 64 bad usage,
130 interrupted; of several runs the worst: 130, 1, 64, 3, 2, 5, 0. A closed pipe or terminal changes nothing: it goes on to its verdict.`,
    )
    .action(async (words: string[], { json, failOn, reporter, mutant, ...options }: RunOptions) => {
      refuseWordsBesideAll(words, options.all);
      const reporters = await chosenReporters(reporter);
      const scenarios = chosenScenarios(words, options.all);
      const items = scenarios.map((scenario): Item => (mutant === undefined ? { scenario } : { scenario, mutant }));
      const { results, exitCode } = await rehearseAll({
        ...options,
        items: shardOf(items, options.shard),
        command: "run",
        reporters,
        tell: (result) => {
          if (!json) tellResult(result);
        },
        codeOf: (result) =>
          failOn === "regression" ? exitOfRegression(exitOfRun(result), result.verdict.comparisons) : exitOfRun(result),
      });
      if (json) printJson(results.map(({ verdict, folder }) => ({ folder, ...verdict })));
      process.exitCode = exitCode;
    });
}

function refuseWordsBesideAll(words: readonly string[], all = false): void {
  if (!all || words.length === 0) return;
  throw new LabError({
    code: "bad-usage",
    message: `--all means every scenario, and ${words.map((word) => JSON.stringify(word)).join(", ")} only some`,
    hint: `leave one out: lab run --all, or lab run ${words.map(shellWord).join(" ")}`,
  });
}

/** What reporters say of a rehearsal, and whether it was left running. */
export function tellResult({ terminal, kept }: Pick<RehearsalResult, "terminal" | "kept">): void {
  for (const text of terminal) print(text);
  print(kept === undefined ? "" : `  kept running as ${kept}: lab down ${shellWord(kept)} removes it\n`);
}
