/** A Kafka cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../bounds.ts";
import { KAFKA_PROFILES, type Profile } from "../profiles.ts";

const { bad, wholeNumber } = boundsOf("kafkaCluster");

export interface KafkaTopic {
  readonly partitions: number;
  readonly replicas: number;
  /** How many replicas must have a record before `acks: "all"` is answered. */
  readonly minInSync: number;
  /** Further settings of the topic, in Kafka's own names. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A topic's settings, in Kafka's own names. */
export const settingsOf = ({ minInSync, config = {} }: KafkaTopic): Readonly<Record<string, string>> => ({
  "min.insync.replicas": String(minInSync),
  ...config,
});

export interface KafkaSpec {
  readonly system: "kafka";
  readonly brokers: number;
  /** Of these, the last so many joined while it ran: brokers only, since the quorum stays as it was voted in. */
  readonly joined?: number;
  /** `combined`: every broker is a controller too. A number: so many controllers of their own. */
  readonly controllers: "combined" | number;
  readonly topics: Readonly<Record<string, KafkaTopic>>;
  /** Further lines of every node's server.properties, in Kafka's own names; they win over the lab's. */
  readonly config?: Readonly<Record<string, string>>;
  /** `fast`: class-data archive and short first election. `plain`: as Kafka comes, for comparison. */
  readonly startup: "fast" | "plain";
  /** What brokers do to batches: keep the producer's codec, or write them in this one. */
  readonly compression: Compression;
  /** The largest batch of records that a broker takes. */
  readonly batchMaxBytes: number;
  readonly heapMb: number;
}

const COMPRESSIONS = ["producer", "uncompressed", "gzip"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export interface KafkaTopicOptions {
  readonly partitions?: number;
  readonly replicas?: number;
  readonly minInSync?: number;
  readonly config?: Readonly<Record<string, string>>;
}

export interface KafkaOptions {
  readonly brokers?: number;
  readonly controllers?: "combined" | number;
  readonly topics?: Readonly<Record<string, KafkaTopicOptions>>;
  readonly config?: Readonly<Record<string, string>>;
  readonly startup?: "fast" | "plain";
  /** Settings for a `laptop` (the default) or for `production`; what is named beside it wins. */
  readonly profile?: Profile;
  readonly compression?: Compression;
  readonly batchMaxBytes?: number;
  readonly heapMb?: number;
}

/**
 * A Kafka cluster with sensible defaults: three combined brokers; topics of six partitions on three replicas,
 * of which two must be in sync (fewer where there are fewer brokers).
 * @throws LabError `bad-scenario` naming the field.
 */
export function kafkaCluster(options: KafkaOptions = {}): KafkaSpec {
  const brokers = options.brokers ?? 3;
  const profile = KAFKA_PROFILES[options.profile ?? "laptop"];
  const topics: Record<string, KafkaTopic> = {};
  for (const [name, topic] of Object.entries(options.topics ?? {})) {
    const replicas = topic.replicas ?? Math.min(3, brokers);
    topics[name] = {
      partitions: topic.partitions ?? 6,
      replicas,
      minInSync: topic.minInSync ?? Math.min(2, replicas),
      ...(topic.config === undefined ? {} : { config: topic.config }),
    };
  }
  const spec: KafkaSpec = {
    system: "kafka",
    brokers,
    controllers: options.controllers ?? "combined",
    topics,
    ...(options.config === undefined ? {} : { config: options.config }),
    startup: options.startup ?? "fast",
    compression: options.compression ?? profile.compression,
    batchMaxBytes: options.batchMaxBytes ?? profile.batchMaxBytes,
    heapMb: options.heapMb ?? profile.heapMb,
  };
  checkKafkaSpec(spec);
  return spec;
}

export const MOST_BROKERS = 9;
const topicName = /^[a-zA-Z0-9._-]{1,249}$/;

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkKafkaSpec(spec: KafkaSpec): void {
  wholeNumber("brokers", spec.brokers, 1, MOST_BROKERS);
  if (spec.joined !== undefined) wholeNumber("joined", spec.joined, 0, spec.brokers - 1, "one was there first");
  if (spec.controllers !== "combined") wholeNumber("controllers", spec.controllers, 1, 7);
  wholeNumber("heapMb", spec.heapMb, 128, 8_192);
  wholeNumber("batchMaxBytes", spec.batchMaxBytes, 16_384, 100 * 2 ** 20);
  if (!COMPRESSIONS.includes(spec.compression)) {
    throw bad(
      "compression",
      `is "${spec.compression}"`,
      `use ${COMPRESSIONS.join(", ")}: the lab's clients read no other`,
    );
  }
  for (const [name, topic] of Object.entries(spec.topics)) {
    if (!topicName.test(name) || name === "." || name === "..") {
      throw bad(`topics.${name}`, "is not a topic's name", "use letters, digits, dots, hyphens and underscores");
    }
    wholeNumber(`topics.${name}.partitions`, topic.partitions, 1, 1_000);
    wholeNumber(`topics.${name}.replicas`, topic.replicas, 1, spec.brokers, `there are ${spec.brokers} brokers`);
    wholeNumber(`topics.${name}.minInSync`, topic.minInSync, 1, topic.replicas, `there are ${topic.replicas} replicas`);
  }
}
