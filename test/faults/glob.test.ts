import fc from "fast-check";
import { matchesGlob } from "node:path";
import { describe, expect, test } from "vitest";
import { globPattern } from "../../lab/faults/glob.ts";

describe("a pattern of file names", () => {
  test.each([
    ["**/*.log", ["a.log", "x/a.log", "x/y/a.log", ".x/.a.log"], ["a.logs", "alog", "x/a.log/b"]],
    ["log/*.log", ["log/a.log"], ["a.log", "log/x/a.log"]],
    ["part.?", ["part.1"], ["part.10", "part./", "partx1"]],
    ["**", ["a", "x/y", ".minio.sys/format.json"], []],
    ["x/**", ["x/a", "x/y/z"], ["y/x/a", "x"]],
    ["a+(b)[c]{1}", ["a+(b)[c]{1}"], ["aab", "c"]],
  ])("%s", (glob, fit, unfit) => {
    expect([...fit, ...unfit].filter((path) => globPattern(glob).test(path))).toEqual(fit);
  });

  test("means what Node means by it, but for hidden files", () => {
    const letters = fc.stringMatching(/^[ab.]{1,3}$/).filter((name) => !name.startsWith("."));
    const path = fc.array(letters, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const glob = fc
      .array(fc.oneof(letters, fc.constantFrom("**", "*", "a*", "?b")), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join("/"))
      .filter((text) => !text.endsWith("**"));
    fc.assert(
      fc.property(path, glob, (name, pattern) => {
        expect(globPattern(pattern).test(name)).toBe(matchesGlob(name, pattern));
      }),
    );
  });
});
