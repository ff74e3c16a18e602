/** A produce load under way: offers on schedule, records every outcome, reads everything back. */
import kafkajs from "kafkajs";
import type { LoadStart } from "../../../load/index.ts";
import type { KafkaCluster } from "../cluster.ts";
import { LabError, messageOf } from "../../../errors.ts";
import { every, milliseconds, seconds, waitFor, withLimit } from "../../../time.ts";
import type { Duration, Look } from "../../../time.ts";
import { Lane } from "./lane.ts";
import type { Pending } from "./lane.ts";
import { LoadGenerator } from "../../../load/load-generator.ts";
import { startProducer } from "./producer.ts";
import type { BatchProducer } from "./producer.ts";
import { Holders } from "./membership.ts";
import { createReader } from "./reader.ts";
import type { LoadReader } from "./reader.ts";
import { destinationOf } from "./produce-spec.ts";
import type { ProduceSpec } from "./produce-spec.ts";
import { loadTraffic } from "../../../load/traffic.ts";
import type { Traffic } from "../../../load/traffic.ts";
import type { StartedLoad } from "../../../load/index.ts";
import { ValueSet } from "../../../load/value-set.ts";

/** What is due within a tick goes out together. */
const TICK = milliseconds(10);
const MAX_BATCH = 1_000;
/** Records without an outcome at one time; beyond, the lab cannot offer what the schedule wants, and says so. */
const MAX_OPEN = 20_000;
const EXPIRE_EVERY = milliseconds(100);
const CONNECT_LIMIT = seconds(20);
const JOIN_LIMIT = seconds(40);

export type ProduceLoadOptions = LoadStart<ProduceSpec, KafkaCluster>;

/**
 * Connects the producers, starts the readers, and begins to offer once the readers have their partitions, so that
 * the time from writing to reading is never that of a group that still gathers.
 * @throws LabError `load-failed` when the producers cannot connect, the readers cannot join, or the topic is not there.
 */
export async function startProduceLoad(options: ProduceLoadOptions): Promise<StartedLoad> {
  const { topic } = destinationOf(options.spec);
  const traffic = await loadTraffic();
  const partitions = (await options.cluster.partitionsOf(topic)).length;
  if (partitions === 0)
    throw new LabError({ code: "load-failed", message: `load ${options.name}: there is no topic ${topic}` });
  const load = new ProduceLoad(options, topic, partitions, traffic);
  try {
    await load.begin();
  } catch (error) {
    await load[Symbol.asyncDispose]();
    throw error;
  }
  return load;
}

class ProduceLoad implements StartedLoad {
  readonly name: string;
  readonly clients: readonly LoadReader[];
  readonly #options: ProduceLoadOptions;
  readonly #topic: string;
  readonly #traffic: Traffic;
  /** One a lane. */
  readonly #producers: BatchProducer[] = [];
  /** By producer, then by partition. */
  readonly #lanes: readonly (readonly Lane[])[];
  readonly #partitionOf: (key: string) => number;
  readonly #read = new ValueSet();
  /** The highest offset that was read of each partition. */
  readonly #positions: number[];
  readonly #generator: LoadGenerator;
  #ticks: Disposable | undefined;
  #expiry: Disposable | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ProduceLoadOptions, topic: string, partitions: number, traffic: Traffic) {
    const { name, spec, part, cluster, recorder, clock } = options;
    this.name = name;
    this.#options = options;
    this.#generator = new LoadGenerator({ name, part, rate: spec.rate, recorder, clock });
    this.#topic = topic;
    this.#traffic = traffic;
    this.#partitionOf = partitioner(topic, partitions);
    this.#positions = Array.from({ length: partitions }, () => -1);
    this.#lanes = Array.from({ length: spec.producers }, (_, i) => this.#lanesOf(`producer-${i + 1}`, partitions));
    const { members, sessionTimeout, commitEvery, commit } = spec.readers;
    const holders = new Holders((partition) => `${name} reader of ${topic}/${partition}`, recorder);
    this.clients = Array.from({ length: members }, (_, i) =>
      createReader({
        load: name,
        name: `reader-${i + 1}`,
        orders: {
          brokers: cluster.brokers(),
          topic,
          group: `lab-${name}`,
          sessionTimeoutMs: sessionTimeout,
          commitEveryMs: commitEvery,
          commit,
        },
        holders,
        recorder,
        clock,
        keyNumber: (visitor) => traffic.keyNumber(visitor),
        onRead: (value, partition, offset) => {
          this.#read.add(value);
          this.#positions[partition] = Math.max(this.#positions[partition] ?? -1, offset);
        },
      }),
    );
  }

  async begin(): Promise<void> {
    await Promise.all(this.clients.map((reader) => reader.start()));
    try {
      const connected = Promise.all(this.#producers.map((producer) => connectWithin(producer)));
      await withLimit(`the producers of ${this.name} to connect`, CONNECT_LIMIT, connected);
      const joined = Promise.all(this.clients.map((reader) => reader.joined()));
      await withLimit(`the readers of ${this.name} to be given partitions`, JOIN_LIMIT, joined);
    } catch (cause) {
      throw new LabError({
        code: "load-failed",
        message: `load ${this.name} cannot start: ${messageOf(cause)}`,
        cause,
      });
    }
    this.#generator.begin();
    this.#ticks = every(TICK, () => {
      this.#offerDue();
    });
    this.#expiry = every(EXPIRE_EVERY, () => {
      for (const lane of this.#lanes.flat()) lane.expire();
    });
  }

  acknowledged(count: number, options: { readonly within: Duration }): Promise<void> {
    return this.#generator.acknowledged(count, options);
  }

  read(count: number, options: { readonly within: Duration }): Promise<void> {
    return this.#generator.read(count, options, () => this.#read.size);
  }

  runFor(span: Duration): Promise<void> {
    return this.#generator.runFor(span);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  drain({ within }: { readonly within: Duration }): Promise<void> {
    return this.#generator.drained(() => this.#probeDrained(), within);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#generator.abandon();
    this.#ticks?.[Symbol.dispose]();
    for (const lane of this.#lanes.flat()) lane.abandon();
    await this.stop();
    await Promise.all([...this.clients, ...this.#producers].map((client) => client[Symbol.asyncDispose]()));
  }

  async #stop(): Promise<void> {
    this.#ticks?.[Symbol.dispose]();
    // Every record is given up at its own time, so this ends.
    await this.#generator.ended(this.#options.spec.timeout);
    this.#expiry?.[Symbol.dispose]();
  }

  #offerDue(): void {
    this.#generator.due((value, intendedMs) => this.#offer(value, intendedMs));
    for (const lane of this.#lanes.flat()) lane.pump();
  }

  #offer(value: number, intendedMs: number): boolean {
    const { key, keyNumber, value: content } = this.#traffic.record(value);
    const record: Pending = { value, key, keyNumber, content, intendedMs, startMs: undefined, settled: false };
    const producer = keyNumber % this.#lanes.length;
    const partition = this.#partitionOf(key);
    const lane = this.#lanes[producer]?.[partition];
    if (lane === undefined) throw new LabError({ code: "internal", message: `no lane for partition ${partition}` });
    if (this.#generator.open >= MAX_OPEN) {
      this.#journal(
        record,
        `producer-${producer + 1}`,
        "failed",
        "not-offered",
        partition,
        -1,
        this.#options.clock.now(),
      );
      return false;
    }
    lane.add(record);
    return true;
  }

  #lanesOf(name: string, partitions: number): Lane[] {
    const { spec, cluster, clock } = this.#options;
    const brokers = cluster.brokers();
    return Array.from({ length: partitions }, (_, partition) => {
      const producer = startProducer({
        name,
        brokers,
        topic: this.#topic,
        acks: spec.acks,
        compression: spec.compression,
        clock,
      });
      this.#producers.push(producer);
      return new Lane({
        partition,
        maxBatch: spec.batchRecords ?? MAX_BATCH,
        timeoutMs: spec.timeout,
        now: () => clock.now(),
        send: (to, batch, deadlineMs, onTry) => producer.send(to, batch, deadlineMs, onTry),
        settle: (record, { outcome, error, partition: at, offset, endMs }) => {
          this.#journal(record, name, outcome, error, at, offset, endMs);
          this.#generator.settled(outcome === "ok");
        },
      });
    });
  }

  #journal(
    { value, keyNumber, intendedMs, startMs }: Pending,
    client: string,
    outcome: "ok" | "failed" | "unknown",
    error: string,
    partition: number,
    offset: number,
    endMs: number,
  ): void {
    this.#options.recorder.operation({
      load: this.name,
      client,
      action: "produce",
      outcome,
      error,
      value,
      key: keyNumber,
      partition,
      offset,
      intendedMs,
      startMs: startMs ?? endMs,
      endMs,
    });
  }

  async #probeDrained(): Promise<Look<string>> {
    const ends = await this.#options.cluster.logEnds(this.#topic);
    const behind = ends.filter(({ partition, end }) => (this.#positions[partition] ?? -1) < end - 1);
    if (behind.length === 0) {
      const total = ends.reduce((sum, { end }) => sum + end, 0);
      return { reached: `read to the end of ${ends.length} partitions, ${total} records in all` };
    }
    const list = behind.map(
      ({ partition, end }) => `${this.#topic}/${partition} at ${(this.#positions[partition] ?? -1) + 1} of ${end}`,
    );
    return { seen: list.join(", ") };
  }
}

/** Tries again until the limit around it: the cluster is ready, but a broker may be slow to say so. */
async function connectWithin(producer: BatchProducer): Promise<void> {
  await waitFor(
    `${producer.name} to connect`,
    async () => {
      await producer.connect();
      return { reached: true };
    },
    { within: CONNECT_LIMIT, every: milliseconds(100) },
  );
}

/** The partition of a key, as Java's default producer places it. */
function partitioner(topic: string, partitions: number): (key: string) => number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
    partitionErrorCode: 0,
  }));
  const place = kafkajs.Partitioners.DefaultPartitioner();
  const known = new Map<string, number>();
  return (key) => {
    const partition = known.get(key) ?? place({ topic, partitionMetadata, message: { key, value: null } });
    known.set(key, partition);
    return partition;
  };
}
