/** Installs the engine from the system's packages. */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { LabError } from "../../errors.ts";
import { minutes } from "../../time.ts";
import { runCommand, type CommandResult } from "../processes.ts";

const DAEMON_PLACES = ["/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd", "/usr/local/sbin/dockerd"];

/** The engine's daemon, if it is installed. */
export const findDaemon = (): string | undefined => DAEMON_PLACES.find((path) => existsSync(path));

/**
 * `apt-get install docker.io iptables`, with an `apt-get update` first where the package lists are missing or old. No
 * system service is started: the lab starts a daemon of its own.
 * @throws LabError `engine-failed` with the end of apt's output.
 */
export async function installEngine(note: (detail: string) => void): Promise<void> {
  await using _policy = await forbidServices();
  note("installing docker.io and iptables from the system's packages");
  let result = await install(note);
  if (!result.ok) {
    note("refreshing the package lists");
    await apt(["update"], note);
    result = await install(note);
  }
  if (result.ok && findDaemon() !== undefined) return;
  throw new LabError({
    code: "engine-failed",
    message: `Docker could not be installed:\n${result.output.split("\n").slice(-12).join("\n")}`,
    hint: "Try it by hand: apt-get update && apt-get install --no-install-recommends docker.io iptables",
  });
}

const install = (note: (detail: string) => void): Promise<CommandResult> =>
  apt(["install", "-y", "--no-install-recommends", "docker.io", "iptables"], note);

const apt = (args: readonly string[], onLine: (line: string) => void): Promise<CommandResult> =>
  runCommand("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    within: minutes(5),
    environment: { DEBIAN_FRONTEND: "noninteractive" },
    onLine,
  });

/** Debian's way to keep a package from starting its service; a policy that is there already is left alone. */
async function forbidServices(): Promise<AsyncDisposable> {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  await writeFile(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  return { [Symbol.asyncDispose]: () => rm(policy, { force: true }) };
}
