import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * The two replicas of a shard do not hear each other, but both hear ZooKeeper: each knows what it lacks and cannot
 * fetch it. Both go on taking inserts; what waits is fetched when the link is back.
 */
export default scenario({
  id: "clickhouse/replicas-parted",
  title: "Two replicas cannot copy from each other",
  description:
    "Inserts go on at both replicas, and the list of parts that each must fetch grows. It empties when the link is back, and both hold the same.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 1, replicas: 2 }),
  },
  load: { rows: rows({ to: "clickhouse.lab.events", rate: perSecond(6), clients: 4 }) },
  assume: {
    "replicas lag, and catch up": check.observed({
      subject: "replicas that lag",
      values: [2, 0],
      within: seconds(40),
    }),
  },
  expect: {
    "inserts go on": check.availability({
      of: "rows.add",
      atLeast: 0.9,
      limit: seconds(10),
      during: { step: "partitioned" },
    }),
    "every acknowledged row is there once": check.set("rows"),
    "replicas are equal": check.convergence({ of: "clickhouse", within: seconds(30) }),
  },
  slos: ["clickhouse-insert-availability", "clickhouse-recovery-time"],
  mutants: {
    "inserts wait for both replicas": {
      change: { load: { rows: { quorum: 2 } } },
      violates: "inserts go on",
    },
  },
  async run({ clickhouse, load, step, fault }) {
    await step("warm up", () => load.rows.acknowledged(12, { within: seconds(40) }));
    const cut = await step("link cut", () =>
      fault.partition({ between: ["replica 1 of shard 1", "replica 2 of shard 1"] }),
    );
    await step("partitioned", () => load.rows.runFor(seconds(8)));
    await step("link back", () => cut.heal());
    await step("queues are empty", () => clickhouse.drained({ within: seconds(40) }));
    await step("calm", () => load.rows.runFor(seconds(4)));
  },
});
