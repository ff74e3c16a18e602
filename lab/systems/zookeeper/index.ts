/** ZooKeeper ensembles: as data (`zookeeperCluster`), and started (`zookeeper`). */
export { zookeeperCluster } from "./spec.ts";
export type { ZooKeeperOptions, ZooKeeperSpec } from "./spec.ts";
export { zookeeperServers } from "./layout.ts";
export { zookeeper } from "./cluster.ts";
export type { ZooKeeperCluster } from "./cluster.ts";
export { ZooKeeperClient } from "./client.ts";
export { ZooKeeperError } from "./connection.ts";
export type { ZooKeeperConnection } from "./connection.ts";
