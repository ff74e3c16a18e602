import { check, scenario, seconds } from "../../lab/index.ts";
import { batchesGoOn, batchesToLake, slos, topology } from "./lake.ts";

/**
 * The master dies by SIGKILL and comes back. Running applications need it only for new executors; what it must know of
 * workers and applications is on its disk.
 */
export default scenario({
  id: "spark/master-killed",
  title: "The Spark master is killed while batches are written, and comes back",
  description:
    "A driver and its executors go on without the master; a master that returns reads its workers and applications from its disk, and has them back within two minutes.",
  topology,
  load: { events: batchesToLake() },
  assume: { "the master is away": check.observed({ subject: "alive workers of spark", values: [0] }) },
  expect: {
    "the table is whole and once": check.set("events"),
    "batches go on": batchesGoOn,
  },
  slos,
  mutants: {
    // It has the executors ended that its workers tell it of, as it knows of no application of theirs.
    "a master that remembers nothing": {
      change: { topology: { spark: { recovery: "none" } } },
      violates: "batches go on",
    },
  },
  async run({ spark, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(2, { within: seconds(60) }));
    const outage = await step("master killed", () => fault.kill("master"));
    await step("batches go on", () => load.events.runFor(seconds(8)));
    await step("master returns", () => outage.heal());
    await step("all workers alive", () => spark.allAlive({ within: seconds(120) }));
    await step("calm", () => load.events.runFor(seconds(30)));
  },
});
