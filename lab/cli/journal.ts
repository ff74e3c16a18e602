import type { Command } from "commander";
import { dumpJournal, readJournal } from "../journal/index.ts";
import { findRun, journalFile } from "../run-folder/run-files.ts";

export function addJournal(program: Command): void {
  program
    .command("journal")
    .description("print a recorded run's journal as JSON lines, for jq and for people")
    .argument("[run]", "a run folder, a run's name or a part of it, or 'last'", "last")
    .action(async (run: string) => {
      const journal = readJournal(journalFile(await findRun(run)));
      for (const line of dumpJournal(journal)) {
        if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
      }
    });
}
