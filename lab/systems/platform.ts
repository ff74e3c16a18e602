/** The whole platform of the deployment guide as one topology. */
import { balancerCluster } from "./balancer/index.ts";
import { clickhouseCluster } from "./clickhouse/index.ts";
import type { Topology } from "./index.ts";
import { kafkaCluster } from "./kafka/index.ts";
import { minioCluster } from "./minio/index.ts";
import type { Profile } from "./profiles.ts";
import { sparkCluster } from "./spark/index.ts";
import { zookeeperCluster } from "./zookeeper/index.ts";

/**
 * Three Kafka brokers (replication factor 3), an ensemble of three, ClickHouse in three shards of two replicas, four
 * MinIO nodes of two drives, a Spark master with five workers, and the load balancer before them.
 */
export const platformTopology = platformFor("laptop");

/** The same with the settings of a profile. */
export function platformFor(profile: Profile): Topology {
  return {
    kafka: kafkaCluster({ profile, brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
    zookeeper: zookeeperCluster({ members: 3 }),
    clickhouse: clickhouseCluster({ profile, shards: 3, replicas: 2, zookeeper: "zookeeper" }),
    minio: minioCluster({ profile, nodes: 4, drives: 2 }),
    spark: sparkCluster({ profile, workers: 5, minio: "minio" }),
    balancer: balancerCluster({
      backends: {
        kafka: { cluster: "kafka", port: 9094 },
        clickhouse: { cluster: "clickhouse", port: 8123, mode: "http", check: "/ping" },
        minio: { cluster: "minio", port: 9000, mode: "http", check: "/minio/health/live" },
      },
    }),
  };
}
