import { check, perSecond, scenario, seconds } from "../../lab/index.ts";
import { batchesToLake, commitIsCutOff, outageSlos, topology } from "./lake.ts";

/**
 * The driver dies by SIGKILL after a batch is in the table and before anybody was told: the batch is tried again by the
 * next driver, and the table itself knows that it has it.
 */
export default scenario({
  id: "spark/driver-killed",
  title: "The driver is killed between a batch's commit and its acknowledgement",
  description:
    "Each batch's number is in the table's log with the batch, in one commit; a driver that tries it again is told that it is there already.",
  topology,
  load: {
    events: batchesToLake({
      rate: perSecond(0.09),
      timeout: seconds(60),
      // Long enough that the kill strikes between the commit and the acknowledgement.
      acknowledgeAfter: seconds(1.5),
    }),
  },
  assume: { "a commit is cut off from its acknowledgement": commitIsCutOff },
  expect: { "the table is whole and once": check.set("events") },
  slos: outageSlos,
  mutants: {
    "batches without a number": {
      change: { load: { events: { once: false } } },
      violates: "the table is whole and once",
    },
  },
  async run({ load, step, fault, waitFor }) {
    await step("warm up", () => load.events.acknowledged(1, { within: seconds(60) }));
    await step("the next batch is committed", () =>
      waitFor("newest batch in the table of events", 1, { within: seconds(30) }),
    );
    const death = await step("driver killed", () => fault.kill("driver"));
    await step("driver returns", () => death.heal());
    await step("batches go on", () => load.events.runFor(seconds(45)));
  },
});
