/** What only some systems can do. A cluster has the capability, or it has none: nobody pretends. */
import type { Node } from "../engine/types.ts";
import { LabError, messageOf } from "../errors.ts";
import { milliseconds, waitFor } from "../time.ts";
import type { Duration, Look } from "../time.ts";
import type { Cluster, ClusterContext } from "./types.ts";

/** It keeps the same content in several places, and they can be compared. */
export interface Replicated {
  /** Waits until all replicas are equal by content; journals a `converged` event either way. Does not throw. */
  converge(options: { readonly within: Duration }): Promise<void>;
}

/** It keeps data on its nodes' disks. */
export interface Storage {
  /** The folders of a node that hold its data, for faults of disks: one a drive. Empty for a node that keeps none. */
  disks(node: Node): readonly string[];
}

/** Nodes can be added while it runs. `O`: what else a system wants to be told of an addition. */
export interface Scaling<O = never> {
  /** What can be added now: `broker`; `replica of shard 1`, `shard`; … Empty when it is as large as it can be. */
  readonly kinds: readonly string[];
  /**
   * Adds one, and resolves when it takes part and the other clusters of the topology that keep this one's nodes have
   * learned of it (`onPeerChange`), whoever called it: a scenario, `lab grow`, a test.
   * @throws LabError `bad-usage` for what is not in `kinds`, `cluster-not-ready`
   */
  scaleOut(kind: string, options?: O): Promise<readonly Node[]>;
}

/** What a cluster's spec says is deployed to it: tables, buckets, topics. */
export interface Schema {
  /**
   * Brings what is deployed to what is written, in order, and proves it on every node; what is there already stays.
   * @throws LabError `cluster-not-ready` naming node and statement; deploying again completes it
   */
  deploy(): Promise<void>;
  /** What is deployed otherwise than it is written, by node; empty when all is as it should be. @throws LabError `cluster-not-ready` naming a node that does not answer */
  differences(): Promise<readonly string[]>;
}

/** All of them, by the name under which a cluster has them. */
export interface Capabilities {
  readonly replicated?: Replicated;
  readonly storage?: Storage;
  readonly scaling?: Scaling;
  readonly schema?: Schema;
}

const LACKS: Readonly<Record<keyof Capabilities, string>> = {
  replicated: "has no replicas to compare",
  storage: "keeps no data on disks",
  scaling: "cannot grow: nothing can be added to it",
  schema: "has nothing deployed to it",
};

/** What the cluster can do of this kind. @throws LabError `bad-usage`: "spark has no replicas to compare" */
export function capabilityOf<K extends keyof Capabilities>(cluster: Cluster, name: K): NonNullable<Capabilities[K]> {
  const found = cluster[name];
  if (found !== undefined) return found;
  throw new LabError({ code: "bad-usage", message: `${cluster.name} ${LACKS[name]}` });
}

/** Replicas that are compared by one probe, which is reached with how they were seen to be equal. */
export const comparedBy = (
  { name, recorder }: Pick<ClusterContext, "name" | "recorder">,
  probe: () => Promise<Look<string>>,
): Replicated => ({
  async converge({ within }) {
    try {
      const options = { within, every: milliseconds(500) };
      const measured = await waitFor(`the replicas of ${name} to be equal`, probe, options);
      recorder.event({ type: "converged", cluster: name, equal: true, measured });
    } catch (error) {
      recorder.event({ type: "converged", cluster: name, equal: false, measured: messageOf(error) });
    }
  },
});

/** How one system adds nodes; what all have in common is `scalingOf`'s. */
export interface Adding<O> {
  readonly kinds: () => readonly string[];
  /** Resolves with the new nodes when they take part. */
  readonly add: (kind: string, options: O | undefined) => Promise<readonly Node[]>;
}

/** Refuses what cannot be added, and tells the other clusters what has been. */
export const scalingOf = <O = never>(
  cluster: Cluster,
  { tellPeers }: Pick<ClusterContext, "tellPeers">,
  { kinds, add }: Adding<O>,
): Scaling<O> => ({
  get kinds() {
    return kinds();
  },
  async scaleOut(kind, options) {
    const known = kinds();
    if (!known.includes(kind)) {
      throw new LabError({
        code: "bad-usage",
        message: `${cluster.name} cannot grow by "${kind}"`,
        hint: known.length === 0 ? `${cluster.name} is as large as it can be` : `it can grow by: ${known.join(", ")}`,
      });
    }
    const added = await add(kind, options);
    await tellPeers(cluster);
    return added;
  },
});
