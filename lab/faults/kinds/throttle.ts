import { cpuDriver } from "../drivers/cpu.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { share, target } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** At most this share of one core, for all of a node's processes together. */
export const throttle = defineFault({
  kind: "throttle",
  group: "processor",
  variants: [
    {
      fields: {
        target: target(),
        cpu: share({
          what: "the share of one core (0.05 is 5%, 2 is two cores)",
          bounds: "from 1% of a core on",
          least: 0.01,
          most: 1_000,
          percent: 0.01,
        }),
      },
      says: "{target} to {cpu}% of a core",
    },
  ],
  example: "throttle kafka-1 to 5% of a core",
  tells: {
    effect: "a limit on the processors of the node's container",
    receipt: "the kernel counted periods in which it had to wait",
    undo: "the limit it had before, as the engine has it; runs and answers",
  },
  support: { driver: "engine", rests: "the processors' quota through the engine" },
  call: (who: Who, { cpu }: { readonly cpu: number }) => ({ kind: "throttle", target: targetOf(who), cpu }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => context.tools.use(cpuDriver).throttle(context.fault, spec.cpu, one),
    }),
});
