import { wipeAction } from "../drivers/disk.ts";
import { nodeDriver } from "../drivers/process.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { disk, permanent, target } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** Its data is gone; killed first, unless it is down already or loses only one of several drives. */
export const wipe = defineFault({
  kind: "wipe",
  group: "disk",
  variants: [{ fields: { target: target(), disk: disk(), permanent }, says: "[{disk} of ]{target}[ {permanent}]" }],
  example: "wipe a follower of events/0",
  tells: {
    effect:
      "the files of one disk, or of all, are gone. A node that is down already is emptied while it is down; one of several disks of a running node live; else the node is killed first",
    receipt: "no file left (live: fewer files and bytes), by files and bytes before and after",
    undo: "started if it was killed; runs and answers. What was stored is for the system to bring back",
  },
  support: { driver: "engine", rests: "a container over the node's volumes" },
  taints: true,
  call: (who: Who, options: { readonly disk?: string; readonly permanent?: true } = {}) => ({
    kind: "wipe",
    target: targetOf(who),
    ...options,
  }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => wipeAction(context.fault, spec.disk, one, context.tools.use(nodeDriver)),
    }),
});
