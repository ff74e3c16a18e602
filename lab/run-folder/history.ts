/**
 * The figures of earlier runs: `history.jsonl` beside the run folders, a line a run.
 * Baselines are a help to whoever reads a verdict, so nothing that ails this file ever costs one.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../errors.ts";
import { assertFile, readTextFile } from "./files.ts";
import { validateHistoryEntry } from "./run-folder-schema.ts";
import type { HistoryEntry } from "./run-folder.ts";

export interface History {
  /** Oldest first, one a run. */
  readonly entries: readonly HistoryEntry[];
  /** What could not be read, a sentence each with file and line; empty when all was. */
  readonly leftOut: readonly string[];
}

/** So many are told one by one; the rest is counted. */
const MOST_TOLD = 5;

/**
 * Reads a history; none for a file that is not there. Of several lines of one run the last counts, in the place of the
 * first. Never throws: a line that is no entry is left out, and told.
 */
export function readHistory(file: string): History {
  if (!existsSync(file)) return { entries: [], leftOut: [] };
  const byRun = new Map<string, HistoryEntry>();
  const leftOut: string[] = [];
  try {
    readTextFile(file)
      .split(/\r?\n/)
      .forEach((line, place) => {
        if (line.trim() === "") return;
        const read = entryOf(line);
        if ("entry" in read) byRun.set(read.entry.run, read.entry);
        else leftOut.push(`${file}:${String(place + 1)} was left out: ${read.problem}`);
      });
  } catch (error) {
    leftOut.push(`the history was left out: ${messageOf(error)}`);
  }
  return { entries: [...byRun.values()], leftOut: shortened(leftOut) };
}

function entryOf(line: string): { readonly entry: HistoryEntry } | { readonly problem: string } {
  if (/^(<{7}|={7}|>{7}|\|{7})/.test(line)) return { problem: "it is the mark of a merge conflict" };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: "it is no JSON, or was cut off" };
  }
  try {
    return { entry: validateHistoryEntry(value) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function shortened(told: readonly string[]): readonly string[] {
  if (told.length <= MOST_TOLD) return told;
  return [...told.slice(0, MOST_TOLD), `and ${String(told.length - MOST_TOLD)} more of its lines`];
}

/**
 * Adds one entry as one line, in one write; a last line that was cut off in a write is removed first. Makes the folder.
 * @throws Error where it cannot be written; LabError `bad-run-folder` where something else than a file lies there.
 */
export function appendHistory(file: string, entry: HistoryEntry): void {
  mkdirSync(dirname(file), { recursive: true });
  const tail = tailOf(file);
  if (tail.text !== "" && !isJson(tail.text)) cutOff(file, tail.atByte);
  appendFileSync(file, `${tail.text !== "" && isJson(tail.text) ? "\n" : ""}${JSON.stringify(entry)}\n`);
}

/** Writes a whole history, in one step. @throws Error where it cannot be written */
export function writeHistory(file: string, entries: readonly HistoryEntry[]): void {
  writeFileSync(`${file}.part`, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  renameSync(`${file}.part`, file);
}

/** What comes after the last end of a line. */
function tailOf(file: string): { readonly text: string; readonly atByte: number } {
  if (!existsSync(file)) return { text: "", atByte: 0 };
  assertFile(file);
  const before = readFileSync(file);
  const atByte = before.lastIndexOf("\n") + 1;
  return { text: before.subarray(atByte).toString("utf8"), atByte };
}

function cutOff(file: string, length: number): void {
  const handle = openSync(file, "r+");
  try {
    ftruncateSync(handle, length);
  } finally {
    closeSync(handle);
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
