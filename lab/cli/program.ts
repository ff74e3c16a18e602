/** The commands and what `lab --help` says. One file a command; exit codes in exit-codes.ts. */
import { Command } from "commander";
import { LabError } from "../errors.ts";
import { labVersion } from "../rehearsal/plan.ts";
import { nearest } from "../rehearsal/validation/problems.ts";
import { addBaseline } from "./baseline.ts";
import { addCheck } from "./check.ts";
import { addClean } from "./clean.ts";
import { addCompose } from "./compose.ts";
import { addDiff } from "./diff.ts";
import { addDoctor } from "./doctor.ts";
import { addDown } from "./down.ts";
import { addFault } from "./fault.ts";
import { addGrow } from "./grow.ts";
import { addImages } from "./images.ts";
import { addJournal } from "./journal.ts";
import { addList } from "./list.ts";
import { currentOutput } from "./output.ts";
import { addMerge } from "./merge.ts";
import { addProve } from "./prove.ts";
import { addReport } from "./report.ts";
import { addRun } from "./run.ts";
import { addSchema } from "./schema.ts";
import { addShow } from "./show.ts";
import { addUp } from "./up.ts";
import { addValidate } from "./validate.ts";

/** In the order of the help. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  addRun,
  addProve,
  addList,
  addValidate,
  addUp,
  addDown,
  addFault,
  addGrow,
  addSchema,
  addCheck,
  addReport,
  addShow,
  addDiff,
  addMerge,
  addBaseline,
  addJournal,
  addDoctor,
  addImages,
  addCompose,
  addClean,
];

/** @throws LabError `bad-usage` for `help WORD` of no command: Commander shows all help there, without a word of why */
export function refuseUnknownHelp(program: Command, [first, word]: readonly string[]): void {
  const names = program.commands.map((command) => command.name());
  if (first !== "help" || word === undefined || [...names, "help"].includes(word) || word.startsWith("-")) return;
  const meant = nearest(word, names);
  throw new LabError({
    code: "bad-usage",
    message: `no command ${JSON.stringify(word)}`,
    hint: `${meant === undefined ? "" : `did you mean ${meant}? `}lab --help shows all`,
  });
}

/** A program for one command line; its actions leave their code in `process.exitCode`. */
export function labProgram(): Command {
  const program = new Command("lab")
    .description(
      "Rehearses disasters on real streaming clusters in containers, and proves from recorded histories what held.",
    )
    .version(labVersion())
    .configureOutput({
      writeOut: (text) => void currentOutput().out.write(text),
      writeErr: (text) => void currentOutput().err.write(text),
      getOutHelpWidth: () => currentOutput().out.columns ?? 80,
      getErrHelpWidth: () => currentOutput().err.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("(lab --help shows all commands; lab COMMAND --help explains one)")
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      "after",
      `
Begin with:
  lab run            rehearse the default disaster; then lab show opens its report
  lab doctor         what this machine can do
  lab up kafka       a cluster for use by hand; then lab fault kill "leader of events/0"

Exit codes: 0 held, 1 violated, 2 unknown, 3 set-up failed, 4 differs from what is written,
5 regressed (with --fail-on regression), 64 bad usage, 130 interrupted.
Standard output carries results (--json for machines: npm run -s lab -- COMMAND --json), standard error progress.`,
    );
  for (const add of COMMANDS) add(program);
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError(`(lab ${command.name()} --help explains it)`);
  return program;
}
