/** A lock file that two labs on one machine respect, and that a dead lab does not hold. */
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { freshId } from "../random.ts";
import { milliseconds, waitFor, type Duration } from "../time.ts";
import { isAlive, startTimeOf } from "./processes.ts";

export interface LockOptions {
  readonly within: Duration;
  /** Ends the waiting; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told at each try that finds it held. */
  readonly waiting: (holder: string) => void;
}

/**
 * Waits for the lock and holds it until disposed. A lock whose process is gone is taken over.
 * @throws LabError `wait-timeout` naming the process that holds it.
 */
export async function lockFile(
  path: string,
  what: string,
  { within, signal, waiting }: LockOptions,
): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${process.pid} ${startTimeOf(process.pid)}`;
  await waitFor(
    what,
    async () => {
      if (await take(path, mine)) return { reached: true };
      const holder = await readOr(path, "");
      if (holder !== "" && !holds(holder)) await discard(path, holder);
      else waiting(holder);
      return { seen: `held by process ${holder.split(" ")[0] ?? "?"} (${path})` };
    },
    { within, every: milliseconds(200), signal },
  );
  return {
    async [Symbol.asyncDispose]() {
      if ((await readOr(path, "")) === mine) await rm(path, { force: true });
    },
  };
}

/** Whole or not at all: the file is written aside and then linked into place, which fails when there is one. */
async function take(path: string, content: string): Promise<boolean> {
  const aside = `${path}.${freshId()}`;
  await writeFile(aside, content);
  try {
    await link(aside, path);
    return true;
  } catch {
    return false;
  } finally {
    await rm(aside, { force: true });
  }
}

/** A process id alone may have been given to another process since; with its start time it is unique. */
function holds(content: string): boolean {
  const [pid = "", started = ""] = content.split(" ");
  return isAlive(Number(pid)) && startTimeOf(Number(pid)) === started;
}

/** Moves a stale lock away; puts it back when it turns out to be another, which a faster lab has just taken. */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${freshId()}`;
  try {
    await rename(path, aside);
    if ((await readOr(aside, "")) !== stale) await link(aside, path);
  } catch {
    // Somebody else was faster; the next look tells.
  } finally {
    await rm(aside, { force: true });
  }
}

async function readOr(path: string, fallback: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return fallback;
  }
}
