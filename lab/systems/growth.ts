/** What the growth of one cluster means to the others of its topology. */
import type { Cluster } from "./types.ts";

/**
 * From now on, whenever one of these clusters grows, those that keep its nodes in their configuration learn of it
 * (`follow`) before its `grow` resolves, whoever called it: a scenario, `lab grow`, a test.
 */
export function linkGrowth(clusters: readonly Cluster[]): void {
  for (const cluster of clusters) {
    const grow = cluster.grow.bind(cluster);
    // A system's own `grow` may take more than what all have in common.
    cluster.grow = async (...asked) => {
      const added = await grow(...asked);
      for (const other of clusters) await other.follow?.(cluster);
      return added;
    };
  }
}
