/** A run in memory: nodes that start, end and freeze as they are told, for what faults do before and after they touch anything real. */
import type { Node, NodeState, RunSpace } from "../../lab/engine/types.ts";
import type { Cluster } from "../../lab/systems/types.ts";

/** Whoever is asked to act in these tests has been asked too much. */
export const notHere = (): never => {
  throw new Error("nothing of this is in memory");
};

export interface MemoryNode extends Node {
  /** What it was told, in order: `kill`, `start`, … */
  readonly told: readonly string[];
}

/** On the run's network, and on others with these addresses. */
export function memoryNode(
  cluster: string,
  place: number,
  subnet = 0,
  others: Readonly<Record<string, string>> = {},
): MemoryNode {
  let status: NodeState["status"] = "running";
  const told: string[] = [];
  const becomes = (what: string, next: NodeState["status"]): Promise<void> => {
    told.push(what);
    status = next;
    return Promise.resolve();
  };
  return {
    name: `${cluster}-${place}`,
    cluster,
    containerId: `${cluster}-${place}`,
    address: `10.0.${subnet}.${place + 1}`,
    told,
    state: () => Promise.resolve({ status, pid: status === "exited" ? 0 : 1, outOfMemory: false }),
    kill: () => becomes("kill", "exited"),
    terminate: () => becomes("terminate", "exited").then(() => ({ graceful: true })),
    pause: () => becomes("pause", "paused"),
    unpause: () => becomes("unpause", "running"),
    start: () => becomes("start", "running"),
    addresses: new Map([["run", `10.0.${subnet}.${place + 1}`], ...Object.entries(others)]),
    endpoint: notHere,
    hostPort: notHere,
    exec: notHere,
    onDisk: notHere,
    sizeLimit: notHere,
    cpu: notHere,
    limitCpu: notHere,
    limitWrites: notHere,
    logs: notHere,
  };
}

export interface MemoryCluster extends Cluster {
  readonly nodes: readonly MemoryNode[];
}

/** A cluster of nodes in memory that understands `leader of events/0`, its second node, and of orphans, nobody. */
export function memoryCluster(name: string, count: number, subnet = 0): MemoryCluster {
  const nodes = Array.from({ length: count }, (_, place) => memoryNode(name, place + 1, subnet));
  return {
    name,
    system: "kafka",
    spec: { system: "kafka" },
    nodes,
    resolve: (phrase, random) => {
      if (phrase === "leader of events/0") return Promise.resolve(nodes.slice(1, 2));
      if (phrase === "a follower of events/0") return Promise.resolve([random.pick(nodes)]);
      if (phrase === "leader of orphans/0") return Promise.resolve([]);
      return Promise.resolve(undefined);
    },
    answers: async (node) => (await node.state()).status === "running",
    ready: notHere,
    watch: notHere,
    reset: notHere,
    endpoints: [],
    [Symbol.asyncDispose]: notHere,
  };
}

const NETWORK = { name: "run", bridge: "lab-run", subnet: "10.0.0.0/16", gateway: "10.0.0.1" };

/** A space without packet filter: its helpers do not start. */
export const memorySpace = (clusters: readonly Cluster[]): RunSpace => ({
  run: "run",
  network: NETWORK,
  networks: new Map([["run", NETWORK]]),
  onRemoved: notHere,
  onTakenByOthers: notHere,
  freePorts: notHere,
  startNode: notHere,
  nodes: () => clusters.flatMap(({ nodes }) => nodes),
  passBridgedFrames: notHere,
  startNetworkHelper: () => Promise.reject(new Error("there is no kernel in memory")),
  startLinkHelper: () => Promise.reject(new Error("there is no kernel in memory")),
  keep: notHere,
  saveLogs: notHere,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
