/** Kafka clusters: as data (`kafkaCluster`), and started (`startKafka`). */
export { kafkaCluster } from "./spec.ts";
export type { KafkaOptions, KafkaSpec, KafkaTopic, KafkaTopicOptions } from "./spec.ts";
export { membersOf, propertiesOf } from "./layout.ts";
export type { KafkaMember } from "./layout.ts";
export { describeKafka, kafka, startKafka } from "./cluster.ts";
export type { KafkaCluster } from "./cluster.ts";
export type { Attempt } from "./admin.ts";
export { errorName, kafkaClient } from "./client.ts";
