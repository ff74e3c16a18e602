/** Where images come from: a registry, or the package registries. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";
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

const answers = new Map<string, Promise<string | undefined>>();

/**
 * Whether the engine reaches the registry: it is asked once a process for an image's description, a small thing,
 * for 5 s at most. The answer is what went wrong, or undefined when it is in reach.
 */
export function registryTrouble(
  docker: Docker,
  official: string,
  registry: string | undefined,
): Promise<string | undefined> {
  const reference = officialName(official, registry);
  const known = answers.get(reference);
  if (known !== undefined) return known;
  const asked = withLimit(
    `the registry's answer about ${reference}`,
    seconds(5),
    docker.getImage(reference).distribution(),
  ).then(() => undefined, messageOf);
  answers.set(reference, asked);
  return asked;
}
