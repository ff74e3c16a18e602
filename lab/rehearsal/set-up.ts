/** Starts everything that a scenario needs; each thing's end is registered before the next is started. */
import { startCluster, startTopology, type Cluster } from "../clusters/index.ts";
import type { ComponentId, Engine, ImageRef, Progress, RunSpace } from "../engine/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { faultFront, openFaults, type FaultInjector } from "../faults/index.ts";
import { startLoad } from "../load/index.ts";
import type { StartedLoad } from "../load/types.ts";
import type { Recorder } from "../journal/recorder.ts";
import { seededRandom, type Random } from "../random.ts";
import { waitFor, type Duration, type RunClock } from "../time.ts";
import { rememberingRecorder } from "./counts.ts";
import type { Loads, Scenario, Settings, Stage, Topology } from "./scenario.ts";

export interface SetUpOptions {
  readonly engine: Engine;
  /** The engine's short name for this run. */
  readonly run: string;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly keep: boolean;
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly ledgerFile: string;
}

export interface Standing {
  readonly space: RunSpace;
  readonly clusters: Readonly<Record<string, Cluster>>;
  readonly loads: Readonly<Record<string, StartedLoad>>;
  readonly faults: FaultInjector;
  readonly stage: Stage<Topology, Loads, Settings>;
}

/** @throws LabError of whatever could not be started; what was started is on `teardown`. */
export async function setUp(options: SetUpOptions, teardown: AsyncDisposableStack): Promise<Standing> {
  const { engine, run, scenario, clock, progress, signal } = options;
  const recorder = rememberingRecorder(options.recorder);
  const random = seededRandom(options.seed);
  const space = await engine.openRun(run, { keep: options.keep });
  teardown.use(space);

  const clusters = await startClusters({ ...options, recorder }, space, teardown);
  const running = Object.values(clusters);
  const loads: Record<string, StartedLoad> = {};
  const faults = await openFaults({
    space,
    clusters: running,
    clients: () => Object.values(loads).flatMap((load) => load.clients),
    recorder,
    clock,
    random,
    ledgerFile: options.ledgerFile,
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
  return { space, clusters, loads, faults, stage: stage as unknown as Stage<Topology, Loads, Settings> };
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

function startClusters(
  { scenario, clock, recorder, seed, progress, images, signal }: SetUpOptions,
  space: RunSpace,
  teardown: AsyncDisposableStack,
): Promise<Record<string, Cluster>> {
  const context = { space, images, clock, recorder, random: seededRandom(seed), progress };
  return startTopology(scenario.topology, context, async (spec, each) => {
    const cluster = await abortable(signal, startCluster(spec, each));
    teardown.use(cluster);
    return cluster;
  });
}

/** Gives up waiting when the signal is aborted; the work's own end is the teardown's business. */
function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
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
