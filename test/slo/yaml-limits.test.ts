/** Files that are small and unfold to much, or lead nowhere: errors with file and line, never a hang. */
import { describe, expect, test } from "vitest";
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

describe("at the limits", () => {
  const document = (spec: string) => `apiVersion: openslo/v1\nkind: Service\nmetadata: { name: a }\nspec: ${spec}\n`;
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const values = (count: number) => `[${"1,".repeat(count)}]`;

  test("256 KiB are read, and a byte more is not", () => {
    const text = (length: number) => document("{}").padEnd(length, "#");
    expect(said(`${document("{}")}${"#".repeat(256 * 1_024 - document("{}").length)}`)).not.toContain("larger");
    expect(said(text(256 * 1_024 + 1))).toContain("is larger than 256 KiB");
  });

  test("lists of a depth of 100 are read, and one more is not; in a map each field is two deep", () => {
    expect(said(nested(101))).not.toContain("nested");
    expect(said(nested(102))).toBe("bad-slo: slo.yaml:1: is nested deeper than 100");
    const maps = (depth: number) => "{ a: ".repeat(depth) + "1" + " }".repeat(depth);
    expect(said(maps(50))).not.toContain("nested");
    expect(said(maps(51))).toBe("bad-slo: slo.yaml:1: is nested deeper than 100");
  });

  test("10,000 values are read, and one more is not", () => {
    expect(said(values(9_999))).not.toContain("unfolds");
    expect(said(values(10_000))).toContain("unfolds to more than 10000 values");
  });

  test("an alias counts as all that its anchor unfolds to", () => {
    const twice = (count: number) => `a: &a ${values(count)}\nb: *a\n`;
    // The map, two pairs, two keys, twice the list and its values.
    expect(said(twice(4_996))).not.toContain("unfolds");
    expect(said(twice(4_997))).toContain("slo.yaml:1: unfolds to more than 10000 values");
  });

  test("an alias of more than all is told at its line, once", () => {
    const large = `a: &a ${values(10_001)}\nb: *a\nc: *a\n`;
    expect(said(large)).toBe("bad-slo: slo.yaml:2: unfolds to more than 10000 values by its aliases");
  });

  test("what is nested too deeply is told where it begins to be, and an alias of just as many as are allowed is not told", () => {
    expect(said(`${"[".repeat(101)}\n[\n[${"]".repeat(103)}`)).toBe("bad-slo: slo.yaml:2: is nested deeper than 100");
    expect(said(`a: &a\n  ${values(9_999)}\nb: *a\n`)).toBe(
      "bad-slo: slo.yaml:1: unfolds to more than 10000 values by its aliases",
    );
  });

  test("a field without a value is one", () => {
    expect(said("{ a }\n")).toContain("slo.yaml:1: apiVersion: is missing");
    expect(said("a:\nb: &x\nc: *x\n")).toContain("slo.yaml:1: apiVersion: is missing");
  });

  test("each document is asked by itself, and its problems are told together", () => {
    expect(said(`a: *b\nc: *d\n---\ne: *f\n`)).toBe(
      "bad-slo: slo.yaml:1: *b has no anchor &b before it\nslo.yaml:2: *d has no anchor &d before it\nslo.yaml:4: *f has no anchor &f before it",
    );
    // What is anchored in one document is not in the next.
    expect(said(`a: &x 1\n---\nb: *x\n`)).toContain("slo.yaml:3:");
  });

  test("what is not YAML is told with its line, and without the parser's place", () => {
    expect(said("a: 1\nb: [\n---\nc: *d\n")).toMatch(/^bad-slo: slo\.yaml:\d+: is not YAML: [^:]*$/m);
    expect(said('a: "x\nb: 2\n')).toMatch(/is not YAML: (?!.*at line)/);
  });

  test("an anchor on a key, a value or a list is one", () => {
    expect(said(document("{ description: &d text }").replace("name: a", "name: &d a, displayName: *d"))).toBe(
      "accepted",
    );
    expect(said("&k a: 1\nb: *k\n")).not.toContain("anchor");
  });
});
