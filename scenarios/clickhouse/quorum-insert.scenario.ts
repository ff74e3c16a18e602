import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * A block must be on both replicas before it is acknowledged, and one replica is gone. The server says that it does not
 * know: the block is on one replica. The client inserts the identical block again until it is known to be there, once.
 */
export default scenario({
  id: "clickhouse/quorum-insert",
  title: "Inserts that want both replicas meet a shard with one",
  description:
    "With a quorum of two and one replica left, nothing is acknowledged. The block that was under way is tried again as it was and, when the replica is back, is there exactly once.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 1, replicas: 2 }),
  },
  // A quorum insert waits for the one before it: at a higher rate those that wait for each other refuse each other.
  // So many clients that the one that waits for the dead replica has missed few turns when it is back.
  load: {
    rows: rows({ to: "clickhouse.lab.events", rate: perSecond(2), clients: 12, quorum: 2, timeout: seconds(25) }),
  },
  expect: {
    "nothing is acknowledged by one replica alone": check.refused({
      of: "rows.add",
      during: { step: "one replica left" },
      errors: [
        "UNKNOWN_STATUS_OF_INSERT",
        "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE",
        "TOO_FEW_LIVE_REPLICAS",
        "KEEPER_EXCEPTION",
        "view",
        "timeout",
        "connection",
      ],
      atLeast: 100,
    }),
    "every acknowledged row is there once": check.set("rows"),
    "inserts are acknowledged again": check.availability({
      of: "rows.add",
      atLeast: 0.9,
      limit: seconds(8),
      during: { step: "calm" },
    }),
    "replicas are equal": check.convergence({ of: "clickhouse", within: seconds(30) }),
  },
  slos: ["clickhouse-recovery-time"],
  mutants: {
    "blocks are not recognised": {
      change: { load: { rows: { deduplicate: false } } },
      violates: "every acknowledged row is there once",
    },
    "one replica is enough": {
      change: { load: { rows: { quorum: 0 } } },
      violates: "nothing is acknowledged by one replica alone",
    },
  },
  async run({ clickhouse, load, step, fault }) {
    await step("warm up", () => load.rows.acknowledged(12, { within: seconds(20) }));
    const gone = await step("a replica dies", () => fault.kill("replica 2 of shard 1"));
    await step("one replica left", () => load.rows.runFor(seconds(12)));
    await step("the replica returns", () => gone.heal());
    await step("both replicas take part", () => clickhouse.ready({ within: seconds(30) }));
    await step("what waited is done", () => load.rows.runFor(seconds(6)));
    await step("calm", () => load.rows.runFor(seconds(8)));
  },
});
