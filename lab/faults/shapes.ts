/**
 * Shapes of broken networks, as pure functions from a list of nodes to the directed links to cut.
 * They follow Jepsen's `nemesis` (halves, bridge, majorities-ring); the caller shuffles the nodes.
 */
import { LabError } from "../errors.ts";

/** Well-known shapes over all nodes of a cluster. */
export type Shape =
  /** Two halves that do not hear each other: the smaller and the larger. */
  | "halves"
  /** As halves, but one node hears both. */
  | "bridge"
  /** Each node hears a majority, and no two nodes hear the same. */
  | "ring";

/** From one end to the other, not back. */
export interface Link<T> {
  readonly from: T;
  readonly to: T;
}

/** Every link between two groups, both ways. */
export const bothWays = <T>(some: readonly T[], others: readonly T[]): Link<T>[] =>
  some.flatMap((one) =>
    others.flatMap((other) => [
      { from: one, to: other },
      { from: other, to: one },
    ]),
  );

/** Two halves that do not hear each other, the smaller first in the list. */
function halves<T>(nodes: readonly T[]): Link<T>[] {
  const middle = Math.floor(nodes.length / 2);
  return bothWays(nodes.slice(0, middle), nodes.slice(middle));
}

/** As halves, but the first node of the larger half hears both. */
function bridge<T>(nodes: readonly T[]): Link<T>[] {
  const middle = Math.floor(nodes.length / 2);
  return bothWays(nodes.slice(0, middle), nodes.slice(middle + 1));
}

/**
 * Each node hears a majority (itself included), and no two nodes hear the same one.
 * The nodes stand in a ring and hear the same number of neighbours on either side, so every link that is whole is
 * whole both ways, as TCP needs it. Of three nodes such a ring would cut nothing: there, one link is cut.
 */
function ring<T>(nodes: readonly T[]): Link<T>[] {
  const count = nodes.length;
  if (count === 3) return bothWays(nodes.slice(0, 1), nodes.slice(2));
  const reach = Math.ceil(Math.floor(count / 2) / 2);
  return nodes.flatMap((from, place) =>
    nodes.flatMap((to, other) => {
      const apart = Math.abs(place - other);
      return Math.min(apart, count - apart) > reach ? [{ from, to }] : [];
    }),
  );
}

const SHAPES: Readonly<Record<Shape, { readonly least: number; readonly cut: <T>(nodes: readonly T[]) => Link<T>[] }>> =
  {
    halves: { least: 2, cut: halves },
    bridge: { least: 3, cut: bridge },
    ring: { least: 3, cut: ring },
  };

/** The names of all shapes. */
export const shapeNames = Object.keys(SHAPES) as readonly Shape[];

/**
 * The links that a shape cuts among these nodes, in their order.
 * @throws LabError `bad-usage` when there are too few nodes for the shape.
 */
export function linksOfShape<T>(shape: Shape, nodes: readonly T[]): Link<T>[] {
  const { least, cut } = SHAPES[shape];
  if (nodes.length >= least) return cut(nodes);
  throw new LabError({
    code: "bad-usage",
    message: `the shape ${shape} needs at least ${least} nodes; there are ${nodes.length}`,
  });
}
