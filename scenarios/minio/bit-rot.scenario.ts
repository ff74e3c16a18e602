import { check, scenario, seconds } from "../../lab/index.ts";
import { deepScanFinds, load, readsAreServed, slos, topology } from "./damage.ts";

/**
 * Bits flip in what one drive has stored, twice: while objects are read, and again when few will be read any more.
 * Each block has a checksum of its own: a reader is given others, and a deep scan finds what nobody read.
 */
export default scenario({
  id: "minio/bit-rot",
  title: "Stored bytes rot on one drive: every read is right, and a deep scan finds and mends the rest",
  description:
    "A block whose bytes are not those that were written is not used, so no reader ever sees one. What is not read is found by a deep scan of all drives, and mended.",
  topology,
  load,
  assume: { "a deep scan finds rot that nobody read": deepScanFinds },
  expect: {
    "reads are served": readsAreServed,
    "every byte that is read is right": check.register("objects"),
    "all objects are whole on all drives": check.convergence({ of: "minio", within: seconds(50) }),
  },
  slos,
  mutants: {
    "no parity": { change: { topology: { minio: { parity: 0 } } }, violates: "reads are served" },
  },
  async run({ load, step, fault }) {
    const rot = { disk: "/data2", files: "rehearsal/**", bits: 8, count: 16 } as const;
    await step("warm up", () => load.objects.acknowledged(150, { within: seconds(30) }));
    const read = await step("bits flip under the readers", () => fault.corrupt("minio-3", rot));
    await step("objects are read", () => load.objects.runFor(seconds(10)));
    await step("the node is whole", () => read.heal());
    await step("bits flip, and few are read", () => fault.corrupt("minio-3", rot));
    await step("a moment later", () => load.objects.runFor(seconds(1)));
  },
});
