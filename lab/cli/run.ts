import { join } from "node:path";
import type { Command } from "commander";
import { openEngine } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { freshSeed } from "../random.ts";
import { rehearse, type RehearsalResult } from "../rehearsal/rehearse.ts";
import { historyFile, runsFolder } from "../run-folder/run-files.ts";
import { conditionsOf } from "../run-folder/run-folder.ts";
import { openClusterPool } from "../rehearsal/cluster-pool.ts";
import { readHistory } from "../run-folder/history.ts";
import { formatDuration } from "../time.ts";
import { chosenScenarios, shard } from "./catalogue.ts";
import { describeSuite } from "./durations.ts";
import { EXIT, exitOfError, exitOfVerdict } from "./exit-codes.ts";
import { interruptSignal } from "./interrupt.ts";
import { explain, print, printJson, verdictWord } from "./output.ts";
import { drawProgress, type DrawnProgress } from "./progress.ts";
import { writeSuite } from "./suite.ts";
import { turnsOf, type Item } from "./turns.ts";

export interface SuiteOptions {
  readonly seed?: number;
  readonly keep?: boolean;
  /** Start clusters for each rehearsal, even where those of the one before could be reset. */
  readonly fresh?: boolean;
  readonly repeat: number;
  readonly json?: boolean;
}

/** What `--fresh` does, for the help of all commands that have it. */
export const FRESH = "start clusters for each rehearsal; else those of one topology are reset between its rehearsals";

export function addRun(program: Command): void {
  program
    .command("run")
    .description("rehearse scenarios and judge what held")
    .argument("[scenario...]", "ids (kafka/leader-kill), globs ('kafka/*') or files; none: the default rehearsal")
    .option("--all", "every scenario")
    .option("--mutant <name>", "run this mutant of the scenario instead of the scenario")
    .option("--seed <number>", "the run's seed: repeats its random choices", wholeNumber("--seed"))
    .option("--repeat <times>", "rehearse each so many times in a row", wholeNumber("--repeat", 1), 1)
    .option("--shard <i/n>", "only every n-th scenario, beginning with the i-th: to spread a suite over machines")
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
Exit code: 0 held, 1 violated, 2 unknown, 3 set-up failed, 64 bad usage, 130 interrupted; of several runs, the worst.`,
    )
    .action(async (words: string[], options: SuiteOptions & { all?: boolean; mutant?: string; shard?: string }) => {
      const scenarios = shard(await chosenScenarios(words, options.all), options.shard);
      const { mutant } = options;
      const items = scenarios.map((scenario): Item => (mutant === undefined ? { scenario } : { scenario, mutant }));
      const results = await rehearseAll(items, options);
      process.exitCode = Math.max(...results.map(exitOf), EXIT.held);
    });
}

/** Reads a flag's whole number of at least `least`. @throws LabError `bad-usage` with a call that works */
export function wholeNumber(flag: string, least = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || text.trim() === "") {
      throw new LabError({
        code: "bad-usage",
        message: `${flag} wants a whole number${least === 0 ? "" : ` from ${least} on`}, got ${JSON.stringify(text)}`,
        hint: `for example ${flag} 3`,
      });
    }
    return value;
  };
}

export function exitOf(result: RehearsalResult): number {
  if (result.setUpError instanceof LabError) return exitOfError(result.setUpError.code);
  if (result.setUpError !== undefined) return EXIT.setUpFailed;
  return exitOfVerdict(result.verdict.verdict);
}

/**
 * Rehearses one after another on one engine, each on the clusters of the one before where those serve, tells each verdict as it comes, and writes the suite's own
 * junit.xml and summary.md beside the runs. An interrupt ends the suite; what was recorded stays.
 */
export async function rehearseAll(items: readonly Item[], options: SuiteOptions): Promise<readonly RehearsalResult[]> {
  if (items.length === 0)
    throw new LabError({ code: "bad-usage", message: "no scenario is left to run", hint: "lab list shows all" });
  const turns = turnsOf(items, options.repeat);
  const reuses = turns.length > 1 && options.fresh !== true && options.keep !== true;
  using progress = drawProgress();
  const signal = interruptSignal((text) => progress.line(text));
  await using engine = await openEngine({ progress });
  await using pool = openClusterPool();
  const results: RehearsalResult[] = [];
  const runs = runsFolder();
  if (turns.length > 1) progress.line(describeSuite(turns, readHistory(historyFile(runs)).entries));
  try {
    for (const { scenario, mutant, round } of turns) {
      if (signal.aborted) break;
      const seed = options.seed ?? freshSeed();
      const part = options.repeat > 1 ? ` · ${round} of ${options.repeat}` : "";
      progress.line(`${scenario.id}${mutant === undefined ? "" : ` · mutant: ${mutant}`} · seed ${seed}${part}`);
      const result = await rehearse({
        scenario,
        mutant,
        seed,
        keep: options.keep ?? false,
        engine,
        pool: reuses ? pool : undefined,
        runs,
        progress,
        signal,
        onCounts: ({ ok, failed, unknown, read }) =>
          progress.status(`${ok} acknowledged, ${failed} refused, ${unknown} unknown, ${read} read`),
      });
      results.push(result);
      if (!options.json) tell(result, progress);
      if (result.setUpError !== undefined) progress.line(explain(result.setUpError));
      if (result.engineGone === true) {
        progress.line(
          `the container engine has gone; of ${turns.length} in the suite this was number ${results.length}`,
        );
        break;
      }
    }
  } finally {
    // Also of a suite that broke off: what was rehearsed stays readable.
    const folders = results.map(({ folder }) => folder);
    if (folders.length > 0) await writeSuite(runs, folders);
  }
  if (options.json) printJson(results.map(({ verdict, folder }) => ({ folder, ...verdict })));
  if (signal.aborted) throw signal.reason;
  return results;
}

function tell({ verdict, folder, kept }: RehearsalResult, progress: DrawnProgress): void {
  progress.status("");
  print("");
  print(
    `${verdictWord(verdict.verdict)}  ${verdict.scenario}${verdict.mutant === undefined ? "" : ` · mutant: ${verdict.mutant}`} (${formatDuration(verdict.durationMs)})`,
  );
  for (const part of [...verdict.expectations, ...verdict.slos])
    print(`  ${verdictWord(part.verdict)}  ${part.name}: ${part.summary}`);
  for (const part of conditionsOf(verdict))
    if (part.verdict !== "held") print(`  ${verdictWord(part.verdict)}  ${part.name}: ${part.summary}`);
  for (const { figure, now, median, standing } of verdict.comparisons) {
    if (standing === "worse")
      print(
        `  ! ${figure} is worse than before: ${Number(now.toFixed(2))}, median of earlier runs ${Number(median.toFixed(2))}`,
      );
  }
  print(`  report: ${join(folder, "report.html")}`);
  if (verdict.verdict !== "held")
    print(
      `  repeat: npm start -- run ${verdict.scenario}${verdict.mutant === undefined ? "" : ` --mutant "${verdict.mutant}"`} --seed ${verdict.seed}`,
    );
  if (kept !== undefined) print(`  kept running as ${kept}: lab down ${kept} removes it`);
  print("");
}
