import { basename, dirname } from "node:path";
import type { Command } from "commander";
import { LabError } from "../errors.ts";
import { wholeHistoryEntry } from "../judging/history-entry.ts";
import { appendHistory } from "../run-folder/history.ts";
import { findRun, historyFile, readPlan, readVerdict } from "../run-folder/run-files.ts";
import { wallClock } from "../time.ts";
import { RUN_HELP } from "./check.ts";
import { print, printJson } from "./output.ts";

/** A reason is for people, and stands in a line of the history. */
const LONGEST_WHY = 1_000;

export function addBaseline(program: Command): void {
  const baseline = program
    .command("baseline")
    .description("accept what a run measured as the beginning of new baselines")
    .addHelpText(
      "after",
      `
A run is compared with the last ten runs of its scenario that held. Where figures changed for good, on other disks or with
other settings, they would be told as worse, or better, for ten nights: accept the first run that is as it should be.`,
    );
  baseline
    .command("accept")
    .description("compare later runs of its scenario with this one and those after it, and with none before")
    .argument("<run>", RUN_HELP)
    .requiredOption("--why <text>", "why figures are other ones now; kept in the history")
    .option("--json", "print the accepted line of the history as JSON")
    .addHelpText(
      "after",
      `
Examples:
  lab baseline accept last --why "the runners have slower disks"

The run must have held. Figures are compared again from three runs on.`,
    )
    .action(async (run: string, { why, json }: { why: string; json?: boolean }) => {
      const reason = why.trim();
      if (reason === "" || reason.length > LONGEST_WHY)
        throw new LabError({
          code: "bad-usage",
          message: `--why wants a reason of 1 to ${LONGEST_WHY} characters`,
          hint: 'for example --why "the runners have slower disks"',
        });
      const folder = await findRun(run);
      const [plan, verdict] = [await readPlan(folder), await readVerdict(folder)];
      if (verdict.verdict !== "held")
        throw new LabError({
          code: "bad-usage",
          message: `${basename(folder)} is ${verdict.verdict}: only a run that held can be a baseline`,
          hint: "lab list SCENARIO shows how its last runs did",
        });
      const accepted = { why: reason, acceptedAt: wallClock().toISOString() };
      const entry = { ...wholeHistoryEntry(plan, verdict), baseline: accepted };
      appendHistory(historyFile(dirname(folder)), entry);
      if (json) printJson(entry);
      else print(`baselines of ${verdict.scenario} begin with ${verdict.run}: ${reason}`);
    });
}
