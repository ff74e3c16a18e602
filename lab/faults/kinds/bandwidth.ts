import { packetAction, tryRule } from "../drivers/packet-action.ts";
import { defineFault } from "../define.ts";
import { whole } from "../fields.ts";
import { links, selectorsOf, type Links } from "../links.ts";

/** On each directed link for itself, what comes faster is dropped. */
export const bandwidth = defineFault({
  kind: "bandwidth",
  group: "network",
  variants: [
    {
      fields: {
        links: links(),
        bytesPerSecond: whole({
          what: "the bytes per second",
          usage: "BYTES",
          least: 1_000,
          most: 1_000_000_000,
        }),
      },
      says: "{bytesPerSecond} bytes/s {links}",
    },
  ],
  example: "bandwidth 50000 bytes/s between kafka-1 and others",
  tells: {
    effect:
      "on each directed link for itself, packets that come faster are dropped; a second's bytes and a burst of a tenth of it (10 kB at least) pass at first",
    receipt: "its counter has dropped a packet; tells how many it saw",
    undo: "as partition",
  },
  support: {
    driver: "packet filter",
    rests: "nftables, bridge family, limit rate",
    tryOut: tryRule({ effect: "rate", bytesPerSecond: 100_000 }),
  },
  call: (options: Links & { readonly bytesPerSecond: number }) => ({
    kind: "bandwidth",
    links: selectorsOf(options),
    bytesPerSecond: options.bytesPerSecond,
  }),
  act: (spec, context) => packetAction(spec, { effect: "rate", bytesPerSecond: spec.bytesPerSecond }, context),
});
