/** From planned nodes to running ones, the same for every system. */
import type { Node } from "../engine/types.ts";
import { LabError, messageOf } from "../errors.ts";
import type { AnySpec, Cluster, ClusterContext, PlanContext, PlannedNode } from "./types.ts";

export type Plan = (context: PlanContext) => readonly PlannedNode[];

/** What a planned node needs of the context, beside its image. */
type Place = Pick<ClusterContext, "name" | "topology" | "nodesOf" | "space" | "images">;

/** Starts all planned nodes at once, with host ports that are free; in the plan's order. @throws LabError of the first that failed. */
async function startNodes(plan: Plan, context: Place): Promise<readonly Node[]> {
  return startPlanned(await planWithFreePorts(plan, context), context);
}

/** The plan with host ports that were free a moment ago and are held for it. */
export async function planWithFreePorts(
  plan: Plan,
  { name, topology, nodesOf, space }: Place,
): Promise<readonly PlannedNode[]> {
  let wanted = 0;
  plan({ name, topology, nodesOf, hostPort: () => (wanted += 1) });
  const free = await space.freePorts(wanted);
  const hostPort = (): number => {
    const port = free.shift();
    if (port === undefined) throw new LabError({ code: "internal", message: `the plan of ${name} is not pure` });
    return port;
  };
  return placed(plan({ name, topology, nodesOf, hostPort }), topology[name]);
}

/** Nodes that name no network sit on those of their cluster's spec. */
export function placed(nodes: readonly PlannedNode[], spec: AnySpec | undefined): readonly PlannedNode[] {
  const { networks } = spec ?? {};
  return networks === undefined ? nodes : nodes.map((node) => ({ networks, ...node }));
}

/** Starts these nodes at once, in their order. */
export function startPlanned(
  nodes: readonly PlannedNode[],
  { name: cluster, space, images }: Pick<Place, "name" | "space" | "images">,
): Promise<readonly Node[]> {
  return Promise.all(
    nodes.map(({ component, ...spec }) => {
      const image = images.get(component);
      if (image === undefined) {
        throw new LabError({ code: "internal", message: `${cluster} was not given the image ${component}` });
      }
      return space.startNode({ ...spec, cluster, image });
    }),
  );
}

/** The running nodes of a plan, in its order. @throws LabError `bad-usage` when one is not there. */
export function attachNodes(plan: Plan, { name, topology, nodesOf, space }: Place): readonly Node[] {
  return plan({ name, topology, nodesOf, hostPort: () => 0 }).map((planned) => {
    const node = space.nodes().find((each) => each.name === planned.name && each.cluster === name);
    if (node !== undefined) return node;
    throw new LabError({
      code: "bad-usage",
      message: `${name}: ${planned.name} is not there`,
      hint: "lab down removes what is left; lab up starts anew",
    });
  });
}

/** How one system comes up; what all have in common is `bringUp`'s. */
export interface ComingUp<C extends Cluster> {
  /** The cluster in a few words: `a master and 5 workers`. */
  readonly what: string;
  readonly plan: Plan;
  readonly made: (nodes: readonly Node[]) => C;
  /** Resolves when it is ready; `note` tells people what it waits for. */
  readonly untilReady: (cluster: C, note: (waitingFor: string) => void) => Promise<void>;
}

/** Starts a cluster's nodes, waits until it is ready, and watches it from then on. @throws what a node or `untilReady` throws */
export async function bringUp<C extends Cluster>(
  context: ClusterContext,
  { what, plan, made, untilReady }: ComingUp<C>,
): Promise<C> {
  const task = context.progress.task(`${context.name}: ${what}`);
  try {
    const cluster = made(await startNodes(plan, context));
    await untilReady(cluster, (waitingFor) => {
      task.note(waitingFor);
    });
    cluster.watch();
    task.done("ready");
    return cluster;
  } catch (error) {
    task.failed(messageOf(error));
    throw error;
  }
}

/**
 * Gives a file of a running node another content, whole or not at all: whoever reads it meanwhile finds the old one or
 * the new one. @throws LabError `cluster-not-ready`
 */
export async function replaceFile(node: Node, path: string, content: string): Promise<void> {
  const command = 'printf %s "$1" > "$2.new" && mv -f "$2.new" "$2"';
  const { stderr, exitCode } = await node.exec(["sh", "-c", command, "sh", content, path]);
  if (exitCode === 0) return;
  throw new LabError({
    code: "cluster-not-ready",
    message: `${node.name}: ${path} could not be written: ${stderr.trim()}`,
  });
}
