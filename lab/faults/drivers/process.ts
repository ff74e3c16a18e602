/**
 * Kill, terminate, pause and restart of nodes, through the engine.
 *
 * Several faults may hold one node. What a node must be follows from its holds: down while one fault holds it down,
 * else frozen while one holds it frozen, else running. So they can be healed in any order.
 */
import type { Cluster } from "../../systems/types.ts";
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { monotonicMs, seconds, formatDuration, waitFor, milliseconds } from "../../time.ts";
import type { Action, Effect } from "../action.ts";
import type { Driver, Tools } from "../tools.ts";
import { packetFilterOf } from "./packet-filter.ts";
import { turns } from "./turns.ts";

export interface NodeTarget {
  readonly node: Node;
  readonly cluster: Cluster;
}

type Hold = "down" | "frozen";

export interface NodeDriver extends Driver {
  /** SIGKILL, or SIGTERM first; the undo starts it again. */
  down(fault: string, how: "kill" | "terminate", target: NodeTarget): Action;
  /** All its processes frozen; the undo thaws them. */
  freeze(fault: string, target: NodeTarget): Action;
  /** Terminated and started again at once; the undo only starts what is down. */
  restart(target: NodeTarget): Action;
  /** Runs work on a node after all other work on it that was ordered before. */
  inTurn<T>(node: Node, work: () => Promise<T>): Promise<T>;
  /** Starts a node that has ended, unless a fault holds it down. */
  startIfEnded(node: Node): Promise<void>;
  /** Waits until a node runs and answers, or says why that cannot be asked of it now. @throws LabError `wait-timeout` */
  verify(target: NodeTarget): Promise<string>;
  /** Waits until a node runs and answers. @throws LabError `wait-timeout` */
  whole(target: NodeTarget, within: number): Promise<string>;
}

/** How long a healed node may take to answer its protocol again. */
export const ANSWER_AGAIN_WITHIN = seconds(60);
/** The same while other nodes of its cluster are held down: without a quorum it may be unable to answer. */
const ANSWER_ALONE_WITHIN = seconds(15);

/** Freezes a node; tries again for a while, since a kernel can refuse while the node's processes are just starting. */
const freezeOnce = (node: Node): Promise<unknown> =>
  waitFor(
    `${node.name} to freeze`,
    async () => {
      await node.pause();
      return { reached: true };
    },
    { within: seconds(10), every: milliseconds(50) },
  );

/** The run's own. */
export function nodeDriver({ recorder, use }: Tools): NodeDriver {
  const held = new Map<string, Map<string, Hold>>();
  const queues = new Map<string, ReturnType<typeof turns>>();

  /** Network faults that touch a node now: a node behind one cannot be asked. */
  const networkFaultsOf = (node: Node): readonly string[] => [
    ...new Set([...node.addresses.values()].flatMap((address) => use(packetFilterOf).faultsOf(address))),
  ];
  const holdsOf = (node: Node): Map<string, Hold> => {
    const holds = held.get(node.containerId) ?? new Map<string, Hold>();
    held.set(node.containerId, holds);
    return holds;
  };
  const isHeld = (node: Node, how: Hold): boolean => [...holdsOf(node).values()].includes(how);
  const inTurn = <T>(node: Node, work: () => Promise<T>): Promise<T> => {
    const queue = queues.get(node.containerId) ?? turns();
    queues.set(node.containerId, queue);
    return queue(work);
  };
  const journal = (node: Node, state: string): void => recorder.event({ type: "node-state", node: node.name, state });

  /** Makes a node what its holds say, from whatever it is. */
  const settle = async (node: Node): Promise<void> => {
    if (isHeld(node, "down")) return;
    const { status } = await node.state();
    if (status === "exited" || status === "created") {
      await node.start();
      journal(node, "running");
    }
    const heldFrozen = isHeld(node, "frozen");
    if (heldFrozen && status !== "paused") {
      await freezeOnce(node);
      journal(node, "paused");
    }
    if (!heldFrozen && status === "paused") {
      await node.unpause();
      journal(node, "running");
    }
  };

  const whole = async ({ node, cluster }: NodeTarget, within: number): Promise<string> => {
    const startedMs = monotonicMs();
    await waitFor(
      `${node.name} to run and answer`,
      async () => {
        const { status } = await node.state();
        if (status !== "running") return { seen: `it is ${status}` };
        return (await cluster.answers(node)) ? { reached: true } : { seen: "it runs and does not answer" };
      },
      { within: milliseconds(within), every: milliseconds(100) },
    );
    return `${node.name} runs and answers after ${formatDuration(monotonicMs() - startedMs)}`;
  };

  const verify = async (target: NodeTarget): Promise<string> => {
    const { node, cluster } = target;
    const others = [...holdsOf(node).entries()].map(([fault, how]) => `${fault} holds it ${how}`);
    if (others.length > 0) return `${node.name} stays as it is: ${others.join(", ")}`;
    const { status } = await node.state();
    const behind = networkFaultsOf(node);
    if (behind.length > 0 && status === "running")
      return `${node.name} runs; it is not asked, ${behind.join(", ")} touches its links`;
    const without = cluster.nodes.filter((other) => other !== node && holdsOf(other).size > 0);
    if (without.length === 0) return whole(target, ANSWER_AGAIN_WITHIN);
    try {
      return await whole(target, ANSWER_ALONE_WITHIN);
    } catch (error) {
      if ((await node.state()).status !== "running") throw error;
      return `${node.name} runs; it does not answer while ${without.map((other) => other.name).join(", ")} is held`;
    }
  };

  /** @throws LabError `fault-failed`: a fault on a node that is already so would prove nothing. */
  const mustBe = async (node: Node, how: string, fit: readonly string[]): Promise<void> => {
    const { status } = await node.state();
    if (fit.includes(status)) return;
    const by = [...holdsOf(node).keys()];
    throw new LabError({
      code: "fault-failed",
      message: `${node.name} cannot be hit by ${how}: it is ${status} already${by.length === 0 ? "" : `, by ${by.join(", ")}`}`,
      hint:
        by.length === 0
          ? `no fault of this run did that; the folder of the run has what it said, in logs/${node.name}.log`
          : "heal that first, or choose another target",
    });
  };

  const down = (fault: string, kind: "kill" | "terminate", target: NodeTarget): Action => {
    const { node, cluster } = target;
    let how = "";
    return {
      apply: () =>
        inTurn(node, async () => {
          await mustBe(node, kind, ["running", "paused"]);
          holdsOf(node).set(fault, "down");
          const startedMs = monotonicMs();
          if (kind === "kill") await node.kill();
          else {
            const { graceful } = await node.terminate();
            how = `${graceful ? "went by itself" : "had to be killed"} after ${formatDuration(monotonicMs() - startedMs)}, `;
          }
          journal(node, "exited");
        }),
      async probe() {
        const state = await node.state();
        const answers = await cluster.answers(node);
        const gone = state.status === "exited" || state.status === "gone";
        return {
          effective: gone && !answers,
          measured: `${node.name} ${how}is ${state.status}${state.exitCode === undefined ? "" : ` with code ${state.exitCode}`} and ${answers ? "still answers" : "does not answer"}`,
          ...(state.exitCode === undefined ? {} : { figures: { exitCode: state.exitCode } }),
        };
      },
      undo: () =>
        inTurn(node, async () => {
          holdsOf(node).delete(fault);
          await settle(node);
        }),
      verify: () => verify(target),
    };
  };

  const frozen = (fault: string, target: NodeTarget): Action => {
    const { node, cluster } = target;
    return {
      apply: () =>
        inTurn(node, async () => {
          await mustBe(node, "pause", ["running"]);
          holdsOf(node).set(fault, "frozen");
          await freezeOnce(node);
          journal(node, "paused");
        }),
      async probe() {
        const { status } = await node.state();
        const answers = await cluster.answers(node);
        return {
          effective: status === "paused" && !answers,
          measured: `${node.name} is ${status} and ${answers ? "still answers" : "does not answer within a second"}`,
        };
      },
      undo: () =>
        inTurn(node, async () => {
          holdsOf(node).delete(fault);
          await settle(node);
        }),
      verify: () => verify(target),
    };
  };

  const restart = (target: NodeTarget): Action => {
    const { node } = target;
    let effect: Effect = { effective: false, measured: `${node.name} did not go down` };
    return {
      apply: () =>
        inTurn(node, async () => {
          await mustBe(node, "restart", ["running", "paused"]);
          const startedMs = monotonicMs();
          const { graceful } = await node.terminate();
          const wentMs = monotonicMs() - startedMs;
          const state = await node.state();
          journal(node, state.status);
          await settle(node);
          effect = {
            effective: state.status === "exited",
            measured: `${node.name} ${graceful ? "went by itself" : "had to be killed"} after ${formatDuration(wentMs)}, was ${state.status}${state.exitCode === undefined ? "" : ` with code ${state.exitCode}`}, and was started again after ${formatDuration(monotonicMs() - startedMs)}`,
            figures: { downMs: monotonicMs() - startedMs - wentMs },
          };
        }),
      probe: () => Promise.resolve(effect),
      undo: () => inTurn(node, () => settle(node)),
      verify: () => verify(target),
    };
  };

  return {
    down,
    freeze: frozen,
    restart,
    inTurn,
    startIfEnded: (node) => inTurn(node, () => settle(node)),
    verify,
    whole,
    left: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
}
