/** Starts the watchdog of a run and holds its lifeline. */
import { spawn } from "node:child_process";
import { closeSync, openSync, statSync, truncateSync } from "node:fs";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { LabError, messageOf } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";
import type { EngineAddress } from "./engine-address.ts";
import { watchdogLogPath } from "../home.ts";
import { ensureHome } from "../machine.ts";

export interface Watchdog {
  readonly pid: number;
  /** All is removed: it has nothing to do. Resolves when it has ended. */
  dismiss(): Promise<void>;
  /** Something may be left: it cleans up at once, as if the lab had been killed. */
  handOver(): void;
}

/** What it does when the lab is gone: removes the run, or undoes the faults in its ledger and leaves its nodes. */
export type WatchdogTask = "remove" | "heal";

const LOG_LIMIT_BYTES = 1_000_000;

/**
 * Resolves when the watchdog watches; only then may the run make anything.
 * @throws LabError `engine-failed` when it does not start.
 */
export async function startWatchdog(run: string, endpoint: EngineAddress, task: WatchdogTask): Promise<Watchdog> {
  await ensureHome();
  const log = openLog();
  try {
    return await start(run, endpoint, task, log);
  } catch (error) {
    throw new LabError({
      code: "engine-failed",
      message: `the watchdog of run ${run} did not start: ${messageOf(error)}`,
      hint: `Its log is ${watchdogLogPath()}.`,
      cause: error,
    });
  } finally {
    closeSync(log);
  }
}

async function start(run: string, endpoint: EngineAddress, task: WatchdogTask, log: number): Promise<Watchdog> {
  const program = fileURLToPath(new URL("watchdog.ts", import.meta.url));
  const child = spawn(process.execPath, [program, run, task, endpoint.url, endpoint.certificates ?? ""], {
    detached: true,
    stdio: ["pipe", "pipe", log],
    // A debugger or a test runner's loader is of no use to it.
    env: { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "" },
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("its pipes could not be made");
  stdin.on("error", () => undefined);
  const watching = new Promise<void>((resolve, reject) => {
    stdout.once("data", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`it ended with code ${code}`)));
  });
  await withLimit("the watchdog's start", seconds(20), watching);
  stdout.destroy();
  child.unref();
  // The lab need not stay alive for it; the pipe closes when the lab's process is gone.
  if (stdin instanceof Socket) stdin.unref();
  return {
    pid: child.pid ?? 0,
    async dismiss() {
      child.ref();
      stdin.end("done\n");
      await withLimit("the watchdog's end", seconds(10), ended);
    },
    handOver() {
      stdin.end();
    },
  };
}

function openLog(): number {
  const path = watchdogLogPath();
  const log = openSync(path, "a");
  if (statSync(path).size > LOG_LIMIT_BYTES) truncateSync(path);
  return log;
}
