/** All that a scenario may import. */
export { check } from "./checks/index.ts";
export { balancerCluster } from "./systems/balancer/index.ts";
export { clickhouseCluster } from "./systems/clickhouse/index.ts";
export { ingestService } from "./platform/ingest/index.ts";
export { kafkaCluster } from "./systems/kafka/index.ts";
export { minioCluster } from "./systems/minio/index.ts";
export { zookeeperCluster } from "./systems/zookeeper/index.ts";
export { sparkCluster } from "./systems/spark/index.ts";
export { batches, objects, produce, registers, rows } from "./systems/loads.ts";
export { scenario } from "./rehearsal/scenario.ts";
export { milliseconds, minutes, perSecond, seconds } from "./time.ts";
