/** A ZooKeeper ensemble of real containers: readiness, roles, registers, and what is seen when members go and come back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { zookeeper, zookeeperCluster } from "../../lab/clusters/zookeeper/index.ts";
import type { ZooKeeperCluster } from "../../lab/clusters/zookeeper/index.ts";
import { check, runCheck } from "../../lab/checks/index.ts";
import { openEngine } from "../../lab/engine/index.ts";
import { silentProgress } from "../../lab/engine/types.ts";
import { JournalBuilder } from "../../lab/journal/memory.ts";
import type { Recorder } from "../../lab/journal/recorder.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { registers, startLoad } from "../../lab/load/index.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import { perSecond, seconds, startClock, waitFor } from "../../lab/time.ts";

const clock = startClock();
const random = seededRandom(1);
const journal = new JournalBuilder();
const events: JournalEvent[] = [];
const recorder: Recorder = {
  operation: journal.operation.bind(journal),
  read: journal.read.bind(journal),
  event: (event) => {
    events.push({ atMs: clock.now(), ...event });
  },
};
const stack = new AsyncDisposableStack();
let ensemble: ZooKeeperCluster;

beforeAll(async () => {
  const engine = stack.use(await openEngine());
  const images = await engine.images(["zookeeper"], silentProgress);
  const space = stack.use(await engine.openRun(`test-zookeeper-${freshId()}`));
  const spec = zookeeperCluster();
  const context = { name: "zookeeper", space, images, clock, recorder, random, progress: silentProgress };
  ensemble = stack.use(await zookeeper.start(spec, { ...context, topology: { zookeeper: spec }, others: new Map() }));
});
afterAll(() => stack.disposeAsync());

const names = async (phrase: string): Promise<readonly string[]> =>
  ((await ensemble.resolve(phrase)) ?? []).map(({ name }) => name);
const lastHolder = (): string | undefined =>
  events.flatMap((event) => (event.type === "role" ? [event.holder] : [])).at(-1);

test("ready means: one leads, the others follow, and phrases name them", async () => {
  const [leader, followers] = [await names("leader"), await names("followers")];
  expect([...leader, ...followers].toSorted()).toEqual(["zookeeper-1", "zookeeper-2", "zookeeper-3"]);
  expect(followers).toEqual(expect.arrayContaining([...(await names("a follower"))]));
  expect(await ensemble.resolve("leader of events/0")).toBeUndefined();
  expect(await Promise.all(ensemble.nodes.map((node) => ensemble.answers(node)))).toEqual([true, true, true]);
});

test("registers go on while the leader is dead, all members are equal when it is back, and a reset leaves nothing", async () => {
  const spec = registers({ to: "zookeeper", rate: perSecond(100), failover: true, timeout: seconds(3) });
  const clusters = { zookeeper: ensemble };
  await using load = await startLoad({ name: "registers", spec, clusters, recorder, clock, random });
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
  await ensemble.converge({ within: seconds(10) });
  await load.drain({ within: seconds(10) });
  expect(events.filter(({ type }) => type === "converged" || type === "drained")).toMatchObject([
    { equal: true },
    { complete: true, measured: "5 registers were read at each of 3 members" },
  ]);
  expect(runCheck(check.register("registers"), journal.journal())).toMatchObject({ verdict: "held" });

  await ensemble.reset({ within: seconds(10) });
  await ensemble.converge({ within: seconds(10) });
  expect(events.findLast(({ type }) => type === "converged")).toMatchObject({
    measured: expect.stringContaining("3 members have the same 0 znodes") as string,
  });
});
