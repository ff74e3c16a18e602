/** Disks filled up. Only volumes of a limited size: any other would fill the user's machine. */
import { LabError } from "../../errors.ts";
import type { Effect, NodeAction } from "../action.ts";
import { onDisk, oneDriveOf } from "./disk.ts";
import { FREE, FILL } from "./disk-programs.ts";
import type { NodeDriver, NodeTarget } from "./process.ts";

export interface Fill {
  readonly disk?: string;
  readonly leaveBytes: number;
}

/**
 * Fills one drive with one file until only so many bytes are free, to a block. The undo removes the file, and starts
 * the node where the full disk made it end.
 * @throws LabError `fault-unsupported` for a disk without a limit, `bad-usage` where several disks are to be filled at once.
 */
export async function fillAction(
  fault: string,
  { disk, leaveBytes }: Fill,
  target: NodeTarget,
  nodes: NodeDriver,
): Promise<NodeAction> {
  const { node } = target;
  const drive = oneDriveOf(target, "fill", disk);
  if ((await node.sizeLimit(drive)) === undefined) {
    throw new LabError({
      code: "fault-unsupported",
      message: `${drive} of ${node.name} has no limit: a fill would fill this machine's disk`,
      hint: `give the volume a size in the plan of its cluster: { path: "${drive}", sizeMb: 64 }`,
    });
  }
  const path = `${drive}/.lab-filler-${fault}`;
  let effect: Effect = { effective: false, measured: `${drive} of ${node.name} was not filled` };
  const free = async (): Promise<number> => Number(await onDisk(node, [...FREE, drive]));
  return {
    undoAction: { action: "remove-filler", containerId: node.containerId, path },
    async apply() {
      const [before = 0, after = 0, block = 0] = (await onDisk(node, [...FILL, drive, path, String(leaveBytes)]))
        .split(" ")
        .map(Number);
      effect = {
        effective: after < before && after <= leaveBytes + block,
        measured: `${drive} of ${node.name} had ${bytes(before)} free and has ${bytes(after)}`,
        figures: { freeBytesBefore: before, freeBytesAfter: after },
      };
    },
    probe: () => Promise.resolve(effect),
    async undo() {
      await onDisk(node, ["rm", "-f", "--", path]);
      await nodes.startIfEnded(node);
    },
    async verify() {
      const left = await onDisk(node, ["sh", "-c", 'test -e "$1" && echo there || echo gone', "left", path]);
      if (left.trim() !== "gone") throw new Error(`${path} of ${node.name} is still there`);
      return `${drive} of ${node.name} has ${bytes(await free())} free; ${await nodes.verify(target)}`;
    },
  };
}

const bytes = (count: number): string => `${count.toLocaleString("en")} bytes`;
