import { packetAction, tryRule, type PacketLinks } from "../drivers/packet-action.ts";
import { defineFault } from "../define.ts";
import { links, selectorsOf, type Links } from "../links.ts";

const betweenNodes = (resolved: PacketLinks): boolean =>
  resolved.some(({ from, to }) => from.name !== "clients" && to.name !== "clients");

/** TCP packets answered by a reset: connections fail at once. */
export const reset = defineFault({
  kind: "reset",
  group: "network",
  variants: [{ fields: { links: links() }, says: "{links}" }],
  example: "reset between clients and kafka-1",
  tells: {
    effect: "TCP packets dropped and answered by a reset: callers fail at once",
    receipt: "its counter has reset a packet",
    undo: "as partition",
  },
  support: {
    driver: "packet filter",
    rests: "nftables, reject with tcp reset on bridged frames",
    tryOut: tryRule({ effect: "reset" }),
  },
  call: (options: Links) => ({ kind: "reset", links: selectorsOf(options) }),
  act: (spec, context) =>
    packetAction(spec, { effect: "reset" }, context, async (resolved) => {
      if (betweenNodes(resolved)) await context.tools.space.passBridgedFrames();
    }),
});
