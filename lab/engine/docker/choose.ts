/** Which engine is meant: from the environment and the client's files, as data, to a decision. Pure. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { LabError, messageOf } from "../../errors.ts";
import { unixAddress, type EngineAddress } from "./engine-address.ts";

/** What the decision is taken from. */
export interface ClientSettings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  /** The socket of the lab's private engine. */
  readonly privateSocket: string;
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
}

export type EngineChoice =
  /** This one, whether it answers or not. */
  | { readonly how: "named"; readonly address: EngineAddress }
  /** Nobody named one: the first of these that answers. */
  | { readonly how: "looked for"; readonly addresses: readonly EngineAddress[] };

/**
 * As Docker's own client decides: `DOCKER_HOST`, else `DOCKER_CONTEXT`, else the context that `docker context use`
 * chose; where none of them names one, the sockets that engines usually have, and the lab's own.
 * @throws LabError `engine-failed` where one is named that cannot be found: the lab never takes another than it.
 */
export function chooseEngine(settings: ClientSettings): EngineChoice {
  const { environment } = settings;
  const host = given(environment["DOCKER_HOST"]);
  if (host !== undefined) return { how: "named", address: hostAddress(host, settings) };
  const context = given(environment["DOCKER_CONTEXT"]);
  if (context !== undefined) {
    const address =
      context === "default"
        ? unixAddress(DEFAULT_SOCKET, 'DOCKER_CONTEXT "default"')
        : contextAddress(context, "DOCKER_CONTEXT", settings);
    return { how: "named", address };
  }
  const chosen = currentContext(settings);
  if (chosen !== undefined) {
    return { how: "named", address: contextAddress(chosen, "the current docker context", settings) };
  }
  const runtime = given(environment["XDG_RUNTIME_DIR"]);
  return {
    how: "looked for",
    addresses: [
      unixAddress(DEFAULT_SOCKET, "the default socket"),
      ...(runtime === undefined ? [] : [unixAddress(join(runtime, "docker.sock"), "the rootless socket")]),
      unixAddress(join(settings.home, ".docker", "run", "docker.sock"), "Docker Desktop's socket"),
      unixAddress(settings.privateSocket, "the lab's private engine"),
    ],
  };
}

const DEFAULT_SOCKET = "/var/run/docker.sock";

/** A variable that is set to nothing counts as not set. */
const given = (value: string | undefined): string | undefined => (value === "" ? undefined : value);

/** The folder of Docker's client. */
export const clientFolder = ({ environment, home }: Pick<ClientSettings, "environment" | "home">): string =>
  given(environment["DOCKER_CONFIG"]) ?? join(home, ".docker");

const failure = (message: string, hint: string, cause?: unknown): LabError =>
  new LabError({ code: "engine-failed", message, hint, cause });

function hostAddress(text: string, settings: ClientSettings): EngineAddress {
  const url = text.includes("://") ? text : `tcp://${text}`;
  const { environment } = settings;
  const verify = given(environment["DOCKER_TLS_VERIFY"]);
  const secure = verify !== undefined && verify !== "0" && /^(tcp|https):/.test(url);
  if (!secure) return { url, from: "DOCKER_HOST" };
  const path = given(environment["DOCKER_CERT_PATH"]);
  const certificates = path ?? clientFolder(settings);
  const missing = CERTIFICATES.filter((name) => settings.read(join(certificates, name)) === undefined);
  if (missing.length > 0) {
    throw failure(
      `DOCKER_TLS_VERIFY is set for DOCKER_HOST ${url}, and ${path === undefined ? `DOCKER_CERT_PATH is not; ${certificates}` : `DOCKER_CERT_PATH, ${path},`} has no ${missing.join(", no ")}`,
      "Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem, or unset DOCKER_TLS_VERIFY for an engine without TLS.",
    );
  }
  return { url, from: "DOCKER_HOST", certificates };
}

const CERTIFICATES = ["ca.pem", "cert.pem", "key.pem"];

/** The context that `docker context use` chose; undefined for the default one, or where nothing was ever chosen. */
function currentContext(settings: ClientSettings): string | undefined {
  const path = join(clientFolder(settings), "config.json");
  const text = settings.read(path);
  if (text === undefined) return undefined;
  const chosen = field(parsed(text, path), "currentContext");
  return typeof chosen === "string" && chosen !== "default" ? given(chosen) : undefined;
}

function contextAddress(context: string, namedBy: string, settings: ClientSettings): EngineAddress {
  const folder = clientFolder(settings);
  const id = createHash("sha256").update(context).digest("hex");
  const path = join(folder, "contexts", "meta", id, "meta.json");
  const text = settings.read(path);
  if (text === undefined) {
    throw failure(
      `${namedBy} is "${context}", and there is no such context in ${join(folder, "contexts")}`,
      namedBy === "DOCKER_CONTEXT"
        ? "`docker context ls` shows those that there are; unset DOCKER_CONTEXT to let the lab look for an engine."
        : "`docker context ls` shows those that there are; `docker context use default` goes back to the default one.",
    );
  }
  const url = field(field(field(parsed(text, path), "Endpoints"), "docker"), "Host");
  if (typeof url !== "string" || url === "") {
    throw failure(
      `${namedBy} is "${context}", and ${path} names no engine`,
      `\`docker context inspect ${context}\` shows what it is; \`docker context use default\` goes back to the default one.`,
    );
  }
  const certificates = join(folder, "contexts", "tls", id, "docker");
  const secure = settings.read(join(certificates, "ca.pem")) !== undefined;
  const from = namedBy === "DOCKER_CONTEXT" ? `DOCKER_CONTEXT "${context}"` : `docker context "${context}"`;
  return { url, from, ...(secure ? { certificates } : {}) };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failure(
      `${path} cannot be read: ${messageOf(cause)}`,
      "It says which engine is meant. Mend or remove it, or name the engine with DOCKER_HOST.",
      cause,
    );
  }
}

export const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;

/** What was seen of a socket's file, and of who asks. */
export interface SocketOwner {
  readonly user: string;
  readonly groupId: number;
  /** The text of the system's list of groups. */
  readonly groups: string;
}

/** What an engine's silence means. @param owner of its socket, where it has one */
export function explainSilence(
  address: EngineAddress,
  trouble: { readonly code?: string | undefined; readonly message: string },
  owner: SocketOwner | undefined,
): LabError {
  if ((trouble.code !== "EACCES" && trouble.code !== "EPERM") || owner === undefined) {
    const [variable] = /^DOCKER_\w+/.exec(address.from) ?? [];
    const unset = variable === undefined ? "run `docker context use default`" : `unset ${variable}`;
    return failure(
      `${address.from} names the engine at ${address.url}, and none answers there: ${trouble.message}`,
      `Start that engine, or ${unset} to let the lab look for one.`,
    );
  }
  const group = groupName(owner.groups, owner.groupId);
  const message = `${owner.user} may not use the engine at ${address.url} (${address.from})`;
  if (owner.groupId === 0) {
    return failure(`${message}: its socket is for root alone`, "Run the lab as root, or give the socket to a group.");
  }
  return failure(
    `${message}: its socket is for members of the group ${group}`,
    `\`sudo usermod -aG ${group} ${owner.user}\`, then log in again; \`newgrp ${group}\` does it for one shell.`,
  );
}

/** A group's name in the lines of `/etc/group`; its number where it has none. */
function groupName(groups: string, id: number): string {
  const line = groups.split("\n").find((each) => each.split(":")[2] === String(id));
  return line?.split(":")[0] ?? String(id);
}
