/** Kafka clusters of real containers: readiness, roles, and what is seen when nodes go and come back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kafkaCluster } from "../../lab/systems/index.ts";
import { kafkaClient } from "../../lab/systems/kafka/index.ts";
import { produce, startLoad } from "../../lab/systems/loads.ts";
import { seededRandom } from "../../lab/random.ts";
import { perSecond, seconds, waitFor } from "../../lab/time.ts";
import { openKafkaLab } from "./kafka-lab.ts";
import type { KafkaLab } from "./kafka-lab.ts";

describe("three combined brokers", () => {
  let lab: KafkaLab;

  beforeAll(async () => {
    lab = await openKafkaLab(
      kafkaCluster({ topics: { events: { partitions: 3 } }, config: { "broker.session.timeout.ms": "4000" } }),
    );
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  /** Who last was journalled as holding a role. */
  const holder = (subject: string): string | undefined =>
    lab.events
      .filter((event) => event.type === "role" && event.subject === subject)
      .map((event) => ("holder" in event ? event.holder : ""))
      .at(-1);
  const inSyncSeen = (subject: string): unknown[] =>
    lab.events
      .filter((event) => event.type === "observation" && event.subject === subject)
      .map((event) => ("value" in event ? event.value : ""));

  test("ready means: a quorum, all brokers, all topics with all replicas in sync", async () => {
    const { kafka } = lab;
    const partitions = await kafka.partitionsOf("events");
    expect(partitions.map(({ replicas, inSync }) => [replicas.length, inSync.length])).toEqual([
      [3, 3],
      [3, 3],
      [3, 3],
    ]);
    expect(await Promise.all(kafka.nodes.map((node) => kafka.answers(node)))).toEqual([true, true, true]);
    expect(kafka.brokers()).toHaveLength(3);
    expect(kafka.endpoints.map(({ name }) => name)).toContain("kafka: controller kafka-1");
  });

  test("phrases mean the nodes that have the role now", async () => {
    const { kafka } = lab;
    const names = async (phrase: string): Promise<string[] | undefined> =>
      (await kafka.resolve(phrase, seededRandom(1)))?.map(({ name }) => name);
    const leader = await names("leader of events/0");
    const followers = await names("followers of events/0");
    expect([...(leader ?? []), ...(followers ?? [])].sort()).toEqual(["kafka-1", "kafka-2", "kafka-3"]);
    expect(await names("active controller")).toEqual([(await kafka.activeController()).name]);
    expect(await names("a minority")).toBeUndefined();
    await waitFor(
      "the watcher to have journalled the leader",
      () =>
        Promise.resolve(holder("kafka leader of events/0") === leader?.[0] ? { reached: true } : { seen: "not yet" }),
      { within: seconds(5) },
    );
  });

  test("administration is journalled: created, refused", async () => {
    const { kafka, operations } = lab;
    const topic = { partitions: 1, replicas: 3, minInSync: 2 };
    expect(await kafka.createTopic("more", topic)).toMatchObject({ outcome: "ok" });
    expect(await kafka.createTopic("more", topic)).toMatchObject({ outcome: "failed", error: "TOPIC_ALREADY_EXISTS" });
    expect(
      operations.map(({ load, action, outcome, error }) => `${load}.${action} ${outcome} ${error}`.trim()),
    ).toEqual(["admin.create-topic ok", "admin.create-topic failed TOPIC_ALREADY_EXISTS"]);
    await kafka.inSync("more", { within: seconds(10) });
  });

  test("a dead leader is replaced, is seen to be gone, and comes back in sync and equal", async () => {
    const { kafka } = lab;
    const dead = await kafka.leaderOf("events", 0);
    await dead.kill();
    expect(await kafka.answers(dead)).toBe(false);
    const next = await waitFor(
      "another leader",
      async () => {
        const leader = await kafka.leaderOf("events", 0);
        return leader.name === dead.name ? { seen: leader.name } : { reached: leader };
      },
      { within: seconds(20) },
    );
    await waitFor(
      "the watcher to have seen it",
      () => Promise.resolve(holder("kafka leader of events/0") === next.name ? { reached: true } : { seen: "not yet" }),
      { within: seconds(5) },
    );
    await dead.start();
    await kafka.ready({ within: seconds(40) });
    await kafka.replicated.converge({ within: seconds(20) });
    expect(lab.events.findLast(({ type }) => type === "converged")).toMatchObject({ equal: true });
    await waitFor(
      "the watcher to have seen the set shrink and grow back",
      () => {
        const values = inSyncSeen("in-sync replicas of events/0");
        return Promise.resolve(
          values.includes(2) && values.at(-1) === 3 ? { reached: true } : { seen: values.join(", ") },
        );
      },
      { within: seconds(10) },
    );
    expect((await kafka.leaderOf("events", 0)).name).toBe(next.name);
  });

  test("a broker joins under load: it takes its share, and what is acknowledged meanwhile is there once", async () => {
    const { kafka } = lab;
    const spec = produce({ to: "kafka.events", rate: perSecond(200) });
    await using load = await startLoad({ name: "growing", spec, ...lab });
    await load.acknowledged(200, { within: seconds(20) });
    const [joined] = await kafka.scaling.scaleOut("broker");
    expect(joined?.name).toBe("kafka-4");
    const partitions = await kafka.partitionsOf("events");
    // Nine replicas of events and three of the topic made above, on four brokers.
    const moved = [...partitions, ...(await kafka.partitionsOf("more"))].filter(({ replicas }) => replicas.includes(4));
    expect(moved).toHaveLength(3);
    // Its share is one; an election on the way may give it another.
    expect(partitions.filter(({ leader }) => leader === 4).length).toBeGreaterThan(0);
    await load.acknowledged(400, { within: seconds(20) });

    const bootstrap = kafka.brokers();
    expect(bootstrap).toHaveLength(4);
    const admin = kafkaClient({ brokers: bootstrap.slice(-1), clientId: "newcomer" }).admin();
    await admin.connect();
    expect((await admin.describeCluster()).brokers).toHaveLength(4);
    await admin.disconnect();
    expect(await kafka.createTopic("wide", { partitions: 2, replicas: 4, minInSync: 2 })).toMatchObject({
      outcome: "ok",
    });
    await kafka.inSync("wide", { within: seconds(20) });
    await load.stop();
    await load.drain({ within: seconds(30) });
    await kafka.replicated.converge({ within: seconds(30) });
    expect(lab.events.findLast(({ type }) => type === "converged")).toMatchObject({ equal: true });

    const sent = lab.operations.filter((operation) => operation.load === "growing" && operation.action === "produce");
    const values = sent.filter(({ outcome }) => outcome === "ok").map(({ value }) => value);
    expect(values).toHaveLength(sent.length);
    const places = lab.reads
      .filter((read) => read.load === "growing")
      .map((read) => [read.value, `${read.partition}@${read.offset}`] as const);
    expect(new Set(places.map(([value]) => value))).toEqual(new Set(values));
    expect(new Set(places.map(([, place]) => place)).size).toBe(values.length);
    await expect(kafka.scaling.scaleOut("controller")).rejects.toMatchObject({ code: "bad-usage" });
  });
});

test("controllers of their own: the quorum elects another when the active one dies", async () => {
  // With the settings of production beside, but for their memory: compressed batches are written and read back.
  await using lab = await openKafkaLab(
    kafkaCluster({
      brokers: 1,
      controllers: 3,
      topics: { events: { partitions: 1 } },
      profile: "production",
      heapMb: 384,
    }),
  );
  const { kafka } = lab;
  const spec = produce({ to: "kafka.events", rate: perSecond(200), compression: "gzip", batchRecords: 50 });
  await using load = await startLoad({ name: "compressed", spec, ...lab });
  await load.acknowledged(200, { within: seconds(20) });
  await load.stop();
  await load.drain({ within: seconds(30) });
  expect(new Set(lab.reads.map(({ value }) => value)).size).toBe(
    lab.operations.filter(({ action, outcome }) => action === "produce" && outcome === "ok").length,
  );
  expect(kafka.nodes.map(({ name }) => name).sort()).toEqual([
    "controller-1",
    "controller-2",
    "controller-3",
    "kafka-1",
  ]);
  const dead = await kafka.activeController();
  expect(dead.name).toMatch(/^controller-/);
  await dead.kill();
  const next = await waitFor("another active controller", async () => ({ reached: await kafka.activeController() }), {
    within: seconds(20),
  });
  expect(next.name).not.toBe(dead.name);
  const refusal = await kafka.ready({ within: seconds(60) }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "cluster-not-ready" });
  expect(String(refusal)).toContain(`${dead.name} exited with code 137`);
  expect(String(refusal)).toContain("--- kafka-1");
});
