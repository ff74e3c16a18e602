/** A real Kafka cluster in containers for a test file, and what was journalled meanwhile, in memory. */
import { startKafka } from "../../lab/clusters/index.ts";
import type { KafkaCluster, KafkaSpec } from "../../lab/clusters/index.ts";
import { openEngine } from "../../lab/engine/index.ts";
import { silentProgress } from "../../lab/engine/types.ts";
import type { Recorder } from "../../lab/journal/recorder.ts";
import type { JournalEvent, Operation, ReadRecord } from "../../lab/journal/types.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import type { Random } from "../../lab/random.ts";
import { startClock } from "../../lab/time.ts";
import type { RunClock } from "../../lab/time.ts";

export interface KafkaLab extends AsyncDisposable {
  readonly kafka: KafkaCluster;
  readonly clock: RunClock;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly operations: readonly Operation[];
  readonly reads: readonly ReadRecord[];
  readonly events: readonly JournalEvent[];
}

export async function openKafkaLab(spec: KafkaSpec): Promise<KafkaLab> {
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
  const images = await engine.images(["kafka"], silentProgress);
  const space = stack.use(await engine.openRun(`test-kafka-${freshId()}`));
  const context = {
    name: "kafka",
    space,
    images,
    clock,
    recorder,
    random,
    progress: silentProgress,
    topology: { kafka: spec },
    others: new Map(),
  };
  const kafka = stack.use(await startKafka(spec, context));
  const opened = stack.move();
  return {
    kafka,
    clock,
    random,
    recorder,
    operations,
    reads,
    events,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
