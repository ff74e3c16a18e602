/** A ClickHouse cluster of real containers over a real ZooKeeper: schema, phrases, a lost replica, a reset, and growth. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import { clickhouseCluster, connect, membersOf } from "../../lab/systems/clickhouse/index.ts";
import type { ClickHouseCluster, ClickHouseSpec } from "../../lab/systems/clickhouse/index.ts";
import { zookeeperCluster } from "../../lab/systems/zookeeper/index.ts";
import type { ZooKeeperSpec } from "../../lab/systems/zookeeper/index.ts";
import { rows, startLoad } from "../../lab/systems/loads.ts";
import { seededRandom } from "../../lab/random.ts";
import { perSecond, seconds } from "../../lab/time.ts";
import { openClusters } from "./test-clusters.ts";
import type { TestClusters } from "./test-clusters.ts";

let lab: TestClusters<{ zookeeper: ZooKeeperSpec; clickhouse: ClickHouseSpec }>;
let cluster: ClickHouseCluster;

beforeAll(async () => {
  lab = await openClusters({
    zookeeper: zookeeperCluster({ members: 1 }),
    clickhouse: clickhouseCluster({ shards: 2, replicas: 2 }),
  });
  cluster = lab.clusters.clickhouse;
});
afterAll(() => lab[Symbol.asyncDispose]());

const names = async (phrase: string): Promise<readonly string[] | undefined> =>
  (await cluster.resolve(phrase, seededRandom(1)))?.map(({ name }) => name);

test("phrases name shards and replicas", async () => {
  expect(await names("replicas of shard 1")).toEqual(["clickhouse-1-1", "clickhouse-1-2"]);
  expect(await names("replica 2 of shard 2")).toEqual(["clickhouse-2-2"]);
  expect(await names("shard 2")).toEqual(["clickhouse-2-1", "clickhouse-2-2"]);
  expect(await names("leader")).toBeUndefined();
  await expect(cluster.resolve("a replica of shard 9", seededRandom(1))).rejects.toMatchObject({
    code: "fault-failed",
  });
});

test("a deployment that is partial is completed; one that is not as written names node, file and difference", async () => {
  const node = cluster.nodes[3];
  if (node === undefined) throw new Error("there is no fourth node");
  await using connection = connect(node);
  await connection.run("DROP TABLE lab.traffic");
  await cluster.deploy();
  expect(await cluster.ask(node, "SELECT count() AS rows FROM lab.traffic")).toHaveLength(1);

  await connection.run("ALTER TABLE lab.events ADD COLUMN more String");
  const refused: unknown = await cluster.deploy().catch((error: unknown) => error);
  expect(String(refused)).toContain("clickhouse-2-2: lab.events (004-distributed.sql) is written …");
  await connection.run("ALTER TABLE lab.events DROP COLUMN more");
  await cluster.deploy();
});

test("rows that a replica missed are copied when it is back: each there once, on its shard, equal by content", async () => {
  const spec = rows({ to: "clickhouse.lab.events", rate: perSecond(10) });
  await using load = await startLoad({ ...lab, name: "rows", spec });
  await load.acknowledged(10, { within: seconds(20) });
  const [dead] = (await cluster.resolve("replica 2 of shard 1", seededRandom(1))) ?? [];
  await dead?.kill();
  expect(dead && (await cluster.answers(dead))).toBe(false);
  await load.acknowledged(30, { within: seconds(20) });
  await dead?.start();
  await cluster.ready({ within: seconds(40) });
  await load.stop();
  await cluster.replicated.converge({ within: seconds(30) });
  await load.drain({ within: seconds(30) });
  expect(lab.events.findLast(({ type }) => type === "converged")).toMatchObject({ equal: true });
  const recorded = lab.journal();
  expect(runCheck(check.set("rows"), recorded)).toMatchObject({ verdict: "held" });
  expect(runCheck(check.placement({ of: "rows", shards: 2 }), recorded)).toMatchObject({ verdict: "held" });
});

test("a reset leaves nothing but the schema", async () => {
  await cluster.reset({ within: seconds(30) });
  for (const node of cluster.nodes) {
    expect(await cluster.ask(node, "SELECT toString(count()) AS rows FROM lab.events")).toEqual([{ rows: "0" }]);
  }
});

test("only a server that has lost its disk is rebuilt", async () => {
  await expect(cluster.rebuild(cluster.nodes.slice(0, 1))).rejects.toMatchObject({ code: "bad-usage" });
});

test("it grows by a shard and by a replica, all servers know them, and rows are moved to where their keys name them", async () => {
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error("there is no node");
  await using connection = connect(first);
  const sixty = Array.from({ length: 60 }, (_, n) => ({ n, key: n, time: "2026-01-01 00:00:00" }));
  await connection.insert("lab.events", sixty, { settings: { insert_distributed_sync: 1 } });

  // It breaks off when the new servers are there and have their tables; what was done stays, and is completed.
  const [dead] = (await cluster.resolve("replica 2 of shard 2", seededRandom(1))) ?? [];
  await dead?.kill();
  await expect(cluster.scaling.scaleOut("shard")).rejects.toThrow("clickhouse-2-2 exited with code 137");
  expect(cluster.spec.shards).toBe(2);
  await expect(cluster.scaling.scaleOut("replica of shard 1")).rejects.toThrow("left of a growth that broke off");
  await dead?.start();
  expect((await cluster.scaling.scaleOut("shard")).map(({ name }) => name)).toEqual([
    "clickhouse-3-1",
    "clickhouse-3-2",
  ]);
  expect((await cluster.scaling.scaleOut("replica of shard 1")).map(({ name }) => name)).toEqual(["clickhouse-1-3"]);
  expect(cluster.shards.map((shard) => shard.length)).toEqual([3, 2, 2]);
  // A later command knows it by its spec alone.
  expect(membersOf(cluster.spec, "clickhouse").map(({ name }) => name)).toEqual(
    cluster.shards.flat().map(({ name }) => name),
  );
  for (const node of cluster.nodes) {
    const known = await cluster.ask(node, "SELECT host_name FROM system.clusters WHERE cluster = 'lab'");
    expect(known).toHaveLength(7);
  }
  expect(await cluster.moveRows({ within: seconds(30) })).toBe(40);
  expect(await cluster.moveRows({ within: seconds(30) })).toBe(0);
  await cluster.replicated.converge({ within: seconds(30) });
  expect(lab.events.findLast(({ type }) => type === "converged")).toMatchObject({ equal: true });
  for (const [place, [server]] of cluster.shards.entries()) {
    const placed = `SELECT count() AS rows, countIf(modulo(key, 3) != ${place}) AS misplaced FROM lab.events_local`;
    expect(server && (await cluster.ask(server, placed))).toEqual([{ rows: "20", misplaced: "0" }]);
  }
  // The sums by the minute have counted each row once.
  expect(await cluster.ask(first, "SELECT sum(requests) AS rows FROM lab.traffic")).toEqual([{ rows: "60" }]);
  await expect(cluster.scaling.scaleOut("a moon")).rejects.toMatchObject({ code: "bad-usage" });
});
