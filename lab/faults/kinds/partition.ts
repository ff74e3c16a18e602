import { packetAction, tryRule } from "../drivers/packet-action.ts";
import { packetFilterOf } from "../drivers/packet-filter.ts";
import { defineFault } from "../define.ts";
import { flag, oneOf, permanent, target, word } from "../fields.ts";
import { links, selectorsOf, type Links } from "../links.ts";
import { shapeNames, type Shape } from "../shapes.ts";
import { targetOf, type Who } from "../who.ts";

export type PartitionOptions = (
  | Links
  /** From all other nodes of the run; with `clients`, from the clients on the host too. */
  | { readonly isolate: Who; readonly clients?: boolean }
  | { readonly shape: Shape; readonly cluster: Who }
) & { readonly permanent?: true };

/** Packets dropped on a set of directed links. */
export const partition = defineFault({
  kind: "partition",
  group: "network",
  variants: [
    { fields: { links: links(), permanent }, says: "{links}[ {permanent}]" },
    {
      fields: { isolate: target(), clients: flag("also from the clients on the host", "also from clients"), permanent },
      says: "isolate {isolate}[ {clients}][ {permanent}]",
    },
    {
      fields: {
        shape: oneOf("the shape that the whole links leave", shapeNames),
        cluster: word("the name of a cluster", "CLUSTER"),
        permanent,
      },
      says: "{shape} of {cluster}[ {permanent}]",
    },
  ],
  example: "partition between a minority and others",
  tells: {
    effect: "IPv4 packets dropped on a set of directed links",
    receipt: "its own counter has dropped a packet",
    undo: "its rules are out of the table, as read back",
  },
  support: { driver: "packet filter", rests: "nftables, bridge family", tryOut: tryRule({ effect: "cut" }) },
  call: (options: PartitionOptions) => {
    const lasting = options.permanent === undefined ? {} : { permanent: options.permanent };
    if ("isolate" in options) {
      const clients = options.clients === true ? { clients: true as const } : {};
      return { kind: "partition", isolate: targetOf(options.isolate), ...clients, ...lasting };
    }
    if ("shape" in options) {
      return { kind: "partition", shape: options.shape, cluster: targetOf(options.cluster), ...lasting };
    }
    return { kind: "partition", links: selectorsOf(options), ...lasting };
  },
  // A failure is told when a fault needs the filter.
  warmUp: (tools) => tools.use(packetFilterOf).rules(),
  act: (spec, context) => packetAction(spec, { effect: "cut" }, context),
});
