/** A real Kafka cluster in containers for a test file, and what was journalled meanwhile, in memory. */
import type { KafkaCluster, KafkaSpec } from "../../lab/systems/index.ts";
import { openClusters } from "./test-clusters.ts";
import type { TestClusters } from "./test-clusters.ts";

export interface KafkaLab extends TestClusters<{ kafka: KafkaSpec }> {
  readonly kafka: KafkaCluster;
}

export async function openKafkaLab(spec: KafkaSpec): Promise<KafkaLab> {
  const lab = await openClusters({ kafka: spec });
  return { ...lab, kafka: lab.clusters.kafka };
}
