import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * Rows go through the Distributed tables of all servers while the other shards cannot reach one of them. Whoever takes a
 * row must send it to the shard that its key names, or queries by key look in the wrong place.
 */
export default scenario({
  id: "clickhouse/sharding",
  title: "Each row is on the shard that its key names, whoever took it",
  description:
    "All servers place rows by the same key. A replica that is out of reach changes which server stores a row, never which shard.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 3, replicas: 2, shardingKey: "key" }),
  },
  load: {
    rows: rows({ to: "clickhouse.lab.events", rate: perSecond(4), clients: 4, through: "distributed" }),
  },
  expect: {
    "each row is where its key names": check.placement({ of: "rows", shards: 3 }),
    "every acknowledged row is there once": check.set("rows"),
    "inserts are acknowledged": check.availability({
      of: "rows.add",
      atLeast: 0.8,
      limit: seconds(10),
    }),
    "replicas are equal": check.convergence({ of: "clickhouse", within: seconds(30) }),
  },
  slos: ["clickhouse-recovery-time"],
  mutants: {
    "rows are placed at random": {
      change: { topology: { clickhouse: { shardingKey: "rand()" } } },
      violates: "each row is where its key names",
    },
  },
  async run({ clickhouse, load, step, fault }) {
    await step("warm up", () => load.rows.acknowledged(12, { within: seconds(30) }));
    const cut = await step("a replica is out of reach", () =>
      fault.partition({ between: ["replica 2 of shard 2", "shard 1, shard 3"] }),
    );
    await step("one replica of shard 2 within reach", () => load.rows.runFor(seconds(6)));
    await step("the replica is within reach", () => cut.heal());
    await step("all replicas take part", () => clickhouse.ready({ within: seconds(30) }));
    await step("calm", () => load.rows.runFor(seconds(4)));
  },
});
