/** Spark clusters: as data (`sparkCluster`), and started (`spark`). */
export { sparkCluster } from "./spec.ts";
export type { SparkOptions, SparkSpec } from "./spec.ts";
export { settingsOf } from "./layout.ts";
export { spark } from "./cluster.ts";
export type { SparkCluster } from "./cluster.ts";
