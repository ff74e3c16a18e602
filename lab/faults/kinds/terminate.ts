import { nodeDriver } from "../drivers/process.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { permanent, target } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** SIGTERM, and SIGKILL after 30 s. */
export const terminate = defineFault({
  kind: "terminate",
  group: "process",
  variants: [{ fields: { target: target(), permanent }, says: "{target}[ {permanent}]" }],
  example: "terminate kafka-1",
  tells: {
    effect: "SIGTERM, SIGKILL after 30 s",
    receipt: "as kill; says whether it went by itself",
    undo: "as kill",
  },
  support: { driver: "engine", rests: "SIGTERM through the engine" },
  call: (who: Who, options: { readonly permanent?: true } = {}) => ({
    kind: "terminate",
    target: targetOf(who),
    ...options,
  }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => ({
        ...context.tools.use(nodeDriver).down(context.fault, "terminate", one),
        undoAction: { action: "start", containerId: one.node.containerId },
      }),
    }),
});
