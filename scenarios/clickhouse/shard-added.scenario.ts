import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * A third shard joins while rows go through the Distributed tables. From the moment that the servers know it, keys name
 * other shards than before; rows that were there already are moved to where their keys name them now, inserts going on.
 */
export default scenario({
  id: "clickhouse/shard-added",
  title: "A shard is added under load, and rows are moved to where their keys name them",
  description:
    "The new server has its tables before anybody knows it. Rows are copied, seen to be there and only then deleted, so each ends on exactly the shard that its key names among three.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 2, replicas: 1 }),
  },
  settings: { move: true, updateAll: true },
  load: {
    rows: rows({ to: "clickhouse.lab.events", rate: perSecond(4), clients: 4, through: "distributed" }),
  },
  expect: {
    "each row is where its key names": check.placement({ of: "rows", shards: 3 }),
    "every acknowledged row is there once": check.set("rows"),
    "inserts go on": check.availability({
      of: "rows.add",
      atLeast: 0.9,
      limit: seconds(10),
    }),
    "nothing waits any more": check.convergence({ of: "clickhouse", within: seconds(30) }),
  },
  slos: ["clickhouse-insert-availability"],
  mutants: {
    "rows stay where they were": {
      change: { settings: { move: false } },
      violates: "each row is where its key names",
    },
    "one server's configuration is not updated": {
      change: { settings: { updateAll: false } },
      violates: "each row is where its key names",
    },
  },
  async run({ clickhouse, load, step, observe, settings }) {
    await step("warm up", () => load.rows.acknowledged(40, { within: seconds(30) }));
    const leftOut = settings.updateAll ? [] : clickhouse.nodes.slice(0, 1);
    await step("a shard is added", () => clickhouse.scaling.scaleOut("shard", { leftOut }));
    await step("rows go to three shards", () => load.rows.runFor(seconds(2)));
    if (settings.move) {
      observe("rows moved", await step("rows are moved", () => clickhouse.moveRows({ within: seconds(40) })));
    }
    await step("calm", () => load.rows.runFor(seconds(4)));
  },
});
