import { nodeDriver } from "../drivers/process.ts";
import { slowDiskAction, type SlowDisk } from "../drivers/slow-disk.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { disk, target, whole } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** A node's writes to one drive's device are held to so many bytes a second. */
export const slowDisk = defineFault({
  kind: "slow-disk",
  group: "disk",
  variants: [
    {
      fields: {
        target: target(),
        disk: disk(),
        bytesPerSecond: whole({ what: "the bytes per second", usage: "BYTES", least: 50_000, most: 100_000_000 }),
      },
      says: "[{disk} of ]{target} to {bytesPerSecond} bytes/s",
    },
  ],
  example: "slow-disk kafka-1 to 1000000 bytes/s",
  tells: {
    effect: "a limit on the node's writes to the device of that disk",
    receipt: "direct writes of the node, measured before and after: a quarter more than the limit, at most",
    undo: "the limit gone, as the kernel has it, and direct writes faster than it; runs and answers",
  },
  support: { driver: "engine", rests: "the control group for block I/O" },
  call: (who: Who, options: SlowDisk) => ({ kind: "slow-disk", target: targetOf(who), ...options }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => slowDiskAction(context.fault, spec, one, context.tools.use(nodeDriver)),
    }),
});
