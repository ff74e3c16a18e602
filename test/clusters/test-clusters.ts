/** Clusters of real containers for a test file, and what was journalled meanwhile, in memory. */
import { componentsOf, networksOf, startCluster, startTopology } from "../../lab/systems/index.ts";
import type { ClusterOf, Topology } from "../../lab/systems/index.ts";
import { openEngine } from "../../lab/engine/index.ts";
import { silentProgress } from "../../lab/engine/types.ts";
import type { ComponentId } from "../../lab/engine/types.ts";
import { journalOf } from "../../lab/journal/memory.ts";
import type { Recorder } from "../../lab/journal/recorder.ts";
import type { Journal, JournalEvent, Operation, ReadRecord } from "../../lab/journal/types.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import type { Random } from "../../lab/random.ts";
import { startClock } from "../../lab/time.ts";
import type { RunClock } from "../../lab/time.ts";

export interface TestClusters<T extends Topology> extends AsyncDisposable {
  readonly clusters: { readonly [K in keyof T]: ClusterOf<T[K]> };
  readonly clock: RunClock;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly operations: readonly Operation[];
  readonly reads: readonly ReadRecord[];
  readonly events: readonly JournalEvent[];
  /** All that was journalled so far, for checks. */
  journal(): Journal;
}

/** Starts them as a rehearsal does; ready when this resolves. `instead`: which component's image stands for another's. */
export async function openClusters<T extends Topology>(
  topology: T,
  instead: Partial<Readonly<Record<ComponentId, ComponentId>>> = {},
): Promise<TestClusters<T>> {
  const clock = startClock();
  const random = seededRandom(1);
  const operations: Operation[] = [];
  const reads: ReadRecord[] = [];
  const events: JournalEvent[] = [];
  const recorder: Recorder = {
    operation: (operation) => operations.push(operation),
    read: (record) => reads.push(record),
    event: (event) => events.push({ atMs: clock.now(), ...event }),
  };
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await openEngine());
  const components = componentsOf(topology);
  const standIn = (component: ComponentId): ComponentId => instead[component] ?? component;
  const had = await engine.images(components.map(standIn), silentProgress);
  const images = new Map(
    components.flatMap((component) => {
      const image = had.get(standIn(component));
      return image === undefined ? [] : [[component, image] as const];
    }),
  );
  const space = stack.use(
    await engine.openRun(`test-${Object.keys(topology).join("-")}-${freshId()}`, { networks: networksOf(topology) }),
  );
  const context = { space, images, clock, recorder, random, progress: silentProgress };
  const clusters = await startTopology(topology, context, async (spec, each) =>
    stack.use(await startCluster(spec, each)),
  );
  const opened = stack.move();
  return {
    // Each is what its spec's own system starts.
    clusters: clusters as unknown as TestClusters<T>["clusters"],
    clock,
    random,
    recorder,
    operations,
    reads,
    events,
    journal: () => journalOf({ operations, reads, events }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
