/** Finds the engine that the user has. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { chooseEngine, explainSilence, type ClientSettings, type SocketOwner } from "./choose.ts";
import { connect, socketPath, troubleWith, type EngineAddress } from "./engine-address.ts";
import { privateEnginePaths } from "../home.ts";
import { readText } from "../machine.ts";

export interface Found {
  readonly endpoint: EngineAddress;
  readonly docker: Docker;
}

/** The environment and files of this machine's user. */
export const clientSettings = (): ClientSettings => ({
  environment: process.env,
  home: homedir(),
  privateSocket: privateEnginePaths().socket,
  read: readIfThere,
});

/** @throws LabError `engine-failed` for a file that is there and cannot be read */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new LabError({
      code: "engine-failed",
      message: `${path} cannot be read: ${messageOf(error)}`,
      hint: "It may say which engine is meant. Mend or remove it, or name the engine with DOCKER_HOST.",
      cause: error,
    });
  }
}

/**
 * The engine that is named, or the first of the usual ones that answers; undefined where none does.
 * @throws LabError `engine-failed` when one is named and does not answer: the lab never takes another than the one that
 * was named; and when there is one that this user may not use.
 */
export async function findEngine(): Promise<Found | undefined> {
  const choice = chooseEngine(clientSettings());
  if (choice.how === "named") {
    const docker = connect(choice.address);
    const trouble = await troubleWith(docker);
    if (trouble === undefined) return { endpoint: choice.address, docker };
    throw explainSilence(choice.address, trouble, ownerOf(choice.address));
  }
  const forbidden: LabError[] = [];
  for (const address of choice.addresses) {
    const path = socketPath(address);
    if (path !== undefined && !existsSync(path)) continue;
    const docker = connect(address);
    const trouble = await troubleWith(docker);
    if (trouble === undefined) return { endpoint: address, docker };
    if (trouble.code === "EACCES") forbidden.push(explainSilence(address, trouble, ownerOf(address)));
  }
  const [first] = forbidden;
  if (first !== undefined) throw first;
  return undefined;
}

/** Who may use a socket; undefined where there is none. */
function ownerOf(address: EngineAddress): SocketOwner | undefined {
  const path = socketPath(address);
  if (path === undefined) return undefined;
  try {
    return { user: userInfo().username, groupId: statSync(path).gid, groups: readText("/etc/group") };
  } catch {
    return undefined;
  }
}
