import { corruptAction, type Corruption } from "../drivers/disk.ts";
import { nodeDriver } from "../drivers/process.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { disk, oneOf, optional, target, whole, word } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** Stored files that match a pattern such as `**\/*.log` lose bits, their ends, or are gone. No undo: the system has to heal. */
export const corrupt = defineFault({
  kind: "corrupt",
  group: "disk",
  variants: [
    {
      fields: {
        target: target(),
        files: word("the files, by a pattern from the disk's root (**, *, ?)", "FILES"),
        disk: disk(),
        by: optional(oneOf("what is done to them, if no bits are flipped", ["truncating", "removing"])),
        bits: optional(whole({ what: "how many bits are flipped", usage: "BITS", least: 1, most: 10_000 })),
        count: optional(whole({ what: "how many files are hit", usage: "COUNT", least: 1, most: 1_000 })),
      },
      says: "[by {by} ][{bits} bit(s) in ][{count} time(s) ]{files}[ on {disk}] of {target}",
    },
  ],
  example: "corrupt 8 bits in 2 times **/*.log of kafka-1",
  tells: {
    effect:
      "in stored files that match a pattern: bits flipped in place, or the files cut off, at places that the seed chooses, or removed; down or running",
    receipt: "every bit read back flipped, and every file's checksum another; every file as short as told; or gone",
    undo: "none: the system has to heal. Runs and answers",
  },
  support: { driver: "engine", rests: "a container over the node's volumes" },
  taints: true,
  problem: ({ by, bits }) =>
    by !== undefined && bits !== undefined
      ? { message: `no bits are flipped by ${by}`, hint: "leave out the bits, or what else is done" }
      : undefined,
  call: (who: Who, options: Corruption) => ({ kind: "corrupt", target: targetOf(who), ...options }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => corruptAction(spec, one, context.tools.use(nodeDriver), context.among),
    }),
});
