/**
 * Today's ClickHouse, embedded (chdb), takes what the lab writes for ClickHouse of six years ago: its configuration
 * files, its schema, its inserts and its questions, all sent by the lab's own code over HTTP. Real are the engine and the
 * ZooKeeper that it asks. An embedded engine serves no other server: the cluster is one server, which has itself for
 * its only shard; and a replicated table takes no rows there, so rows go into the same tables unreplicated.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import { clickhouseCluster, connect, errorName } from "../../lab/systems/clickhouse/index.ts";
import type { ClickHouseCluster, ClickHouseSpec } from "../../lab/systems/clickhouse/index.ts";
import { moveRows, placedTables } from "../../lab/systems/clickhouse/move.ts";
import { deploySchema, readSchema, schemaDifferences } from "../../lab/systems/clickhouse/schema.ts";
import { replicasOn, type ClickHouseNode } from "../../lab/systems/clickhouse/state.ts";
import { zookeeperCluster } from "../../lab/systems/zookeeper/index.ts";
import type { ZooKeeperSpec } from "../../lab/systems/zookeeper/index.ts";
import { rows, startLoad } from "../../lab/systems/loads.ts";
import { perSecond, seconds } from "../../lab/time.ts";
import { openClusters } from "./test-clusters.ts";
import type { TestClusters } from "./test-clusters.ts";

const spec = clickhouseCluster({ shards: 1, replicas: 1, replicated: false });

let lab: TestClusters<{ zookeeper: ZooKeeperSpec; clickhouse: ClickHouseSpec }>;
let cluster: ClickHouseCluster;
let server: ClickHouseNode;

beforeAll(async () => {
  lab = await openClusters({ zookeeper: zookeeperCluster({ members: 1 }), clickhouse: spec }, { clickhouse: "chdb" });
  cluster = lab.clusters.clickhouse;
  const [node] = cluster.nodes;
  if (node === undefined) throw new Error("there is no node");
  server = { node, member: { name: node.name, shard: 1, replica: 1 }, connection: connect(node) };
});
afterAll(async () => {
  await server.connection[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
});

const one = async (query: string): Promise<Readonly<Record<string, unknown>> | undefined> =>
  (await cluster.ask(server.node, query))[0];

test("it is years newer than the other tests' server, and reads the same configuration files", async () => {
  expect(Number(String((await one("SELECT version() AS version"))?.["version"]).split(".")[0])).toBeGreaterThanOrEqual(
    26,
  );
  const settings = await one(
    "SELECT getSetting('max_threads') AS threads, toString(getSetting('max_memory_usage')) AS memory",
  );
  expect(settings).toEqual({ threads: spec.maxThreads, memory: String(spec.maxQueryMemoryMb * 2 ** 20) });
  expect(await one("SELECT host_name FROM system.clusters WHERE cluster = 'lab'")).toEqual({
    host_name: "clickhouse-1-1",
  });
});

test.each(["distributed", "queued", "shards"] as const)("rows are inserted and read back whole: %s", async (way) => {
  await cluster.reset({ within: seconds(30) });
  const load = rows({
    to: "clickhouse.lab.events",
    rate: perSecond(20),
    through: way === "shards" ? "shards" : "distributed",
    awaitShards: way === "distributed",
    quorum: 1,
  });
  await using running = await startLoad({ ...lab, name: way, spec: load });
  await running.acknowledged(20, { within: seconds(20) });
  await running.stop();
  await cluster.replicated.converge({ within: seconds(20) });
  await running.drain({ within: seconds(20) });
  expect(lab.events.findLast(({ type }) => type === "converged")).toMatchObject({ equal: true });
  expect(runCheck(check.set(way), lab.journal())).toMatchObject({ verdict: "held" });
  // The materialized view has counted each of them once, and through both Distributed tables there are as many.
  const local = await one("SELECT toString(count()) AS rows, toString(sum(bytes)) AS bytes FROM lab.events_local");
  expect(Number(local?.["rows"])).toBeGreaterThanOrEqual(400);
  expect(await one("SELECT toString(count()) AS rows, toString(sum(bytes)) AS bytes FROM lab.events")).toEqual(local);
  for (const sums of ["lab.traffic_local", "lab.traffic"]) {
    expect(await one(`SELECT toString(sum(requests)) AS rows, toString(sum(bytes)) AS bytes FROM ${sums}`)).toEqual(
      local,
    );
  }
});

test("the lab's questions are answered as by the other tests' server", async () => {
  expect(await cluster.answers(server.node)).toBe(true);
  expect(await cluster.shardsAnswering({ skipUnavailable: false })).toBe(1);
  expect(await cluster.shardsAnswering({ skipUnavailable: true })).toBe(1);
  expect(await cluster.queued()).toBe(0);
  await cluster.drained({ within: seconds(5) });
  expect(await cluster.ask(server.node, "SELECT 1").catch(errorName)).toEqual([{ "1": 1 }]);
  expect(await cluster.ask(server.node, "SELECT n FROM lab.nothing").catch(errorName)).toBe("CODE_60");
});

/** A server whose tables are in another database of the same engine: `remote` reads there as from another server. */
function shard(number: number, database: string): ClickHouseNode {
  const { connection } = server;
  const asked = (sql: string): string =>
    sql
      .replaceAll("lab.events_local", `${database}.events_local`)
      .replaceAll(
        /remote\('clickhouse-(\d)-1:9000', lab,/g,
        (_, of: string) => `cluster('lab', ${databases[of] ?? ""},`,
      );
  return {
    ...server,
    member: { name: `clickhouse-${number}-1`, shard: number, replica: 1 },
    connection: {
      ...connection,
      rows: (query, options) => connection.rows(asked(query), options),
      run: (statement, options) => connection.run(asked(statement), options),
    },
  };
}
const databases: Readonly<Record<string, string>> = { "1": "lab", "2": "second" };

test("rows are moved to the shard that their keys name", async () => {
  await cluster.reset({ within: seconds(30) });
  const statements = await readSchema(spec);
  const sixty = Array.from({ length: 60 }, (_, n) => ({ n, key: n, time: "2026-01-01 00:00:00" }));
  await server.connection.insert("lab.events", sixty, { settings: { insert_distributed_sync: 1 } });
  expect(await cluster.moveRows({ within: seconds(30) })).toBe(0);

  const shards = Object.entries(databases).map(([number, database]) => shard(Number(number), database));
  await server.connection.run("CREATE DATABASE second");
  const made = statements.find(({ makes }) => makes.name === "lab.events_local");
  await shards[1]?.connection.run(made?.sql ?? "");
  // As it is sent, it is read and leads to the network; there is no server there.
  const tables = placedTables(statements, 2);
  const unserved = shards.map((each) => ({ ...each, connection: server.connection }));
  await expect(moveRows(unserved, tables, { within: seconds(30) })).rejects.toThrow("clickhouse-1-1:9000");
  expect(await moveRows(shards, tables, { within: seconds(30) })).toBe(30);
  for (const [place, { connection }] of shards.entries()) {
    const placed = `SELECT toString(count()) AS rows, toString(countIf(modulo(key, 2) != ${place})) AS misplaced FROM lab.events_local`;
    expect(await connection.rows(placed)).toEqual([{ rows: "30", misplaced: "0" }]);
  }
  expect(await one("SELECT toString(sum(requests)) AS rows FROM lab.traffic")).toEqual({ rows: "60" });
});

test("the schema is taken as it is written, replicated over ZooKeeper", async () => {
  const written = await readSchema({ ...spec, replicated: true });
  // Twice: what was dropped is not in the way of what comes next.
  for (let round = 0; round < 2; round += 1) {
    await cluster.release?.({ within: seconds(20) });
    await deploySchema([server], written);
    expect(await schemaDifferences([server], written)).toEqual([]);
  }
  const known = (await replicasOn(server)).map(({ table, total }) => ({ table, total }));
  expect(known).toEqual([
    { table: "lab.events_local", total: 1 },
    { table: "lab.traffic_local", total: 1 },
  ]);
  // Its words for what the lab's loads meet are the same: nobody can reach this replica, so it takes no rows.
  const settings = { insert_quorum: 1, insert_quorum_timeout: 1_000, insert_keeper_max_retries: 0 };
  const refused = server.connection.insert("lab.events_local", [{ n: 1, key: 1 }], { settings });
  expect(await refused.then(() => "", errorName)).toBe("TABLE_IS_READ_ONLY");
});
