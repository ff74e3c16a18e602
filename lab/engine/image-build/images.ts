/**
 * The images of the lab's nodes: found by the hash of their recipe, else pulled or built, only those that are needed.
 * With a registry in reach: the official image, pinned, and the lab's thin layer on it. Without one: the same layer on
 * an image made from packages, with the official one's layout of files.
 */
import { join } from "node:path";
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import { formatDuration, minutes, monotonicMs } from "../../time.ts";
import { statusOf } from "../docker/docker-errors.ts";
import { labHome } from "../home.ts";
import { IMAGE_LABEL, inspect, makeImage, STAGE_LABEL } from "./images-make.ts";
import { planImage, type PlannedImage, type PlanInput, type Source } from "./images-plan.ts";
import { imagePolicy, registryTrouble, type RegistryTrouble } from "./images-policy.ts";
import { BASE_IMAGE, COMPONENTS, ofComponent, readRecipe, RECIPES, trustedCertificates } from "./images-recipes.ts";
import { lockFile } from "../lock.ts";
import { assertDisk } from "../machine.ts";
import type { ComponentId, EngineInfo, ImageRef, Progress } from "../types.ts";

export interface EnsureOptions {
  readonly docker: Docker;
  readonly info: EngineInfo;
  readonly components: readonly ComponentId[];
  readonly progress: Progress;
  /** Breaks off what is being made; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The images of these components, made where they are not there yet; independent ones at the same time.
 * @throws LabError `image-failed` with the failing step and its last lines, `not-enough-disk`, `bad-usage` for a
 * policy that is none, `wait-timeout`
 */
export async function ensureImages(options: EnsureOptions): Promise<ReadonlyMap<ComponentId, ImageRef>> {
  const { docker, components, progress, signal } = options;
  const { images: planned, trouble } = await plan(docker, components);
  signal?.throwIfAborted();
  const missing = await Promise.all(
    planned.map(async (image) => (await inspect(docker, image.reference)) === undefined),
  );
  if (missing.includes(true)) {
    await assertDisk("build images");
    if (trouble?.refused === true) {
      progress.task("official images").failed(`${trouble.reason}; they are built from packages instead`);
    }
  }
  const making = new Map<string, Promise<void>>();
  const refs = await allOf(
    planned.map(async (image): Promise<[ComponentId, ImageRef]> => {
      const id = await ensure({ ...options, trouble }, image, making);
      return [image.component, { component: image.component, reference: image.reference, id, source: image.source }];
    }),
  );
  return new Map(refs);
}

interface MakeOptions extends EnsureOptions {
  /** Why images do not come from the registry; undefined where they do, or where nobody asked. */
  readonly trouble: RegistryTrouble | undefined;
}

/** The engine's id of an image, which is made first where it is missing. */
async function ensure(options: MakeOptions, image: PlannedImage, making: Map<string, Promise<void>>): Promise<string> {
  const { docker } = options;
  const had = await inspect(docker, image.reference);
  if (had !== undefined) return had.Id;
  const underWay = making.get(image.reference) ?? make(options, image, making);
  making.set(image.reference, underWay);
  await underWay;
  const made = await inspect(docker, image.reference);
  if (made === undefined)
    throw new LabError({ code: "image-failed", message: `${image.reference} went away as soon as it was made` });
  return made.Id;
}

async function make(options: MakeOptions, image: PlannedImage, making: Map<string, Promise<void>>): Promise<void> {
  const { docker, progress, signal } = options;
  if (image.make.how === "build") await ensure(options, image.make.on, making);
  const task = progress.task(titleOf(image));
  const startedMs = monotonicMs();
  const note = (detail: string): void => task.note(detail);
  try {
    const path = join(labHome(), "locks", `image-${image.hash.slice(0, 12)}`);
    await using _lock = await lockFile(path, `the making of ${image.reference}`, {
      within: minutes(45),
      signal,
      waiting: () => note("another lab is at it"),
    });
    if ((await inspect(docker, image.reference)) === undefined)
      await makeImage(docker, image, { note, trouble: options.trouble, signal });
    const size = (await inspect(docker, image.reference))?.Size ?? 0;
    task.done(`${Math.round(size / 1e6)} MB, ${formatDuration(monotonicMs() - startedMs)}`);
  } catch (error) {
    task.failed(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    throw error;
  }
}

function titleOf({ component, reference, make: { how } }: PlannedImage): string {
  if (how === "pull") return `pull ${reference}`;
  if (how === "debootstrap") return "bootstrap Debian";
  return reference.includes("-foundation:") ? `build ${component} from packages` : `build the ${component} image`;
}

/** Waits for all before it throws the first error, so that nothing goes on behind the caller's back. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

interface Plan {
  readonly images: readonly PlannedImage[];
  readonly trouble: RegistryTrouble | undefined;
}

/**
 * The plan for these components from one source. With `auto`, what is there already decides; else whether the registry
 * gives images.
 */
async function plan(docker: Docker, components: readonly ComponentId[]): Promise<Plan> {
  const { take, registry } = imagePolicy();
  const from = await planner(registry);
  const planned = (source: Source): PlannedImage[] => components.map((component) => from(source, component));
  if (take !== "auto") return { images: planned(take), trouble: undefined };
  for (const source of ["registry", "packages"] as const) {
    const had = await Promise.all(
      planned(source).map(async (image) => (await inspect(docker, image.reference)) !== undefined),
    );
    if (!had.includes(false)) return { images: planned(source), trouble: undefined };
  }
  const first = components
    .map((component) => ofComponent(RECIPES, component).official)
    .find((official) => official !== undefined);
  const trouble = await registryTrouble(docker, first ?? BASE_IMAGE, registry);
  return { images: planned(trouble === undefined ? "registry" : "packages"), trouble };
}

/** Plans images from the recipes as they are on disk now. */
export async function planner(
  registry: string | undefined,
): Promise<(source: Source, component: ComponentId) => PlannedImage> {
  const entries = await Promise.all(
    COMPONENTS.map(async (component) => [component, await readRecipe(component)] as const),
  );
  const input: Omit<PlanInput, "source"> = {
    registry,
    certificates: await trustedCertificates(),
    recipes: RECIPES,
    files: Object.fromEntries(entries),
  };
  return (source, component) => planImage(component, { ...input, source });
}

export interface ImageState {
  readonly component: ComponentId;
  readonly reference: string;
  readonly had: boolean;
  readonly source: Source;
  readonly sizeBytes?: number;
}

/** For each component: the image that a run would take now, and whether it is there. May ask the registry, for 5 s. */
export async function imageStatus(docker: Docker): Promise<readonly ImageState[]> {
  return Promise.all(
    COMPONENTS.map(async (component) => {
      const [image] = (await plan(docker, [component])).images;
      if (image === undefined) throw new LabError({ code: "internal", message: `no plan for the ${component} image` });
      const { reference, source } = image;
      const had = await inspect(docker, reference);
      return {
        component,
        reference,
        had: had !== undefined,
        source,
        ...(had === undefined ? {} : { sizeBytes: had.Size }),
      };
    }),
  );
}

/**
 * Removes every image that the lab made, of this version and of others, and what broken builds left. Pulled official
 * images stay, and so does what a container still uses. Tells what was removed and what stayed.
 */
export async function removeImages(
  docker: Docker,
): Promise<{ readonly removed: readonly string[]; readonly inUse: readonly string[] }> {
  const removed: string[] = [];
  const inUse: string[] = [];
  const remove = async (name: string): Promise<void> => {
    try {
      await docker.getImage(name).remove();
      removed.push(name);
    } catch (error) {
      if (statusOf(error) === 404) return;
      if (statusOf(error) !== 409) throw error;
      inUse.push(name);
    }
  };
  const images = await docker.listImages({ filters: { label: [IMAGE_LABEL] } });
  for (const tag of images.flatMap((image) => image.RepoTags ?? []))
    if (tag.startsWith("resilience-lab/")) await remove(tag);
  const leftovers = await docker.listImages({ filters: { label: [STAGE_LABEL], dangling: ["true"] } });
  for (const { Id } of leftovers) await remove(Id);
  return { removed, inUse };
}
