/** Faults of what a node has stored: wiped, or some files of it damaged. Both work on nodes that run and on nodes that are down. */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { Effect, NodeAction } from "../action.ts";
import { globPattern } from "../glob.ts";
import type { TargetContext } from "../resolve.ts";
import { CORRUPT, LIST, REMOVE, TRUNCATE, WIPE } from "./disk-programs.ts";
import type { NodeDriver, NodeTarget } from "./process.ts";

/** What is done to stored files. */
export interface Corruption {
  readonly files: string;
  readonly disk?: string;
  readonly by?: "truncating" | "removing";
  readonly bits?: number;
  readonly count?: number;
}

/**
 * The drives that a fault means. @throws LabError `bad-usage` for a drive that the node does not have,
 * `fault-unsupported` when the cluster names none.
 */
export function drivesOf({ node, cluster }: NodeTarget, kind: string, disk: string | undefined): readonly string[] {
  const drives = cluster.storage?.disks(node) ?? [];
  if (drives.length === 0) {
    throw new LabError({ code: "fault-unsupported", message: `${node.name} has no disk for a ${kind}` });
  }
  if (disk === undefined) return drives;
  if (drives.includes(disk)) return [disk];
  throw new LabError({
    code: "bad-usage",
    message: `${node.name} has no disk ${disk}`,
    hint: `it has: ${drives.join(", ")}`,
  });
}

/** The one drive that a fault means. @throws LabError as `drivesOf`; `bad-usage` where several could be meant */
export function oneDriveOf(target: NodeTarget, kind: string, disk: string | undefined): string {
  const [drive = "", another] = drivesOf(target, kind, disk);
  if (another === undefined) return drive;
  throw new LabError({
    code: "bad-usage",
    message: `${target.node.name} has several disks; a ${kind} is of one`,
    hint: `say which: ${drive}, ${another}, …`,
  });
}

/**
 * Empties drives. One of several drives of a running node is emptied live, as when a drive fails; a node that loses
 * all it has is killed first, and started by the heal; a node that is down already stays with whoever holds it down.
 */
export async function wipeAction(
  fault: string,
  disk: string | undefined,
  target: NodeTarget,
  nodes: NodeDriver,
): Promise<NodeAction> {
  const { node, cluster } = target;
  const drives = drivesOf(target, "wipe", disk);
  const { status } = await node.state();
  const wasDown = status === "exited" || status === "created";
  const live = !wasDown && drives.length < (cluster.storage?.disks(node).length ?? 0);
  const death = wasDown || live ? undefined : nodes.down(fault, "kill", target);
  const how = wasDown ? "while it was down" : live ? "while it ran" : "after a kill";
  let effect: Effect = { effective: false, measured: `${node.name} was not emptied` };
  return {
    undoAction: death === undefined ? { action: "none" } : { action: "start", containerId: node.containerId },
    async apply() {
      await death?.apply();
      const { before, after } = await nodes.inTurn(node, () => empty(node, drives));
      effect = {
        // What runs may write again at once; what is down cannot.
        effective: live ? after.bytes < before.bytes && after.files < before.files : after.files === 0,
        measured: `${drives.join(" and ")} of ${node.name} had ${said(before)} and has ${said(after)}, emptied ${how}`,
        figures: {
          filesBefore: before.files,
          bytesBefore: before.bytes,
          filesAfter: after.files,
          bytesAfter: after.bytes,
        },
      };
    },
    probe: () => Promise.resolve(effect),
    undo: async () => death?.undo(),
    verify: () => (death === undefined ? nodes.verify(target) : death.verify()),
  };
}

/**
 * Flips bits of files in place, cuts files off, or removes them. The run's seed chooses the files, the bits and what is
 * left of a file. All of it is read back. There is no undo: the system has to heal.
 */
export function corruptAction(
  spec: Corruption,
  target: NodeTarget,
  nodes: NodeDriver,
  { random, drew }: Pick<TargetContext, "random" | "drew">,
): NodeAction {
  const { node } = target;
  const drives = drivesOf(target, "corrupt", spec.disk);
  const pattern = globPattern(spec.files);
  // Of its own: several nodes are hit at once, and whoever is first must not change what the others draw.
  const draw = random.fork(node.name);
  let effect: Effect = { effective: false, measured: `no file of ${node.name} was damaged` };
  return {
    undoAction: { action: "none" },
    apply: () =>
      nodes.inTurn(node, async () => {
        const files = (await listFiles(node, drives)).filter(({ path }) => pattern.test(path));
        if (files.length === 0) {
          throw new LabError({
            code: "fault-failed",
            message: `no file with content on ${drives.join(", ")} of ${node.name} matches ${spec.files}`,
            hint: `${spec.files} is matched from the disk's root; ** stands for any folders`,
          });
        }
        const chosen = draw.shuffle(files).slice(0, spec.count ?? 1);
        const orders = ordersOf(chosen, spec, draw);
        drew(`${spec.files} of ${node.name}`, saidOrders(orders));
        effect = await damage(node, orders, spec);
      }),
    probe: () => Promise.resolve(effect),
    undo: () => Promise.resolve(),
    verify: () => nodes.verify(target),
  };
}

interface Content {
  readonly files: number;
  readonly bytes: number;
}

const said = ({ files, bytes }: Content): string => `${counted(files, "file")} of ${bytes.toLocaleString("en")} bytes`;

/** @throws LabError `fault-failed` when there was nothing, or when it could not be emptied. */
async function empty(node: Node, drives: readonly string[]): Promise<{ before: Content; after: Content }> {
  const [first = "", second = ""] = (await onDisk(node, [...WIPE, ...drives])).trim().split("\n");
  const read = (line: string): Content => {
    const [files = Number.NaN, bytes = Number.NaN] = line.split(" ").map(Number);
    return { files, bytes };
  };
  const [before, after] = [read(first), read(second)];
  if (before.files > 0) return { before, after };
  throw new LabError({
    code: "fault-failed",
    message: `${drives.join(", ")} of ${node.name} is empty already: a wipe would prove nothing`,
  });
}

interface StoredFile {
  readonly drive: string;
  /** Within the drive. */
  readonly path: string;
  readonly bytes: number;
}

/** Files with content, in the order of their names, so that a seed chooses the same ones. */
async function listFiles(node: Node, drives: readonly string[]): Promise<StoredFile[]> {
  const listed: StoredFile[] = [];
  for (const drive of drives) {
    const text = await onDisk(node, [...LIST, drive]);
    for (const entry of text.split("\0")) {
      const [, bytes, path] = /^(\d+) ([^]+)$/.exec(entry) ?? [];
      if (path !== undefined) listed.push({ drive, path, bytes: Number(bytes) });
    }
  }
  return listed.sort((a, b) => (`${a.drive}/${a.path}` < `${b.drive}/${b.path}` ? -1 : 1));
}

/** What a program is told of a file after its path, and how many bits or bytes that costs. */
interface Order {
  readonly words: readonly string[];
  readonly cost: number;
}

/** What can be done to stored files. Each is done by a program that prints a line of words for every file. */
interface Damage {
  readonly program: readonly string[];
  readonly order: (file: StoredFile, spec: Corruption, draw: Random) => Order;
  /** Whether the line of a file says that it was done, as read back. */
  readonly done: (line: readonly string[]) => boolean;
  readonly unit: "bit" | "byte";
  /** `8 bits flipped`, and as what the files are read back. */
  readonly told: string;
  readonly readBack: string;
}

const DAMAGES: Readonly<Record<"flipping" | NonNullable<Corruption["by"]>, Damage>> = {
  flipping: {
    program: CORRUPT,
    order: (file, { bits = 1 }, draw) => {
      const places = placesIn(file, bits, draw);
      return { words: [places.join(",")], cost: places.length };
    },
    done: ([before, after, flipped]) => before !== after && flipped === "all",
    unit: "bit",
    told: "flipped",
    readBack: "with another checksum",
  },
  truncating: {
    program: TRUNCATE,
    order: ({ bytes }, _, draw) => {
      const left = draw.integer(bytes);
      return { words: [String(left)], cost: bytes - left };
    },
    done: ([before, after, wanted]) => after === wanted && Number(after) < Number(before),
    unit: "byte",
    told: "cut off",
    readBack: "shorter",
  },
  removing: {
    program: REMOVE,
    order: ({ bytes }) => ({ words: [], cost: bytes }),
    done: ([seen]) => seen === "gone",
    unit: "byte",
    told: "removed",
    readBack: "as gone",
  },
};

type FileOrder = Order & { readonly file: StoredFile };

const damageOf = ({ by }: Corruption): Damage => DAMAGES[by ?? "flipping"];

const ordersOf = (files: readonly StoredFile[], spec: Corruption, draw: Random): FileOrder[] =>
  files.map((file) => ({ file, ...damageOf(spec).order(file, spec, draw) }));

/** The files, and where they are hit, for people: cut where it gets long. */
function saidOrders(orders: readonly FileOrder[]): string {
  const text = orders.map(({ file, words }) => [file.path, ...words].join(" ")).join("; ");
  return text.length <= MOST_SAID ? text : `${text.slice(0, MOST_SAID)}…`;
}
const MOST_SAID = 500;

async function damage(node: Node, orders: readonly FileOrder[], spec: Corruption): Promise<Effect> {
  const { program, done, unit, told, readBack } = damageOf(spec);
  const command = [...program, ...orders.flatMap(({ file, words }) => [`${file.drive}/${file.path}`, ...words])];
  const lines = (await onDisk(node, command)).trim().split("\n");
  const changed = lines.filter((line) => done(line.split(" "))).length;
  const cost = orders.reduce((sum, each) => sum + each.cost, 0);
  const names = orders.map(({ file }) => file.path).join(", ");
  return {
    effective: changed === orders.length,
    measured: `${counted(cost, unit)} ${told} on ${node.name}: ${changed} of ${counted(orders.length, "file")} read back ${readBack} (${names})`,
    figures: { filesChanged: changed, files: orders.length, [`${unit}s`]: cost },
  };
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

/** Different bits of a file, as `byte:bit`. */
function placesIn({ bytes }: StoredFile, bits: number, random: Random): string[] {
  const places = new Set<string>();
  const wanted = Math.min(bits, bytes * 8);
  while (places.size < wanted) places.add(`${random.integer(bytes)}:${random.integer(8)}`);
  return [...places];
}

/** What a command over the volumes prints. @throws LabError `fault-failed` with what it complained of */
export async function onDisk(node: Node, command: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await node.onDisk(command);
  if (exitCode === 0) return stdout;
  throw new LabError({ code: "fault-failed", message: `the disk of ${node.name}: ${stderr.trim() || stdout.trim()}` });
}
