/** What documents say of the code is what the code says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allScenarios } from "../../lab/cli/catalogue.ts";
import { SYSTEMS } from "../../lab/systems/index.ts";
import { loadKinds } from "../../lab/systems/loads.ts";
import { BUILT } from "./builders.ts";
import { MADE } from "./made.ts";
import { table, withSection } from "./sections.ts";
import { madeDocument } from "./write.ts";

const root = join(import.meta.dirname, "../..");

test.each(Object.keys(MADE))(
  "the made parts of %s are those of the code (npm run docs writes them)",
  async (document) => {
    expect(readFileSync(join(root, document), "utf8")).toBe(await madeDocument(document));
  },
  120_000,
);

test("the guide shows the builder of every system and of every kind of load", () => {
  const shown = Object.values(BUILT).map((spec) => ("kind" in spec ? spec.kind : "system" in spec ? spec.system : ""));
  expect(new Set(shown)).toEqual(new Set([...SYSTEMS.keys(), ...loadKinds.map(({ kind }) => kind)]));
});

test("a part is made anew between its marks, and nothing else", () => {
  const document = "a\n<!-- made: x -->\nold\n<!-- end: x -->\nb\n";
  expect(withSection(document, "x", "new")).toBe("a\n<!-- made: x -->\n\nnew\n\n<!-- end: x -->\nb\n");
  expect(() => withSection(document, "y", "new")).toThrow("<!-- made: y -->");
});

test("bars in a cell do not end it", () => {
  expect(table(["a"], [["b | c"]])).toBe("| a |\n| --- |\n| b \\| c |");
});

test("a rehearsal without an SLO is listed in docs/slos.md with its reason, and no other is", () => {
  const [, list = ""] = readFileSync(join(root, "docs/slos.md"), "utf8").split("### Rehearsals without an SLO\n");
  const [own = ""] = list.split("\n#");
  const listed = [...own.matchAll(/^- `(.+)`: \S/gm)].map(([, id = ""]) => id);
  const without = allScenarios()
    .filter(({ slos }) => slos.length === 0)
    .map(({ id }) => id);
  expect(listed.toSorted()).toEqual(without.toSorted());
});
