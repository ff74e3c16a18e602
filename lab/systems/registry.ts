/** All systems, one line each. The union of specs, images, `lab up`, the plan's schema and docs derive from this list. */
export { balancer } from "./balancer/index.ts";
export { clickhouse } from "./clickhouse/index.ts";
export { ingest } from "../platform/ingest/index.ts";
export { kafka } from "./kafka/index.ts";
export { minio } from "./minio/index.ts";
export { spark } from "./spark/index.ts";
export { zookeeper } from "./zookeeper/index.ts";
