import { check, scenario, seconds } from "../../lab/index.ts";
import { deepScanFinds, load, readsAreServed, slos, topology } from "./damage.ts";

/**
 * Files are removed from a drive of one node, and others cut off on a drive of another, twice: while objects are read,
 * and again when few will be read any more. An object loses two of its eight blocks at most; a reader is given others.
 */
export default scenario({
  id: "minio/files-damaged",
  title: "Stored files are removed and cut off on two drives: every read is right, and a deep scan mends the rest",
  description:
    "Four of an object's eight blocks give it back, so a reader does not notice that one is gone and one is short. What is not read is found by a deep scan of all drives, and mended.",
  topology,
  load,
  assume: { "a deep scan finds damage that nobody read": deepScanFinds },
  expect: {
    "reads are served": readsAreServed,
    "every byte that is read is right": check.register("objects"),
    "all objects are whole on all drives": check.convergence({ of: "minio", within: seconds(50) }),
  },
  slos,
  mutants: {
    // MinIO takes what is not on all drives then for the rest of a deletion: it removes the object, and says that there is none.
    "no parity": { change: { topology: { minio: { parity: 0 } } }, violates: "every byte that is read is right" },
  },
  async run({ load, step, fault }) {
    const files = { files: "rehearsal/**", count: 24 } as const;
    const remove = () => fault.corrupt("minio-2", { ...files, disk: "/data1", by: "removing" });
    const truncate = () => fault.corrupt("minio-3", { ...files, disk: "/data2", by: "truncating" });
    await step("warm up", () => load.objects.acknowledged(150, { within: seconds(30) }));
    const removed = await step("files are removed under the readers", remove);
    const short = await step("others are cut off", truncate);
    await step("objects are read", () => load.objects.runFor(seconds(10)));
    await step("the first node is whole", () => removed.heal());
    await step("the second node is whole", () => short.heal());
    await step("files are removed, and few are read", remove);
    await step("others are cut off, and few are read", truncate);
    await step("a moment later", () => load.objects.runFor(seconds(1)));
  },
});
