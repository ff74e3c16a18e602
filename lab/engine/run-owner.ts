/** Who looks after a run: its lab and its watchdog, in a file of the lab's home, so that an orphaned run is known as one. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runHome } from "./home.ts";
import { isAlive, startTimeOf } from "./processes.ts";
import type { RunState } from "./types.ts";

/** A process id alone may have been given to another process since; with its start time it is unique. */
export interface ProcessMark {
  readonly pid: number;
  readonly started: string;
}

export interface RunOwner {
  readonly lab: ProcessMark;
  readonly watchdog: ProcessMark;
  /** Whether it stands, and is to stay when its lab ends. */
  readonly stays: boolean;
}

/** Nobody: the mark of a lab that has let its run go. */
export const NO_PROCESS: ProcessMark = { pid: 0, started: "" };

export const processMark = (pid: number): ProcessMark => ({ pid, started: startTimeOf(pid) });

export const lives = ({ pid, started }: ProcessMark): boolean => isAlive(pid) && startTimeOf(pid) === started;

const ownerPath = (run: string): string => join(runHome(run), "owner.json");

/** Whole or not at all, and at once: what is said next is true from then on. */
export function writeOwner(run: string, owner: RunOwner): void {
  mkdirSync(runHome(run), { recursive: true });
  const aside = `${ownerPath(run)}.new`;
  writeFileSync(aside, `${JSON.stringify(owner)}\n`);
  renameSync(aside, ownerPath(run));
}

/** Undefined where there is no such file, or one that says something else. */
export async function readOwner(run: string): Promise<RunOwner | undefined> {
  try {
    return ownerFrom(JSON.parse(await readFile(ownerPath(run), "utf8")));
  } catch {
    return undefined;
  }
}

function ownerFrom(value: unknown): RunOwner | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { lab, watchdog, stays } = value as Record<string, unknown>;
  return isMark(lab) && isMark(watchdog) && typeof stays === "boolean" ? { lab, watchdog, stays } : undefined;
}

const isMark = (value: unknown): value is ProcessMark =>
  typeof value === "object" &&
  value !== null &&
  "pid" in value &&
  typeof value.pid === "number" &&
  "started" in value &&
  typeof value.started === "string";

/** What became of a run, from who looks after it and which of them live. Pure. */
export function stateOfRun(owner: RunOwner | undefined, isLive: (process: ProcessMark) => boolean): RunState {
  if (owner === undefined) return "unknown";
  if (isLive(owner.lab)) return "under way";
  if (isLive(owner.watchdog)) return "cleaning up";
  return owner.stays ? "standing" : "orphaned";
}
