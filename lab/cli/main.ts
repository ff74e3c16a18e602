#!/usr/bin/env node
/** The command line: `lab COMMAND`. The commands are in program.ts; they are loaded under the guard's eyes. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { labHome } from "../engine/home.ts";
import { fileTrouble } from "./file-trouble.ts";
import { EXIT, exitOfError, type ExitCode } from "./exit-codes.ts";
import { complain, currentOutput, explain } from "./output.ts";
import { keepOutputForResults, listenToStreams, mindTheUnexpected } from "./process.ts";

/** Runs one command line and gives its exit code. Never throws; uses `process.exitCode` and leaves it as it was. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  const before = process.exitCode;
  process.exitCode = EXIT.held;
  try {
    // Not at the top: a package that is broken, or cannot bear this machine, is told like all that goes wrong.
    const { labProgram, refuseUnknownHelp } = await import("./program.ts");
    const program = labProgram();
    refuseUnknownHelp(program, argv);
    await program.parseAsync([...argv], { from: "user" });
    return process.exitCode as ExitCode;
  } catch (error) {
    if (isCommanders(error)) return error.exitCode === 0 ? EXIT.held : EXIT.badUsage;
    const told = fileTrouble(error) ?? error;
    complain(explain(told));
    return exitOfError(told);
  } finally {
    process.exitCode = before;
  }
}

/** Commander's way to end: its words have been said already. By its shape, so that its package need not be loaded. */
const isCommanders = (error: unknown): error is { readonly exitCode: number } =>
  error instanceof Error && "code" in error && String(error.code).startsWith("commander.") && "exitCode" in error;

/** The process's whole life: runs its command line, and ends with the right code whatever happens. */
export async function main(argv: readonly string[]): Promise<void> {
  mindTheUnexpected();
  keepOutputForResults();
  // Two thirds of a second for each command. Where there can be no cache, all is compiled as ever.
  enableCompileCache(join(labHome(), "compiled"));
  const streams = listenToStreams();
  const code = await runCommandLine(argv);
  const unwritten = await streams.unwritten();
  if (unwritten !== undefined) currentOutput().err.write(`error: results could not be written: ${unwritten.message}\n`);
  process.exitCode = code === EXIT.held && unwritten !== undefined ? EXIT.setUpFailed : code;
  streams.endSoon();
}

if (import.meta.main) await main(process.argv.slice(2));
