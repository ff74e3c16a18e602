/** Several rehearsals on one engine, and their reports together, for a CI job. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderJunit, renderNight, renderSummary } from "../../reports/index.ts";
import type { RunRecord } from "../../reports/types.ts";
import { openEngine } from "../engine/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { collectRuns } from "../judging/collected-runs.ts";
import { freshSeed } from "../random.ts";
import { openClusterPool } from "../rehearsal/cluster-pool.ts";
import { rehearse, type RehearsalResult } from "../rehearsal/rehearse.ts";
import { historyFile, readRecordedRun, runsFolder } from "../run-folder/run-files.ts";
import { readHistory } from "../run-folder/history.ts";
import { wordFor } from "./catalogue.ts";
import { describeSuite } from "./durations.ts";
import { EXIT, exitOfError, type ExitCode } from "./exit-codes.ts";
import { fileTrouble } from "./file-trouble.ts";
import { heedInterrupts } from "./interrupt.ts";
import { describeOrphan, orphanedRuns, undoneOnStanding } from "./orphans.ts";
import { explain } from "./output.ts";
import { drawProgress, type DrawnProgress } from "./progress.ts";
import { turnsOf, type Item } from "./turns.ts";

export interface SuiteOptions {
  readonly seed?: number;
  readonly keep?: boolean;
  /** Start clusters for each rehearsal, even where those of the one before could be reset. */
  readonly fresh?: boolean;
  readonly repeat: number;
}

/** What `--fresh` does, for the help of all commands that have it. */
export const FRESH = "start clusters for each rehearsal; else those of one topology are reset between its rehearsals";

export interface SuitePlan extends SuiteOptions {
  readonly items: readonly Item[];
  /** Told as each rehearsal ends. */
  readonly tell: (result: RehearsalResult, progress: DrawnProgress) => void;
  /** Before the names of the suite's own files: `prove` must not overwrite what `run` left. */
  readonly files: "" | "prove-";
}

export interface SuiteResult {
  readonly results: readonly RehearsalResult[];
  /** What went wrong beside the rehearsals, in the code that it stands for: an interrupt, an image that cannot be had. */
  readonly brokeOff: readonly ExitCode[];
}

/**
 * Rehearses one after another on one engine, each on the clusters of the one before where those serve, and writes the
 * suite's own reports beside the runs. Whatever breaks the suite off, what was rehearsed is given and stays.
 * @throws LabError `bad-usage` for no items, or when no engine can be had.
 */
export async function rehearseAll({ items, tell, files, ...options }: SuitePlan): Promise<SuiteResult> {
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
  await using engine = await openEngine({ progress });
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
    await writeSuite(runs, results, files)
      .then(async () => {
        if (turns.length > 1) progress.line(`all runs on one page: ${await writeIndex(runs)}`);
      })
      .catch((error: unknown) => {
        progress.line(`the suite's reports could not be written to ${runs}: ${messageOf(error)}`);
        brokeOff.push(EXIT.setUpFailed);
      });
  }
  return { results, brokeOff };
}

/**
 * Writes `junit.xml` and `summary.md` of all these runs into the folder that holds them, under names that begin with
 * `prefix`. The verdicts are those that were given: one that could not be written to its run folder counts as well.
 */
export async function writeSuite(
  runs: string,
  results: readonly Pick<RehearsalResult, "folder" | "verdict">[],
  prefix: "" | "prove-",
): Promise<void> {
  const records: RunRecord[] = [];
  for (const { folder, verdict } of results) {
    const { plan, journal, history } = await readRecordedRun(folder);
    records.push({ plan, journal, history, verdict, logs: {} });
  }
  await writeFile(join(runs, `${prefix}junit.xml`), renderJunit(records));
  await writeFile(join(runs, `${prefix}summary.md`), renderSummary(records));
}

/**
 * Writes index.html of all runs in this folder, and gives its path.
 * @throws Error where it cannot be written
 */
export async function writeIndex(runs: string): Promise<string> {
  const file = join(runs, "index.html");
  await writeFile(file, renderNight(await collectRuns(runs)));
  return file;
}
