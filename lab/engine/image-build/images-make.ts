/** Makes one planned image: pulls it, builds it, or bootstraps a Debian. */
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { messageOf } from "../../errors.ts";
import { abortable, minutes, withLimit } from "../../time.ts";
import { credentialsFor } from "../docker/credentials.ts";
import { statusOf } from "../docker/docker-errors.ts";
import { engineMessages } from "../docker/engine-messages.ts";
import { bootstrapDebian } from "./images-debootstrap.ts";
import { buildLog, imageError, type BuildLog, type EngineMessage } from "./images-messages.ts";
import type { Making, PlannedImage } from "./images-plan.ts";
import type { RegistryTrouble } from "./images-policy.ts";
import type { RecipeFile } from "./images-recipes.ts";

/** Which component an image is of; every image that the lab made has it. */
export const IMAGE_LABEL = "resilience-lab.image";
/** The whole hash of what an image was made from. */
const RECIPE_LABEL = "resilience-lab.recipe";
const SOURCE_LABEL = "resilience-lab.source";
/** On every layer of a build, so that stages that are not part of the result are found again. */
export const STAGE_LABEL = "resilience-lab.stage";

const LIMIT = minutes(30);

export type Note = (detail: string) => void;

export interface MakingOptions {
  readonly note: Note;
  /** Why it does not come from the registry. */
  readonly trouble?: RegistryTrouble | undefined;
  /** Breaks it off: the engine is no longer waited for, and its work ends as the request is closed. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The image is there under its name when this returns, and not before.
 * @throws LabError `image-failed`, `not-enough-disk`, `wait-timeout` after half an hour; the signal's reason
 */
export async function makeImage(docker: Docker, image: PlannedImage, making: MakingOptions): Promise<void> {
  const { make } = image;
  switch (make.how) {
    case "pull":
      return pull(docker, image, making);
    case "build":
      return build(docker, image, make, making);
    case "debootstrap":
      return bootstrapDebian({ suite: make.suite, files: make.files, ...making }, (rootFilesystem) =>
        importImage(docker, image, rootFilesystem, making),
      );
  }
}

async function pull(docker: Docker, image: PlannedImage, making: MakingOptions): Promise<void> {
  const { auth, trouble } = await credentialsFor(docker, image.reference);
  if (trouble !== undefined) making.note(trouble);
  const options = auth === undefined ? {} : { authconfig: auth };
  await follow("pulling", image, making, (abortSignal) => docker.pull(image.reference, { ...options, abortSignal }));
  await assertMade(docker, image, "pulling");
}

async function build(
  docker: Docker,
  image: PlannedImage,
  make: Making & { how: "build" },
  making: MakingOptions,
): Promise<void> {
  const context = buildContext(make.files, image.hash);
  await follow("building", image, making, (abortSignal) =>
    docker.buildImage(context, {
      t: image.reference,
      buildargs: { ...make.buildArguments },
      labels: labels(image),
      rm: true,
      forcerm: true,
      version: "1",
      abortSignal,
    }),
  );
  await assertMade(docker, image, "building");
  await removeStages(docker, image.hash);
}

async function importImage(
  docker: Docker,
  image: PlannedImage,
  rootFilesystem: NodeJS.ReadableStream,
  making: MakingOptions,
): Promise<void> {
  const [repo, tag] = image.reference.split(":");
  const changes = Object.entries(labels(image)).map(([name, value]) => `LABEL ${name}=${value}`);
  await follow("importing", image, making, (abortSignal) =>
    docker.importImage(rootFilesystem, { repo, tag, changes: [...changes, 'CMD ["bash"]'], abortSignal }),
  );
  await assertMade(docker, image, "importing");
}

const labels = (image: PlannedImage): Record<string, string> => ({
  [IMAGE_LABEL]: image.component,
  [RECIPE_LABEL]: image.hash,
  [SOURCE_LABEL]: image.source,
});

/** Reads the engine's answer to its end; stops the engine's work when that takes too long, or when it is broken off. */
async function follow(
  what: string,
  image: PlannedImage,
  { note, signal }: MakingOptions,
  start: (signal: AbortSignal) => Promise<NodeJS.ReadableStream>,
): Promise<void> {
  const log = buildLog();
  const abort = new AbortController();
  const read = async (): Promise<void> => {
    for await (const message of engineMessages<EngineMessage>(await start(abort.signal))) {
      if (message.error !== undefined) throw imageError(image.component, what, message.error.trim(), log);
      note(log.take(message));
    }
  };
  try {
    signal?.throwIfAborted();
    const reading = read();
    const heeded = signal === undefined ? reading : abortable(signal, reading);
    await withLimit(`${what} the ${image.component} image`, LIMIT, heeded);
  } catch (error) {
    // It closes the request: the engine gives up a build or a pull that nobody waits for.
    abort.abort();
    signal?.throwIfAborted();
    throw asImageError(error, what, image, log);
  }
}

function asImageError(error: unknown, what: string, image: PlannedImage, log: BuildLog): Error {
  if (error instanceof Error && error.name === "LabError") return error;
  return imageError(image.component, what, messageOf(error), log, error);
}

/** An answer that ended early looks like one that ended well; only the image tells. */
async function assertMade(docker: Docker, image: PlannedImage, what: string): Promise<void> {
  if ((await inspect(docker, image.reference)) !== undefined) return;
  throw imageError(image.component, what, "the engine's answer ended, and the image is not there", buildLog());
}

/** The engine's description of an image; undefined when it has none of this name. */
export async function inspect(docker: Docker, reference: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(reference).inspect();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Removes what a build left without a name: stages that only fed the result, the steps of one that failed. */
export async function removeStages(docker: Docker, hash: string): Promise<void> {
  const filters = { dangling: ["true"], label: [`${STAGE_LABEL}=${hash}`] };
  for (const stage of await docker.listImages({ filters })) {
    await docker
      .getImage(stage.Id)
      .remove()
      .catch(() => undefined);
  }
}

function buildContext(files: readonly RecipeFile[], hash: string): NodeJS.ReadableStream {
  const archive = pack();
  // There even when this machine trusts no certificates of its own, so that a COPY of it works.
  archive.entry({ name: "certificates", type: "directory", mode: 0o755 });
  for (const { path, content, mode } of files) {
    const stamped = path === "Dockerfile" ? Buffer.from(labelStages(content.toString("utf8"), hash)) : content;
    archive.entry({ name: path, mode }, stamped);
  }
  archive.finalize();
  return Readable.from(archive);
}

/** The Dockerfile with a label after each FROM. */
export const labelStages = (dockerfile: string, hash: string): string =>
  dockerfile.replace(/^FROM .*$/gim, (from) => `${from}\nLABEL ${STAGE_LABEL}=${hash}`);
