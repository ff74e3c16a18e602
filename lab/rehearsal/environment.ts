/** Starts, or takes over, everything that a scenario needs; each thing's end is registered before the next is started. */
import { networksOf, startCluster, startTopology, type Cluster } from "../systems/index.ts";
import {
  ledgerPath,
  type ComponentId,
  type Engine,
  type ImageRef,
  type Node,
  type Progress,
  type RunSpace,
} from "../engine/index.ts";
import { messageOf } from "../errors.ts";
import { openFaults, type FaultInjector } from "../faults/index.ts";
import { startLoad } from "../systems/loads.ts";
import { TAKEN_BY_OTHERS } from "../judging/crowding.ts";
import { journalEventLoop } from "../load/lateness.ts";
import type { StartedLoad } from "../load/types.ts";
import type { Recorder } from "../journal/recorder.ts";
import { freshId, seededRandom, type Random } from "../random.ts";
import { abortable, type RunClock } from "../time.ts";
import { reuse, type PooledClusters } from "./cluster-pool.ts";
import { rememberingRecorder } from "./recorders.ts";
import type { Loads, Scenario, Settings, Stage, Topology } from "./scenario.ts";
import { makeStage } from "./stage.ts";

export interface SetUpOptions {
  readonly engine: Engine;
  /** Clusters of this topology that run already; none: they are started. */
  readonly pooled?: PooledClusters | undefined;
  /** Called at the end with each space that was in use: to take it down, or to leave it to the next rehearsal. */
  readonly leave: (space: RunSpace) => Promise<void>;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly keep: boolean;
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly progress: Progress;
  /** Somebody else removed this node's container: nothing that is seen from now on shows anything. */
  readonly onRemoved: (node: Node) => void;
  /** Aborted when nothing more is to be started. */
  readonly signal: AbortSignal;
  /** Aborted when the script is to end, or has. */
  readonly scriptSignal: AbortSignal;
}

interface RunningClusters {
  readonly space: RunSpace;
  readonly clusters: Readonly<Record<string, Cluster>>;
  /** The clusters ran before this rehearsal. */
  readonly reused: boolean;
}

/** All that a rehearsal takes place in, running. */
export interface Environment extends RunningClusters {
  readonly loads: Readonly<Record<string, StartedLoad>>;
  readonly faults: FaultInjector;
  readonly stage: Stage<Topology, Loads, Settings>;
}

/** @throws LabError of whatever could not be started; what was started is on `teardown`. */
export async function setUp(options: SetUpOptions, teardown: AsyncDisposableStack): Promise<Environment> {
  const { scenario, clock, progress } = options;
  const recorder = rememberingRecorder(options.recorder);
  const random = seededRandom(options.seed);
  const running =
    (await reusedClusters({ ...options, recorder }, teardown)) ??
    (await freshClusters({ ...options, recorder }, teardown));
  const { space, clusters } = running;
  const loads: Record<string, StartedLoad> = {};
  const faults = await openFaults({
    space,
    clusters: Object.values(clusters),
    clients: () => Object.values(loads).flatMap((load) => load.clients),
    recorder,
    clock,
    random,
    ledgerFile: ledgerPath(space.run),
    regions: scenario.regions ?? {},
  });
  teardown.use(faults);

  teardown.use(journalEventLoop(recorder, clock));
  teardown.use(
    space.onTakenByOthers((value) => recorder.event({ type: "observation", subject: TAKEN_BY_OTHERS, value })),
  );
  await startLoads(options.scenario, clusters, { recorder, clock, random, progress }, (name, load) => {
    loads[name] = load;
    teardown.use(load);
  });

  const stage = makeStage({
    scenario,
    clusters,
    loads,
    faults,
    random: random.fork("script"),
    recorder,
    progress,
    signal: options.scriptSignal,
  });
  return { ...running, loads, faults, stage };
}

/** Starts each load in turn and hands it over at once, so that the ones before a broken one are ended too. */
async function startLoads(
  scenario: Scenario,
  clusters: Readonly<Record<string, Cluster>>,
  { progress, ...context }: Pick<SetUpOptions, "recorder" | "clock" | "progress"> & { readonly random: Random },
  started: (name: string, load: StartedLoad) => void,
): Promise<void> {
  const task = progress.task("load");
  try {
    for (const [name, spec] of Object.entries(scenario.load)) {
      started(name, await startLoad({ name, spec, clusters, ...context }));
    }
    task.done(Object.keys(scenario.load).join(", "));
  } catch (error) {
    task.failed(messageOf(error));
    throw error;
  }
}

/** Clusters in a space of their own. */
async function freshClusters(options: SetUpOptions, teardown: AsyncDisposableStack): Promise<RunningClusters> {
  const { engine, scenario, signal } = options;
  signal.throwIfAborted();
  const space = await engine.openRun(`r${freshId()}`, {
    keep: options.keep,
    networks: networksOf(scenario.topology),
  });
  teardown.adopt(space, options.leave);
  teardown.use(space.onRemoved(options.onRemoved));
  const clusters = await startTopology(scenario.topology, contextOf(options, space), async (spec, each) => {
    const cluster = await abortable(signal, startCluster(spec, each));
    teardown.use(cluster);
    return cluster;
  });
  return { space, clusters, reused: false };
}

/** The pooled clusters, reset; undefined when there are none, or when they were not seen to be as new: then they are down. */
async function reusedClusters(
  options: SetUpOptions,
  teardown: AsyncDisposableStack,
): Promise<RunningClusters | undefined> {
  const { pooled, recorder, progress, signal } = options;
  if (pooled === undefined) return undefined;
  const { space, lastRun } = pooled;
  const removals = teardown.use(space.onRemoved(options.onRemoved));
  const task = progress.task(`clusters of ${lastRun}: reset`);
  try {
    const resetting = reuse(pooled, contextOf(options, space), (cluster) => {
      teardown.use(cluster);
    });
    const clusters = await abortable(signal, resetting);
    task.done("as new");
    recorder.event({ type: "observation", subject: "clusters", value: `reused from ${lastRun}` });
    return { space, clusters, reused: true };
  } catch (error) {
    const text = `the clusters of ${lastRun} are not used again: ${messageOf(error)}`;
    task.failed(messageOf(error));
    recorder.event({ type: "note", level: "warning", text });
    // At an interrupt nothing is started instead, and all ends in its order.
    signal.throwIfAborted();
    removals[Symbol.dispose]();
    await space[Symbol.asyncDispose]();
    return undefined;
  }
}

function contextOf({ images, clock, recorder, seed, progress }: SetUpOptions, space: RunSpace) {
  return { space, images, clock, recorder, random: seededRandom(seed).fork("clusters"), progress };
}
