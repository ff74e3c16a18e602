import {
  check,
  clickhouseCluster,
  kafkaCluster,
  minioCluster,
  perSecond,
  rows,
  scenario,
  seconds,
  zookeeperCluster,
} from "../../../lab/index.ts";

/** The smallest topology with tables, buckets and topics: for tests of what is deployed. */
export default scenario({
  id: "platform/schema",
  title: "Nothing is broken",
  description: "For tests of schemas on clusters that are up.",
  topology: {
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 1, replicas: 2 }),
    minio: minioCluster({ nodes: 2, drives: 2 }),
    kafka: kafkaCluster({ brokers: 1, topics: { events: { partitions: 2 } } }),
  },
  load: { rows: rows({ to: "clickhouse.lab.events", rate: perSecond(1) }) },
  expect: { "nothing is lost": check.set("rows") },
  slos: [],
  mutants: { "two shards": { change: { topology: { clickhouse: { shards: 2 } } }, violates: "nothing is lost" } },
  async run({ load, step }) {
    await step("rows", () => load.rows.acknowledged(1, { within: seconds(10) }));
  },
});
