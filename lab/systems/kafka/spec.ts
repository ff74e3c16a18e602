/** A Kafka cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { about, choice, either, group, named, optional, ownSettings, whole, type Problem } from "../../fields.ts";
import { KAFKA_PROFILES, knobsOf, type Profile } from "../profiles.ts";
import { specKind } from "../spec-kind.ts";
import type { AnySpec } from "../types.ts";

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

export interface KafkaSpec extends AnySpec {
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

export interface KafkaOptions extends Pick<AnySpec, "networks"> {
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

export const MOST_BROKERS = 9;

export const kafkaSpec = specKind<KafkaSpec>({
  system: "kafka",
  builder: "kafkaCluster",
  fields: {
    brokers: about("brokers", whole({ least: 1, most: MOST_BROKERS, otherwise: 3 })),
    joined: about(
      "of these, the last so many joined while it ran, and are no controllers",
      optional(whole({ least: 0, most: MOST_BROKERS - 1 })),
    ),
    controllers: about(
      "every broker is a controller too, or so many controllers of their own",
      either(choice(["combined"], "combined"), whole({ least: 1, most: 7 })),
    ),
    topics: about(
      "topics by name; each of six partitions on three replicas, of which two must be in sync",
      named(
        /^(?!\.\.?$)[a-zA-Z0-9._-]{1,249}$/,
        "use letters, digits, dots, hyphens and underscores",
        group<KafkaTopic>({
          partitions: whole({ least: 1, most: 1_000 }),
          replicas: whole({ least: 1, most: MOST_BROKERS }),
          minInSync: about(
            "so many replicas must have a record before acks: all is answered",
            whole({ least: 1, most: MOST_BROKERS }),
          ),
          config: about("further settings of the topic, in Kafka's own names", optional(ownSettings())),
        }),
      ),
    ),
    config: about("further lines of every node's server.properties, in Kafka's own names", optional(ownSettings())),
    startup: about(
      "with a class-data archive and a short first election, or as Kafka comes",
      choice(["fast", "plain"], "fast"),
    ),
    compression: about(
      "what brokers do to batches: keep the producer's codec, or write them in this one; the lab's clients read no other",
      choice(COMPRESSIONS),
    ),
    batchMaxBytes: about(
      "the largest batch of records that a broker takes, in bytes",
      whole({ least: 16_384, most: 100 * 2 ** 20 }),
    ),
    heapMb: about("heap of each node, in MiB", whole({ least: 128, most: 8_192 })),
  },
  together({ brokers, joined = 0, topics }) {
    const wrong = (field: string, is: number, least: number, most: number, because: string): Problem | undefined =>
      is <= most
        ? undefined
        : { field, what: `is ${is}`, hint: `use a whole number from ${least} to ${most} (${because})` };
    const found = Object.entries(topics).flatMap(([name, { replicas, minInSync }]) => [
      wrong(`topics.${name}.replicas`, replicas, 1, brokers, `there are ${brokers} brokers`),
      wrong(`topics.${name}.minInSync`, minInSync, 1, replicas, `there are ${replicas} replicas`),
    ]);
    return wrong("joined", joined, 0, brokers - 1, "one was there first") ?? found.find((each) => each !== undefined);
  },
});

/**
 * A Kafka cluster with sensible defaults: three combined brokers; topics of six partitions on three replicas,
 * of which two must be in sync (fewer where there are fewer brokers).
 * @throws LabError `bad-scenario` naming the field.
 */
export function kafkaCluster({ profile = "laptop", ...options }: KafkaOptions = {}): KafkaSpec {
  const { brokers = 3 } = options;
  const topics = Object.fromEntries(
    Object.entries(options.topics ?? {}).map(([name, topic]) => {
      const { replicas = Math.min(3, brokers) } = topic;
      return [name, { partitions: 6, replicas, minInSync: Math.min(2, replicas), ...topic }];
    }),
  );
  const spec = kafkaSpec.fill({ ...knobsOf("kafkaCluster", KAFKA_PROFILES, profile), ...options, topics });
  kafkaSpec.check(spec);
  return spec;
}

/** A cluster in a few words: `3 brokers with 3 controllers of their own, 1 topic`. */
export function describeKafka(spec: KafkaSpec): string {
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
  const controllers =
    spec.controllers === "combined"
      ? "that are controllers too"
      : `with ${count(spec.controllers, "controller")} of their own`;
  return `${count(spec.brokers, "broker")} ${controllers}, ${count(Object.keys(spec.topics).length, "topic")}`;
}
