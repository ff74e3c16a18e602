import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Where the lab keeps what outlives a run: the private engine, ledgers of runs under way, the watchdog's log.
 * `RESILIENCE_LAB_HOME`, else `XDG_CACHE_HOME/resilience-lab`, else `~/.cache/resilience-lab`.
 */
export function labHome(): string {
  const given = process.env["RESILIENCE_LAB_HOME"];
  if (given !== undefined && given !== "") return resolve(given);
  const cache = process.env["XDG_CACHE_HOME"];
  return join(cache === undefined || cache === "" ? join(homedir(), ".cache") : cache, "resilience-lab");
}

/** The folders of the runs that are under way, or whose lab was killed. */
export const runsHome = (): string => join(labHome(), "runs");

/** What a run keeps on disk while it is under way: its ledger of faults in force. Removed when the run has ended. */
export const runHome = (run: string): string => join(runsHome(), run);

/** The ledger of the faults that are in force in a run, one `LedgerEntry` a line. */
export const ledgerPath = (run: string): string => join(runHome(run), "ledger.jsonl");

export const watchdogLogPath = (): string => join(labHome(), "watchdog.log");

/** The private engine's files. */
export function privateEnginePaths(): {
  readonly folder: string;
  readonly data: string;
  readonly exec: string;
  readonly socket: string;
  readonly pidFile: string;
  readonly log: string;
  readonly lock: string;
} {
  const folder = join(labHome(), "engine");
  return {
    folder,
    data: join(folder, "data"),
    exec: join(folder, "exec"),
    socket: join(folder, "docker.sock"),
    pidFile: join(folder, "dockerd.pid"),
    log: join(folder, "dockerd.log"),
    lock: join(folder, "lock"),
  };
}
