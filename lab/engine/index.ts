/**
 * The container engine, as the rest of the lab calls it. Docker's client libraries take half a second to load;
 * they are loaded when an engine is first asked for, so that `lab --help` and `lab check` need not wait for them.
 */
import type { DoctorRow, TryFaults } from "./doctor/doctor.ts";
import type { ImageState } from "./image-build/images.ts";
import { RECIPES } from "./image-build/images-recipes.ts";
import type { ComponentId, Engine, Progress } from "./types.ts";

export * from "./types.ts";
export type { FaultSupport } from "./doctor/doctor.ts";
export { describeEngine } from "./describe-engine.ts";
export { labHome, runHome, ledgerPath } from "./home.ts";
export { officialBuild } from "./image-build/images-recipes.ts";

/** The names of all images that the lab can make, whether an engine is there or not. */
export const COMPONENTS: readonly ComponentId[] = Object.keys(RECIPES);

const loaded = () => import("./docker/open.ts");

/**
 * Opens the engine: `DOCKER_HOST`, the current docker context, the default sockets, the lab's private engine; where
 * none answers and `provision` is not false, a private one is installed and started (Debian with root).
 * @throws LabError `engine-missing` with the command that mends it, `engine-failed`.
 */
export async function openEngine(
  options: { readonly progress?: Progress; readonly provision?: boolean } = {},
): Promise<Engine> {
  return (await loaded()).openEngine(options);
}

/** What this machine can do, row by row. Changes nothing, and works without an engine. */
export async function examineMachine(tryFaults: TryFaults): Promise<readonly DoctorRow[]> {
  return (await loaded()).examineMachine(tryFaults);
}

/** Ends the private engine that this lab started; with `images`, its cached images go too. Tells whether there was one. */
export async function stopPrivateEngine(options: { readonly images?: boolean } = {}): Promise<boolean> {
  return (await loaded()).stopPrivateEngine(options);
}

/** For each component: the image that a run would take now, and whether it is there. May ask the registry, for 5 s. */
export async function imageStatusOf(engine: Engine): Promise<readonly ImageState[]> {
  return (await loaded()).imageStatusOf(engine);
}

/** Removes every image that the lab made; tells which. Those that a container still uses stay. */
export async function cleanImages(engine: Engine): Promise<readonly string[]> {
  return (await loaded()).cleanImages(engine);
}
