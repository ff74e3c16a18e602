import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * Writers insert small blocks at all replicas, whose parts are merged all the while, and one thing after another breaks:
 * the replica dies that orders the merges, two replicas cannot copy from each other, one loses its session. What is
 * merged where, and from which copy, differs from replica to replica; what is there must not.
 */
export default scenario({
  id: "clickhouse/merges",
  title: "Parts are merged while replicas die, cannot copy from each other and lose their sessions",
  description:
    "All replicas do the same merges in the order that ZooKeeper keeps, or copy their result. Whatever each missed, its rows are in the end those of the others, each once.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 1, replicas: 3, zookeeperSession: seconds(3) }),
  },
  load: { rows: rows({ to: "clickhouse.lab.events", rate: perSecond(12), rowsPerBlock: 5, clients: 8 }) },
  assume: {
    "parts are merged during each fault": check.observed({ subject: "parts are merged", values: [true, true, true] }),
  },
  expect: {
    "every acknowledged row is there once": check.set("rows"),
    "inserts go on": check.availability({ of: "rows.add", atLeast: 0.7, limit: seconds(10) }),
    "replicas are equal": check.convergence({ of: "clickhouse", within: seconds(50) }),
  },
  slos: ["clickhouse-recovery-time"],
  mutants: {
    "each server keeps its rows for itself": {
      change: { topology: { clickhouse: { replicated: false } } },
      violates: "replicas are equal",
    },
  },
  async run({ clickhouse, load, step, fault, observe }) {
    // What the fault finds under way may be merged yet: what counts is a merge that begins when it has been there a while.
    const insertAndMerge = async (): Promise<void> => {
      await load.rows.runFor(seconds(4));
      const [merged] = await Promise.all([
        clickhouse.partsMerged({ within: seconds(20) }),
        load.rows.runFor(seconds(3)),
      ]);
      observe("parts are merged", merged);
    };
    await step("warm up", () => load.rows.acknowledged(20, { within: seconds(30) }));
    const dead = await step("who orders the merges dies", () => fault.kill("replica 1 of shard 1"));
    await step("two replicas left", insertAndMerge);
    await step("it returns", () => dead.heal());
    // Not of replica 2, which orders the merges now: within two seconds all its threads would wait for copies that do not
    // come, and nobody would merge anything until the link is back (docs/rehearsals.md).
    const cut = await step("link cut", () =>
      fault.partition({ between: ["replica 1 of shard 1", "replica 3 of shard 1"] }),
    );
    await step("two replicas partitioned", insertAndMerge);
    await step("link back", () => cut.heal());
    const lost = await step("ZooKeeper out of reach", () =>
      fault.partition({ between: ["replica 3 of shard 1", "zookeeper-1"] }),
    );
    await step("one replica without a session", insertAndMerge);
    await step("ZooKeeper within reach", () => lost.heal());
    await step("tables take inserts", () => clickhouse.ready({ within: seconds(40) }));
    await step("calm", () => load.rows.runFor(seconds(4)));
    await step("inserts end", () => load.rows.stop());
    await step("replicas are compared with ZooKeeper", () => clickhouse.restartReplicas());
  },
});
