/** ClickHouse clusters as data, their settings, their schema, and the rows of its load: all without a server of the lab's. */
import { describe, expect, test } from "vitest";
import { clickhouseCluster, configOf, describeClickHouse, membersOf } from "../../../lab/systems/clickhouse/index.ts";
import { errorName, isRefusal } from "../../../lab/systems/clickhouse/client.ts";
import { planClickHouse } from "../../../lab/systems/clickhouse/layout.ts";
import { additionOf, refuseStray } from "../../../lab/systems/clickhouse/scale-out.ts";
import { placedTables } from "../../../lab/systems/clickhouse/move.ts";
import { replicaPath } from "../../../lab/systems/clickhouse/rebuild.ts";
import { differenceBetween, readSchema, statementsOf, unreplicated } from "../../../lab/systems/clickhouse/schema.ts";
import { mergingSince } from "../../../lab/systems/clickhouse/state.ts";
import { rows } from "../../../lab/systems/loads.ts";
import { blocksOf, shardOfKey } from "../../../lab/systems/clickhouse/load/rows-load.ts";
import { loadTraffic } from "../../../lab/load/traffic.ts";
import { refusal } from "../../refusal.ts";

describe("a ClickHouse cluster as data", () => {
  test("defaults: three shards of two replicas with the schema", () => {
    const spec = clickhouseCluster();
    expect(describeClickHouse(spec)).toBe("3 shards × 2 replicas, schema clickhouse");
    expect(membersOf(spec, "clickhouse").map(({ name }) => name)).toEqual([
      "clickhouse-1-1",
      "clickhouse-1-2",
      "clickhouse-2-1",
      "clickhouse-2-2",
      "clickhouse-3-1",
      "clickhouse-3-2",
    ]);
    expect(clickhouseCluster({ profile: "production", maxThreads: 4 })).toMatchObject({
      maxThreads: 4,
      maxQueryMemoryMb: 10_000,
    });
  });

  test("mistakes are named with the field and what would do", () => {
    const plan = { name: "clickhouse", topology: {}, nodesOf: () => [], hostPort: () => 1 };
    expect([
      refusal(() => clickhouseCluster({ shards: 0 })),
      refusal(() => clickhouseCluster({ schema: "../x" })),
      refusal(() => planClickHouse(clickhouseCluster(), plan)),
      refusal(() => rows({ to: "clickhouse.events" })),
    ]).toMatchInlineSnapshot(`
      [
        "bad-scenario: clickhouseCluster: shards is 0; use a whole number from 1 to 9",
        "bad-scenario: clickhouseCluster: schema is "../x"; name a folder in schemas/: "clickhouse"; or "" for none",
        "bad-scenario: clickhouseCluster: zookeeper is "zookeeper", and the topology has no ZooKeeper ensemble of that name; add it to the topology: zookeeper: zookeeperCluster({ members: 3 })",
        "bad-scenario: rows: to is "clickhouse.events"; use cluster, database and table: "clickhouse.lab.events"",
      ]
    `);
  });

  test("a node's settings: who it is, who the others are, and where the replicas' common state is", () => {
    const spec = clickhouseCluster({ shards: 1, indexGranularity: 1_024 });
    const members = membersOf(spec, "clickhouse");
    const [, second] = members;
    const config = second === undefined ? "" : configOf(spec, second, members, ["zookeeper-1"]);
    expect(config.slice(config.indexOf("  <merge_tree>"))).toMatchInlineSnapshot(`
      "  <merge_tree>
          <index_granularity>1024</index_granularity>
          <max_suspicious_broken_parts>5</max_suspicious_broken_parts>
          <replicated_max_ratio_of_wrong_parts>1</replicated_max_ratio_of_wrong_parts>
          <zookeeper_session_expiration_check_period>1</zookeeper_session_expiration_check_period>
        </merge_tree>
        <macros>
          <shard>01</shard>
          <replica>clickhouse-1-2</replica>
        </macros>
        <zookeeper>
          <node>
            <host>zookeeper-1</host>
            <port>2181</port>
          </node>
          <session_timeout_ms>6000</session_timeout_ms>
        </zookeeper>
        <remote_servers>
          <lab>
            <shard>
              <internal_replication>true</internal_replication>
              <replica>
                <host>clickhouse-1-1</host>
                <port>9000</port>
              </replica>
              <replica>
                <host>clickhouse-1-2</host>
                <port>9000</port>
              </replica>
            </shard>
          </lab>
        </remote_servers>
      </yandex>
      "
    `);
    expect(config).toContain("<interserver_http_host>clickhouse-1-2</interserver_http_host>");
  });
});

describe("growing", () => {
  const spec = clickhouseCluster({ shards: 2, replicas: 2, added: { 1: 1 } });
  const before = membersOf(spec, "clickhouse");
  const names = (members: typeof before): readonly string[] => members.map(({ name }) => name);

  test("a shard has as many replicas as the others have; a replica is the next of its shard; the spec names them all", () => {
    const [shard, replica] = ["shard", "replica of shard 1"].map((what) => additionOf(what, spec, "clickhouse"));
    expect(shard && names(shard.added)).toEqual(["clickhouse-3-1", "clickhouse-3-2"]);
    expect(replica && names(replica.added)).toEqual(["clickhouse-1-4"]);
    for (const grown of [shard, replica]) {
      const all = names([...before, ...(grown?.added ?? [])]);
      expect(grown && names(membersOf(grown.spec, "clickhouse")).toSorted()).toEqual(all.toSorted());
    }
  });

  test("what a growth left that broke off is completed by the same, and refused by any other, which names it", () => {
    const { added } = additionOf("shard", spec, "clickhouse");
    refuseStray([], before, added);
    refuseStray(["clickhouse-3-2"], before, added);
    expect([
      refusal(() => refuseStray(["clickhouse-1-4"], before, added)),
      refusal(() =>
        refuseStray(["clickhouse-3-2"], before, additionOf("replica of shard 1", spec, "clickhouse").added),
      ),
    ]).toMatchInlineSnapshot(`
      [
        "bad-usage: clickhouse-1-4 is left of a growth that broke off; complete that first: grow by "replica of shard 1"",
        "bad-usage: clickhouse-3-2 is left of a growth that broke off; complete that first: grow by "shard"",
      ]
    `);
  });
});

describe("the schema", () => {
  test("what is deployed equals what is written, but for blanks, quotes and the server's own settings", async () => {
    const written = (await readSchema(clickhouseCluster())).find(({ makes }) => makes.name === "lab.traffic_local");
    const shown =
      "CREATE TABLE lab.traffic_local ( `minute` DateTime,  status UInt16,  requests UInt64,  bytes UInt64) ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/lab/traffic_local', '{replica}') PARTITION BY toYYYYMM(minute) ORDER BY (minute, status) SETTINGS replicated_deduplication_window = 0, index_granularity = 8192";
    const sql = written?.sql ?? "";
    expect(differenceBetween(sql, shown)).toBeUndefined();
    expect(differenceBetween(sql, shown.replace("requests UInt64", "requests UInt32"))).toContain("requestsUInt32");
    expect(differenceBetween(sql, shown.replace("replicated_deduplication_window = 0, ", ""))).toBe(
      "lacks the setting replicated_deduplication_window=0",
    );
  });

  test("today's versions quote the names that a Distributed table is given; other names are a difference", async () => {
    const written = (await readSchema(clickhouseCluster())).find(({ makes }) => makes.name === "lab.events");
    const sql = written?.sql ?? "";
    const shown = sql.replace("(lab, lab, events_local, key)", "('lab', 'lab', 'events_local', key)");
    expect(shown).not.toBe(sql);
    expect(differenceBetween(sql, shown)).toBeUndefined();
    expect(differenceBetween(sql, shown.replace("'events_local'", "'traffic_local'"))).toContain("traffic_local");
  });

  test("which tables have rows of a place, and how such a table looks that is not replicated", async () => {
    const apart = await readSchema(clickhouseCluster({ replicated: false }));
    expect(apart.flatMap(({ sql }) => /ENGINE = (\w*MergeTree.*)/.exec(sql)?.[1] ?? [])).toEqual([
      "MergeTree",
      "SummingMergeTree",
    ]);
    expect(unreplicated("ENGINE = ReplicatedReplacingMergeTree('/t/{shard}', '{replica}', n)")).toBe(
      "ENGINE = ReplacingMergeTree(n)",
    );
    const [events, ...others] = placedTables(await readSchema(clickhouseCluster()), 3);
    expect(others).toEqual([]);
    expect(events).toMatchObject({ local: "lab.events_local", shard: "modulo(key, 3) + 1", replicated: true });
    expect(events?.aside.replaceAll(/\s+/g, " ")).toBe(
      "CREATE TABLE lab.events_local_arriving ( n UInt64, key UInt32, visitor String, time DateTime, method String, path String, status UInt16, bytes UInt64, agent String ) ENGINE = MergeTree PARTITION BY toYYYYMM(time) ORDER BY (key, time, n)",
    );
  });

  test("where ZooKeeper keeps what it knows of a replica", async () => {
    const paths = (await readSchema(clickhouseCluster())).flatMap(
      ({ sql }) => replicaPath(sql, { name: "clickhouse-2-1", shard: 2, replica: 1 }) ?? [],
    );
    expect(paths).toEqual([
      "/clickhouse/tables/02/lab/events_local/replicas/clickhouse-2-1",
      "/clickhouse/tables/02/lab/traffic_local/replicas/clickhouse-2-1",
    ]);
  });

  test("a statement that cannot be repeated is refused; a schema that is not there too", async () => {
    expect(refusal(() => statementsOf("005.sql", "CREATE TABLE lab.more (n UInt64) ENGINE = Log;"))).toContain(
      "005.sql: a statement that cannot be repeated",
    );
    await expect(readSchema(clickhouseCluster({ schema: "nowhere" }))).rejects.toThrow("there is no schema");
  });
});

describe("the rows of a load", () => {
  test("each is in one block, and each block's keys name its shard", async () => {
    const blocks = blocksOf(await loadTraffic(), 20, 3);
    const made = Array.from({ length: 60 }, () => blocks.next());
    expect(made.every(({ shard, rows: each }) => each.every(({ key }) => shardOfKey(key, 3) === shard))).toBe(true);
    expect(new Set(made.flatMap(({ rows: each }) => each.map(({ n }) => n))).size).toBe(60 * 20);
  });

  test("two series have no number in common, and each its shards", async () => {
    const traffic = await loadTraffic();
    const [first, second] = [blocksOf(traffic, 20, 2).next(), blocksOf(traffic, 20, 2, 1).next()];
    expect(Math.min(...second.rows.map(({ n }) => n))).toBeGreaterThanOrEqual(1_000_000_000);
    expect([first.shard, second.shard]).toEqual([1, 1]);
  });

  test("errors by their names; a refusal proves that nothing was inserted", () => {
    const failed = (code: number): string => errorName(new Error(`Code: ${code}, e.displayText() = DB::Exception: …`));
    expect([319, 242, 285, 286, 999, 4711].map(failed)).toEqual([
      "UNKNOWN_STATUS_OF_INSERT",
      "TABLE_IS_READ_ONLY",
      "TOO_FEW_LIVE_REPLICAS",
      "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE",
      "KEEPER_EXCEPTION",
      "CODE_4711",
    ]);
    expect(errorName(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }))).toBe("connection-refused");
    // The table has the rows already; what failed is the view's own insert, by the same precondition.
    const pushing = "Code: 286, e.displayText() = DB::Exception: Quorum for previous write has not been satisfied yet";
    const view = errorName(new Error(`${pushing}: while pushing to view lab.traffic_view`));
    expect([view, isRefusal(view)]).toEqual(["view", false]);
    expect(["UNKNOWN_STATUS_OF_INSERT", "KEEPER_EXCEPTION", "timeout", "connection"].some(isRefusal)).toBe(false);
    expect(isRefusal("TABLE_IS_READ_ONLY")).toBe(true);
  });
});

describe("a server merges", () => {
  const known = new Map([
    ["a", 100],
    ["b", 50],
  ]);
  test("when its own count grows, whoever else does not answer or begins anew", () => {
    expect(mergingSince(known, [["b", 60]])).toEqual(["b"]);
    expect(
      mergingSince(known, [
        ["a", 0],
        ["b", 51],
      ]),
    ).toEqual(["b"]);
  });
  test("and not by what it had merged when it was first seen", () => {
    expect(mergingSince(known, [...known, ["c", 7]])).toEqual([]);
    expect(mergingSince(new Map(), [...known])).toEqual([]);
  });
});
