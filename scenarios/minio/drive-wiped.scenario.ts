import { check, scenario, seconds } from "../../lab/index.ts";
import { load, readsAreServed, slos, topology } from "./damage.ts";

/**
 * One of a node's two drives is emptied while objects are written and read, as when a drive is replaced without a word.
 * Seven of eight drives have all that is needed; MinIO takes the empty one in again and fills it.
 */
export default scenario({
  id: "minio/drive-wiped",
  title: "A drive is wiped under load: objects are served, and the drive is filled again",
  description:
    "Any four of an object's eight blocks give it back, so nobody notices that a drive is empty. It is found, formatted and filled: in the end nothing is missing and nothing corrupted, every byte looked at.",
  topology,
  load,
  expect: {
    "reads are served": readsAreServed,
    "writes are served": check.availability({
      of: "objects.write",
      atLeast: 0.95,
      limit: seconds(3),
      during: { phase: "faults" },
    }),
    "what was acknowledged is read": check.register("objects"),
    "all objects are whole on all drives": check.convergence({ of: "minio", within: seconds(50) }),
  },
  slos,
  mutants: {
    "no parity": { change: { topology: { minio: { parity: 0 } } }, violates: "reads are served" },
  },
  async run({ load, step, fault }) {
    await step("warm up", () => load.objects.acknowledged(150, { within: seconds(30) }));
    const wiped = await step("drive wiped", () => fault.wipe("minio-2", { disk: "/data1" }));
    await step("a drive is empty", () => load.objects.runFor(seconds(15)));
    await step("the node is whole", () => wiped.heal());
    await step("calm", () => load.objects.runFor(seconds(3)));
  },
});
