import { join } from "node:path";
import type { Command } from "commander";
import { judgeRun } from "../judging/judge-run.ts";
import { findRun } from "../run-folder/run-files.ts";
import { RUN_HELP, tellFailures } from "./check.ts";
import { exitOfDrawing } from "./exit-codes.ts";
import { print } from "./output.ts";

export function addReport(program: Command): void {
  program
    .command("report")
    .description("draw a recorded run's reports again, without containers")
    .argument("[run]", RUN_HELP, "last")
    .addHelpText("after", "\nExit code: 0 when all reports were drawn, whatever the verdict; 3 when one was not.")
    .action(async (run: string) => {
      const folder = await findRun(run);
      const judged = await judgeRun(folder);
      tellFailures(judged);
      print(join(folder, "report.html"));
      process.exitCode = exitOfDrawing(judged.reportFailures);
    });
}
