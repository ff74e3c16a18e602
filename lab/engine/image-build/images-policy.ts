/** Where images come from: a registry, or the package registries. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";
import { credentialsFor } from "../docker/credentials.ts";
import { statusOf } from "../docker/docker-errors.ts";
import { isRefusal } from "./images-messages.ts";
import { officialName, type Source } from "./images-plan.ts";

export interface ImagePolicy {
  readonly take: "auto" | Source;
  /** A prefix of the official images' names, such as a mirror; undefined: the engine's default registry. */
  readonly registry: string | undefined;
}

/**
 * `RESILIENCE_LAB_IMAGES` (auto, registry, packages) and `RESILIENCE_LAB_REGISTRY`.
 * @throws LabError `bad-usage`
 */
export function imagePolicy(environment: Readonly<Record<string, string | undefined>> = process.env): ImagePolicy {
  const take = environment["RESILIENCE_LAB_IMAGES"] ?? "auto";
  const registry = environment["RESILIENCE_LAB_REGISTRY"];
  if (take !== "auto" && take !== "registry" && take !== "packages") {
    throw new LabError({
      code: "bad-usage",
      message: `RESILIENCE_LAB_IMAGES is "${take}"`,
      hint: "Set it to auto (the default), registry or packages.",
    });
  }
  return { take, registry: registry === "" ? undefined : registry };
}

/** Why images cannot come from the registry. */
export interface RegistryTrouble {
  /** Whether it answered, and said no: to these credentials, to so many pulls. */
  readonly refused: boolean;
  /** One line: what it said, or what went wrong on the way to it. */
  readonly reason: string;
}

const answers = new Map<string, Promise<RegistryTrouble | undefined>>();

/**
 * Whether the engine may have images from the registry: it is asked once a process for an image's description, a small
 * thing, for 5 s at most, with the user's credentials. The answer is what went wrong, or undefined when it may.
 */
export function registryTrouble(
  docker: Docker,
  official: string,
  registry: string | undefined,
): Promise<RegistryTrouble | undefined> {
  const reference = officialName(official, registry);
  const known = answers.get(reference);
  if (known !== undefined) return known;
  const asked = ask(docker, reference);
  answers.set(reference, asked);
  return asked;
}

async function ask(docker: Docker, reference: string): Promise<RegistryTrouble | undefined> {
  const { auth, trouble } = await credentialsFor(docker, reference);
  try {
    const answer = docker.getImage(reference).distribution(auth === undefined ? {} : { authconfig: auth });
    await withLimit(`the registry's answer about ${reference}`, seconds(5), answer as Promise<unknown>);
    return undefined;
  } catch (error) {
    return readTrouble(messageOf(error), statusOf(error), trouble);
  }
}

/** What the engine told of the registry. Pure. @param credentials why the user's could not be had */
export function readTrouble(
  message: string,
  status: number | undefined,
  credentials: string | undefined,
): RegistryTrouble {
  const refused = status === 401 || status === 403 || status === 429 || isRefusal(message);
  // Without the client library's own introduction.
  const reason = (message.split("\n")[0] ?? "").replace(/^\(HTTP code \d+\) [a-z ]+ - /, "").trim();
  return { refused, reason: credentials === undefined ? reason : `${reason}; ${credentials}` };
}
