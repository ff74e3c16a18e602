import { delayDriver } from "../drivers/delay.ts";
import { defineFault } from "../define.ts";
import { optional, whole } from "../fields.ts";
import { links, selectorsOf, type Links } from "../links.ts";
import { resolveLinks } from "../resolve-links.ts";
import type { Duration } from "../../time.ts";

const milliseconds = (what: string, least: number) => whole({ what, usage: "MILLISECONDS", least, most: 1_500 });

/** TCP: what is sent over each directed link arrives so much later, more or less by the jitter. */
export const delay = defineFault({
  kind: "delay",
  group: "network",
  variants: [
    {
      fields: {
        links: links(),
        delayMs: milliseconds("the milliseconds of delay", 10),
        jitterMs: optional(milliseconds("the milliseconds of jitter", 0)),
      },
      says: "{delayMs} ms [jitter {jitterMs} ms ]{links}",
    },
  ],
  example: "delay 100 ms jitter 20 ms between kafka-1 and others",
  tells: {
    effect:
      "what is sent over each directed link arrives so much later, more or less by the jitter; between two nodes a round trip takes twice as much more. TCP connections of these links that stand are reset once",
    receipt: "round trips between the ends, measured before and after: three quarters of what was asked, at least",
    undo: "as many round trips again, without half of the delay; helper, rules and proxies gone",
  },
  // Which of the two it is, the receipt says.
  support: {
    driver: "netem or proxy",
    rests: "netem where the kernel has it, else Toxiproxy in the nodes' networks",
  },
  tools: ["toxiproxy"],
  problem: ({ delayMs, jitterMs = 0 }) =>
    jitterMs <= delayMs
      ? undefined
      : { message: `a jitter of ${jitterMs} ms is more than the delay of ${delayMs} ms`, hint: "at most the delay" },
  call: (options: Links & { readonly delay: Duration; readonly jitter?: Duration }) => ({
    kind: "delay",
    links: selectorsOf(options),
    delayMs: options.delay,
    ...(options.jitter === undefined ? {} : { jitterMs: options.jitter }),
  }),
  async act({ delayMs, jitterMs = 0, ...spec }, { fault, kind, among, tools }) {
    const resolved = await resolveLinks(kind, spec, among);
    return tools.use(delayDriver).delay(fault, { ms: delayMs, jitterMs }, resolved);
  },
});
