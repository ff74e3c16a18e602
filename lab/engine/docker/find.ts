/** Finds the engine that the user has. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import { connect, silence, socketPath, unixAddress, type EngineAddress } from "./engine-address.ts";
import { privateEnginePaths } from "../home.ts";

export interface Found {
  readonly endpoint: EngineAddress;
  readonly docker: Docker;
}

/**
 * The first engine that answers: `DOCKER_HOST`, the current docker context, the default sockets, the lab's private one.
 * @throws LabError `engine-failed` when `DOCKER_HOST` is set and does not answer: the lab never takes another than the
 * one that was named.
 */
export async function findEngine(): Promise<Found | undefined> {
  const named = namedByEnvironment();
  if (named !== undefined) {
    const docker = connect(named);
    const trouble = await silence(docker);
    if (trouble === undefined) return { endpoint: named, docker };
    throw new LabError({
      code: "engine-failed",
      message: `DOCKER_HOST is ${named.url}, and no engine answers there: ${trouble}`,
      hint: "Start that engine, or unset DOCKER_HOST to let the lab look for one.",
    });
  }
  for (const endpoint of [await contextAddress(), ...defaultAddresses()]) {
    if (endpoint === undefined) continue;
    const path = socketPath(endpoint);
    if (path !== undefined && !existsSync(path)) continue;
    const docker = connect(endpoint);
    if ((await silence(docker)) === undefined) return { endpoint, docker };
  }
  return undefined;
}

function namedByEnvironment(): EngineAddress | undefined {
  const url = process.env["DOCKER_HOST"];
  if (url === undefined || url === "") return undefined;
  const certificates = process.env["DOCKER_CERT_PATH"];
  const verify = process.env["DOCKER_TLS_VERIFY"];
  const secure = certificates !== undefined && verify !== undefined && verify !== "" && verify !== "0";
  return { url, from: "DOCKER_HOST", ...(secure ? { certificates } : {}) };
}

function defaultAddresses(): EngineAddress[] {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  return [
    unixAddress("/var/run/docker.sock", "the default socket"),
    ...(runtime === undefined ? [] : [unixAddress(join(runtime, "docker.sock"), "the rootless socket")]),
    unixAddress(join(homedir(), ".docker", "run", "docker.sock"), "Docker Desktop's socket"),
    unixAddress(privateEnginePaths().socket, "the lab's private engine"),
  ];
}

/** The engine that `docker context use` chose; undefined for the default context or when there is no such file. */
async function contextAddress(): Promise<EngineAddress | undefined> {
  const folder = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  const context = process.env["DOCKER_CONTEXT"] ?? field(await readJson(join(folder, "config.json")), "currentContext");
  if (typeof context !== "string" || context === "" || context === "default") return undefined;
  const id = createHash("sha256").update(context).digest("hex");
  const meta = await readJson(join(folder, "contexts", "meta", id, "meta.json"));
  const url = field(field(field(meta, "Endpoints"), "docker"), "Host");
  if (typeof url !== "string") return undefined;
  const certificates = join(folder, "contexts", "tls", id, "docker");
  return { url, from: `docker context "${context}"`, ...(existsSync(certificates) ? { certificates } : {}) };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;
