import type { Command } from "commander";
import {
  componentsOf,
  memoryNeededMb,
  networksOf,
  startCluster,
  startTopology,
  SYSTEMS,
  type Topology,
} from "../systems/index.ts";
import type { Cluster } from "../systems/types.ts";
import { describeEngine, openEngine, type Engine } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { freshId, freshSeed, seededRandom } from "../random.ts";
import { rememberStanding, silentRecorder } from "../rehearsal/standing-runs.ts";
import { startClock } from "../time.ts";
import { topologyNamed } from "./catalogue.ts";
import { heedInterrupts } from "./interrupt.ts";
import { print, printJson } from "./output.ts";
import { drawProgress } from "./progress.ts";
import { endpointTable } from "./standing.ts";

export function addUp(program: Command): void {
  program
    .command("up")
    .description("start clusters for use by hand, and print how to reach them")
    .argument(
      "[topology]",
      `platform, a system (${[...SYSTEMS.keys()].join(", ")}), or a scenario (kafka/controller-quorum)`,
      "kafka",
    )
    .option("--profile <name>", "settings of the platform: laptop (the default) or production")
    .option("--json", "print how to reach them as JSON")
    .addHelpText(
      "after",
      `
Examples:
  lab up kafka
  lab up platform
  lab up platform --profile production
  lab fault pause "leader of events/0" --for 20s
  lab down`,
    )
    .action(async (word: string, options: { json?: boolean; profile?: string }) => {
      const topology = topologyNamed(word, options.profile);
      using progress = drawProgress();
      using interrupts = heedInterrupts((text) => progress.line(text), "by hand");
      const { signal } = interrupts;
      await using engine = await openEngine({ progress });
      progress.line(describeEngine(engine.info));
      refuseTooSmallMachine(engine, word, topology);
      const images = await engine.images(["netfilter", ...componentsOf(topology)], progress, signal);
      const run = `up-${freshId()}`;
      const clusters: Cluster[] = [];
      const space = await engine.openRun(run, { keep: true, networks: networksOf(topology) });
      const random = seededRandom(freshSeed());
      try {
        const context = { space, images, clock: startClock(), recorder: silentRecorder, random, progress };
        const started = await startTopology(topology, context, (spec, each) => {
          signal.throwIfAborted();
          return startCluster(spec, each);
        });
        clusters.push(...Object.values(started));
        signal.throwIfAborted();
      } catch (error) {
        await space[Symbol.asyncDispose]();
        throw error;
      }
      await rememberStanding(run, topology);
      space.keep();
      await space[Symbol.asyncDispose]();
      const endpoints = clusters.flatMap((cluster) => cluster.endpoints);
      for (const cluster of clusters) await cluster[Symbol.asyncDispose]();
      if (options.json) printJson({ run, endpoints });
      else {
        print(`${run} is up:`);
        print(endpointTable(endpoints));
        print(`break it: lab fault pause "leader of events/0" --for 20s\nremove it: lab down ${run}`);
      }
    });
}

/** @throws LabError `not-enough-memory` before anything is started */
function refuseTooSmallMachine({ info }: Engine, word: string, topology: Topology): void {
  const neededMb = memoryNeededMb(topology);
  const hasMb = Math.floor(info.memoryBytes / 2 ** 20);
  if (hasMb >= neededMb) return;
  throw new LabError({
    code: "not-enough-memory",
    message: `${word} needs about ${neededMb} MiB for its nodes; the engine's machine has ${hasMb} MiB`,
    hint: "choose something smaller, or the profile laptop, or give the engine's machine more memory",
  });
}
