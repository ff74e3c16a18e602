/** From planned nodes to running ones, the same for every system. */
import type { Node } from "../engine/types.ts";
import { LabError } from "../errors.ts";
import type { ClusterContext, PlanContext, PlannedNode } from "./types.ts";

export type Plan = (context: PlanContext) => readonly PlannedNode[];

/** What a planned node needs of the context, beside its image. */
type Place = Pick<ClusterContext, "name" | "topology" | "space" | "images">;

/** Starts all planned nodes at once, with host ports that are free; in the plan's order. @throws LabError of the first that failed. */
export async function startNodes(plan: Plan, context: Place): Promise<readonly Node[]> {
  return startPlanned(await planWithFreePorts(plan, context), context);
}

/** The plan with host ports that were free a moment ago and are held for it. */
export async function planWithFreePorts(plan: Plan, { name, topology, space }: Place): Promise<readonly PlannedNode[]> {
  let wanted = 0;
  plan({ name, topology, hostPort: () => (wanted += 1) });
  const free = await space.freePorts(wanted);
  const hostPort = (): number => {
    const port = free.shift();
    if (port === undefined) throw new LabError({ code: "internal", message: `the plan of ${name} is not pure` });
    return port;
  };
  return plan({ name, topology, hostPort });
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
export function attachNodes(plan: Plan, { name, topology, space }: Place): readonly Node[] {
  return plan({ name, topology, hostPort: () => 0 }).map((planned) => {
    const node = space.nodes().find((each) => each.name === planned.name && each.cluster === name);
    if (node !== undefined) return node;
    throw new LabError({
      code: "bad-usage",
      message: `${name}: ${planned.name} is not there`,
      hint: "lab down removes what is left; lab up starts anew",
    });
  });
}
