import { join } from "node:path";
import type { Command } from "commander";
import { judgeRun } from "../judging/judge-run.ts";
import { findRun, runsFolder } from "../run-folder/run-files.ts";
import { plainText } from "../text.ts";
import { RUN_HELP, tellFailures } from "./check.ts";
import { exitOfDrawing } from "./exit-codes.ts";
import { print } from "./output.ts";
import { drawIndex } from "./suite-reports.ts";
import { chosenReporters, REPORTER_HELP, reporterFlag } from "./reporters.ts";

export function addReport(program: Command): void {
  program
    .command("report")
    .description("draw a recorded run's reports again, without containers; without a run also the page of all runs")
    .argument("[run]", `${RUN_HELP}; none: the latest, and index.html of all`)
    .option("--reporter <file>", REPORTER_HELP, reporterFlag)
    .addHelpText(
      "after",
      `
Examples:
  lab report           the latest run's report, and reports/runs/index.html: all nights on one page
  lab report last      the latest run's report alone
  lab report FOLDER    that of a downloaded run

Exit code: 0 when all reports were drawn, whatever the verdict; 3 when one was not.`,
    )
    .action(async (run: string | undefined, options: { reporter?: readonly string[] }) => {
      const reporters = (await chosenReporters(options.reporter)).filter(({ name }) => name !== "terminal");
      const folder = await findRun(run ?? "last");
      const judged = await judgeRun(folder, reporters);
      tellFailures(judged);
      for (const text of judged.terminal) print(plainText(text));
      const isDrawn = !judged.reportFailures.some(({ file }) => file === "report.html");
      if (isDrawn) print(join(folder, "report.html"));
      if (run === undefined) print(await drawIndex(runsFolder(), reporters));
      process.exitCode = exitOfDrawing(judged.reportFailures);
    });
}
