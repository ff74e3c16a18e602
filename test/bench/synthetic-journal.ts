/** A long, realistic journal without a cluster: for benches, and for looking at reports. */
import { JournalBuilder } from "../../lab/journal/memory.ts";
import type { Journal, Outcome, ReadRecord } from "../../lab/journal/types.ts";
import { seededRandom } from "../../lab/random.ts";
import type { Random } from "../../lab/random.ts";

const PARTITIONS = 6;
const BROKERS = ["kafka-1", "kafka-2", "kafka-3"] as const;
const READERS = ["reader-1", "reader-2", "reader-3"] as const;
const LOAD_FROM_MS = 5_000;
const LOAD_TO_MS = 125_000;
const SECOND_ASSIGNMENT_MS = 94_000;
/** The fault in which a reader dies: its records wait until the second assignment. */
const READER_KILLED_MS = 90_000;

interface Outage {
  readonly fault: string;
  readonly kind: string;
  readonly broker: number;
  readonly atMs: number;
  readonly electedMs: number;
  readonly healedMs: number;
}

const OUTAGES: readonly Outage[] = [
  { fault: "fault-1", kind: "kill", broker: 0, atMs: 35_000, electedMs: 38_400, healedMs: 55_000 },
  { fault: "fault-2", kind: "partition", broker: 1, atMs: 65_000, electedMs: 71_200, healedMs: 80_000 },
];

interface Attempt {
  readonly value: number;
  readonly key: number;
  readonly partition: number;
  readonly intendedMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
  readonly error: string;
  /** When the record got into the log; Infinity: never. */
  readonly appendedMs: number;
}

const homeOf = (partition: number): number => partition % BROKERS.length;
const leaderName = (broker: number): string => BROKERS[broker % BROKERS.length] ?? "";

function attempt(value: number, intendedMs: number, random: Random): Attempt {
  const key = 1 + random.integer(5_000);
  const partition = key % PARTITIONS;
  const startMs = intendedMs + random.fraction() * 0.4;
  const latencyMs = 1.5 - Math.log(1 - random.fraction()) * 2.5;
  const base = { value, key, partition, intendedMs, startMs };
  const outage = OUTAGES.find(
    (o) => o.broker === homeOf(partition) && intendedMs >= o.atMs && intendedMs < o.electedMs,
  );
  if (outage === undefined) {
    const endMs = startMs + latencyMs;
    return { ...base, endMs, outcome: "ok", error: "", appendedMs: endMs - 0.5 };
  }
  const luck = random.fraction();
  if (luck < 0.3) {
    const endMs = startMs + 200 + latencyMs;
    return { ...base, endMs, outcome: "failed", error: "NOT_LEADER_OR_FOLLOWER", appendedMs: Infinity };
  }
  if (luck < 0.45) {
    const endMs = startMs + 10_000;
    const appendedMs = random.fraction() < 0.5 ? outage.electedMs + latencyMs : Infinity;
    return { ...base, endMs, outcome: "unknown", error: "timeout", appendedMs };
  }
  const endMs = outage.electedMs + latencyMs * 40;
  return { ...base, endMs, outcome: "ok", error: "", appendedMs: endMs - 0.5 };
}

function addEvents(builder: JournalBuilder, operations: number): void {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const role = (atMs: number, partition: number, holder: string): void =>
    builder.event({ type: "role", atMs, subject: `kafka leader of events/${partition}`, holder });
  const inSync = (atMs: number, partition: number, value: number): void =>
    builder.event({ type: "observation", atMs, subject: `in-sync replicas of events/${partition}`, value });

  builder.event({ type: "phase", atMs: 0, phase: "set-up" });
  for (const broker of BROKERS) builder.event({ type: "node-state", atMs: 3_000, node: broker, state: "ready" });
  builder.event({ type: "role", atMs: 3_100, subject: "kafka active controller", holder: "kafka-3" });
  for (const partition of partitions) {
    role(3_200, partition, leaderName(homeOf(partition)));
    inSync(3_200, partition, BROKERS.length);
  }
  builder.event({ type: "phase", atMs: 4_900, phase: "run" });
  const ratePerSecond = operations / ((LOAD_TO_MS - LOAD_FROM_MS) / 1_000);
  builder.event({ type: "load-started", atMs: LOAD_FROM_MS, load: "events", ratePerSecond });
  builder.event({ type: "step-started", atMs: 5_000, step: "warm up" });
  builder.event({ type: "step-ended", atMs: 34_900, step: "warm up" });
  for (const outage of OUTAGES) {
    const target = leaderName(outage.broker);
    const step = `${outage.kind} ${target}`;
    const asked = `leader of events/${outage.broker}`;
    const led = partitions.filter((partition) => homeOf(partition) === outage.broker);
    builder.event({ type: "step-started", atMs: outage.atMs - 20, step });
    builder.event({
      type: "fault-injected",
      atMs: outage.atMs,
      fault: outage.fault,
      kind: outage.kind,
      asked,
      targets: [target],
    });
    builder.event({
      type: "fault-effect",
      atMs: outage.atMs + 4,
      fault: outage.fault,
      receipt: { effective: true, measured: `${target} answers nobody any more after 4 ms`, toEffectMs: 4 },
    });
    builder.event({
      type: "node-state",
      atMs: outage.atMs + 5,
      node: target,
      state: outage.kind === "kill" ? "exited" : "running",
    });
    for (const partition of led) {
      role(outage.electedMs, partition, leaderName(outage.broker + 1));
      inSync(outage.electedMs, partition, BROKERS.length - 1);
    }
    builder.event({ type: "step-ended", atMs: outage.healedMs - 100, step });
    builder.event({ type: "step-started", atMs: outage.healedMs - 50, step: `${target} returns` });
    builder.event({
      type: "fault-healed",
      atMs: outage.healedMs,
      fault: outage.fault,
      verified: true,
      measured: `${target} answers`,
    });
    builder.event({ type: "node-state", atMs: outage.healedMs + 10, node: target, state: "running" });
    for (const partition of led) {
      inSync(outage.healedMs + 2_500, partition, BROKERS.length);
      role(outage.healedMs + 3_000, partition, target);
    }
    builder.event({ type: "step-ended", atMs: outage.healedMs + 3_100, step: `${target} returns` });
  }
  const kill = { fault: "fault-3", kind: "kill", asked: "reader-3", targets: ["reader-3"] };
  builder.event({ type: "fault-injected", atMs: READER_KILLED_MS, ...kill });
  const receipt = { effective: true, measured: "process 4711 is gone after 1 ms", toEffectMs: 1 };
  builder.event({ type: "fault-effect", atMs: READER_KILLED_MS + 1, fault: "fault-3", receipt });
  builder.event({
    type: "fault-healed",
    atMs: 110_000,
    fault: "fault-3",
    verified: true,
    measured: "reader-3 runs again",
  });
  builder.event({
    type: "load-ended",
    atMs: LOAD_TO_MS + 50,
    load: "events",
    scheduled: operations,
    offered: operations,
  });
  builder.event({ type: "phase", atMs: 125_100, phase: "heal" });
  builder.event({ type: "phase", atMs: 125_400, phase: "converge" });
  builder.event({
    type: "converged",
    atMs: 126_900,
    cluster: "kafka",
    equal: true,
    measured: "6 partitions, 3 replicas each, equal",
  });
  builder.event({ type: "phase", atMs: 127_000, phase: "drain" });
  builder.event({
    type: "drained",
    atMs: 128_000,
    load: "events",
    complete: true,
    measured: "read to the end of 6 partitions",
  });
  builder.event({ type: "phase", atMs: 128_100, phase: "done" });
}

/**
 * Two minutes of so many produced records over six partitions, read by a group of three: two brokers fail
 * (some operations fail, some end unknown, the others wait for an election), a reader dies. Nothing is lost.
 * The same number gives the same journal.
 */
export function syntheticJournal(operations: number): Journal {
  const random = seededRandom(operations);
  const builder = new JournalBuilder();
  const everyMs = (LOAD_TO_MS - LOAD_FROM_MS) / operations;
  const attempts = Array.from({ length: operations }, (_, i) => attempt(i + 1, LOAD_FROM_MS + i * everyMs, random));

  const offsets = new Map<number, number>();
  const log = attempts.filter((a) => a.appendedMs !== Infinity).sort((a, b) => a.appendedMs - b.appendedMs);
  const ends = new Array<number>(PARTITIONS).fill(0);
  for (const record of log) {
    const end = ends[record.partition] ?? 0;
    offsets.set(record.value, end);
    ends[record.partition] = end + 1;
  }
  const rows = attempts.sort((a, b) => a.endMs - b.endMs);
  for (const { appendedMs: _appendedMs, ...row } of rows) {
    const offset = row.outcome === "ok" ? (offsets.get(row.value) ?? -1) : -1;
    builder.operation({ load: "events", client: `producer-${1 + (row.key % 3)}`, action: "produce", ...row, offset });
  }
  addReads(builder, log, offsets, random);
  addEvents(builder, operations);
  return builder.journal();
}

/** Reads in the order of the log, with a commit a second; partition 2 and 5 change hands when their reader dies. */
function addReads(
  builder: JournalBuilder,
  log: readonly Attempt[],
  offsets: ReadonlyMap<number, number>,
  random: Random,
): void {
  const lastReadMs = new Array<number>(PARTITIONS).fill(0);
  const lastCommitMs = new Array<number>(PARTITIONS).fill(0);
  const uncommitted: ReadRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  const reassigned = new Array<boolean>(PARTITIONS).fill(false);

  const read = (record: ReadRecord): void => {
    builder.read(record);
    const { partition, atMs } = record;
    lastReadMs[partition] = atMs;
    uncommitted[partition]?.push(record);
    if (atMs - (lastCommitMs[partition] ?? 0) < 1_000) return;
    lastCommitMs[partition] = atMs;
    uncommitted[partition] = [];
    builder.operation({
      ...{ load: "events", client: record.client, action: "commit", outcome: "ok", error: "", value: -1, key: 0 },
      ...{ partition, offset: record.offset + 1, intendedMs: atMs, startMs: atMs, endMs: atMs + 0.001 },
    });
  };

  for (const record of log) {
    const { partition, value, key } = record;
    const reader = partition % READERS.length;
    const orphaned = reader === 2 && record.appendedMs > READER_KILLED_MS;
    const arrivedMs = record.appendedMs + 1 + random.fraction() * 4;
    const earliestMs = orphaned ? Math.max(arrivedMs, SECOND_ASSIGNMENT_MS) : arrivedMs;
    const atMs = Math.max(earliestMs, (lastReadMs[partition] ?? 0) + 0.002);
    const second = orphaned || atMs >= SECOND_ASSIGNMENT_MS;
    const assignment = second ? 2 : 1;
    const client = READERS[second && reader === 2 ? partition % 2 : reader] ?? "";
    if (second && reassigned[partition] !== true) {
      reassigned[partition] = true;
      const again = uncommitted[partition] ?? [];
      uncommitted[partition] = [];
      for (const old of again)
        read({ ...old, client, assignment, atMs: Math.max(atMs, (lastReadMs[partition] ?? 0) + 0.002) });
    }
    const offset = offsets.get(value) ?? -1;
    const onTimeMs = Math.max(atMs, (lastReadMs[partition] ?? 0) + 0.002);
    read({ load: "events", client, value, key, partition, offset, assignment, atMs: onTimeMs });
  }
}
