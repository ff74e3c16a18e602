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
import type { Recorder } from "../journal/recorder.ts";
import { seconds } from "../time.ts";
import type { Topology } from "./scenario.ts";

/** What clusters are started of. */
export interface Wanted {
  readonly topology: Topology;
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
}

/** Clusters that stand, and who was on them last. */
export interface Stand extends Wanted {
  readonly space: RunSpace;
  /** The run that took place on them last. */
  readonly lastRun: string;
}

/** At most one stand, handed from one rehearsal of a suite to the next; disposing takes it down. */
export interface Stands extends AsyncDisposable {
  /** The stand, which is the caller's from now on, if it is what is wanted; else it is taken down. */
  take(wanted: Wanted): Promise<Stand | undefined>;
  leave(stand: Stand): void;
}

export function openStands(): Stands {
  let standing: Stand | undefined;
  const takeDown = async (): Promise<void> => {
    const old = standing;
    standing = undefined;
    await old?.space[Symbol.asyncDispose]();
  };
  return {
    async take(wanted) {
      if (standing === undefined || !serves(standing, wanted)) {
        await takeDown();
        return undefined;
      }
      const taken = standing;
      standing = undefined;
      return taken;
    },
    leave(stand) {
      standing = stand;
    },
    [Symbol.asyncDispose]: takeDown,
  };
}

/** Whether clusters of this kind are what is wanted: the same topology, of the same images. */
export const serves = (stand: Wanted, wanted: Wanted): boolean =>
  sameTopology(stand.topology, wanted.topology) && isDeepStrictEqual(stand.images, wanted.images);

export const sameTopology = (one: Topology, other: Topology): boolean => isDeepStrictEqual(one, other);

/** Faults whose heal does not bring back what they took. */
const SCARRING_FAULTS: ReadonlySet<string> = new Set(["wipe", "corrupt"]);

/** Why nothing more should take place on clusters that this happened on; undefined for what leaves no trace. Pure. */
export function scarOf(event: Parameters<Recorder["event"]>[0]): string | undefined {
  switch (event.type) {
    case "note":
      return event.level === "error" ? event.text : undefined;
    case "step-ended":
      return event.error;
    case "fault-injected":
      return SCARRING_FAULTS.has(event.kind) ? `${event.kind} of ${event.asked}` : undefined;
    case "fault-healed":
      return event.verified ? undefined : `not seen to be healed: ${event.measured}`;
    case "converged":
      return event.equal ? undefined : `${event.cluster} did not converge: ${event.measured}`;
    default:
      return undefined;
  }
}

/** The same recorder; `scars` are the reasons, so far, why the clusters should not be used again. */
export function scarRecorder(inner: Recorder): Recorder & { readonly scars: readonly string[] } {
  const scars: string[] = [];
  return {
    scars,
    operation: (operation) => inner.operation(operation),
    read: (record) => inner.read(record),
    event(event) {
      const scar = scarOf(event);
      if (scar !== undefined) scars.push(scar);
      inner.event(event);
    },
  };
}

/** Longer than a fresh start takes, it is not worth it. */
const RESET_LIMIT = seconds(20);

/**
 * The clusters of a stand as a new rehearsal's own: reset, seen to be pristine and ready, and watched from then on.
 * `made` is called with each cluster at once, so that its end can be registered.
 * @throws LabError of whatever is not as it would be after a start: then the stand is of no more use.
 */
export async function renew(
  { space, topology }: Stand,
  context: TopologyContext,
  made: (cluster: Cluster) => void,
): Promise<Record<string, Cluster>> {
  await refuseScarred(space, topology);
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
async function refuseScarred(space: RunSpace, topology: Topology): Promise<void> {
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
