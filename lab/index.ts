/** All that a scenario may import. */
export { check } from "./checks/index.ts";
export { balancerCluster } from "./clusters/balancer/index.ts";
export { clickhouseCluster } from "./clusters/clickhouse/index.ts";
export { kafkaCluster } from "./clusters/kafka/index.ts";
export { minioCluster } from "./clusters/minio/index.ts";
export { objects } from "./load/index.ts";
export { zookeeperCluster } from "./clusters/zookeeper/index.ts";
export { registers } from "./load/index.ts";
export { sparkCluster } from "./clusters/spark/index.ts";
export { batches, produce } from "./load/index.ts";
export { rows } from "./load/index.ts";
export { scenario } from "./rehearsal/scenario.ts";
export { milliseconds, minutes, perSecond, seconds } from "./time.ts";
