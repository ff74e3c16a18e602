/** ZooKeeper. */
import { seconds } from "../../time.ts";
import { defineSystem } from "../define.ts";
import { StartedZooKeeper } from "./cluster.ts";
import type { ZooKeeperCluster } from "./cluster.ts";
import { planZooKeeper } from "./layout.ts";
import { describeZooKeeper, zookeeperCluster, zookeeperSpec } from "./spec.ts";
import type { ZooKeeperSpec } from "./spec.ts";
import { phrases, subjects } from "./words.ts";

export { zookeeperCluster } from "./spec.ts";
export type { ZooKeeperOptions, ZooKeeperSpec } from "./spec.ts";
export { zookeeperServers } from "./layout.ts";
export type { ZooKeeperCluster } from "./cluster.ts";
export { ZooKeeperClient } from "./client.ts";
export { ZooKeeperError } from "./connection.ts";
export type { ZooKeeperConnection } from "./connection.ts";

const START_LIMIT = seconds(60);

export const zookeeper = defineSystem<ZooKeeperSpec, ZooKeeperCluster>()({
  system: "zookeeper",
  sentence: "a ZooKeeper ensemble",
  build: zookeeperCluster,
  spec: zookeeperSpec,
  example: { zookeeper: zookeeperCluster() },
  images: ["zookeeper"],
  phrases,
  subjects,
  describe: describeZooKeeper,
  plan: planZooKeeper,
  made: (spec, context, nodes) => new StartedZooKeeper(spec, context, nodes),
  untilReady(cluster, note) {
    note("waiting until one member leads and all others follow");
    return cluster.ready({ within: START_LIMIT });
  },
});
