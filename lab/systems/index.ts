/** The systems that the lab can start, by the name in their spec. */
import { DEFAULT_NETWORK, type ComponentId } from "../engine/types.ts";
import { LabError } from "../errors.ts";
import type { System } from "./define.ts";
import { placed } from "./nodes.ts";
import * as registry from "./registry.ts";
import type { AnySpec, Cluster, ClusterContext, PlanContext, PlannedNode } from "./types.ts";

export { kafkaCluster } from "./kafka/index.ts";
export type { KafkaCluster, KafkaSpec } from "./kafka/index.ts";
export { capabilityOf } from "./capabilities.ts";
export type { System } from "./define.ts";
export type { AnySpec, Cluster, ClusterContext } from "./types.ts";

type Registry = typeof registry;
type SystemName = keyof Registry;
type SpecOf<N extends SystemName> = Registry[N] extends System<infer S, infer _> ? S : never;

/** A cluster of a topology, as data. */
export type ClusterSpec = { [N in SystemName]: SpecOf<N> }[SystemName];

/** The started cluster that a spec stands for. */
export type ClusterOf<S extends AnySpec> = S["system"] extends SystemName
  ? Registry[S["system"]] extends System<infer _, infer C>
    ? C
    : never
  : never;

export type Topology = Readonly<Record<string, ClusterSpec>>;

/** Every system, by its name. */
export const SYSTEMS: ReadonlyMap<string, System> = new Map(
  Object.values(registry).map((each) => [each.system, each as System]),
);

/** The system of a spec. @throws LabError `bad-scenario` when there is none of that name */
export function systemOf(spec: AnySpec): System {
  const found = SYSTEMS.get(spec.system);
  if (found !== undefined) return found;
  throw new LabError({
    code: "bad-scenario",
    message: `there is no system ${JSON.stringify(spec.system)}`,
    hint: `there is: ${[...SYSTEMS.keys()].join(", ")}`,
  });
}

/** Starts whatever system the spec names. @throws LabError `cluster-not-ready` */
export const startCluster = (spec: ClusterSpec, context: ClusterContext): Promise<Cluster> =>
  systemOf(spec).start(spec, context);

/** Takes hold of a cluster whose nodes run already (`lab up`). @throws LabError `bad-usage` when a node is not there. */
export const attachCluster = (spec: ClusterSpec, context: ClusterContext): Cluster =>
  systemOf(spec).attach(spec, context);

/** Every node of a topology, with its cluster's name; pure. @throws LabError `bad-scenario` for a need that is not there */
export function planTopology(
  topology: Readonly<Record<string, AnySpec>>,
  hostPort: () => number = () => 0,
): readonly (PlannedNode & { readonly cluster: string })[] {
  return Object.keys(topology).flatMap((cluster) =>
    planCluster(cluster, topology, hostPort).map((node) => ({ ...node, cluster })),
  );
}

function planCluster(
  name: string,
  topology: Readonly<Record<string, AnySpec>>,
  hostPort: () => number,
): readonly PlannedNode[] {
  const spec = topology[name];
  if (spec !== undefined) {
    return placed(systemOf(spec).plan(spec, { name, topology, nodesOf: nodesOf(topology), hostPort }), spec);
  }
  throw new LabError({
    code: "bad-scenario",
    message: `there is no cluster ${name}`,
    hint: `the topology has: ${Object.keys(topology).join(", ")}`,
  });
}

/** Names of the nodes of each cluster of a topology; pure. */
const nodesOf =
  (topology: Readonly<Record<string, AnySpec>>): PlanContext["nodesOf"] =>
  (cluster) =>
    planCluster(cluster, topology, () => 0).map(({ name }) => name);

/** Which clusters of the topology a cluster needs. */
export const dependenciesOf =
  (topology: Topology) =>
  (name: string): readonly string[] => {
    const spec = topology[name];
    return spec === undefined ? [] : systemOf(spec).needs(spec);
  };

/** The images that a topology's nodes are made of. */
export const componentsOf = (topology: Topology): readonly ComponentId[] => [
  ...new Set(planTopology(topology).map(({ component }) => component)),
];

/** The networks that its nodes name beside the run's own, for the run that they are started in. */
export const networksOf = (topology: Topology): readonly string[] => [
  ...new Set(
    planTopology(topology)
      .flatMap(({ networks = [] }) => networks)
      .filter((network) => network !== DEFAULT_NETWORK),
  ),
];

/** What a topology's nodes take at most, all together, in MiB. */
export const memoryNeededMb = (topology: Topology): number =>
  planTopology(topology).reduce((sum, { memoryMb }) => sum + memoryMb, 0);

/** What all clusters of a topology are started with. */
export type TopologyContext = Omit<ClusterContext, "name" | "topology" | "others" | "tellPeers" | "nodesOf">;

/**
 * Starts a topology's clusters, each as soon as those that it needs are ready, all others side by side.
 * `started` is called with each cluster as soon as it stands, so that its end can be registered.
 * @throws LabError of the first that failed, after all that were starting have ended; `bad-scenario` for a need that cannot be met.
 */
export async function startTopology(
  topology: Topology,
  context: TopologyContext,
  start: (spec: ClusterSpec, context: ClusterContext) => Promise<Cluster>,
): Promise<Record<string, Cluster>> {
  const starting = new Map<string, Promise<Cluster>>();
  const tellPeers = async (changed: Cluster): Promise<void> => {
    for (const peer of await Promise.all(starting.values())) if (peer !== changed) await peer.onPeerChange?.(changed);
  };
  const begin = (name: string, path: readonly string[]): Promise<Cluster> => {
    const known = starting.get(name);
    if (known !== undefined) return known;
    const spec = topology[name];
    if (spec === undefined || path.includes(name)) {
      const why = spec === undefined ? "is not in the topology" : "needs itself";
      throw new LabError({
        code: "bad-scenario",
        message: `${path.join(" needs ")} needs ${name}, which ${why}`,
        hint: `the topology has: ${Object.keys(topology).join(", ")}`,
      });
    }
    const needed = systemOf(spec)
      .needs(spec)
      .map((need) => [need, begin(need, [...path, name])] as const);
    const work = (async () => {
      const others = new Map<string, Cluster>();
      for (const [need, cluster] of needed) others.set(need, await cluster);
      return start(spec, { ...context, name, topology, others, tellPeers, nodesOf: nodesOf(topology) });
    })();
    work.catch(() => undefined);
    starting.set(name, work);
    return work;
  };
  const names = Object.keys(topology);
  const ended = await Promise.allSettled(names.map((name) => Promise.resolve().then(() => begin(name, []))));
  const broken = ended.find((result) => result.status === "rejected");
  if (broken !== undefined) throw broken.reason;
  return Object.fromEntries(
    ended.flatMap((result, place) => (result.status === "fulfilled" ? [[names[place] ?? "", result.value]] : [])),
  );
}
