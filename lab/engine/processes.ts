/** Processes of this machine: whether they live, what they are, and short-lived commands. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Duration } from "../time.ts";
import { readText } from "./machine.ts";

/** Whether a process with this id exists, and is not just waiting to be reaped. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return !/^State:\s+Z/m.test(readText(`/proc/${pid}/status`));
}

/** When a process started, in the kernel's ticks; with the id it names one process only. Empty where unknown. */
export function startTimeOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  // The second field, the name in parentheses, may hold spaces.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** The words of a process's command line; empty for one that is gone. */
export const commandLineOf = (pid: number): readonly string[] =>
  readText(`/proc/${pid}/cmdline`).split("\0").filter(Boolean);

/** The id in a pid file; undefined when there is no such file or it holds something else. */
export function readPidFile(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8").trim(), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

export interface CommandResult {
  readonly ok: boolean;
  /** Output and errors together. */
  readonly output: string;
  /** Its output alone. */
  readonly stdout: string;
}

/** Runs a command to its end or its limit. Never throws. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: {
    readonly within: Duration;
    /** Kills it. */
    readonly signal?: AbortSignal | undefined;
    readonly environment?: Readonly<Record<string, string>>;
    /** What it reads; by default its input stays open. */
    readonly input?: string;
    readonly onLine?: (line: string) => void;
  },
): Promise<CommandResult> {
  const { signal } = options;
  // One that holds others in a namespace of its own takes them along only when it is killed outright.
  const ending = signal === undefined ? {} : { signal, killSignal: "SIGKILL" as const };
  return new Promise((resolve) => {
    const child = execFile(
      command,
      [...args],
      {
        ...ending,
        timeout: options.within,
        maxBuffer: 32 * 1024 * 1024,
        env: { ...process.env, ...options.environment },
      },
      (error, stdout, stderr) =>
        resolve({
          ok: error === null,
          stdout,
          output: `${stdout}${stderr}${error === null || stderr !== "" ? "" : error.message}`.trim(),
        }),
    );
    if (options.input !== undefined) {
      // One that ends without reading says why by itself.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(options.input);
    }
    if (options.onLine === undefined) return;
    const tell = options.onLine;
    child.stdout?.on("data", (text: string) => {
      const line = text.trim().split("\n").at(-1);
      if (line !== undefined && line !== "") tell(line);
    });
  });
}
