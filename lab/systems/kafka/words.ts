/** The words of Kafka: the phrases that mean some of its nodes, and what is watched of it. */
import type { Groups, Phrase, Subject } from "../define.ts";
import type { KafkaSpec } from "./spec.ts";

const partitionOf = ({ topic = "", partition = "" }: Groups, { topics }: KafkaSpec): string | undefined => {
  const known = topics[topic];
  if (known === undefined) return `the cluster has no topic ${JSON.stringify(topic)}`;
  return Number(partition) < known.partitions
    ? undefined
    : `${topic} has the partitions 0 to ${known.partitions - 1}, not ${partition}`;
};

const ofPartition = (role: string): RegExp =>
  new RegExp(String.raw`^${role} of (?<topic>[a-zA-Z0-9._-]+)/(?<partition>\d+)$`);

const partitionsOf = ({ topics }: KafkaSpec): readonly string[] =>
  Object.entries(topics).flatMap(([topic, { partitions }]) =>
    Array.from({ length: partitions }, (_, partition) => `${topic}/${partition}`),
  );

export const phrases: readonly Phrase<KafkaSpec>[] = [
  {
    phrase: "leader of TOPIC/PARTITION",
    example: "leader of events/0",
    means: "who leads the partition now",
    form: ofPartition("leader"),
    wrong: partitionOf,
  },
  {
    phrase: "a follower of TOPIC/PARTITION",
    example: "a follower of events/0",
    means: "one of its other replicas that run, chosen by the run's seed",
    form: ofPartition("a follower"),
    wrong: partitionOf,
  },
  {
    phrase: "followers of TOPIC/PARTITION",
    example: "followers of events/0",
    means: "all of its other replicas",
    form: ofPartition("followers"),
    wrong: partitionOf,
  },
  {
    phrase: "active controller",
    example: "active controller",
    means: "who leads the metadata quorum now",
    form: /^(the )?active controller$/,
  },
  {
    phrase: "a standby controller, standby controllers",
    example: "a standby controller",
    means: "one of the other controllers that run; all of them",
    form: /^(a standby controller|standby controllers)$/,
  },
  { phrase: "controllers", example: "controllers", means: "all controllers", form: /^controllers$/ },
  {
    phrase: "a broker, brokers",
    example: "a broker",
    means: "one of the brokers that run; all of them",
    form: /^(a broker|brokers)$/,
  },
];

export const subjects: readonly Subject<KafkaSpec>[] = [
  {
    subject: "CLUSTER active controller",
    values: "a node, or nothing while there is none",
    names: (cluster) => [`${cluster} active controller`],
  },
  {
    subject: "CLUSTER leader of TOPIC/PARTITION",
    values: "a node, or nothing while there is none",
    names: (cluster, spec) => partitionsOf(spec).map((partition) => `${cluster} leader of ${partition}`),
  },
  {
    subject: "in-sync replicas of TOPIC/PARTITION",
    values: "how many",
    names: (_, spec) => partitionsOf(spec).map((partition) => `in-sync replicas of ${partition}`),
  },
];
