#!/usr/bin/env node
/** The command line: `lab COMMAND`. One file a command; exit codes in exit-codes.ts. */
import { Command, CommanderError } from "commander";
import { LabError } from "../errors.ts";
import { labVersion } from "../rehearsal/plan.ts";
import { ifStillRunning, seconds } from "../time.ts";
import { addCheck, addReport } from "./check.ts";
import { addClean } from "./clean.ts";
import { addCompose } from "./compose.ts";
import { addDoctor } from "./doctor.ts";
import { EXIT, exitOfError } from "./exit-codes.ts";
import { addFault } from "./fault.ts";
import { addGrow } from "./grow.ts";
import { addImages } from "./images.ts";
import { addJournal } from "./journal.ts";
import { addList } from "./list.ts";
import { explain } from "./output.ts";
import { addProve } from "./prove.ts";
import { addRun } from "./run.ts";
import { addSchema } from "./schema.ts";
import { addDown, addUp } from "./up.ts";

export function labProgram(): Command {
  const program = new Command("lab")
    .description(
      "Rehearses disasters on real streaming clusters in containers, and proves from recorded histories what held.",
    )
    .version(labVersion())
    .showHelpAfterError("(lab --help shows all commands; lab COMMAND --help explains one)")
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      "after",
      `
Begin with:
  lab run            rehearse the default disaster, and open the report that it names
  lab doctor         what this machine can do
  lab up kafka       a cluster for use by hand; then lab fault kill "leader of events/0"

Exit codes: 0 held, 1 violated, 2 unknown, 3 set-up failed, 64 bad usage, 130 interrupted.
Standard output carries results (--json for machines), standard error progress.`,
    );
  const commands = [
    addRun,
    addProve,
    addList,
    addUp,
    addDown,
    addFault,
    addGrow,
    addSchema,
    addCheck,
    addReport,
    addJournal,
    addDoctor,
    addImages,
    addCompose,
    addClean,
  ];
  for (const add of commands) add(program);
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError(`(lab ${command.name()} --help explains it)`);
  return program;
}

/** Runs the command line; sets the process's exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  // A closed pipe (`lab journal | head`) is an ordinary end.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.held : EXIT.setUpFailed),
  );
  try {
    await labProgram().parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.held : EXIT.badUsage;
      return;
    }
    const told = fullDisk(error) ?? error;
    process.stderr.write(`${explain(told)}\n`);
    process.exitCode = told instanceof LabError ? exitOfError(told.code) : EXIT.setUpFailed;
  } finally {
    // All is written and cleaned up; a wait that was left behind by an interrupt must not hold the process.
    ifStillRunning(seconds(1), () => process.exit());
  }
}

/** A disk that fills up can stop any write; it is no mistake of the lab's. */
function fullDisk(error: unknown): LabError | undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOSPC") return undefined;
  return new LabError({
    code: "not-enough-disk",
    message: error.message,
    hint: "free some space (lab clean --images removes images); what was recorded stays readable: lab check last",
    cause: error,
  });
}

if (import.meta.main) await main(process.argv.slice(2));
