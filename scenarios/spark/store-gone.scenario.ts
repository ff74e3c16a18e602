import { check, perSecond, scenario, seconds } from "../../lab/index.ts";
import { batchesToLake, commitIsCutOff, outageSlos, sparkOnLake, topology } from "./lake.ts";

/**
 * The object store is out of reach when a batch's entry is in the table's log and the driver has still to check the batch
 * off: it fails, though it is there. It is tried again until the store is back, and those that follow wait for it.
 */
export default scenario({
  id: "spark/store-gone",
  title: "The object store is out of reach in the middle of a commit",
  description:
    "A batch is in the table when its entry is in the table's log, and not before; the entry has the batch's number, so that a batch whose outcome was lost with the store is not written twice.",
  topology: {
    ...topology,
    // The store's client tries for a minute by itself, so that its callers would hear nothing of a short outage.
    spark: sparkOnLake({
      "spark.hadoop.fs.s3a.attempts.maximum": "2",
      "spark.hadoop.fs.s3a.retry.limit": "1",
    }),
  },
  load: {
    events: batchesToLake({
      rate: perSecond(0.12),
      timeout: seconds(45),
      // Long enough that the cut strikes between the commit and the note of it.
      acknowledgeAfter: seconds(2.5),
      checkOff: true,
    }),
  },
  assume: {
    "a commit is cut off from its acknowledgement": commitIsCutOff,
    "batches fail, and are tried again": check.observed({ subject: "failed tries of events", values: [2] }),
  },
  expect: {
    "the table is whole and once": check.set("events"),
    // None can be written under this fault, and those that waited are written one by one.
    "batches go on": check.recovery({
      of: "events.add",
      within: seconds(35),
      limit: seconds(20),
      // Three batches are intended in it.
      steady: seconds(18),
    }),
  },
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
    const cut = await step("the store is out of reach", () => fault.reset({ between: ["spark: all", "minio: all"] }));
    await step("batches fail", () => load.events.runFor(seconds(7)));
    await step("the store is back", () => cut.heal());
    await step("batches go on", () => load.events.runFor(seconds(45)));
  },
});
