/** Several rehearsals on one engine, and their reports together, for a CI job. */
import { join } from "node:path";
import type { Reporter } from "../../reports/index.ts";
import { describeEngine, openEngine } from "../engine/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { freshSeed } from "../random.ts";
import { openClusterPool } from "../rehearsal/cluster-pool.ts";
import { rehearse, type RehearsalResult } from "../rehearsal/rehearse.ts";
import { historyFile, runsFolder } from "../run-folder/run-files.ts";
import { readHistory } from "../run-folder/history.ts";
import { forgetSuite, writeSuiteFile, type SuiteCommand } from "../run-folder/suite-file.ts";
import { plainText } from "../text.ts";
import { wordFor } from "./catalogue.ts";
import { describeSuite } from "./durations.ts";
import { EXIT, exitOfError, worstOf, type ExitCode } from "./exit-codes.ts";
import { fileTrouble } from "./file-trouble.ts";
import type { Shard } from "./flags.ts";
import { heedInterrupts } from "./interrupt.ts";
import { describeOrphan, orphanedRuns, undoneOnStanding } from "./orphans.ts";
import { explain } from "./output.ts";
import { drawProgress, type DrawnProgress } from "./progress.ts";
import { drawSuite, folderName } from "./suite-reports.ts";
import { turnsOf, type Item } from "./turns.ts";

export interface SuiteOptions {
  readonly seed?: number;
  readonly keep?: boolean;
  /** Start clusters for each rehearsal, even where those of the one before could be reset. */
  readonly fresh?: boolean;
  readonly repeat: number;
  readonly shard?: Shard;
}

/** What `--fresh` does, for the help of all commands that have it. */
export const FRESH = "start clusters for each rehearsal; else those of one topology are reset between its rehearsals";

export interface SuitePlan extends SuiteOptions {
  readonly items: readonly Item[];
  /** Told as each rehearsal ends. */
  readonly tell: (result: RehearsalResult, progress: DrawnProgress) => void;
  readonly command: SuiteCommand;
  readonly reporters: readonly Reporter[];
  /** What a rehearsal means for the exit code. */
  readonly codeOf: (result: RehearsalResult) => ExitCode;
}

export interface SuiteResult {
  readonly results: readonly RehearsalResult[];
  /** The worst of all rehearsals and of what went wrong beside them: an interrupt, an image that cannot be had. */
  readonly exitCode: ExitCode;
}

/**
 * Rehearses one after another on one engine, each on the clusters of the one before where those serve, and writes the
 * suite's own reports beside the runs. Whatever breaks the suite off, what was rehearsed is given and stays.
 * @throws LabError `bad-usage` for no items, or when no engine can be had.
 */
export async function rehearseAll({
  items,
  tell,
  command,
  reporters,
  codeOf,
  ...options
}: SuitePlan): Promise<SuiteResult> {
  if (items.length === 0)
    throw new LabError({ code: "bad-usage", message: "no scenario is left to run", hint: "lab list shows all" });
  const turns = turnsOf(items, options.repeat);
  const reuses = turns.length > 1 && options.fresh !== true && options.keep !== true;
  const runs = runsFolder();
  using progress = drawProgress();
  using interrupts = heedInterrupts((text) => progress.line(text), "rehearsal");
  const { signal } = interrupts;
  const results: RehearsalResult[] = [];
  const brokeOff: ExitCode[] = [];
  const breaksOff = (error: unknown): void => {
    const told = fileTrouble(error) ?? error;
    progress.line(explain(told));
    brokeOff.push(exitOfError(told));
  };
  // What an earlier suite left must not be taken for this one's, should this one die.
  await forgetSuite(runs, command);
  await using engine = await openEngine({ progress });
  progress.line(describeEngine(engine.info));
  const account = {
    version: 1,
    command,
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    planned: turns.length,
  } as const;
  await writeSuiteFile(runs, { ...account, runs: [], brokeOff: [EXIT.setUpFailed] });
  for (const orphan of await orphanedRuns(engine)) progress.line(`! ${describeOrphan(orphan)}`);
  for (const undone of await undoneOnStanding(engine)) progress.line(`! ${undone}`);
  if (turns.length > 1) progress.line(describeSuite(turns, readHistory(historyFile(runs)).entries));
  try {
    await using pool = openClusterPool();
    for (const { scenario, mutant, round } of turns) {
      signal.throwIfAborted();
      const seed = options.seed ?? freshSeed();
      const part = options.repeat > 1 ? ` · ${round} of ${options.repeat}` : "";
      progress.line(`${scenario.id}${mutant === undefined ? "" : ` · mutant: ${mutant}`} · seed ${seed}${part}`);
      const result = await rehearse({
        scenario,
        word: wordFor(scenario),
        mutant,
        seed,
        keep: options.keep ?? false,
        engine,
        pool: reuses ? pool : undefined,
        reporters,
        runs,
        progress,
        signal,
        onCounts: ({ ok, failed, unknown, read }) =>
          progress.status(`${ok} acknowledged, ${failed} refused, ${unknown} unknown, ${read} read`),
      });
      results.push(result);
      progress.status("");
      tell(result, progress);
      if (result.setUpError !== undefined) progress.line(explain(fileTrouble(result.setUpError) ?? result.setUpError));
      if (result.engineGone === true) {
        progress.line(
          `the container engine has gone; of ${turns.length} in the suite this was number ${results.length}`,
        );
        break;
      }
    }
    signal.throwIfAborted();
  } catch (error) {
    breaksOff(error);
  }
  // Also of a suite that broke off: what was rehearsed stays readable.
  if (results.length > 0) {
    try {
      const all = turns.length > 1;
      const { failures, terminal } = await drawSuite({ runs, command, results, reporters, all });
      for (const { file, error } of failures) {
        progress.line(`${file} could not be drawn: ${plainText(messageOf(error))}`);
        brokeOff.push(EXIT.setUpFailed);
      }
      for (const text of terminal) progress.line(plainText(text));
      await writeSuiteFile(runs, {
        ...account,
        runs: results.map((result) => ({ folder: folderName(result), exitCode: codeOf(result) })),
        brokeOff,
      });
      if (all) progress.line(`all runs on one page: ${join(runs, "index.html")}`);
    } catch (error) {
      progress.line(`the suite's reports could not be written to ${runs}: ${messageOf(error)}`);
      brokeOff.push(EXIT.setUpFailed);
    }
  }
  return { results, exitCode: worstOf([...results.map(codeOf), ...brokeOff]) };
}
