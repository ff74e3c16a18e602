import { check, scenario, seconds } from "../../lab/index.ts";
import { batchesGoOn, batchesToLake, slos, topology } from "./lake.ts";

/**
 * A worker that runs an executor dies by SIGKILL while batches are appended to a Delta table on MinIO.
 * Its tasks are run again elsewhere; a batch is in the table when its entry in the table's log is, whole.
 */
export default scenario({
  id: "spark/worker-killed",
  title: "A Spark worker is killed while batches are written",
  description:
    "The driver has another executor on another worker, which runs the lost tasks again; files of a lost task are in no commit, so the table stays whole and once.",
  topology,
  load: { events: batchesToLake() },
  expect: {
    "the table is whole and once": check.set("events"),
    "batches go on": batchesGoOn,
    "the worker is missed, and back": check.observed({
      subject: "alive workers of spark",
      values: [1, 2],
      within: seconds(120),
    }),
  },
  slos,
  mutants: {
    "one worker": {
      change: { topology: { spark: { workers: 1 } } },
      violates: "batches go on",
    },
  },
  async run({ spark, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(2, { within: seconds(60) }));
    const outage = await step("worker killed", () => fault.kill("an executor"));
    await step("batches go on", () => load.events.runFor(seconds(30)));
    await step("worker returns", () => outage.heal());
    await step("all workers alive", () => spark.allAlive({ within: seconds(120) }));
    await step("calm", () => load.events.runFor(seconds(16)));
  },
});
