import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linksOfShape, type Link, type Shape } from "../../lab/faults/shapes.ts";

const letters = (count: number): string[] => Array.from({ length: count }, (_, place) => `n${place + 1}`);
const arrows = (links: readonly Link<string>[]): string => links.map(({ from, to }) => `${from}>${to}`).join(" ");
const counts = fc.integer({ min: 3, max: 40 });

/** Whom a node still hears, itself included. */
function heard(node: string, nodes: readonly string[], links: readonly Link<string>[]): string[] {
  const deaf = new Set(links.filter((link) => link.to === node).map((link) => link.from));
  return nodes.filter((other) => !deaf.has(other));
}

const isSymmetric = (links: readonly Link<string>[]): boolean => {
  const keys = new Set(links.map(({ from, to }) => `${from}>${to}`));
  return links.every(({ from, to }) => keys.has(`${to}>${from}`));
};

describe("shapes of broken networks", () => {
  test("of three nodes", () => {
    expect(arrows(linksOfShape("halves", letters(3)))).toMatchInlineSnapshot(`"n1>n2 n2>n1 n1>n3 n3>n1"`);
    expect(arrows(linksOfShape("bridge", letters(3)))).toMatchInlineSnapshot(`"n1>n3 n3>n1"`);
    expect(arrows(linksOfShape("ring", letters(3)))).toMatchInlineSnapshot(`"n1>n3 n3>n1"`);
  });

  test("a ring of five: each hears its two neighbours", () => {
    const nodes = letters(5);
    const links = linksOfShape("ring", nodes);
    expect(nodes.map((node) => heard(node, nodes, links).join(" "))).toMatchInlineSnapshot(`
      [
        "n1 n2 n5",
        "n1 n2 n3",
        "n2 n3 n4",
        "n3 n4 n5",
        "n1 n4 n5",
      ]
    `);
  });

  test.each<Shape>(["halves", "bridge", "ring"])("%s cuts both ways, each link once, none to itself", (shape) => {
    fc.assert(
      fc.property(counts, (count) => {
        const links = linksOfShape(shape, letters(count));
        expect(links.length).toBeGreaterThan(0);
        expect(new Set(links.map(({ from, to }) => `${from}>${to}`)).size).toBe(links.length);
        expect(links.every(({ from, to }) => from !== to)).toBe(true);
        expect(isSymmetric(links)).toBe(true);
      }),
    );
  });

  test("in a ring each node hears a majority, and no two hear the same", () => {
    fc.assert(
      fc.property(counts, (count) => {
        const nodes = letters(count);
        const links = linksOfShape("ring", nodes);
        const all = nodes.map((node) => heard(node, nodes, links));
        for (const one of all) expect(one.length).toBeGreaterThan(count / 2);
        expect(new Set(all.map((one) => one.join(" "))).size).toBe(count);
      }),
    );
  });

  test("halves are two groups that hear only themselves; the larger is at most one larger", () => {
    fc.assert(
      fc.property(counts, (count) => {
        const nodes = letters(count);
        const links = linksOfShape("halves", nodes);
        const groups = new Set(nodes.map((node) => heard(node, nodes, links).join(" ")));
        const sizes = [...groups].map((group) => group.split(" ").length).sort((a, b) => a - b);
        expect(sizes).toEqual([Math.floor(count / 2), Math.ceil(count / 2)]);
      }),
    );
  });

  test("over a bridge exactly one node hears all, and all hear it", () => {
    fc.assert(
      fc.property(counts, (count) => {
        const nodes = letters(count);
        const links = linksOfShape("bridge", nodes);
        const bridges = nodes.filter((node) => heard(node, nodes, links).length === count);
        expect(bridges).toHaveLength(1);
        const [bridge = ""] = bridges;
        for (const node of nodes) expect(heard(node, nodes, links)).toContain(bridge);
      }),
    );
  });

  test("too few nodes are refused", () => {
    expect(() => linksOfShape("ring", letters(2))).toThrow("the shape ring needs at least 3 nodes; there are 2");
  });
});
