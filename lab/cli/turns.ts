/** In which order a suite takes place, so that clusters can stay for as long as they are of use. Pure. */
import { mutate, type Scenario, type Topology } from "../rehearsal/scenario.ts";
import { sameTopology } from "../rehearsal/cluster-pool.ts";

/** One rehearsal of a suite: which scenario, which mutant. */
export interface Item {
  readonly scenario: Scenario;
  readonly mutant?: string;
}

/** An item's turn; `round` counts from 1. */
export interface Turn extends Item {
  readonly round: number;
}

const topologyOf = ({ scenario, mutant }: Item): Topology =>
  (mutant === undefined ? scenario : mutate(scenario, mutant)).topology;

/** Those of equal topology beside each other: the topologies in the order in which they first come, each one's items in theirs. */
export const sideBySide = <T extends Item>(items: readonly T[]): T[] => groupsOf(items, false).flat();

/** Each item `repeat` times. Neighbours of equal topology take turns, round by round; then come the next. */
export const turnsOf = (items: readonly Item[], repeat: number): Turn[] =>
  groupsOf(items, true).flatMap((group) =>
    Array.from({ length: repeat }, (_, place) => group.map((item) => ({ ...item, round: place + 1 }))).flat(),
  );

function groupsOf<T extends Item>(items: readonly T[], neighboursOnly: boolean): T[][] {
  const groups: { readonly topology: Topology; readonly items: T[] }[] = [];
  for (const item of items) {
    const topology = topologyOf(item);
    const group = (neighboursOnly ? groups.slice(-1) : groups).find((each) => sameTopology(each.topology, topology));
    if (group === undefined) groups.push({ topology, items: [item] });
    else group.items.push(item);
  }
  return groups.map((group) => group.items);
}
