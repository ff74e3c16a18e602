/** What a rehearsal takes place in, in memory: a load that acknowledges, faults that act at once, an engine of nothing. */
import type { Engine, Progress } from "../../lab/engine/index.ts";
import type { FaultInjector } from "../../lab/faults/index.ts";
import { check, scenario as scenarioOf } from "../../lab/index.ts";
import type { StartedLoad } from "../../lab/load/types.ts";
import type { setUp } from "../../lab/rehearsal/environment.ts";
import type { Scenario } from "../../lab/rehearsal/scenario.ts";
import { makeStage } from "../../lab/rehearsal/stage.ts";
import { rememberingRecorder } from "../../lab/rehearsal/recorders.ts";
import { seededRandom } from "../../lab/random.ts";
import { perSecond, seconds } from "../../lab/time.ts";
import { produce } from "../../lab/index.ts";
import { memoryNode, memorySpace, notHere } from "../faults/memory-run.ts";

/** Lines of progress as a person would read them. */
export function rememberedProgress(): Progress & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  return {
    lines,
    task: (title) => ({
      note: () => undefined,
      done: () => lines.push(`✓ ${title}`),
      failed: (why) => lines.push(`✗ ${title}: ${why}`),
    }),
  };
}

export const memoryEngine = (): Engine & { gone: boolean } => ({
  gone: false,
  info: {
    kind: "existing",
    endpoint: "memory",
    from: "this test",
    version: "1",
    apiVersion: "1",
    operatingSystem: "none",
    kernel: "none",
    architecture: "none",
    cpus: 1,
    memoryBytes: 2 ** 40,
  },
  images: () => Promise.resolve(new Map()),
  openRun: notHere,
  reopenRun: notHere,
  healStanding: notHere,
  isGone() {
    return Promise.resolve(this.gone);
  },
  runs: notHere,
  clean: notHere,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

/** What the parts of the environment do; each may be replaced. */
export interface Behaviour {
  readonly drain?: () => Promise<{ readonly complete: boolean }>;
  readonly stop?: () => Promise<void>;
  readonly converge?: () => Promise<void>;
  readonly healAll?: () => Promise<void>;
  /** Acknowledged writes that readers are never given. */
  readonly lost?: number;
  /** Takes a node away once the script has begun. */
  readonly removesNode?: boolean;
}

/** A load of ten writes in its first second, all acknowledged and read but for the lost ones. */
export function memorySetUp(behaviour: Behaviour = {}): typeof setUp & { readonly told: readonly string[] } {
  const told: string[] = [];
  const prepare: typeof setUp = (options, teardown) => {
    const recorder = rememberingRecorder(options.recorder);
    const written = 10;
    recorder.event({ type: "load-started", load: "events", ratePerSecond: 10 });
    const nowMs = options.clock.now();
    for (let value = 0; value < written; value += 1) {
      const times = { intendedMs: nowMs, startMs: nowMs, endMs: nowMs };
      const base = { load: "events", client: "producer-1", action: "produce", outcome: "ok", error: "" } as const;
      recorder.operation({ ...base, value, key: 0, partition: 0, offset: value, ...times });
    }
    const load: StartedLoad = {
      name: "events",
      clients: [],
      acknowledged: () => Promise.resolve(),
      read: () => Promise.resolve(),
      runFor: notHere,
      async stop() {
        told.push("load stopped");
        await behaviour.stop?.();
        recorder.event({ type: "load-ended", load: "events", scheduled: written, offered: written });
      },
      async drain() {
        told.push("load drained");
        const { complete } = (await behaviour.drain?.()) ?? { complete: true };
        for (let value = behaviour.lost ?? 0; value < written; value += 1) {
          const place = { partition: 0, offset: value, assignment: 1 };
          recorder.read({ load: "events", client: "reader-1", value, key: 0, ...place, atMs: options.clock.now() });
        }
        const measured = complete ? "read to the end" : "waited 90 s for the final reads";
        recorder.event({ type: "drained", load: "events", complete, measured });
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const faults: FaultInjector = {
      inject: notHere,
      inForce: () => [],
      async healAll() {
        told.push("healed");
        await behaviour.healAll?.();
      },
      verifyWhole: () => Promise.resolve({ whole: true, measured: "all whole" }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const space = { ...memorySpace([]), saveLogs: () => Promise.resolve() };
    teardown.adopt(space, options.leave);
    if (behaviour.removesNode === true) queueMicrotask(() => options.onRemoved(memoryNode("kafka", 1)));
    const loads = { events: load };
    const { scenario, progress, scriptSignal: signal } = options;
    const random = seededRandom(options.seed).fork("script");
    const stage = makeStage({ scenario, clusters: {}, loads, faults, random, recorder, progress, signal });
    return Promise.resolve({ space, clusters: {}, reused: false, loads, faults, stage });
  };
  return Object.assign(prepare, { told });
}

/** Ten writes are all read. */
export const memoryScenario = (run: Scenario["run"] = () => Promise.resolve()): Scenario => ({
  ...scenarioOf({
    id: "memory/writes-are-read",
    title: "Nothing is broken",
    description: "Nothing could be lost.",
    topology: {},
    load: { events: produce({ to: "kafka.events", rate: perSecond(10), timeout: seconds(1) }) },
    expect: { "no acknowledged record is lost": check.delivery("events") },
    slos: [],
    mutants: { lossy: { change: {}, violates: "no acknowledged record is lost" } },
    run: () => Promise.resolve(),
  }),
  run,
});
