/** Baselines: the figures of earlier runs on disk, and a run beside them. */
import { appendFileSync, closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { LabError, messageOf } from "../errors.ts";
import type { HistoryEntry } from "../run-folder/run-folder.ts";
import { validateHistoryEntry } from "../run-folder/run-folder-schema.ts";
import type { Comparison } from "./types.ts";
import { median } from "../statistics.ts";

/** With how many earlier runs a run is compared, at most and at least. */
const MOST_RUNS = 10;
const FEWEST_RUNS = 3;
/** Makes the median absolute deviation an estimate of a normal distribution's standard deviation: 1 / Φ⁻¹(3/4). */
const MAD_TO_DEVIATION = 1.4826;

/**
 * Reads a history, oldest first; none for a file that is not there. A last line that was cut off in the middle of
 * a write is left out.
 * @throws LabError `bad-run-folder` with file and line for any other line that is no history entry.
 */
export function readHistory(file: string): HistoryEntry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, place) => {
    if (line === "") return [];
    const isTorn = place === lines.length - 1 && !isJson(line);
    return isTorn ? [] : [entryOf(line, `${file}:${String(place + 1)}`)];
  });
}

/** Adds one entry as one line, in one write; a line that was cut off before it is removed first. Makes the folder. */
export function appendHistory(file: string, entry: HistoryEntry): void {
  mkdirSync(dirname(file), { recursive: true });
  const before = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const end = before.lastIndexOf("\n") + 1;
  const tail = before.subarray(end).toString("utf8");
  if (tail !== "" && !isJson(tail)) cutOff(file, end);
  appendFileSync(file, `${tail !== "" && isJson(tail) ? "\n" : ""}${JSON.stringify(entry)}\n`);
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

function entryOf(line: string, place: string): HistoryEntry {
  try {
    return validateHistoryEntry(JSON.parse(line));
  } catch (error) {
    throw new LabError({
      code: "bad-run-folder",
      message: `${place}: is no history entry: ${messageOf(error)}`,
      hint: "remove the line, or the file to begin a new history",
      cause: error,
    });
  }
}

/**
 * A run's figures beside those of the last ten runs of the same scenario and mutant that held; a figure that no
 * earlier run had is left out.
 *
 * A figure is `worse` or `better` when it lies farther from the median than three robust deviations
 * (1.4826 · MAD: Leys and others, "Detecting outliers: Do not use standard deviation around the mean, use absolute
 * deviation around the median", 2013) and farther than a clear change: 20 % of the median and at least 10 ms; for
 * shares, 20 % of the share that is missing to 1 and at least 0.005.
 * The name says which way is bad: `…Ms` is better when lower, `…Ratio`, `…Share` and `…availability` when higher. Other
 * figures have no better or worse and are always `as before`. With fewer than three runs: `too few runs`.
 */
export function compare(entry: HistoryEntry, history: readonly HistoryEntry[]): Comparison[] {
  const earlier = history
    .filter(
      ({ run, scenario, mutant, verdict }) =>
        run !== entry.run && scenario === entry.scenario && mutant === entry.mutant && verdict === "held",
    )
    .slice(-MOST_RUNS);
  return Object.entries(entry.figures).flatMap(([figure, now]) => {
    const values = earlier.flatMap(({ figures }) => figures[figure] ?? []);
    if (values.length === 0) return [];
    return [{ figure, now, median: median(values), runs: values.length, standing: standingOf(figure, now, values) }];
  });
}

function standingOf(figure: string, now: number, values: readonly number[]): Comparison["standing"] {
  if (values.length < FEWEST_RUNS) return "too few runs";
  const kind = kindOf(figure);
  if (kind === undefined) return "as before";
  const middle = median(values);
  const deviation = 3 * MAD_TO_DEVIATION * median(values.map((value) => Math.abs(value - middle)));
  const clear = kind === "time" ? Math.max(0.2 * middle, 10) : Math.max(0.2 * (1 - middle), 0.005);
  const growth = now - middle;
  if (Math.abs(growth) <= Math.max(deviation, clear)) return "as before";
  return growth > 0 === (kind === "share") ? "better" : "worse";
}

function kindOf(figure: string): "time" | "share" | undefined {
  const name = figure.slice(figure.lastIndexOf("/") + 1);
  if (name.endsWith("Ms")) return "time";
  return /(ratio|share|availability)$/i.test(name) ? "share" : undefined;
}
