/** Finds the engine that the user has, or provisions a private one. Reached through index.ts, which loads it when it is needed. */
import { LabError } from "../../errors.ts";
import { clientOf, createEngine } from "./engine.ts";
import { findEngine } from "./find.ts";
import { imageStatus, removeImages, type ImageState } from "../image-build/images.ts";
import { provisionEngine } from "./private-engine.ts";
import { silentProgress, type Engine, type Progress } from "../types.ts";

export { examineMachine } from "../doctor/doctor.ts";
export { stopPrivateEngine } from "./private-engine.ts";

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

export const imageStatusOf = (engine: Engine): Promise<readonly ImageState[]> => imageStatus(clientOf(engine));

export const cleanImages = async (engine: Engine): Promise<readonly string[]> =>
  (await removeImages(clientOf(engine))).removed;
