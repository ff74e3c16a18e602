/** Files that are small and unfold to much, or lead nowhere: errors with file and line, never a hang. */
import { expect, test } from "vitest";
import { readSlos } from "../../lab/slo/index.ts";
import { refusal } from "../refusal.ts";

const HINT = "docs/slos.md shows a whole SLO and explains the lab's own fields";
const said = (text: string): string => refusal(() => readSlos(text, "slo.yaml")).replace(`; ${HINT}`, "");

const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
  .concat(Array.from({ length: 9 }, (_, place) => `a${place + 1}: &a${place + 1} [${`*a${place}, `.repeat(9)}]`))
  .join("\n");

test.each<[string, string, string]>([
  ["an alias of nothing", "kind: SLO\nspec: *gone\n", "bad-slo: slo.yaml:2: *gone has no anchor &gone before it"],
  ["an alias before its anchor", "a: *b\nb: &b 1\n", "bad-slo: slo.yaml:1: *b has no anchor &b before it"],
  [
    "an anchor around itself",
    "kind: SLO\nspec: &loop\n  again: *loop\n",
    "bad-slo: slo.yaml:3: *loop lies within its own anchor, and would never end",
  ],
  ["nine to the tenth", bomb, "bad-slo: slo.yaml:6: unfolds to more than 10000 values by its aliases"],
  ["many values", `[${"1, ".repeat(20_000)}]`, "bad-slo: slo.yaml:1: unfolds to more than 10000 values by its aliases"],
  ["200 lists in each other", "[".repeat(200) + "]".repeat(200), "bad-slo: slo.yaml:1: is nested deeper than 100"],
  ["30,000 lists in each other", "[".repeat(30_000), "bad-slo: slo.yaml:1: is nested too deeply"],
  ["300 KiB", `# ${"x".repeat(300_000)}`, "bad-slo: slo.yaml:1: is larger than 256 KiB"],
])("%s", (_, text, refused) => {
  expect(said(text)).toBe(refused);
});

test("an anchor that is used as it should be is followed", () => {
  const refused = said("kind: &k SLO\nother: *k\nthird: *k\n");
  expect(refused).toContain("slo.yaml:1: apiVersion");
  expect(refused).not.toContain("*k");
});
