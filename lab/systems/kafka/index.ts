/** Kafka. */
import { defineSystem } from "../define.ts";
import { START_LIMIT, StartedKafka } from "./cluster.ts";
import type { KafkaCluster } from "./cluster.ts";
import { planKafka } from "./layout.ts";
import { describeKafka, kafkaCluster, kafkaSpec } from "./spec.ts";
import type { KafkaSpec } from "./spec.ts";
import { phrases, subjects } from "./words.ts";

export { describeKafka, kafkaCluster } from "./spec.ts";
export type { KafkaOptions, KafkaSpec, KafkaTopic, KafkaTopicOptions } from "./spec.ts";
export { membersOf, propertiesOf } from "./layout.ts";
export type { KafkaMember } from "./layout.ts";
export type { KafkaCluster } from "./cluster.ts";
export type { Attempt } from "./admin.ts";
export { kafkaClient } from "./client.ts";

export const kafka = defineSystem<KafkaSpec, KafkaCluster>()({
  system: "kafka",
  sentence: "Kafka brokers with KRaft controllers, and topics on them",
  build: kafkaCluster,
  spec: kafkaSpec,
  example: { kafka: kafkaCluster({ topics: { events: {} } }) },
  images: ["kafka"],
  phrases,
  subjects,
  describe: describeKafka,
  plan: planKafka,
  made: (spec, context, nodes) => new StartedKafka(spec, context, nodes),
  /** The cluster creates its topics as part of becoming ready. */
  untilReady(cluster, note) {
    note("waiting until all brokers are registered and all replicas in sync");
    return cluster.ready({ within: START_LIMIT });
  },
});
