/** What the growth of one cluster means to the others of its topology. */
import type { Cluster } from "./types.ts";

/**
 * From now on, whenever one of these clusters grows, those that keep its nodes in their configuration learn of it
 * (`follow`) before its `grow` resolves, whoever called it: a scenario, `lab grow`, a test.
 */
export function linkGrowth(clusters: readonly Cluster[]): void {
  for (const cluster of clusters) {
    const grow = cluster.grow.bind(cluster);
    cluster.grow = async (what) => {
      const added = await grow(what);
      for (const other of clusters) await other.follow?.(cluster);
      return added;
    };
  }
}
