/** The user's credentials for a registry, where `docker login` keeps them. */
import { join } from "node:path";
import type Docker from "dockerode";
import { messageOf } from "../../errors.ts";
import { seconds } from "../../time.ts";
import { runCommand } from "../processes.ts";
import { clientFolder, field } from "./choose.ts";
import { clientSettings } from "./find.ts";
import { credentialsInEnvironment } from "./testcontainers-environment.ts";

/** As the engine's API takes them with a request. */
export type RegistryAuth =
  | { readonly serveraddress: string; readonly username: string; readonly password: string }
  | { readonly serveraddress: string; readonly identitytoken: string };

/** Where the credentials for a registry are. */
export type CredentialSource =
  | { readonly how: "none" }
  | { readonly how: "stored"; readonly auth: RegistryAuth }
  /** A program asks the system's keychain for this server's. */
  | { readonly how: "helper"; readonly program: string; readonly server: string };

/** The server that an image's name means, as `docker login` writes it down. @param hub the engine's default registry */
export function serverOf(reference: string, hub: string): string {
  const [first = "", ...rest] = reference.split("/");
  const isServer = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return !isServer || first === "docker.io" ? hub : first;
}

const hostOf = (server: string): string => server.replace(/^https?:\/\//, "").split("/")[0] ?? "";

/**
 * As Docker's client decides: the registry's own helper, else the store for all, else what is written in the file.
 * Pure. @param server as `serverOf` gives it @param config the content of config.json @throws SyntaxError for one that is
 * no JSON
 */
export function credentialSource(server: string, config: string | undefined): CredentialSource {
  if (config === undefined) return { how: "none" };
  const content = JSON.parse(config) as unknown;
  const helper = field(field(content, "credHelpers"), hostOf(server)) ?? field(content, "credsStore");
  if (typeof helper === "string" && helper !== "") {
    return { how: "helper", program: `docker-credential-${helper}`, server };
  }
  const auth = storedAuth(field(content, "auths"), server);
  return auth === undefined ? { how: "none" } : { how: "stored", auth };
}

function storedAuth(auths: unknown, server: string): RegistryAuth | undefined {
  if (typeof auths !== "object" || auths === null) return undefined;
  const entries = Object.entries(auths);
  const [, entry] =
    entries.find(([key]) => key === server) ?? entries.find(([key]) => hostOf(key) === hostOf(server)) ?? [];
  const token = field(entry, "identitytoken");
  if (typeof token === "string" && token !== "") return { serveraddress: server, identitytoken: token };
  const coded = field(entry, "auth");
  const [, username, password] =
    /^([^:]+):(.*)$/s.exec(typeof coded === "string" ? Buffer.from(coded, "base64").toString("utf8") : "") ?? [];
  if (username !== undefined && password !== undefined) {
    return { serveraddress: server, username, password: password.replace(/\0+$/, "") };
  }
  return withPassword(server, field(entry, "username"), field(entry, "password"));
}

/** What a helper said: user and secret, or a token of which `<token>` is the user. Pure. */
export function helperAuth(server: string, answer: string): RegistryAuth | undefined {
  const said = JSON.parse(answer) as unknown;
  const user = field(said, "Username");
  const secret = field(said, "Secret");
  if (user === "<token>" && typeof secret === "string") return { serveraddress: server, identitytoken: secret };
  return withPassword(server, user, secret);
}

const withPassword = (serveraddress: string, username: unknown, password: unknown): RegistryAuth | undefined =>
  typeof username === "string" && username !== "" && typeof password === "string"
    ? { serveraddress, username, password }
    : undefined;

export interface Credentials {
  readonly auth?: RegistryAuth;
  /** Why there may be some that could not be had. */
  readonly trouble?: string;
}

const known = new Map<string, Promise<Credentials>>();

/**
 * The credentials for an image's registry: from `DOCKER_AUTH_CONFIG`, else from config.json; asked for once a process.
 * Never throws: a public image needs none, so what went wrong is told beside a registry's refusal.
 */
export async function credentialsFor(docker: Docker, reference: string): Promise<Credentials> {
  const server = serverOf(reference, await defaultRegistry(docker));
  const asked = known.get(server) ?? find(server);
  known.set(server, asked);
  return asked;
}

async function defaultRegistry(docker: Docker): Promise<string> {
  // An engine that does not tell has none, or does not answer: then the pull says so.
  const told = (await docker.info().catch(() => ({}))) as { readonly IndexServerAddress?: string };
  return told.IndexServerAddress ?? "";
}

async function find(server: string): Promise<Credentials> {
  const settings = clientSettings();
  const path = join(clientFolder(settings), "config.json");
  try {
    const inEnvironment = credentialSource(server, credentialsInEnvironment);
    const source = inEnvironment.how === "none" ? credentialSource(server, settings.read(path)) : inEnvironment;
    if (source.how === "none") return {};
    if (source.how === "stored") return { auth: source.auth };
    return await askHelper(source);
  } catch (error) {
    return { trouble: `the credentials in ${path} could not be read: ${messageOf(error)}` };
  }
}

async function askHelper({ program, server }: CredentialSource & { how: "helper" }): Promise<Credentials> {
  const { ok, stdout, output } = await runCommand(program, ["get"], { within: seconds(15), input: `${server}\n` });
  if (ok) {
    const auth = helperAuth(server, stdout);
    return auth === undefined ? {} : { auth };
  }
  // What the helpers say, by their protocol, of a server at which nobody has logged in.
  if (/credentials not found/i.test(output)) return {};
  return { trouble: `${program} did not give the credentials for ${server}: ${output.split("\n")[0] ?? ""}` };
}
