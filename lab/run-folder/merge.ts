/** Puts the run folders of several machines into one, with one history and one account of each command. */
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseTimestamp } from "../time.ts";
import { readHistory, writeHistory } from "./history.ts";
import { historyFile } from "./run-files.ts";
import type { HistoryEntry } from "./run-folder.ts";
import { forgetSuite, readSuiteFile, SUITE_COMMANDS, writeSuiteFile, type SuiteFile } from "./suite-file.ts";

export interface Merged {
  /** One for each command that was merged. */
  readonly suites: readonly SuiteFile[];
  /** What should have been there and was not, a sentence each: then the night did not take place as a whole. */
  readonly missing: readonly string[];
}

/**
 * Copies the runs of the last `run` and `prove` of each folder into `into`, beside what is there; a run that is there already
 * stays. Histories become one, a line a run, the oldest first.
 * @throws LabError `bad-run-folder` for a suite file that is broken; Error where nothing can be written
 */
export async function mergeRuns(folders: readonly string[], into: string): Promise<Merged> {
  const found = folders.map((folder) => ({
    folder,
    suites: SUITE_COMMANDS.flatMap((command) => readSuiteFile(folder, command) ?? []),
  }));
  const missing = found
    .filter(({ suites }) => suites.length === 0)
    .map(({ folder }) => `${folder}: no run or prove came to its end there`);
  await mkdir(into, { recursive: true });
  for (const { folder, suites } of found)
    for (const name of new Set(suites.flatMap(({ runs }) => runs.map((run) => run.folder))))
      if (!(await copyRun(join(folder, name), join(into, name))))
        missing.push(`${folder}: the run ${name} is not there`);
  mergeHistories([into, ...folders].map(historyFile), historyFile(into));
  const merged: SuiteFile[] = [];
  for (const command of SUITE_COMMANDS) {
    const suites = found.flatMap((each) => each.suites.filter((suite) => suite.command === command));
    await forgetSuite(into, command);
    if (suites.length === 0) continue;
    missing.push(...missingShards(command, suites));
    const whole = together(command, suites);
    await writeSuiteFile(into, whole);
    merged.push(whole);
  }
  return { suites: merged, missing };
}

/** Whether it is there in the end; in one step, so that nobody ever reads half of it. */
async function copyRun(from: string, to: string): Promise<boolean> {
  if (existsSync(to)) return true;
  if (!existsSync(join(from, "plan.json"))) return false;
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await cp(from, part, { recursive: true });
  await rename(part, to);
  return true;
}

/** Of a run that several know, one that says of it that it was accepted as a baseline, else the last. */
function mergeHistories(files: readonly string[], into: string): void {
  const byRun = new Map<string, HistoryEntry>();
  for (const entry of files.flatMap((file) => readHistory(file).entries))
    if (byRun.get(entry.run)?.baseline === undefined) byRun.set(entry.run, entry);
  const inOrder = [...byRun.values()].toSorted((a, b) => parseTimestamp(a.startedAt) - parseTimestamp(b.startedAt));
  if (inOrder.length > 0) writeHistory(into, inOrder);
}

function together(command: SuiteFile["command"], suites: readonly SuiteFile[]): SuiteFile {
  const runs = new Map(suites.flatMap((suite) => suite.runs.map((run) => [run.folder, run] as const)));
  return {
    version: 1,
    command,
    planned: suites.reduce((sum, { planned }) => sum + planned, 0),
    runs: [...runs.values()],
    brokeOff: suites.flatMap(({ brokeOff }) => brokeOff),
  };
}

/** Which parts of the whole nobody brought. Folders that say no part are whole by themselves. */
function missingShards(command: SuiteFile["command"], suites: readonly SuiteFile[]): readonly string[] {
  const shards = suites.flatMap(({ shard }) => shard ?? []);
  const wholes = [...new Set(shards.map(({ of }) => of))];
  if (wholes.length > 1) return [`${command}: the shards are of different wholes: ${wholes.join(", ")} parts`];
  return wholes.flatMap((of) =>
    Array.from({ length: of }, (_, place) => place + 1)
      .filter((index) => !shards.some((shard) => shard.index === index))
      .map((index) => `${command}: shard ${index}/${of} is missing`),
  );
}
