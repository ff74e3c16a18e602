/** Starts, or takes over, everything that a scenario needs; each thing's end is registered before the next is started. */
import { startCluster, startTopology, type Cluster } from "../systems/index.ts";
import {
  ledgerPath,
  type ComponentId,
  type Engine,
  type ImageRef,
  type Progress,
  type RunSpace,
} from "../engine/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { faultFront, openFaults, type FaultInjector } from "../faults/index.ts";
import { startLoad } from "../load/index.ts";
import type { StartedLoad } from "../load/types.ts";
import type { Recorder } from "../journal/recorder.ts";
import { freshId, seededRandom, type Random } from "../random.ts";
import { waitFor, type Duration, type RunClock } from "../time.ts";
import { rememberingRecorder } from "./counts.ts";
import type { Loads, Scenario, Settings, Stage, Topology } from "./scenario.ts";
import { renew, type Stand } from "./cluster-pool.ts";

export interface SetUpOptions {
  readonly engine: Engine;
  /** Clusters of this topology that stand already; none: they are started. */
  readonly stand?: Stand | undefined;
  /** Called at the end with each space that was in use: to take it down, or to leave it to the next rehearsal. */
  readonly leave: (space: RunSpace) => Promise<void>;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly keep: boolean;
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

interface Ground {
  readonly space: RunSpace;
  readonly clusters: Readonly<Record<string, Cluster>>;
  /** The clusters stood before this rehearsal. */
  readonly reused: boolean;
}

export interface Standing extends Ground {
  readonly loads: Readonly<Record<string, StartedLoad>>;
  readonly faults: FaultInjector;
  readonly stage: Stage<Topology, Loads, Settings>;
}

/** @throws LabError of whatever could not be started; what was started is on `teardown`. */
export async function setUp(options: SetUpOptions, teardown: AsyncDisposableStack): Promise<Standing> {
  const { scenario, clock, progress, signal } = options;
  const recorder = rememberingRecorder(options.recorder);
  const random = seededRandom(options.seed);
  const ground =
    (await renewedGround({ ...options, recorder }, teardown)) ??
    (await freshGround({ ...options, recorder }, teardown));
  const { space, clusters } = ground;
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

  await startLoads(options.scenario, clusters, { recorder, clock, random, progress }, (name, load) => {
    loads[name] = load;
    teardown.use(load);
  });

  const stage = {
    ...clusters,
    load: loads,
    fault: faultFront(faults),
    random,
    settings: scenario.settings,
    step: stepper(recorder, progress, signal),
    waitFor: (subject: string, value: string | number | boolean, { within }: { readonly within: Duration }) =>
      waitFor(
        `${subject} to be ${value}`,
        () => {
          const seen = recorder.latest.get(subject);
          return Promise.resolve(
            seen === value ? { reached: undefined } : { seen: seen === undefined ? "not observed yet" : String(seen) },
          );
        },
        { within, signal },
      ),
    observe: (subject: string, value: string | number | boolean) =>
      recorder.event({ type: "observation", subject, value }),
  };
  return { ...ground, loads, faults, stage: stage as unknown as Stage<Topology, Loads, Settings> };
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
async function freshGround(options: SetUpOptions, teardown: AsyncDisposableStack): Promise<Ground> {
  const { engine, scenario, signal } = options;
  signal.throwIfAborted();
  const space = await engine.openRun(`r${freshId()}`, { keep: options.keep });
  teardown.adopt(space, options.leave);
  const clusters = await startTopology(scenario.topology, contextOf(options, space), async (spec, each) => {
    const cluster = await abortable(signal, startCluster(spec, each));
    teardown.use(cluster);
    return cluster;
  });
  return { space, clusters, reused: false };
}

/** The clusters of the stand, renewed; undefined when there is none, or when they were not seen to be as new: then they are down. */
async function renewedGround(options: SetUpOptions, teardown: AsyncDisposableStack): Promise<Ground | undefined> {
  const { stand, recorder, progress, signal } = options;
  if (stand === undefined) return undefined;
  const { space, lastRun } = stand;
  const task = progress.task(`clusters of ${lastRun}: reset`);
  try {
    const renewing = renew(stand, contextOf(options, space), (cluster) => {
      teardown.use(cluster);
    });
    const clusters = await abortable(signal, renewing);
    task.done("as new");
    recorder.event({ type: "observation", subject: "clusters", value: `reused from ${lastRun}` });
    return { space, clusters, reused: true };
  } catch (error) {
    const text = `the clusters of ${lastRun} are not used again: ${messageOf(error)}`;
    task.failed(messageOf(error));
    recorder.event({ type: "note", level: "warning", text });
    // At an interrupt nothing is started instead, and all ends in its order.
    signal.throwIfAborted();
    await space[Symbol.asyncDispose]();
    return undefined;
  }
}

function contextOf({ images, clock, recorder, seed, progress }: SetUpOptions, space: RunSpace) {
  return { space, images, clock, recorder, random: seededRandom(seed), progress };
}

/** Gives up waiting when the signal is aborted; the work's own end is the teardown's business. */
export function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void =>
    reject(
      signal.reason instanceof Error ? signal.reason : new LabError({ code: "interrupted", message: "interrupted" }),
    );
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  work.catch(() => undefined);
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}

function stepper(
  recorder: Recorder,
  progress: Progress,
  signal: AbortSignal,
): Stage<Topology, Loads, Settings>["step"] {
  return async (step, action) => {
    recorder.event({ type: "step-started", step });
    const task = progress.task(step);
    try {
      const result = await abortable(signal, Promise.resolve().then(action));
      recorder.event({ type: "step-ended", step });
      task.done();
      return result;
    } catch (error) {
      recorder.event({ type: "step-ended", step, error: messageOf(error) });
      task.failed(messageOf(error));
      throw error;
    }
  };
}
