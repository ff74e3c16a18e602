/** suite.json and prove-suite.json: which runs one `lab run` or `lab prove` made, so that those of several machines can be merged. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readTextFile } from "./files.ts";
import { validateSuite } from "./run-folder-schema.ts";

export type SuiteCommand = "run" | "prove";

export const SUITE_COMMANDS: readonly SuiteCommand[] = ["run", "prove"];

/** The JSON schema is schemas/run-folder/suite.schema.json. */
export interface SuiteFile {
  readonly version: 1;
  readonly command: SuiteCommand;
  /** Which part of the whole this was; absent: all of it. */
  readonly shard?: { readonly index: number; readonly of: number };
  /** How many rehearsals were to take place. */
  readonly planned: number;
  /** Those that did, in their order: the names of their folders, and what each means for the exit code. */
  readonly runs: readonly { readonly folder: string; readonly exitCode: number }[];
  /** What went wrong beside the rehearsals, as exit codes. */
  readonly brokeOff: readonly number[];
}

const fileOf = (runs: string, command: SuiteCommand): string =>
  join(runs, command === "prove" ? "prove-suite.json" : "suite.json");

/** Takes away what an earlier suite of this command left. */
export const forgetSuite = (runs: string, command: SuiteCommand): Promise<void> =>
  rm(fileOf(runs, command), { force: true });

/** @throws Error where it cannot be written */
export async function writeSuiteFile(runs: string, suite: SuiteFile): Promise<void> {
  const file = fileOf(runs, suite.command);
  await mkdir(runs, { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(suite, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

/** What the last suite of this command left there; undefined for none. @throws LabError `bad-run-folder` for one that is broken */
export function readSuiteFile(runs: string, command: SuiteCommand): SuiteFile | undefined {
  const file = fileOf(runs, command);
  return existsSync(file) ? validateSuite(readTextFile(file), file) : undefined;
}
