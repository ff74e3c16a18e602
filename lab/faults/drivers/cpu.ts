/**
 * Throttled processors, by the engine's limit on a container. Several throttles of one node stack: the smallest share
 * counts, and the limit that it had before them comes back with the last heal, in whatever order they are healed.
 */
import type { Node } from "../../engine/types.ts";
import type { NodeAction } from "../action.ts";
import type { Driver, Tools } from "../tools.ts";
import { nodeDriver, type NodeTarget } from "./process.ts";

interface Throttles {
  readonly before: number | undefined;
  readonly shares: Map<string, number>;
}

export interface CpuDriver extends Driver {
  /** A node held to this share of one core. */
  throttle(fault: string, share: number, target: NodeTarget): Promise<NodeAction>;
}

/** The run's own. */
export function cpuDriver({ use }: Tools): CpuDriver {
  const nodes = use(nodeDriver);
  const throttled = new Map<string, Throttles>();

  const throttlesOf = async (node: Node): Promise<Throttles> => {
    const known = throttled.get(node.containerId);
    if (known !== undefined) return known;
    const throttles: Throttles = { before: (await node.cpu()).limit, shares: new Map() };
    throttled.set(node.containerId, throttles);
    return throttles;
  };

  /** What the faults now in force allow the node. */
  const allowed = ({ before, shares }: Throttles): number | undefined => {
    const limits = [...shares.values(), ...(before === undefined ? [] : [before])];
    return limits.length === 0 ? undefined : Math.min(...limits);
  };

  return {
    async throttle(fault, share, target) {
      const { node } = target;
      const throttles = await nodes.inTurn(node, () => throttlesOf(node));
      const { before } = throttles;
      let start = { throttledPeriods: 0, throttledMs: 0 };
      return {
        undoAction: {
          action: "limit-cpu",
          containerId: node.containerId,
          ...(before === undefined ? {} : { cores: before }),
        },
        apply: () =>
          nodes.inTurn(node, async () => {
            start = await node.cpu();
            throttles.shares.set(fault, share);
            await node.limitCpu(allowed(throttles));
          }),
        async probe() {
          const now = await node.cpu();
          // Counted from zero again when the node was started anew.
          const since = now.throttledPeriods < start.throttledPeriods ? { throttledPeriods: 0, throttledMs: 0 } : start;
          const periods = now.throttledPeriods - since.throttledPeriods;
          const waitedMs = Math.round(now.throttledMs - since.throttledMs);
          return {
            effective: now.limit !== undefined && now.limit <= share && periods > 0,
            measured: `${node.name} has ${saidShare(now.limit)}, and had to wait in ${periods} periods of 100 ms, for ${waitedMs} ms over all its threads`,
            figures: { throttledPeriods: periods, throttledMs: waitedMs },
          };
        },
        undo: () =>
          nodes.inTurn(node, async () => {
            throttles.shares.delete(fault);
            await node.limitCpu(allowed(throttles));
          }),
        async verify() {
          const { limit } = await node.cpu();
          const wanted = allowed(throttles);
          if (limit !== wanted) throw new Error(`${node.name} has ${saidShare(limit)}, not ${saidShare(wanted)}`);
          return `${node.name} has ${saidShare(limit)}; ${await nodes.verify(target)}`;
        },
      };
    },
    left: (but) =>
      Promise.resolve(
        [...throttled.values()].flatMap(({ shares }) =>
          [...shares.keys()].filter((fault) => !but.includes(fault)).map((fault) => `${fault} still throttles a node`),
        ),
      ),
    close: () => Promise.resolve(),
  };
}

const saidShare = (cores: number | undefined): string =>
  cores === undefined ? "no limit of its processors" : `${Number((cores * 100).toFixed(2))}% of a core`;
