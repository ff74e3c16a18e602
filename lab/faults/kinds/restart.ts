import { clientAction } from "../drivers/client.ts";
import { nodeDriver } from "../drivers/process.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { target } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** Terminated and started again at once. Healing only waits until it answers. */
export const restart = defineFault({
  kind: "restart",
  group: "process",
  variants: [{ fields: { target: target() }, says: "{target}" }],
  example: "restart a follower of events/0",
  tells: {
    effect: "terminated and started again at once; of a client that is a process of its own, too",
    receipt: "was exited in between",
    undo: "none; healing waits until it answers",
  },
  support: { driver: "engine", rests: "stop and start through the engine" },
  call: (who: Who) => ({ kind: "restart", target: targetOf(who) }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => ({
        ...context.tools.use(nodeDriver).restart(one),
        undoAction: { action: "start", containerId: one.node.containerId },
      }),
      client: (client) => clientAction("restart", client),
    }),
});
