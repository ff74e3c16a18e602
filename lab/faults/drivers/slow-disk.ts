/** Slow disks: a limit on a node's writes to the device of one of its drives. */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { NodeAction } from "../action.ts";
import { oneDriveOf } from "./disk.ts";
import type { NodeDriver, NodeTarget } from "./process.ts";

export interface SlowDisk {
  readonly disk?: string;
  readonly bytesPerSecond: number;
}

const BLOCK = 4_096;
/** What the kernel lets through is about the limit; a measurement's start and end blur it. */
const BLUR = 1.25;
const HEALED_WITHIN = seconds(10);

/**
 * Limits one drive's writes, and measures them with writes that pass the page cache by: before, during and after.
 * @throws LabError `bad-usage` where several drives could be meant, `fault-failed` where the drive is slow already
 */
export function slowDiskAction(
  fault: string,
  { disk, bytesPerSecond: limit }: SlowDisk,
  target: NodeTarget,
  nodes: NodeDriver,
): NodeAction {
  const { node } = target;
  const drive = oneDriveOf(target, "slow-disk", disk);
  const probeFile = `${drive}/.lab-probe-${fault}`;
  let before = 0;
  let inForce: number | undefined;
  return {
    undoAction: { action: "limit-writes", containerId: node.containerId, path: drive },
    apply: () =>
      nodes.inTurn(node, async () => {
        before = await writeRate(node, probeFile, 256 * BLOCK);
        if (before < limit * BLUR) {
          throw new LabError({
            code: "fault-failed",
            message: `${drive} of ${node.name} takes ${said(before)} already: a limit of ${said(limit)} would prove nothing`,
            hint: "heal what slows it, or choose a lower limit",
          });
        }
        try {
          inForce = limit;
          inForce = await node.limitWrites(drive, limit);
        } catch (error) {
          // Where nothing could be limited, nothing is to be undone.
          if (error instanceof LabError && error.code === "fault-unsupported") inForce = undefined;
          throw error;
        }
      }),
    async probe() {
      // About a second's bytes.
      const rate = await writeRate(node, probeFile, Math.min(Math.max(limit, 16 * BLOCK), 1_024 * BLOCK));
      return {
        effective: inForce === limit && rate <= limit * BLUR,
        measured: `${drive} of ${node.name} took ${said(before)} of direct writes and takes ${said(rate)}`,
        figures: { bytesPerSecondBefore: Math.round(before), bytesPerSecond: Math.round(rate) },
      };
    },
    undo: () =>
      nodes.inTurn(node, async () => {
        if (inForce === undefined) return;
        // With the node's processes went the limit.
        inForce = (await node.state()).status === "running" ? await node.limitWrites(drive, undefined) : undefined;
      }),
    async verify() {
      const whole = await nodes.verify(target);
      if (inForce !== undefined) throw new Error(`${drive} of ${node.name} still has a limit of ${said(inForce)}`);
      if ((await node.state()).status !== "running") return whole;
      const rate = await waitFor(
        `${drive} of ${node.name} to be fast again`,
        async () => {
          const now = await writeRate(node, probeFile, 256 * BLOCK);
          return now > limit * BLUR ? { reached: now } : { seen: said(now) };
        },
        { within: HEALED_WITHIN, every: milliseconds(100) },
      );
      return `${drive} of ${node.name} takes ${said(rate)} of direct writes; ${whole}`;
    },
  };
}

/** Bytes a second of synchronous writes from within the node, past the page cache. @throws LabError `fault-failed` */
async function writeRate(node: Node, file: string, bytes: number): Promise<number> {
  const count = Math.ceil(bytes / BLOCK);
  const write = `dd if=/dev/zero of="$0" bs=${BLOCK} count=${count} oflag=direct 2>&1; rm -f "$0"`;
  const { stdout } = await node.exec(["sh", "-c", write, file], { within: seconds(60) });
  const took = Number(/, ([\d.e-]+) s(econds)?,/.exec(stdout)?.[1]);
  if (took > 0) return (count * BLOCK) / took;
  throw new LabError({ code: "fault-failed", message: `${node.name} could not write ${file}: ${stdout.trim()}` });
}

const said = (bytesPerSecond: number): string => `${Math.round(bytesPerSecond).toLocaleString("en")} bytes/s`;
