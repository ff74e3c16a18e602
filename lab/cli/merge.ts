import { realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { LabError, messageOf } from "../errors.ts";
import { mergeRuns } from "../run-folder/merge.ts";
import { readVerdict, runsFolder } from "../run-folder/run-files.ts";
import type { VerdictFile } from "../run-folder/run-folder.ts";
import { plainText } from "../text.ts";
import { EXIT, exitOfRecorded, worstOf, type ExitCode } from "./exit-codes.ts";
import { complain, print, printJson } from "./output.ts";
import { chosenReporters, REPORTER_HELP, reporterFlag } from "./reporters.ts";
import { drawSuite } from "./suite-reports.ts";

interface MergeOptions {
  readonly into?: string;
  readonly reporter?: readonly string[];
  readonly json?: boolean;
}

export function addMerge(program: Command): void {
  program
    .command("merge")
    .description("put the runs of several machines together: one history, one junit.xml, one page, one exit code")
    .argument("<folder...>", "folders of runs (reports/runs of each machine), as run and prove left them")
    .option("--into <folder>", "where they are put, beside what is there; default: reports/runs")
    .option("--reporter <file>", REPORTER_HELP, reporterFlag)
    .option("--json", "print what was merged as JSON")
    .addHelpText(
      "after",
      `
Examples:
  lab merge shard-1 shard-2 shard-3 --into night   three machines ran --shard 1/3, 2/3 and 3/3

Of each folder the runs of its last run and of its last prove are taken, and all of its history. Written are index.html,
junit.xml and summary.md, for mutants prove-junit.xml and prove-summary.md.
Exit code: the worst that the machines ended with: 130, 1, 64, 3, 2, 5, 0. 3 also where a shard or a run is missing, for
then the night did not take place as a whole; the others are merged all the same.`,
    )
    .action(async (folders: string[], options: MergeOptions) => {
      const reporters = await chosenReporters(options.reporter);
      const into = resolve(options.into ?? runsFolder());
      refuseFolders(folders, into);
      const { suites, missing } = await mergeRuns(folders, into);
      const troubles = [...missing];
      for (const { command, runs } of suites) {
        const results = await judgedRuns(into, runs, troubles);
        const { failures } = await drawSuite({ runs: into, command, results, reporters, all: true });
        troubles.push(...failures.map(({ file, error }) => `${file} could not be drawn: ${messageOf(error)}`));
      }
      const recorded = suites.flatMap(({ runs, brokeOff }) => [...runs.map(({ exitCode: code }) => code), ...brokeOff]);
      const codes: readonly ExitCode[] = [
        ...recorded.map(exitOfRecorded),
        ...(troubles.length === 0 ? [] : [EXIT.setUpFailed]),
      ];
      const exitCode = worstOf(codes);
      const runs = suites.flatMap((suite) => suite.runs.map((run) => ({ command: suite.command, ...run })));
      for (const trouble of troubles) complain(plainText(trouble));
      if (options.json) printJson({ into, runs, missing: troubles, exitCode });
      else print(`${runs.length} runs of ${folders.length} folders: ${join(into, "index.html")}`);
      process.exitCode = exitCode;
    });
}

/** Those that can be read; the others are told. */
async function judgedRuns(
  into: string,
  runs: readonly { readonly folder: string }[],
  troubles: string[],
): Promise<readonly { readonly folder: string; readonly verdict: VerdictFile }[]> {
  const judged: { folder: string; verdict: VerdictFile }[] = [];
  for (const { folder: name } of runs) {
    const folder = join(into, name);
    try {
      judged.push({ folder, verdict: await readVerdict(folder) });
    } catch (error) {
      troubles.push(messageOf(error));
    }
  }
  return judged;
}

function refuseFolders(folders: readonly string[], into: string): void {
  const refuse = (message: string, hint: string): never => {
    throw new LabError({ code: "bad-usage", message, hint });
  };
  const real = folders.map((folder) => {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true)
      refuse(`${folder} is no folder`, "name the folders that hold the machines' runs: lab merge shard-1 shard-2");
    return realpathSync(folder);
  });
  const double = real.find((folder, place) => real.indexOf(folder) !== place);
  if (double !== undefined) refuse(`${double} was named twice`, "name each machine's folder once");
  const target = statSync(into, { throwIfNoEntry: false });
  if (target !== undefined && !target.isDirectory()) refuse(`${into} is no folder`, "--into names a folder");
  if (target !== undefined && real.includes(realpathSync(into)))
    refuse(
      `${into} would be merged into itself`,
      "--into names another folder: lab merge shard-1 shard-2 --into night",
    );
}
