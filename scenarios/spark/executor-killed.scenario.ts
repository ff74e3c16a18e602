import { check, scenario, seconds } from "../../lab/index.ts";
import { batchesGoOn, batchesToLake, slos, topology } from "./lake.ts";

/**
 * An executor's process dies by SIGKILL; its worker lives and starts another.
 */
export default scenario({
  id: "spark/executor-killed",
  title: "A Spark executor is killed while batches are written",
  description:
    "An executor holds nothing that cannot be computed again: the master has its worker start another, and a driver whose application ends is started again.",
  topology,
  load: { events: batchesToLake() },
  expect: {
    "the table is whole and once": check.set("events"),
    "batches go on": batchesGoOn,
  },
  slos,
  mutants: {
    // Spark gives an application up whose executors die so often in a row; the default is 10.
    "one executor and no second": {
      change: {
        topology: { spark: { workers: 1, config: { "spark.deploy.maxExecutorRetries": "1" } } },
        load: { events: { restart: false } },
      },
      violates: "batches go on",
    },
  },
  async run({ load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(2, { within: seconds(60) }));
    const death = await step("executor killed", () => fault.kill("executor-1"));
    await step("batches go on", () => load.events.runFor(seconds(30)));
    await step("another runs", () => death.heal());
    await step("calm", () => load.events.runFor(seconds(16)));
  },
});
