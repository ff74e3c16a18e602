/** The lab's private engine: installed from the system's packages, with its own socket and data folder. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { LabError, messageOf } from "../../errors.ts";
import { milliseconds, minutes, seconds, waitFor } from "../../time.ts";
import { connect, silence, unixAddress } from "./engine-address.ts";
import type { Found } from "./find.ts";
import { labHome, privateEnginePaths } from "../home.ts";
import { installEngine, findDaemon } from "./install-engine.ts";
import { lockFile } from "../lock.ts";
import { assertDisk, assertMemory, readText } from "../machine.ts";
import { commandLineOf, isAlive, readPidFile, runCommand } from "../processes.ts";
import type { Progress } from "../types.ts";

const START_LIMIT = seconds(60);

/**
 * Installs (where needed) and starts the private engine; says so through `progress`. Two labs that come here at once
 * wait for each other.
 * @throws LabError `engine-missing` where it can not be had, `engine-failed` with the daemon's last words.
 */
export async function provisionEngine(progress: Progress): Promise<Found> {
  const paths = privateEnginePaths();
  if (paths.socket.length > 100) {
    throw new LabError({
      code: "engine-missing",
      message: `the lab's home ${labHome()} is too deep for the socket of a private engine`,
      hint: "Set RESILIENCE_LAB_HOME to a folder with a shorter path.",
    });
  }
  const endpoint = unixAddress(paths.socket, "the lab's private engine");
  const docker = connect(endpoint);
  assertCanProvision();
  const task = progress.task("Private container engine");
  try {
    await using _lock = await lockFile(paths.lock, "the lock on the private engine", {
      within: minutes(6),
      waiting: () => task.note("another lab is at it"),
    });
    if ((await silence(docker)) === undefined) {
      task.done("already started by another lab");
      return { docker, endpoint };
    }
    assertMemory();
    await assertDisk(existsSync(paths.data) ? "run" : "build images");
    if (findDaemon() === undefined) await installEngine((detail) => task.note(detail));
    task.note(`starting it, with its data in ${paths.data}`);
    await startDaemon();
    task.done(`running at ${endpoint.url}`);
    return { docker, endpoint };
  } catch (error) {
    task.failed(messageOf(error));
    throw error;
  }
}

/** @throws LabError `engine-missing` saying what stands in the way. */
function assertCanProvision(): void {
  const reason = whyNotProvision();
  if (reason === undefined) return;
  throw new LabError({
    code: "engine-missing",
    message: `no container engine answers, and ${reason.why}`,
    hint: reason.hint,
  });
}

/** Why the lab can not have an engine of its own here; undefined when it can. */
export function whyNotProvision(): { readonly why: string; readonly hint: string } | undefined {
  if (process.platform !== "linux") {
    return { why: "a private one can be had on Linux only", hint: "Install and start Docker, then run the lab again." };
  }
  if (process.getuid?.() !== 0) {
    return findDaemon() === undefined
      ? {
          why: "a private one takes root",
          hint: "Install Docker (`sudo apt-get install docker.io`), or run the lab as root.",
        }
      : {
          why: "a private one takes root",
          hint: "Start Docker (`sudo systemctl start docker`), or run the lab as root.",
        };
  }
  if (findDaemon() === undefined && !existsSync("/usr/bin/apt-get")) {
    return {
      why: "this is not a Debian or Ubuntu, where the lab installs one itself",
      hint: "Install Docker with your system's package manager, start it, then run the lab again.",
    };
  }
  return undefined;
}

/**
 * A stale pid file stops the daemon when another process has that id by now; the same goes for its containerd.
 * @throws LabError `engine-failed`
 */
async function startDaemon(): Promise<void> {
  const paths = privateEnginePaths();
  const exec = execRoot();
  await mkdir(paths.data, { recursive: true });
  await mkdir(exec, { recursive: true });
  if (privateDaemon() === undefined) {
    await rm(paths.pidFile, { force: true });
    await removeStaleContainerd(exec);
    launch(exec);
  }
  const docker = connect(unixAddress(paths.socket, "the lab's private engine"));
  try {
    await waitFor(
      "the private engine to answer",
      async () => {
        const trouble = await silence(docker);
        return trouble === undefined ? { reached: true } : { seen: trouble };
      },
      { within: START_LIMIT, every: milliseconds(200) },
    );
  } catch (error) {
    throw new LabError({
      code: "engine-failed",
      message: `the private engine did not come up: ${messageOf(error)}\nThe last lines of ${paths.log}:\n${await tail(paths.log)}`,
      hint: "`lab clean --engine` ends what is left of it; then run the lab again.",
      cause: error,
    });
  }
}

function launch(exec: string): void {
  const paths = privateEnginePaths();
  const log = openSync(paths.log, "a");
  const daemon = findDaemon() ?? "dockerd";
  const args = [
    "--data-root",
    paths.data,
    "--exec-root",
    exec,
    "-H",
    `unix://${paths.socket}`,
    "--pidfile",
    paths.pidFile,
  ];
  // /usr/sbin holds iptables, and is not on every root's path.
  const path = `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
  const child = spawn(daemon, args, {
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, PATH: path, DOCKER_HOST: "" },
  });
  child.once("error", () => undefined);
  child.unref();
  closeSync(log);
}

/** Unix sockets lie in it, whose paths are limited to 107 characters. */
function execRoot(): string {
  const { exec } = privateEnginePaths();
  if (exec.length <= 60) return exec;
  return join("/run", `resilience-lab-${createHash("sha256").update(exec).digest("hex").slice(0, 8)}`);
}

/** The process of the private engine; undefined when it does not run. */
export function privateDaemon(): number | undefined {
  const paths = privateEnginePaths();
  const pid = readPidFile(paths.pidFile);
  if (pid === undefined || !isAlive(pid)) return undefined;
  const words = commandLineOf(pid);
  return words[0]?.endsWith("dockerd") === true && words.includes(paths.data) ? pid : undefined;
}

async function removeStaleContainerd(exec: string): Promise<void> {
  const pidFile = join(exec, "containerd", "containerd.pid");
  const pid = readPidFile(pidFile);
  if (pid === undefined) return;
  if (!(isAlive(pid) && commandLineOf(pid)[0]?.endsWith("containerd") === true)) await rm(pidFile, { force: true });
}

async function tail(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trimEnd().split("\n").slice(-15).join("\n");
  } catch {
    return "(no log)";
  }
}

/**
 * Ends the private engine, if the lab's pid file names one, and removes its mounts and sockets. Images stay for the
 * next time unless `images` is set. Tells whether there was anything to end or to remove.
 * @throws LabError `engine-failed` when it does not end.
 */
export async function stopPrivateEngine(options: { readonly images?: boolean } = {}): Promise<boolean> {
  const paths = privateEnginePaths();
  let found = false;
  await using _lock = await lockFile(paths.lock, "the lock on the private engine", {
    within: minutes(1),
    waiting: () => undefined,
  });
  const exec = execRoot();
  const containerd = readPidFile(join(exec, "containerd", "containerd.pid"));
  const daemon = privateDaemon();
  if (daemon !== undefined) {
    await endProcess(daemon, "the private engine");
    found = true;
  }
  if (
    containerd !== undefined &&
    isAlive(containerd) &&
    commandLineOf(containerd).some((word) => word.startsWith(exec))
  ) {
    await endProcess(containerd, "the private engine's containerd");
    found = true;
  }
  for (const mount of mountsUnder([paths.data, exec])) {
    await runCommand("umount", ["-l", mount], { within: seconds(10) });
    found = true;
  }
  for (const left of [exec, paths.socket, paths.pidFile, ...(options.images === true ? [paths.data, paths.log] : [])]) {
    if (!existsSync(left)) continue;
    await rm(left, { recursive: true, force: true });
    found = true;
  }
  return found;
}

async function endProcess(pid: number, what: string): Promise<void> {
  const gone = (limit: typeof START_LIMIT): Promise<unknown> =>
    waitFor(
      `the end of ${what}`,
      () => Promise.resolve(isAlive(pid) ? { seen: `process ${pid} lives` } : { reached: true }),
      {
        within: limit,
        every: milliseconds(100),
      },
    );
  process.kill(pid, "SIGTERM");
  try {
    await gone(seconds(45));
  } catch {
    process.kill(pid, "SIGKILL");
    try {
      await gone(seconds(10));
    } catch (cause) {
      throw new LabError({ code: "engine-failed", message: `${what} (process ${pid}) does not end`, cause });
    }
  }
}

/** Mount points below the folders, innermost first. */
function mountsUnder(folders: readonly string[]): string[] {
  const points = readText("/proc/self/mountinfo")
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    // Spaces and the like are written in octal.
    .map((point) => point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));
  const below = points.filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`)));
  return below.sort((a, b) => b.length - a.length);
}
