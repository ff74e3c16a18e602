import { once } from "node:events";
import type { Command } from "commander";
import { dumpJournal, readJournal } from "../journal/index.ts";
import { findRun, journalFile } from "../run-folder/run-files.ts";
import { seconds, withLimit } from "../time.ts";
import { RUN_HELP } from "./check.ts";
import { currentOutput, printJsonLine } from "./output.ts";

export function addJournal(program: Command): void {
  program
    .command("journal")
    .description("print a recorded run's journal as JSON lines, for jq and for people")
    .argument("[run]", RUN_HELP, "last")
    .action(async (run: string) => {
      const journal = readJournal(journalFile(await findRun(run)));
      for (const line of dumpJournal(journal)) {
        if (currentOutput().closed()) return;
        if (!printJsonLine(line)) await drained();
      }
    });
}

/** Until the reader takes more; a reader that has gone never does, and one that pauses (`less`) is asked again. */
const drained = (): Promise<unknown> =>
  withLimit("the reader", seconds(1), once(process.stdout, "drain")).catch(() => undefined);
