/** A run of two clusters, two loads, two readers and two faults, in which all is well; tests change one thing each. */
import type { JournalParts } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation, ReadRecord } from "../../lab/journal/types.ts";
import type { Plan } from "../../lab/run-folder/run-folder.ts";
import { seconds } from "../../lab/time.ts";
import { planOf } from "./runs.ts";

export const SLO = "schemas/slo/events-in-time.yaml";

/** So much of these operations of `events` ok within a second. */
export const sloText = (target: number, load = "events"): string => `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${load}-in-time }
spec:
  service: kafka
  indicator:
    metadata: { name: in-time }
    spec:
      ratioMetric:
        good: { metricSource: { type: resilience-lab-journal, spec: { load: ${load}, outcome: ok, within: 1s } } }
        total: { metricSource: { type: resilience-lab-journal, spec: { load: ${load} } } }
  budgetingMethod: Occurrences
  objectives: [{ target: ${String(target)} }]
`;

/** `events` is judged and writes to kafka; `orders` writes to another cluster, ClickHouse, that keeps state in ZooKeeper. */
export const twoPlan = (change: Partial<Plan> = {}): Plan =>
  planOf({
    topology: {
      kafka: { system: "kafka", brokers: 3 },
      zookeeper: { system: "zookeeper", members: 3 },
      clickhouse: { system: "clickhouse", shards: 1, replicas: 2, zookeeper: "zookeeper" },
    },
    load: {
      events: { kind: "produce", to: "kafka.events", rate: 10 },
      orders: { kind: "rows", to: "clickhouse.lab.orders", rate: 10 },
    },
    expect: {
      "writes recover": { check: "recovery", of: "events", within: seconds(5), limit: seconds(1) },
      "orders go on": { check: "availability", of: "orders.add", atLeast: 0.9, limit: seconds(1) },
      "no record is lost": { check: "delivery", of: "events" },
    },
    slos: { [SLO]: sloText(0.9) },
    ...change,
  });

/** A fault's events, from its order to its verified undo. */
export const faultEvents = (
  fault: string,
  { fromMs, toMs, targets }: { readonly fromMs: number; readonly toMs: number; readonly targets: readonly string[] },
): readonly JournalEvent[] => {
  const [target = ""] = targets;
  const receipt = { effective: true, measured: "exited with 137", toEffectMs: 20 };
  return [
    { type: "fault-ordered", atMs: fromMs, fault, kind: "kill", target, targets, spec: { kind: "kill", target } },
    { type: "fault-injected", atMs: fromMs + 20, fault, kind: "kill", asked: target, targets },
    { type: "fault-effect", atMs: fromMs + 25, fault, receipt },
    { type: "fault-heal-ordered", atMs: toMs - 20, fault },
    { type: "fault-healed", atMs: toMs, fault, verified: true, measured: "running" },
  ];
};

const FIRST = { fromMs: 4_000, toMs: 6_000, targets: ["kafka-1"] };
const SECOND = { fromMs: 12_000, toMs: 14_000, targets: ["zookeeper-2"] };

export const twoEvents: readonly JournalEvent[] = (
  [
    { type: "phase", atMs: 0, phase: "set-up" },
    { type: "phase", atMs: 1, phase: "run" },
    { type: "load-started", atMs: 1, load: "events", ratePerSecond: 10 },
    { type: "load-started", atMs: 1, load: "orders", ratePerSecond: 10 },
    { type: "step-started", atMs: 2, step: "break" },
    ...faultEvents("fault-1", FIRST),
    ...faultEvents("fault-2", SECOND),
    { type: "step-ended", atMs: 15_000, step: "break" },
    { type: "phase", atMs: 20_000, phase: "heal" },
    { type: "load-ended", atMs: 20_000, load: "events", scheduled: 200, offered: 200, maxLatenessMs: 12 },
    { type: "load-ended", atMs: 20_000, load: "orders", scheduled: 200, offered: 200, maxLatenessMs: 9 },
    { type: "phase", atMs: 20_001, phase: "drain" },
    { type: "drained", atMs: 20_500, load: "events", complete: true, measured: "all 200 read" },
    { type: "drained", atMs: 20_600, load: "orders", complete: true, measured: "all 200 read" },
    { type: "phase", atMs: 21_000, phase: "done" },
  ] satisfies readonly JournalEvent[]
).toSorted((a, b) => a.atMs - b.atMs);

/** Ten a second for 20 s, 5 ms each; those within 300 ms of the first fault take 400 ms and fail, and are tried no more. */
const eventsOf = (load: string, action: string): readonly Partial<Operation>[] =>
  Array.from({ length: 200 }, (_, place) => {
    const intendedMs = 10 + place * 100;
    const isHit = load === "events" && intendedMs >= 4_000 && intendedMs < 4_300;
    const client = `${load}-client-${String(1 + (place % 2))}`;
    const at = { load, action, client, value: place, key: place % 5, intendedMs, partition: place % 2 };
    if (isHit) return { ...at, outcome: "failed", error: "timeout", partition: -1, endMs: intendedMs + 400 };
    return { ...at, offset: Math.floor(place / 2), endMs: intendedMs + 5 };
  });

export const twoOperations: readonly Partial<Operation>[] = [
  ...eventsOf("events", "produce"),
  ...eventsOf("orders", "add"),
];

/** Two readers of `events`, a partition each; all that was acknowledged is read, 20 ms after it was written. */
const readsOf = (operations: readonly Partial<Operation>[]): readonly Partial<ReadRecord>[] =>
  operations.flatMap(({ load = "", value = -1, key = 0, partition = -1, offset = -1, endMs = 0 }) =>
    load === "events" && partition >= 0
      ? [{ load, client: `reader-${String(partition + 1)}`, value, key, partition, offset, atMs: endMs + 20 }]
      : [],
  );

export const twoParts = (change: JournalParts = {}): JournalParts => ({
  events: twoEvents,
  operations: twoOperations,
  reads: readsOf(change.operations ?? twoOperations),
  ...change,
});
