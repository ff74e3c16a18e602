import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * The ensemble is gone. Replicas lose their sessions and take no inserts, as they could not agree on what is there;
 * what is stored is read as before. They take inserts again when the ensemble is back.
 */
export default scenario({
  id: "clickhouse/zookeeper-gone",
  title: "ZooKeeper is gone: tables are read-only, reads are served, and inserts come back",
  description:
    "Without ZooKeeper replicas refuse inserts rather than diverge. Reads need no agreement. Nothing has to be done by hand when it is back.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 2, replicas: 2, zookeeperSession: seconds(3) }),
  },
  load: {
    rows: rows({ to: "clickhouse.lab.events", rate: perSecond(4), clients: 4, timeout: seconds(20) }),
  },
  assume: {
    "all replicas become read-only and come back": check.observed({
      subject: "read-only replicas",
      values: [4, 0],
      within: seconds(30),
    }),
  },
  expect: {
    "inserts are refused": check.refused({
      of: "rows.add",
      during: { step: "no agreement" },
      errors: ["TABLE_IS_READ_ONLY", "KEEPER_EXCEPTION", "NO_ZOOKEEPER", "UNKNOWN_STATUS_OF_INSERT"],
      atLeast: 100,
    }),
    "reads are served": check.observed({ subject: "servers that answer reads", values: [4] }),
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
    "tables that do not ask ZooKeeper": {
      change: { topology: { clickhouse: { replicated: false } } },
      violates: "inserts are refused",
    },
  },
  async run({ clickhouse, load, step, fault, observe }) {
    await step("warm up", () => load.rows.acknowledged(12, { within: seconds(20) }));
    const gone = await step("ZooKeeper dies", () => fault.kill("zookeeper-1"));
    await step("sessions end", () => load.rows.runFor(seconds(5)));
    await step("reads are served", async () => {
      const answers = await Promise.allSettled(
        clickhouse.nodes.map((node) => clickhouse.ask(node, "SELECT count() AS rows FROM lab.events")),
      );
      const served = answers.filter((answer) => answer.status === "fulfilled" && Number(answer.value[0]?.["rows"]) > 0);
      observe("servers that answer reads", served.length);
    });
    await step("no agreement", () => load.rows.runFor(seconds(5)));
    await step("ZooKeeper returns", () => gone.heal());
    await step("tables take inserts", () => clickhouse.ready({ within: seconds(40) }));
    await step("what waited is done", () => load.rows.runFor(seconds(6)));
    await step("calm", () => load.rows.runFor(seconds(4)));
    await step("inserts end", () => load.rows.stop());
    await step("replicas are compared with ZooKeeper", () => clickhouse.restartReplicas());
  },
});
