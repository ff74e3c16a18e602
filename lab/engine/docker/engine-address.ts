/** How an engine is reached, and whether it answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";

export interface EngineAddress {
  /** `unix:///path`, `tcp://host:port`, `npipe:////./pipe/…`. */
  readonly url: string;
  /** Who named it, for messages: `DOCKER_HOST`, `docker context "desktop"`, `the default socket`. */
  readonly from: string;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, for TLS. */
  readonly certificates?: string;
}

export const unixAddress = (path: string, from: string): EngineAddress => ({ url: `unix://${path}`, from });

/** The file of a unix-socket endpoint. */
export const socketPath = (endpoint: EngineAddress): string | undefined =>
  endpoint.url.startsWith("unix://") ? endpoint.url.slice("unix://".length) : undefined;

const DEFAULT_PORT = { plain: 2375, tls: 2376 } as const;

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]", "::1"]);

/**
 * A client of the engine at this endpoint; nothing is sent yet.
 * @throws LabError `engine-failed` for an endpoint on another machine: nodes' ports are published on the engine's own
 * loopback, which only that machine can reach.
 */
export function connect(endpoint: EngineAddress): Docker {
  const path = socketPath(endpoint);
  if (path !== undefined) return new Docker({ socketPath: path });
  if (endpoint.url.startsWith("npipe://")) return new Docker({ socketPath: endpoint.url.slice("npipe://".length) });
  const address = parseUrl(endpoint);
  if (address.protocol === "ssh:" || !LOOPBACK.has(address.hostname)) {
    throw new LabError({
      code: "engine-failed",
      message: `${endpoint.from} names an engine on another machine: ${endpoint.url}`,
      hint: "The lab publishes ports on 127.0.0.1 of the engine's machine. Run the lab there, or name an engine of this machine with DOCKER_HOST.",
    });
  }
  const options = {
    host: address.hostname,
    port: Number(
      address.port === "" ? DEFAULT_PORT[endpoint.certificates === undefined ? "plain" : "tls"] : address.port,
    ),
  };
  if (endpoint.certificates === undefined) return new Docker({ ...options, protocol: "http" });
  return new Docker({ ...options, ...certificatesIn(endpoint.certificates, endpoint.from) });
}

function certificatesIn(folder: string, from: string): { protocol: "https"; ca: Buffer; cert: Buffer; key: Buffer } {
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  try {
    return { protocol: "https", ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  } catch (cause) {
    throw new LabError({
      code: "engine-failed",
      message: `${from} asks for TLS, and a certificate cannot be read: ${messageOf(cause)}`,
      hint: `The folder should hold ca.pem, cert.pem and key.pem: ${folder}`,
      cause,
    });
  }
}

function parseUrl(endpoint: EngineAddress): URL {
  try {
    return new URL(endpoint.url);
  } catch (cause) {
    throw new LabError({
      code: "engine-failed",
      message: `${endpoint.from} is not an address of an engine: "${endpoint.url}"`,
      hint: "It should look like unix:///var/run/docker.sock or tcp://127.0.0.1:2375.",
      cause,
    });
  }
}

/** What connecting says where nobody listens: at a port, at a socket's file. */
const NOBODY_LISTENS: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOENT"]);

/** Whether nobody listens where the engine was. One that is slow, or says no, is not gone. */
export async function isGone(docker: Docker): Promise<boolean> {
  try {
    await withLimit("the engine's answer to a ping", seconds(5), docker.ping());
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && NOBODY_LISTENS.has(error.code);
  }
}

export interface Trouble {
  /** The system's word for it, where it has one: `ECONNREFUSED`, `EACCES`. */
  readonly code: string | undefined;
  readonly message: string;
}

/** Asks the engine for a sign of life; the answer is what went wrong, or undefined when it answers. Limit 5 s. */
export async function troubleWith(docker: Docker): Promise<Trouble | undefined> {
  try {
    await withLimit("the engine's answer to a ping", seconds(5), docker.ping());
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
    return { code, message: messageOf(error) };
  }
}

/** What went wrong, in words. */
export const silence = async (docker: Docker): Promise<string | undefined> => (await troubleWith(docker))?.message;
