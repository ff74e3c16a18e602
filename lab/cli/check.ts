import type { Command } from "commander";
import { messageOf } from "../errors.ts";
import { judgeRun, type JudgedRun } from "../judging/judge-run.ts";
import { findRun } from "../run-folder/run-files.ts";
import { conditionsOf } from "../run-folder/run-folder.ts";
import { plainLine, plainText } from "../text.ts";
import { exitOfRegression, exitOfVerdict } from "./exit-codes.ts";
import { FAIL_ON_HELP, failOnFlag, type FailOn } from "./flags.ts";
import { complain, print, printJson, resultLine, verdictWord } from "./output.ts";

export const RUN_HELP = "a run folder, a run's name or a part of it, or 'last'";

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("judge a recorded run again, without containers")
    .argument("[run]", RUN_HELP, "last")
    .option("--fail-on <what>", FAIL_ON_HELP, failOnFlag)
    .option("--json", "print the verdict as JSON")
    .action(async (run: string, options: { failOn?: FailOn; json?: boolean }) => {
      const judged = await judgeRun(await findRun(run));
      const { verdict, story } = judged;
      if (options.json) printJson(verdict);
      else {
        print(`${verdictWord(verdict.verdict)}  ${verdict.run}`);
        for (const line of story) print(`  ${plainLine(line)}`);
        for (const part of [...verdict.expectations, ...verdict.slos, ...conditionsOf(verdict)])
          print(resultLine(part));
        for (const note of verdict.notes ?? []) print(`  ! ${plainLine(note)}`);
      }
      tellFailures(judged);
      const code = exitOfVerdict(verdict.verdict);
      process.exitCode = options.failOn === "regression" ? exitOfRegression(code, verdict.comparisons) : code;
    });
}

export function tellFailures({ notes, reportFailures }: JudgedRun): void {
  for (const note of notes) complain(plainText(note));
  for (const { file, error } of reportFailures) complain(`${file} could not be drawn: ${plainText(messageOf(error))}`);
}
