/** ClickHouse clusters: as data (`clickhouseCluster`), and started. */
export { clickhouseCluster, describeClickHouse } from "./spec.ts";
export type { ClickHouseOptions, ClickHouseSpec } from "./spec.ts";
export { configOf, membersOf } from "./layout.ts";
export { clickhouse } from "./cluster.ts";
export type { ClickHouseCluster } from "./cluster.ts";
export { connect, errorName, isRefusal } from "./client.ts";
