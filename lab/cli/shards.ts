/** Spreads a suite over machines: each computes its own part, and all must come to the same parts. Pure. */
import shipped from "../../scenarios/durations.json" with { type: "json" };
import { median } from "../statistics.ts";
import type { Shard } from "./flags.ts";

/** For the help of all commands that have it. */
export const SHARD_HELP =
  "only the i-th of n parts that take about as long as each other: to spread a suite over machines";

interface Rehearsed {
  readonly scenario: { readonly id: string };
}

const recorded = new Map<string, number>(Object.entries(shipped));
/** For a scenario that nobody recorded. */
const USUAL_SECONDS = median([...recorded.values()]);

/** By scenarios/durations.json, and never by what this machine recorded: machines would come to other parts. */
const secondsOf = ({ scenario }: Rehearsed): number => recorded.get(scenario.id) ?? USUAL_SECONDS;

/**
 * The items of one part, in their order. The longest are dealt out first, each to the part that has the least so far
 * (Graham, "Bounds on multiprocessing timing anomalies", 1969: at most a third longer than the best parts could be).
 * All parts together are all items, each once.
 */
export function shardOf<T extends Rehearsed>(items: readonly T[], part: Shard | undefined): readonly T[] {
  if (part === undefined) return items;
  const sums = Array.from({ length: part.of }, () => 0);
  const longestFirst = items
    .map((item, place) => ({ item, place }))
    .toSorted((a, b) => secondsOf(b.item) - secondsOf(a.item) || a.place - b.place);
  const own = longestFirst.filter(({ item }) => {
    const least = sums.indexOf(Math.min(...sums));
    sums[least] = (sums[least] ?? 0) + secondsOf(item);
    return least === part.index - 1;
  });
  return own.toSorted((a, b) => a.place - b.place).map(({ item }) => item);
}
