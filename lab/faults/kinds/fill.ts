import { fillAction, type Fill } from "../drivers/fill.ts";
import { nodeDriver } from "../drivers/process.ts";
import { defineFault } from "../define.ts";
import { eachTarget } from "../each-target.ts";
import { disk, target, whole } from "../fields.ts";
import { targetOf, type Who } from "../who.ts";

/** Only so many bytes left free on a drive; for volumes of a limited size only. */
export const fill = defineFault({
  kind: "fill",
  group: "disk",
  variants: [
    {
      fields: {
        target: target(),
        disk: disk(),
        leaveBytes: whole({
          what: "the bytes to be left",
          usage: "BYTES",
          least: 0,
          most: Number.MAX_SAFE_INTEGER,
        }),
      },
      says: "[{disk} of ]{target} leaving {leaveBytes} bytes",
    },
  ],
  example: "fill /data/1 of minio-1 leaving 100000 bytes",
  tells: {
    effect: "a file takes all but so many bytes of a disk",
    receipt: "free bytes before and after",
    undo: "the file removed, and seen to be; a node that ended is started; runs and answers",
  },
  support: { driver: "engine", rests: "volumes of a limited size" },
  call: (who: Who, options: Fill) => ({ kind: "fill", target: targetOf(who), ...options }),
  act: (spec, context) =>
    eachTarget(spec.target, context, {
      node: (one) => fillAction(context.fault, spec, one, context.tools.use(nodeDriver)),
    }),
});
