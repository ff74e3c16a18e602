import { packetAction, tryRule } from "../drivers/packet-action.ts";
import { defineFault } from "../define.ts";
import { share } from "../fields.ts";
import { links, selectorsOf, type Links } from "../links.ts";

/** That share of packets dropped. */
export const loss = defineFault({
  kind: "loss",
  group: "network",
  variants: [
    {
      fields: {
        links: links(),
        percent: share({
          what: "the percent of packets that are lost",
          bounds: "from 0.01% to 100%, in hundredths",
          least: 0.01,
          most: 100,
          percent: 1,
        }),
      },
      says: "{percent}% {links}",
    },
  ],
  example: "loss 30% between kafka-1 and others",
  tells: {
    effect: "that share of packets dropped",
    receipt: "its counter has dropped a packet; tells how many it saw",
    undo: "as partition",
  },
  support: {
    driver: "packet filter",
    rests: "nftables, bridge family, numgen random",
    tryOut: tryRule({ effect: "loss", percent: 50 }),
  },
  call: (options: Links & { readonly percent: number }) => ({
    kind: "loss",
    links: selectorsOf(options),
    percent: options.percent,
  }),
  act: (spec, context) => packetAction(spec, { effect: "loss", percent: spec.percent }, context),
});
