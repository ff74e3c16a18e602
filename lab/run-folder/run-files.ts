/** Reads and writes run folders. The JSON in them is validated when it is read, so that an old or broken one says so. */
import { existsSync, statSync } from "node:fs";
import { constants, copyFile, mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Verdict } from "../checks/types.ts";
import { LabError, messageOf } from "../errors.ts";
import { readJournal } from "../journal/index.ts";
import type { Journal, JournalHead } from "../journal/types.ts";
import { assertFile, readTextFile } from "./files.ts";
import { readHistory } from "./history.ts";
import { planHash, planText } from "./plan-hash.ts";
import { validatePlan, validateVerdict } from "./run-folder-schema.ts";
import type { HistoryEntry, Plan, VerdictFile } from "./run-folder.ts";

/**
 * Where runs are kept: `reports/runs` of the working folder, or what RESILIENCE_LAB_RUNS says.
 * @throws LabError `bad-usage` where that is set and empty: it would mean the working folder itself
 */
export function runsFolder(): string {
  const named = process.env["RESILIENCE_LAB_RUNS"];
  if (named?.trim() === "") {
    throw new LabError({
      code: "bad-usage",
      message: "RESILIENCE_LAB_RUNS is set and empty",
      hint: "name a folder in it, or unset it: runs are then kept in reports/runs",
    });
  }
  return resolve(named ?? join("reports", "runs"));
}

export const journalFile = (folder: string): string => join(folder, "journal.bin");
export const logsFolder = (folder: string): string => join(folder, "logs");
export const historyFile = (runs: string): string => join(runs, "history.jsonl");

/** Replaces the file in one step, so that nobody ever reads half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}

/**
 * Writes the plan, and gives what the head of its journal says of it.
 * @throws LabError `bad-scenario` for a plan that could not be read back: nobody is to rehearse for that
 */
export async function writePlan(folder: string, plan: Plan): Promise<JournalHead> {
  assertReadable(plan);
  await mkdir(logsFolder(folder), { recursive: true });
  await writeWhole(join(folder, "plan.json"), planText(plan));
  return { run: plan.run, planHash: planHash(plan) };
}

/** As it will be in the file: what JSON cannot hold is lost there. */
function assertReadable(plan: Plan): void {
  try {
    validatePlan(JSON.parse(planText(plan)));
  } catch (error) {
    throw new LabError({
      code: "bad-scenario",
      message: `${plan.scenario} cannot be written down as a plan: ${messageOf(error)}`,
      hint: `lab validate ${plan.scenario} says what is wrong with a scenario`,
      cause: error,
    });
  }
}

/** What became of a verdict that was to be written. */
export interface WrittenVerdict {
  /** The verdict that was recorded before and is another: kept under this name, in the same folder. */
  readonly kept?: { readonly file: string; readonly verdict: Verdict | "unreadable" };
}

/**
 * Writes verdict.json. One that is there already and says something else (its notes and its comparisons with other runs aside) is
 * first kept as `verdict.1.json`, `verdict.2.json`, …: what was told once is never lost.
 * @throws Error where the folder cannot be written
 */
export async function writeVerdict(folder: string, verdict: VerdictFile): Promise<WrittenVerdict> {
  const file = join(folder, "verdict.json");
  // A pipe would be waited on for ever when it is kept.
  if (existsSync(file)) assertFile(file);
  const recorded = existsSync(file) ? await recordedVerdict(file) : undefined;
  const same = recorded === undefined || (recorded !== "unreadable" && said(recorded) === said(verdict));
  const kept = same ? undefined : await keepBeside(folder, file);
  await writeWhole(file, `${JSON.stringify(verdict, null, 2)}\n`);
  if (kept === undefined || recorded === undefined) return {};
  return { kept: { file: kept, verdict: recorded === "unreadable" ? recorded : recorded.verdict } };
}

const recordedVerdict = (file: string): Promise<VerdictFile | "unreadable"> =>
  readJson(file, validateVerdict).catch(() => "unreadable" as const);

const said = ({ notes: _, ...verdict }: VerdictFile): string => JSON.stringify({ ...verdict, comparisons: [] });

/** Copies the file to the first name of its kind that is free. */
async function keepBeside(folder: string, file: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = `verdict.${String(number)}.json`;
    try {
      await copyFile(file, join(folder, name), constants.COPYFILE_EXCL);
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** A run folder without its verdict: what judging needs. */
export interface RecordedRun {
  readonly folder: string;
  readonly plan: Plan;
  readonly journal: Journal;
  readonly history: readonly HistoryEntry[];
  /** What of the history could not be read, a sentence each. */
  readonly leftOut: readonly string[];
}

/**
 * Finds a run by its folder, its name, or `last`.
 * @throws LabError `bad-usage` when there is none such.
 */
export async function findRun(word: string): Promise<string> {
  if (word.trim() === "") {
    throw new LabError({
      code: "bad-usage",
      message: "a run's name is empty",
      hint: "'last' means the latest",
    });
  }
  if (existsSync(join(word, "plan.json"))) return resolve(word);
  if (isFolder(word)) throw await noRunFolder(word);
  const runs = runsFolder();
  const names = await listRuns(runs);
  const name =
    word === "last"
      ? names.at(-1)
      : (names.find((each) => each === word) ?? names.findLast((each) => each.includes(word)));
  if (name === undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `no run ${JSON.stringify(word)} in ${runs}`,
      hint: names.length === 0 ? "there are no runs yet: npm start" : `the latest: ${names.slice(-3).join(", ")}`,
    });
  }
  return join(runs, name);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

async function noRunFolder(folder: string): Promise<LabError> {
  const inside = await listRuns(folder);
  return new LabError({
    code: "bad-usage",
    message: `${resolve(folder)} is no run folder: there is no plan.json in it`,
    hint:
      inside.length === 0
        ? "a run folder is what a rehearsal leaves, with plan.json and journal.bin in it: ls reports/runs lists them"
        : `it holds run folders, the latest: ${inside.slice(-3).join(", ")}`,
  });
}

/** Names of all runs, oldest first. */
export async function listRuns(runs: string): Promise<readonly string[]> {
  if (!existsSync(runs)) return [];
  const entries = await readdir(runs, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(runs, entry.name, "plan.json")))
    .map((entry) => entry.name)
    .sort();
}

/** @throws LabError `bad-run-folder` naming the file and what is wrong with it. */
export async function readRecordedRun(folder: string): Promise<RecordedRun> {
  const plan = await readPlan(folder);
  assertFile(journalFile(folder));
  const { entries: history, leftOut } = readHistory(historyFile(resolve(folder, "..")));
  return { folder, plan, journal: readJournal(journalFile(folder)), history, leftOut };
}

/** @throws LabError `bad-run-folder` */
export const readPlan = (folder: string): Promise<Plan> => readJson(join(folder, "plan.json"), validatePlan);

/** @throws LabError `bad-run-folder` */
export const readVerdict = (folder: string): Promise<VerdictFile> =>
  readJson(join(folder, "verdict.json"), validateVerdict);

/** What the nodes said. */
export interface Logs {
  /** By node; empty where there are none. */
  readonly texts: Readonly<Record<string, string>>;
  /** Why some could not be read, a sentence each. */
  readonly leftOut: readonly string[];
}

/** Reads `logs/NODE.log` of a run folder; never throws. */
export async function readLogs(folder: string): Promise<Logs> {
  const logs = logsFolder(folder);
  const names = await readdir(logs).catch(() => []);
  const texts: Record<string, string> = {};
  const leftOut: string[] = [];
  for (const name of names.filter((file) => file.endsWith(".log"))) {
    try {
      texts[basename(name, ".log")] = readTextFile(join(logs, name));
    } catch (error) {
      leftOut.push(`a log was left out: ${messageOf(error)}`);
    }
  }
  return { texts, leftOut };
}

async function readJson<T>(file: string, validate: (value: unknown) => T): Promise<T> {
  const text = readTextFile(file);
  try {
    return await Promise.resolve(validate(JSON.parse(text)));
  } catch (error) {
    // What the schema has against it is told once, with its hint.
    const { hint, cause } =
      error instanceof LabError
        ? error
        : { hint: "the file was cut off or changed; get it back from where the run was recorded", cause: error };
    const message = `${file}: ${messageOf(error).replace(`${basename(file)}: `, "")}`;
    throw new LabError({ code: "bad-run-folder", message, hint, cause });
  }
}
