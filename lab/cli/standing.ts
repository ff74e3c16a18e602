/** Clusters that lab up left running, taken hold of by a later command. */
import { attachCluster, startTopology, type Topology } from "../systems/index.ts";
import { textOf, type Endpoint } from "../systems/endpoint.ts";
import type { Cluster } from "../systems/types.ts";
import type { ComponentId, Engine, ImageRef, Progress, RunSpace } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { freshSeed, seededRandom, type Random } from "../random.ts";
import { silentRecorder, standingTopology } from "../rehearsal/standing-runs.ts";
import type { Recorder } from "../journal/recorder.ts";
import { startClock, type RunClock } from "../time.ts";
import { table } from "./output.ts";

/** For people: what is there, where, and a command that reaches it; a line each. */
export const endpointTable = (endpoints: readonly Endpoint[]): string =>
  table(endpoints.map((endpoint) => [`  ${endpoint.name}`, textOf(endpoint), endpoint.example]));

export interface Standing extends AsyncDisposable {
  readonly run: string;
  readonly topology: Topology;
  readonly clusters: readonly Cluster[];
  /** What they were attached with. */
  readonly context: {
    readonly space: RunSpace;
    readonly images: ReadonlyMap<ComponentId, ImageRef>;
    readonly clock: RunClock;
    readonly recorder: Recorder;
    readonly random: Random;
    readonly progress: Progress;
  };
  /** @throws LabError `bad-usage` when there is none of this name. */
  cluster(name: string): Cluster;
}

export interface StandingOptions {
  /** Which run; undefined: the only one that is up. */
  readonly run: string | undefined;
  /** The images that the work will need. */
  readonly images: (topology: Topology) => readonly ComponentId[];
  readonly progress: Progress;
  readonly seed?: number | undefined;
  /** Aborted: images are not built to their end. */
  readonly signal?: AbortSignal | undefined;
}

/** Disposing lets go of the clusters and leaves them running. @throws LabError `bad-usage` when no such run is up. */
export async function openStanding(
  engine: Engine,
  { run: wanted, images: needed, progress, seed, signal }: StandingOptions,
): Promise<Standing> {
  const run = wanted ?? (await onlyRun(engine));
  const topology = await standingTopology(run);
  const images = await engine.images(needed(topology), progress, signal);
  await using stack = new AsyncDisposableStack();
  const space = stack.use(await engine.reopenRun(run));
  const random = seededRandom(seed ?? freshSeed());
  const context = { space, images, clock: startClock(), recorder: silentRecorder, random, progress };
  const attached = await startTopology(topology, context, (spec, each) =>
    Promise.resolve(stack.use(attachCluster(spec, each))),
  );
  const clusters = Object.values(attached);
  const opened = stack.move();
  return {
    run,
    topology,
    clusters,
    context,
    cluster(name) {
      const found = clusters.find((cluster) => cluster.name === name);
      if (found !== undefined) return found;
      throw new LabError({
        code: "bad-usage",
        message: `${run} has no cluster ${JSON.stringify(name)}`,
        hint: `it has: ${Object.keys(topology).join(", ")}`,
      });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function onlyRun(engine: Engine): Promise<string> {
  const standing = (await engine.runs()).filter(({ kept }) => kept).map(({ run }) => run);
  const [run] = standing;
  if (run !== undefined && standing.length === 1) return run;
  throw new LabError({
    code: "bad-usage",
    message: run === undefined ? "nothing is up" : `several are up: ${standing.join(", ")}`,
    hint: run === undefined ? "lab up kafka" : "say which",
  });
}
