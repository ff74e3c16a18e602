import { join } from "node:path";
import type { Command } from "commander";
import type { RehearsalResult } from "../rehearsal/rehearse.ts";
import { conditionsOf, type VerdictFile } from "../run-folder/run-folder.ts";
import { plainLine, shellWord } from "../text.ts";
import { formatDuration } from "../time.ts";
import { chosenScenarios, shard } from "./catalogue.ts";
import { exitOfRun, worstOf } from "./exit-codes.ts";
import { repeatFlag, seedFlag, shardFlag, type Shard } from "./flags.ts";
import { print, printJson, resultLine, verdictWord } from "./output.ts";
import { FRESH, rehearseAll, type SuiteOptions } from "./suite.ts";
import type { Item } from "./turns.ts";

interface RunOptions extends SuiteOptions {
  readonly all?: boolean;
  readonly mutant?: string;
  readonly shard?: Shard;
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
    .option(
      "--shard <i/n>",
      "only every n-th scenario, beginning with the i-th: to spread a suite over machines",
      shardFlag,
    )
    .option("--keep", "leave the clusters running afterwards, each rehearsal its own (lab down removes them)")
    .option("--fresh", FRESH)
    .option("--json", "print the verdicts as JSON on standard output; progress stays on standard error")
    .addHelpText(
      "after",
      `
Examples:
  lab run                              the default rehearsal: the leader of a loaded partition dies
  lab run 'kafka/*' --repeat 3         all Kafka scenarios, three times in a row
  lab run kafka/leader-kill --seed 42  the same random choices every time
  lab run kafka/leader-kill --mutant "one replica"

Each run leaves a folder in reports/runs: report.html, junit.xml, summary.md, verdict.json, journal.bin, logs.
Exit code: 0 held, 1 violated, 2 unknown, 3 set-up failed, 64 bad usage, 130 interrupted; of several runs the worst:
130, 1, 64, 3, 2, 0. A closed pipe or terminal changes nothing: it goes on to its verdict.`,
    )
    .action(async (words: string[], { json, ...options }: RunOptions) => {
      const scenarios = shard(await chosenScenarios(words, options.all), options.shard);
      const { mutant } = options;
      const items = scenarios.map((scenario): Item => (mutant === undefined ? { scenario } : { scenario, mutant }));
      const tell = (result: RehearsalResult): void => {
        if (!json) print(describeResult(result));
      };
      const { results, brokeOff } = await rehearseAll({ ...options, items, tell, files: "" });
      if (json) printJson(results.map(({ verdict, folder }) => ({ folder, ...verdict })));
      process.exitCode = worstOf([...results.map(exitOfRun), ...brokeOff]);
    });
}

/** What a rehearsal came to, for people. */
export function describeResult({
  verdict,
  story,
  folder,
  kept,
  repeat,
}: Pick<RehearsalResult, "verdict" | "story" | "folder" | "kept" | "repeat">): string {
  const mutant = verdict.mutant === undefined ? "" : ` · mutant: ${verdict.mutant}`;
  return [
    "",
    `${verdictWord(verdict.verdict)}  ${verdict.scenario}${mutant} (${formatDuration(verdict.durationMs)})`,
    ...story.map((line) => `  ${plainLine(line)}`),
    ...[...verdict.expectations, ...verdict.slos].map(resultLine),
    ...conditionsOf(verdict)
      .filter((part) => part.verdict !== "held")
      .map(resultLine),
    ...worseThanBefore(verdict),
    `  report: ${join(folder, "report.html")}`,
    ...(verdict.verdict === "held" ? [] : [`  repeat: ${repeat}`]),
    ...(kept === undefined ? [] : [`  kept running as ${kept}: lab down ${shellWord(kept)} removes it`]),
    "",
  ].join("\n");
}

const worseThanBefore = ({ comparisons }: VerdictFile): string[] =>
  comparisons
    .filter(({ standing }) => standing === "worse")
    .map(
      ({ figure, now, median }) =>
        `  ! ${figure} is worse than before: ${Number(now.toFixed(2))}, median of earlier runs ${Number(median.toFixed(2))}`,
    );
