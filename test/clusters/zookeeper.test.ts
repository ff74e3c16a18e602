/** A ZooKeeper ensemble of real containers: readiness, roles, registers, and what is seen when members go and come back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { zookeeperCluster } from "../../lab/systems/zookeeper/index.ts";
import type { ZooKeeperCluster, ZooKeeperSpec } from "../../lab/systems/zookeeper/index.ts";
import { check, runCheck } from "../../lab/checks/index.ts";
import { registers, startLoad } from "../../lab/systems/loads.ts";
import { seededRandom } from "../../lab/random.ts";
import { perSecond, seconds, waitFor } from "../../lab/time.ts";
import { openClusters } from "./test-clusters.ts";
import type { TestClusters } from "./test-clusters.ts";

let lab: TestClusters<{ zookeeper: ZooKeeperSpec }>;
let ensemble: ZooKeeperCluster;

beforeAll(async () => {
  lab = await openClusters({ zookeeper: zookeeperCluster() });
  ensemble = lab.clusters.zookeeper;
});
afterAll(() => lab[Symbol.asyncDispose]());

const names = async (phrase: string): Promise<readonly string[]> =>
  ((await ensemble.resolve(phrase, seededRandom(1))) ?? []).map(({ name }) => name);
const lastHolder = (): string | undefined =>
  lab.events.flatMap((event) => (event.type === "role" ? [event.holder] : [])).at(-1);

test("ready means: one leads, the others follow, and phrases name them", async () => {
  const [leader, followers] = [await names("leader"), await names("followers")];
  expect([...leader, ...followers].toSorted()).toEqual(["zookeeper-1", "zookeeper-2", "zookeeper-3"]);
  expect(followers).toEqual(expect.arrayContaining([...(await names("a follower"))]));
  expect(await ensemble.resolve("leader of events/0", seededRandom(1))).toBeUndefined();
  expect(await Promise.all(ensemble.nodes.map((node) => ensemble.answers(node)))).toEqual([true, true, true]);
});

test("registers go on while the leader is dead, all members are equal when it is back, and a reset leaves nothing", async () => {
  const spec = registers({ to: "zookeeper", rate: perSecond(100), failover: true, timeout: seconds(3) });
  await using load = await startLoad({ ...lab, name: "registers", spec });
  await load.acknowledged(100, { within: seconds(10) });
  const dead = await ensemble.leader();
  await dead.kill();
  expect(await ensemble.answers(dead)).toBe(false);
  const next = await waitFor("another leader", async () => ({ reached: await ensemble.leader() }), {
    within: seconds(10),
  });
  expect(next.name).not.toBe(dead.name);
  await waitFor(
    "the watcher to have seen it",
    () => Promise.resolve(lastHolder() === next.name ? { reached: true } : { seen: lastHolder() ?? "nobody" }),
    { within: seconds(5) },
  );
  await load.acknowledged(300, { within: seconds(15) });
  await dead.start();
  await ensemble.ready({ within: seconds(20) });
  await load.stop();
  await ensemble.replicated.converge({ within: seconds(10) });
  await load.drain({ within: seconds(10) });
  expect(lab.events.filter(({ type }) => type === "converged" || type === "drained")).toMatchObject([
    { equal: true },
    { complete: true, measured: "5 registers were read at each of 3 members" },
  ]);
  expect(runCheck(check.register("registers"), lab.journal())).toMatchObject({ verdict: "held" });

  await ensemble.reset({ within: seconds(10) });
  await ensemble.replicated.converge({ within: seconds(10) });
  expect(lab.events.findLast(({ type }) => type === "converged")).toMatchObject({
    measured: expect.stringContaining("3 members have the same 0 znodes") as string,
  });
});
