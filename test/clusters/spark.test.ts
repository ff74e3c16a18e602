/** A Spark cluster of real containers over a real MinIO: who registers, a Delta table written and read, one more worker. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import { minio, minioCluster } from "../../lab/systems/minio/index.ts";
import { spark, sparkCluster } from "../../lab/systems/spark/index.ts";
import type { SparkCluster } from "../../lab/systems/spark/index.ts";
import { openEngine } from "../../lab/engine/index.ts";
import { silentProgress } from "../../lab/engine/types.ts";
import { JournalBuilder } from "../../lab/journal/memory.ts";
import type { Recorder } from "../../lab/journal/recorder.ts";
import { batchesLoad } from "../../lab/systems/spark/load/index.ts";
import { batches } from "../../lab/systems/loads.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import { perSecond, seconds, startClock, waitFor } from "../../lab/time.ts";

const clock = startClock();
const random = seededRandom(1);
const journal = new JournalBuilder();
/** What was observed last, by subject. */
const observed = new Map<string, unknown>();
const recorder: Recorder = {
  operation: journal.operation.bind(journal),
  read: journal.read.bind(journal),
  event: (event) => {
    if (event.type === "observation") observed.set(event.subject, event.value);
  },
};
const stack = new AsyncDisposableStack();
let cluster: SparkCluster;

beforeAll(async () => {
  const engine = stack.use(await openEngine());
  const images = await engine.images(["minio", "spark"], silentProgress);
  const space = stack.use(await engine.openRun(`test-spark-${freshId()}`));
  const topology = {
    minio: minioCluster({ nodes: 2, drives: 2 }),
    spark: sparkCluster({ workers: 2, minio: "minio" }),
  };
  const alone = { topology, others: new Map(), tellPeers: () => Promise.resolve(), nodesOf: () => [] };
  const context = { space, images, clock, recorder, random, progress: silentProgress, ...alone };
  // Side by side, as lab up does: only jobs need the store. What has started goes with its space, should the other fail.
  const [lake, master] = await Promise.all([
    minio.start(topology.minio, { ...context, name: "minio" }),
    spark.start(topology.spark, { ...context, name: "spark" }),
  ]);
  stack.use(lake);
  cluster = stack.use(master);
});
afterAll(() => stack.disposeAsync());

const names = async (phrase: string): Promise<readonly string[] | undefined> =>
  (await cluster.resolve(phrase, seededRandom(1)))?.map(({ name }) => name);

test("the master knows its workers, phrases name them, and each answers", async () => {
  await cluster.allAlive({ within: seconds(5) });
  expect(await names("workers")).toEqual(["spark-worker-1", "spark-worker-2"]);
  expect(await names("master")).toEqual(["spark-master"]);
  expect(await names("leader")).toBeUndefined();
  // A page that was never asked for takes a worker longer than the second that an answer has.
  await waitFor(
    "every node to answer",
    async () => {
      const answers = await Promise.all(cluster.nodes.map((node) => cluster.answers(node)));
      return answers.includes(false) ? { seen: answers.join(", ") } : { reached: true };
    },
    { within: seconds(30) },
  );
  await expect(cluster.resolve("an executor", seededRandom(1))).rejects.toMatchObject({ code: "fault-failed" });
});

test(
  "batches are written to a Delta table on MinIO and read back whole, while a worker joins",
  { timeout: 300_000 },
  async () => {
    const spec = batches({ to: "spark", lake: "minio.lakehouse", table: "rows", rate: perSecond(1), rowsPerBatch: 50 });
    await using load = await batchesLoad.start({
      ...{ name: "batches", spec, cluster, recorder, clock, random: seededRandom(1) },
    });
    await load.acknowledged(1, { within: seconds(90) });
    expect((await names("an executor"))?.[0]).toMatch(/^spark-worker-\d$/);

    const added = await cluster.scaling.scaleOut("worker");
    expect(added.map(({ name }) => name)).toEqual(["spark-worker-3"]);
    expect(cluster.spec.workers).toBe(3);
    // The application that runs is given an executor on it, so it works rather than only being known.
    await waitFor(
      "an executor on the new worker",
      async () => {
        const on = (await cluster.executors()).map(({ node }) => node.name);
        return on.includes("spark-worker-3") ? { reached: true } : { seen: `executors on ${on.join(", ")}` };
      },
      { within: seconds(60) },
    );
    await load.acknowledged(3, { within: seconds(90) });
    // Others may have the table for a while; what they do to it can be undone.
    const [whole, left, restored] = await load.exclusively(async (sql) => {
      const count = async (): Promise<number> => Number((await sql("SELECT count(*) AS n FROM {table}"))[0]?.["n"]);
      const [newest] = await sql("DESCRIBE HISTORY {table} LIMIT 1");
      const before = await count();
      await sql("DELETE FROM {table} WHERE value >= 50");
      const damaged = await count();
      await sql(`RESTORE TABLE {table} TO VERSION AS OF ${String(newest?.["version"])}`);
      return [before, damaged, await count()];
    });
    expect(whole).toBeGreaterThanOrEqual(150);
    expect([left, restored]).toEqual([50, whole]);
    await expect(load.exclusively((sql) => sql("SELECT nothing FROM {table}"))).rejects.toThrow("UNRESOLVED_COLUMN");
    await load.stop();
    await load.drain({ within: seconds(60) });
    const recorded = journal.journal();
    expect(runCheck(check.set("batches"), recorded)).toMatchObject({ verdict: "held" });
    expect(observed.get("alive workers of spark")).toBe(3);
    await expect(cluster.scaling.scaleOut("moon")).rejects.toMatchObject({ code: "bad-usage" });
  },
);

test("a reset ends what runs on it", async () => {
  await cluster.reset({ within: seconds(30) });
  expect(await cluster.drivers()).toEqual([]);
  expect(await cluster.executors()).toEqual([]);
});
