import { check, perSecond, scenario, seconds } from "../../lab/index.ts";
import { batchesToLake, topology } from "./lake.ts";

/**
 * A job goes wrong and renumbers every other row. The versions before it are there as long as their files are, so the
 * damage is read around, and the last good version is made the newest one. Writers have to wait for that: what they
 * appended after the damage would go with it.
 */
export default scenario({
  id: "spark/table-restored",
  title: "A job damages the table, which is read as it was before and restored",
  description:
    "Each version of a Delta table is the files that its log names; a bad write names others and leaves the old ones in place, so that an older version can be read, and be the newest again.",
  topology,
  // Who waits for the restored table is not to give up before.
  load: { events: batchesToLake({ rate: perSecond(0.14), timeout: seconds(45) }) },
  settings: { restore: true, versionsTooFar: 0 },
  assume: { "the damage is seen": check.observed({ subject: "rows as they were", values: [true, false] }) },
  expect: {
    "the table is whole and once": check.set("events"),
    "the version before the damage is read around it": check.observed({
      subject: "rows as they were, one version ago",
      values: [true],
    }),
    "batches go on": check.availability({
      of: "events.add",
      atLeast: 0.7,
      limit: seconds(20),
      during: { step: "batches go on" },
    }),
  },
  // Batches are late on purpose: how quick they are is no measure here.
  slos: ["spark-batch-availability"],
  mutants: {
    "the damage stays": {
      change: { settings: { restore: false } },
      violates: "the table is whole and once",
    },
    "restored to one version too far back": {
      change: { settings: { versionsTooFar: 1 } },
      violates: "the table is whole and once",
    },
  },
  async run({ load, step, settings, observe }) {
    await step("warm up", () => load.events.acknowledged(2, { within: seconds(60) }));
    await load.events.exclusively(async (sql) => {
      const [newest] = await sql("DESCRIBE HISTORY {table} LIMIT 1");
      const before = Number(newest?.["version"]);
      /** The same for the same rows, in whatever order. */
      const contentOf = async (table: string): Promise<string> =>
        JSON.stringify(
          await sql(`SELECT count(*) AS rows, sum(CAST(xxhash64(value) AS DECIMAL(38))) AS content FROM ${table}`),
        );
      const asTheyWere = await contentOf("{table}");
      const look = async (): Promise<void> => observe("rows as they were", (await contentOf("{table}")) === asTheyWere);
      await look();
      await step("a job goes wrong", () => sql("UPDATE {table} SET value = value + 1000000 WHERE value % 2 = 0"));
      await look();
      await step("the version before is read", async () => {
        const then = await contentOf(`{table} VERSION AS OF ${before}`);
        observe("rows as they were, one version ago", then === asTheyWere);
      });
      if (settings.restore) {
        const version = before - settings.versionsTooFar;
        await step("the table is restored", () => sql(`RESTORE TABLE {table} TO VERSION AS OF ${version}`));
      }
      await look();
    });
    await step("what waited is done", () => load.events.runFor(seconds(12)));
    await step("batches go on", () => load.events.runFor(seconds(12)));
  },
});
