/** Reads and writes run folders. The JSON in them is validated when it is read, so that an old or broken one says so. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { LabError, messageOf } from "../errors.ts";
import { readJournal } from "../journal/index.ts";
import type { Journal, JournalHead } from "../journal/types.ts";
import { readHistory } from "../slo/baselines.ts";
import { validatePlan, validateVerdict } from "./run-folder-schema.ts";
import type { HistoryEntry, Plan, VerdictFile } from "./run-folder.ts";

/** Where runs are kept: `reports/runs` of the working folder, or what RESILIENCE_LAB_RUNS says. */
export const runsFolder = (): string => resolve(process.env["RESILIENCE_LAB_RUNS"] ?? join("reports", "runs"));

export const journalFile = (folder: string): string => join(folder, "journal.bin");
export const logsFolder = (folder: string): string => join(folder, "logs");
export const historyFile = (runs: string): string => join(runs, "history.jsonl");

/** Replaces the file in one step, so that nobody ever reads half of it. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}

/** Writes the plan, and gives what the head of its journal says of it. */
export async function writePlan(folder: string, plan: Plan): Promise<JournalHead> {
  await mkdir(logsFolder(folder), { recursive: true });
  const text = `${JSON.stringify(plan, null, 2)}\n`;
  await writeWhole(join(folder, "plan.json"), text);
  return { run: plan.run, planHash: planHash(text) };
}

/** SHA-256 of a plan's bytes, in hexadecimal. */
export const planHash = (text: string): string => createHash("sha256").update(text).digest("hex");

export const writeVerdict = (folder: string, verdict: VerdictFile): Promise<void> =>
  writeWhole(join(folder, "verdict.json"), `${JSON.stringify(verdict, null, 2)}\n`);

/** A run folder without its verdict: what judging needs. */
export interface RecordedRun {
  readonly folder: string;
  readonly plan: Plan;
  readonly journal: Journal;
  readonly history: readonly HistoryEntry[];
}

/**
 * Finds a run by its folder, its name, or `last`.
 * @throws LabError `bad-usage` when there is none such.
 */
export async function findRun(word: string): Promise<string> {
  if (existsSync(join(word, "plan.json"))) return resolve(word);
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
  return {
    folder,
    plan: await readJson(join(folder, "plan.json"), validatePlan),
    journal: readJournal(journalFile(folder)),
    history: readHistory(historyFile(resolve(folder, ".."))),
  };
}

/** @throws LabError `bad-run-folder` */
export const readVerdict = (folder: string): Promise<VerdictFile> =>
  readJson(join(folder, "verdict.json"), validateVerdict);

/** What each node said, by node; empty where the logs are not there. */
export async function readLogs(folder: string): Promise<Readonly<Record<string, string>>> {
  const logs = logsFolder(folder);
  if (!existsSync(logs)) return {};
  const files = (await readdir(logs)).filter((file) => file.endsWith(".log"));
  const texts = await Promise.all(
    files.map(async (file) => [basename(file, ".log"), await readFile(join(logs, file), "utf8")] as const),
  );
  return Object.fromEntries(texts);
}

async function readJson<T>(file: string, validate: (value: unknown) => T): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new LabError({
      code: "bad-run-folder",
      message: `${file}: cannot be read: ${messageOf(error)}`,
      hint: "name a run folder that a rehearsal left: lab report last",
      cause: error,
    });
  }
  try {
    return validate(JSON.parse(text));
  } catch (error) {
    throw new LabError({ code: "bad-run-folder", message: `${file}: ${messageOf(error)}`, cause: error });
  }
}
