import { check, clickhouseCluster, perSecond, rows, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * The servers of two shards do not hear each other; clients and ZooKeeper hear both. An insert that may be queued is
 * acknowledged and delivered later, once; one that awaits all shards is not acknowledged. A query of all shards is
 * refused rather than answered from half of them, unless it says that it wants to skip what is out of reach.
 */
export default scenario({
  id: "clickhouse/shard-unreachable",
  title: "Each shard is out of the other's reach, for inserts and for queries",
  description:
    "Distributed tables queue what they cannot send and send it once when the link is back. Whoever asks for all shards, to insert or to read, is refused as long as one is missing.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 2, replicas: 1 }),
  },
  settings: { skipUnavailable: false },
  load: {
    queued: rows({
      to: "clickhouse.lab.events",
      rate: perSecond(2),
      clients: 6,
      through: "distributed",
      awaitShards: false,
    }),
    awaited: rows({
      to: "clickhouse.lab.events",
      rate: perSecond(2),
      clients: 4,
      through: "distributed",
      // Its first answer counts: a client that tries again is told the same until the link is back.
      retryUnknown: false,
      series: 1,
    }),
  },
  assume: {
    "blocks wait for the other shard": check.observed({ subject: "blocks wait", values: [true] }),
  },
  expect: {
    "inserts that may be queued are acknowledged": check.availability({
      of: "queued.add",
      atLeast: 0.95,
      limit: seconds(5),
      during: { step: "partitioned" },
    }),
    "inserts that await all shards are not": check.refused({
      of: "awaited.add",
      during: { step: "partitioned" },
      errors: ["ALL_CONNECTION_TRIES_FAILED", "NETWORK_ERROR", "SOCKET_TIMEOUT"],
      atLeast: 200,
    }),
    "every queued row is there once": check.set("queued"),
    "every awaited row is there once": check.set("awaited"),
    "each queued row is where its key names": check.placement({ of: "queued", shards: 2 }),
    "a query of all shards is refused": check.observed({
      subject: "shards that answer",
      values: [2, "ALL_CONNECTION_TRIES_FAILED", 2],
    }),
    "a query that skips shards is served by the others": check.observed({
      subject: "shards that answer if some may be skipped",
      values: [2, 1, 2],
    }),
    "what waited is sent": check.convergence({ of: "clickhouse", within: seconds(60) }),
  },
  slos: ["clickhouse-queued-insert-availability"],
  mutants: {
    "queued inserts await all shards": {
      change: { load: { queued: { awaitShards: true } } },
      violates: "inserts that may be queued are acknowledged",
    },
    "awaited inserts are queued": {
      change: { load: { awaited: { awaitShards: false } } },
      violates: "inserts that await all shards are not",
    },
    "every query may skip shards": {
      change: { settings: { skipUnavailable: true } },
      violates: "a query of all shards is refused",
    },
  },
  async run({ clickhouse, load, step, fault, observe, settings }) {
    const ask = async (): Promise<void> => {
      const { skipUnavailable } = settings;
      observe("shards that answer", await clickhouse.shardsAnswering({ skipUnavailable }));
      const some = await clickhouse.shardsAnswering({ skipUnavailable: true });
      observe("shards that answer if some may be skipped", some);
    };
    await step("warm up", () => load.queued.acknowledged(6, { within: seconds(20) }));
    await step("both shards answer", ask);
    const cut = await step("link cut", () => fault.partition({ between: ["shard 1", "shard 2"] }));
    await step("connections are given up", () => load.queued.runFor(seconds(2)));
    await step("partitioned", async () => {
      await Promise.all([ask(), load.queued.runFor(seconds(10))]);
      observe("blocks wait", (await clickhouse.queued()) > 0);
    });
    await step("link back", () => cut.heal());
    await step("calm", () => load.awaited.runFor(seconds(5)));
    await step("both shards answer again", ask);
  },
});
