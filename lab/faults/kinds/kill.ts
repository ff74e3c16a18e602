import { clientAction } from "../drivers/client.ts";
import { nodeDriver } from "../drivers/process.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { permanent, target } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** SIGKILL. */
export const kill = defineFault({
  kind: "kill",
  group: "process",
  variants: [{ fields: { target: target(), permanent }, says: "{target}[ {permanent}]" }],
  example: "kill leader of events/0",
  tells: {
    effect: "SIGKILL; of a client that is a process of its own, too",
    receipt: "exited, and its protocol does not answer",
    undo: "started again; runs and answers within 60 s",
  },
  support: { driver: "engine", rests: "SIGKILL through the engine" },
  call: (who: Who, options: { readonly permanent?: true } = {}) => ({
    kind: "kill",
    target: targetOf(who),
    ...options,
  }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => ({
        ...context.tools.use(nodeDriver).down(context.fault, "kill", one),
        undoAction: { action: "start", containerId: one.node.containerId },
      }),
      client: (client) => clientAction("kill", client),
    }),
});
