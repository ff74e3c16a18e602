import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * One of three replicas dies and its disk is gone with it. Two of three have every acknowledged block, so inserts go on
 * and nothing is lost; the server comes back empty, is made a replica anew, and copies what its peers have.
 */
export default scenario({
  id: "clickhouse/replica-lost",
  title: "A replica is lost with its disk and rebuilt from its peers",
  description:
    "A block is acknowledged by two of three replicas, so one disk is never the only one that holds it. The lost replica is taken out of ZooKeeper, its tables are made again, and it holds what the others hold.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 1, replicas: 3, zookeeperSession: seconds(3) }),
  },
  load: {
    // Blocks that want a quorum are taken one at a time; the one that the lost replica took with it is in the way until
    // its session has ended.
    rows: rows({ to: "clickhouse.lab.events", rate: perSecond(2), clients: 3, quorum: 2, quorumTimeout: seconds(8) }),
  },
  expect: {
    "every acknowledged row is there once": check.set("rows"),
    "inserts go on": check.availability({
      of: "rows.add",
      atLeast: 0.8,
      limit: seconds(10),
      during: { step: "two replicas left" },
    }),
    "replicas are equal": check.convergence({ of: "clickhouse", within: seconds(30) }),
  },
  slos: ["clickhouse-insert-availability"],
  mutants: {
    "one replica a shard": {
      change: { topology: { clickhouse: { replicas: 1 } }, load: { rows: { quorum: 0 } } },
      violates: "every acknowledged row is there once",
    },
  },
  async run({ clickhouse, load, step, fault }) {
    await step("warm up", () => load.rows.acknowledged(8, { within: seconds(20) }));
    const lost = clickhouse.nodes.slice(0, 1);
    const gone = await step("a replica is lost with its disk", () => fault.wipe(lost));
    await step("two replicas left", () => load.rows.runFor(seconds(8)));
    await step("an empty server takes its place", () => gone.heal());
    await step("the replica is rebuilt", () => clickhouse.rebuild(lost));
    await step("calm", () => load.rows.runFor(seconds(4)));
  },
});
