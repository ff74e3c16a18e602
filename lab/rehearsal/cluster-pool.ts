/**
 * Clusters that outlive a rehearsal: within a suite the next one of the same topology takes place on them, after a
 * reset to pristine that is verified. Reuse never decides a verdict: whatever is not seen to be as new is taken down.
 */
import { rm } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { attachCluster, planTopology, startTopology, type Cluster, type TopologyContext } from "../systems/index.ts";
import { ledgerPath, type ComponentId, type ImageRef, type RunSpace } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { readLedger } from "../faults/index.ts";
import { seconds } from "../time.ts";
import type { Topology } from "./scenario.ts";

/** What clusters are started of. */
export interface Wanted {
  readonly topology: Topology;
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
}

/** Clusters that run, and who was on them last. */
export interface PooledClusters extends Wanted {
  readonly space: RunSpace;
  /** The run that took place on them last. */
  readonly lastRun: string;
}

/** Holds the clusters of at most one topology, from one rehearsal of a suite to the next; disposing takes them down. */
export interface ClusterPool extends AsyncDisposable {
  /** The clusters, which are the caller's from now on, if they are what is wanted; else they are taken down. */
  take(wanted: Wanted): Promise<PooledClusters | undefined>;
  leave(clusters: PooledClusters): void;
}

export function openClusterPool(): ClusterPool {
  let pooled: PooledClusters | undefined;
  const takeDown = async (): Promise<void> => {
    const old = pooled;
    pooled = undefined;
    await old?.space[Symbol.asyncDispose]();
  };
  return {
    async take(wanted) {
      if (pooled === undefined || !serves(pooled, wanted)) {
        await takeDown();
        return undefined;
      }
      const taken = pooled;
      pooled = undefined;
      return taken;
    },
    leave(clusters) {
      pooled = clusters;
    },
    [Symbol.asyncDispose]: takeDown,
  };
}

/** Whether clusters of this kind are what is wanted: the same topology, of the same images. */
export const serves = (had: Wanted, wanted: Wanted): boolean =>
  sameTopology(had.topology, wanted.topology) && isDeepStrictEqual(had.images, wanted.images);

export const sameTopology = (one: Topology, other: Topology): boolean => isDeepStrictEqual(one, other);

/** Longer than a fresh start takes, it is not worth it. */
const RESET_LIMIT = seconds(20);

/**
 * Pooled clusters as a new rehearsal's own: reset, seen to be pristine and ready, and watched from then on.
 * `made` is called with each cluster at once, so that its end can be registered.
 * @throws LabError of whatever is not as it would be after a start: then they are of no more use.
 */
export async function reuse(
  { space, topology }: PooledClusters,
  context: TopologyContext,
  made: (cluster: Cluster) => void,
): Promise<Record<string, Cluster>> {
  await refuseTainted(space, topology);
  const clusters = await startTopology(topology, context, (spec, each) => {
    const cluster = attachCluster(spec, each);
    made(cluster);
    return Promise.resolve(cluster);
  });
  // What a cluster keeps in another, it must take away while that other still has it.
  const all = Object.values(clusters);
  await Promise.all(all.map(async (cluster) => cluster.release?.({ within: RESET_LIMIT })));
  await startTopology(topology, context, async (_, { name }) => {
    const cluster = clusters[name];
    if (cluster === undefined) throw new LabError({ code: "internal", message: `${name} was not attached` });
    await cluster.reset({ within: RESET_LIMIT });
    await cluster.ready({ within: RESET_LIMIT });
    const differences = (await cluster.schema?.differences()) ?? [];
    if (differences.length > 0) throw new LabError({ code: "cluster-not-ready", message: differences.join("; ") });
    return cluster;
  });
  for (const cluster of all) cluster.watch();
  return clusters;
}

/** @throws LabError when not exactly the planned nodes run, or a fault is still in force; crosses out the healed ones. */
async function refuseTainted(space: RunSpace, topology: Topology): Promise<void> {
  const refuse = (message: string): never => {
    throw new LabError({ code: "cluster-not-ready", message });
  };
  const nodes = space.nodes();
  const planned = planTopology(topology).map(({ name }) => name);
  const there = nodes.map(({ name }) => name);
  if (!isDeepStrictEqual(there.toSorted(), planned.toSorted())) refuse(`its nodes are ${there.join(", ")}`);
  for (const node of nodes) {
    const { status, outOfMemory } = await node.state();
    if (status !== "running" || outOfMemory) refuse(`${node.name} is ${outOfMemory ? "out of memory" : status}`);
  }
  const inForce = await readLedger(ledgerPath(space.run));
  if (inForce.length > 0) refuse(`in force still: ${inForce.map(({ fault }) => fault).join(", ")}`);
  // The next rehearsal numbers its faults from one, as on fresh clusters.
  await rm(ledgerPath(space.run), { force: true });
}
