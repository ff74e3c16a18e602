/** ClickHouse. */
import { defineSystem } from "../define.ts";
import { zookeeperCluster } from "../zookeeper/spec.ts";
import { START_LIMIT, StartedClickHouse } from "./cluster.ts";
import type { ClickHouseCluster } from "./cluster.ts";
import { planClickHouse } from "./layout.ts";
import { clickhouseCluster, clickhouseSpec, describeClickHouse } from "./spec.ts";
import type { ClickHouseSpec } from "./spec.ts";
import { phrases, subjects } from "./words.ts";

export { clickhouseCluster, describeClickHouse } from "./spec.ts";
export type { ClickHouseOptions, ClickHouseSpec } from "./spec.ts";
export { configOf, membersOf } from "./layout.ts";
export type { ClickHouseCluster } from "./cluster.ts";
export { connect, errorName } from "./client.ts";

export const clickhouse = defineSystem<ClickHouseSpec, ClickHouseCluster>()({
  system: "clickhouse",
  sentence: "ClickHouse servers in shards of replicas, and tables on them",
  build: clickhouseCluster,
  spec: clickhouseSpec,
  example: { zookeeper: zookeeperCluster(), clickhouse: clickhouseCluster() },
  images: ["clickhouse"],
  phrases,
  subjects,
  describe: describeClickHouse,
  refers: ({ zookeeper: name }) => [{ field: ["zookeeper"], name, system: "zookeeper" }],
  needs: ({ zookeeper }) => [zookeeper],
  plan: planClickHouse,
  made: (spec, context, nodes) => new StartedClickHouse(spec, context, nodes),
  /** Every replicated table takes inserts and has all its replicas active. */
  async untilReady(cluster, note) {
    note("waiting until all servers answer");
    await cluster.answering({ within: START_LIMIT });
    note("deploying the schema");
    await cluster.deploy();
    await cluster.ready({ within: START_LIMIT });
  },
});
