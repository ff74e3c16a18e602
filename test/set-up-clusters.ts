import { drawProgress } from "../lab/cli/progress.ts";
import { openEngine } from "../lab/engine/index.ts";
import { SYSTEMS } from "../lab/systems/index.ts";

const TOOLS = ["netfilter", "compose", "chdb", "chromium"];

/** Before the first cluster test: the engine, and the images that the tests start, so that no test waits for them. */
export default async function setUpClusters(): Promise<void> {
  using progress = drawProgress();
  await using engine = await openEngine({ progress });
  await engine.images([...[...SYSTEMS.values()].flatMap(({ images }) => images), ...TOOLS], progress);
}
