/**
 * How long a cluster takes from its first container to the first write that all in-sync replicas acknowledged:
 * the lab's fast start against Kafka as it comes, in turns, so that both meet the same machine.
 */
import { kafka as system, kafkaCluster } from "../../lab/systems/kafka/index.ts";
import { openEngine } from "../../lab/engine/index.ts";
import { silentProgress } from "../../lab/engine/types.ts";
import type { ComponentId, Engine, ImageRef } from "../../lab/engine/types.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import { silentRecorder } from "../../lab/rehearsal/standing-runs.ts";
import { monotonicMs, startClock } from "../../lab/time.ts";
import type { Measurement } from "./measurement.ts";

const PAIRS = 3;

/** Medians of at least three starts each, and their ratio; goal: half the time. */
export async function benchStartup(): Promise<Measurement[]> {
  await using engine = await openEngine();
  const images = await engine.images(["kafka"], silentProgress);
  const times = { fast: [] as number[], plain: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Whoever goes second finds warm caches: take turns.
    for (const startup of pair % 2 === 0 ? (["plain", "fast"] as const) : (["fast", "plain"] as const)) {
      times[startup].push(await firstWriteMs(engine, images, startup));
    }
  }
  const fast = median(times.fast);
  const plain = median(times.plain);
  return [
    { name: "Kafka start to first acks=all write, fast", unit: "ms", value: Math.round(fast) },
    { name: "Kafka start to first acks=all write, plain", unit: "ms", value: Math.round(plain) },
    {
      name: "Kafka start, fast against plain",
      unit: "ratio",
      value: Number((fast / plain).toFixed(2)),
      goal: "≤ 0.5",
    },
  ];
}

async function firstWriteMs(
  engine: Engine,
  images: ReadonlyMap<ComponentId, ImageRef>,
  startup: "fast" | "plain",
): Promise<number> {
  await using space = await engine.openRun(`bench-startup-${freshId()}`);
  const spec = kafkaCluster({ topics: { events: { partitions: 6 } }, startup });
  const context = {
    space,
    images,
    clock: startClock(),
    recorder: silentRecorder,
    random: seededRandom(1),
    progress: silentProgress,
  };
  const startedMs = monotonicMs();
  await using kafka = await system.start(spec, {
    name: "kafka",
    topology: { kafka: spec },
    others: new Map(),
    tellPeers: () => Promise.resolve(),
    nodesOf: () => [],
    ...context,
  });
  const producer = kafka.client({ clientId: "bench" }).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic: "events", acks: -1, messages: [{ value: "first" }] });
  const tookMs = monotonicMs() - startedMs;
  await producer.disconnect();
  return tookMs;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
