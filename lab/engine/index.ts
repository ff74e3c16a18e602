/** The container engine: finds the one that the user has, or provisions a private one. */
import { LabError } from "../errors.ts";
import { clientOf, createEngine } from "./engine.ts";
import { findEngine } from "./find.ts";
import { imageStatus, removeImages, type ImageState } from "./images.ts";
import { provisionEngine } from "./private-engine.ts";
import { silentProgress, type Engine, type Progress } from "./types.ts";

export * from "./types.ts";
export { labHome, runHome, ledgerPath } from "./home.ts";
export { stopPrivateEngine } from "./private-engine.ts";
export type { ImageState } from "./images.ts";
export { examineMachine, type DoctorRow } from "./doctor.ts";

/**
 * Opens the engine: `DOCKER_HOST`, the current docker context, the default sockets, the lab's private engine; where
 * none answers and `provision` is not false, a private one is installed and started (Debian with root).
 * @throws LabError `engine-missing` with the command that mends it, `engine-failed`.
 */
export async function openEngine(
  options: { readonly progress?: Progress; readonly provision?: boolean } = {},
): Promise<Engine> {
  const found = await findEngine();
  if (found !== undefined) return createEngine(found);
  if (options.provision === false) {
    throw new LabError({
      code: "engine-missing",
      message:
        "no container engine answers: none at DOCKER_HOST, the docker context, the default sockets, or of the lab's own",
      hint: "Start Docker, or let the lab provision a private engine: `lab run` does so on a Debian with root.",
    });
  }
  return createEngine(await provisionEngine(options.progress ?? silentProgress));
}

/** For each component: the image that a run would take now, and whether it is there. May ask the registry, for 5 s. */
export const imageStatusOf = (engine: Engine): Promise<readonly ImageState[]> => imageStatus(clientOf(engine));

/** Removes every image that the lab made; tells which. Those that a container still uses stay. */
export const cleanImages = async (engine: Engine): Promise<readonly string[]> =>
  (await removeImages(clientOf(engine))).removed;
