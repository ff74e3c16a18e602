/** The systems that the lab can start, by the name in their spec. */
import type { ComponentId } from "../engine/types.ts";
import { attachKafka, kafkaMemoryMb, startKafka } from "./kafka/index.ts";
import type { KafkaCluster, KafkaSpec } from "./kafka/index.ts";
import type { ClusterContext } from "./types.ts";

export { kafkaCluster, startKafka } from "./kafka/index.ts";
export type { Attempt, KafkaCluster, KafkaOptions, KafkaSpec, KafkaTopic } from "./kafka/index.ts";
export type { Cluster, ClusterContext } from "./types.ts";

/** A cluster of a topology, as data. */
export type ClusterSpec = KafkaSpec;

/** Starts whatever system the spec names. @throws LabError `cluster-not-ready` */
export function startCluster(spec: ClusterSpec, context: ClusterContext): Promise<KafkaCluster> {
  return startKafka(spec, context);
}

/** Takes hold of a cluster whose nodes run already (`lab up`). @throws LabError `bad-usage` when a node is not there. */
export function attachCluster(spec: ClusterSpec, context: ClusterContext): KafkaCluster {
  return attachKafka(spec, context);
}

/** The images that a topology's nodes are made of. */
export const componentsOf = (topology: Readonly<Record<string, ClusterSpec>>): readonly ComponentId[] => [
  ...new Set(Object.values(topology).map(({ system }) => system)),
];

/** What a topology's nodes take at most, all together, in MiB. */
export const memoryNeededMb = (topology: Readonly<Record<string, ClusterSpec>>): number =>
  Object.values(topology).reduce((sum, spec) => sum + kafkaMemoryMb(spec), 0);
