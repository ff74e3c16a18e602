import { nodeDriver } from "../drivers/process.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { permanent, target } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** All processes of a node frozen; its connections stay open. */
export const pause = defineFault({
  kind: "pause",
  group: "process",
  variants: [{ fields: { target: target(), permanent }, says: "{target}[ {permanent}]" }],
  example: "pause active controller",
  tells: {
    effect: "all processes frozen, connections stay open",
    receipt: "paused, and does not answer within a second",
    undo: "thawed; runs and answers",
  },
  support: { driver: "engine", rests: "the cgroup freezer through the engine" },
  call: (who: Who, options: { readonly permanent?: true } = {}) => ({
    kind: "pause",
    target: targetOf(who),
    ...options,
  }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => ({
        ...context.tools.use(nodeDriver).freeze(context.fault, one),
        undoAction: { action: "unpause", containerId: one.node.containerId },
      }),
    }),
});
