/** What the linters do not know: the rules that keep the house readable. Each rule says which file breaks it. */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { labProgram } from "../lab/cli/program.ts";

const root = join(import.meta.dirname, "..");
const LINES_THAT_FIT_IN_THE_HEAD = 400;

const outside = ["node_modules", ".git", "reports/runs", "coverage", ".stryker-tmp"];
const files = globSync("**/*", { cwd: root, exclude: (path) => outside.includes(path) })
  .concat(globSync(".*", { cwd: root }), globSync(".ci/*", { cwd: root }))
  .filter((path) => statSync(join(root, path)).isFile() && !path.endsWith(".log"));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const isText = (path: string): boolean => !/\.(png|gz|bin|ico)$/.test(path);
/** All that people wrote; not what tools or recorded traffic hold. */
const written = files.filter((path) => isText(path) && !/^(package-lock\.json$|fixtures\/)/.test(path));
const code = written.filter((path) => /\.(ts|mjs|js)$/.test(path));
const documents = files.filter((path) => path.endsWith(".md"));

/** `file:line` of every line that matches. */
function linesWith(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

/** Markdown outside of code: what its links and names say. */
const withoutCode = (markdown: string): string => markdown.replaceAll(/```[\s\S]*?```/g, "");

describe("house rules", () => {
  test("finds the house", () => {
    expect(files).toEqual(expect.arrayContaining(["package.json", "lab/time.ts", "README.md", ".ci/run"]));
  });

  test(`a file of code has at most ${LINES_THAT_FIT_IN_THE_HEAD} lines`, () => {
    const long = code
      .filter((path) => /^(lab|reports|scenarios)\//.test(path))
      .filter((path) => read(path).split("\n").length > LINES_THAT_FIT_IN_THE_HEAD);
    expect(long).toEqual([]);
  });

  test("names of files are in kebab case", () => {
    const named = files.filter((path) => path.includes("/") && !["README.md", "Dockerfile"].includes(basename(path)));
    expect(named.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(basename(path)))).toEqual([]);
  });

  test("nothing is left to do in comments", () => {
    expect(linesWith(/\b(TO[D]O|FIX[M]E|XX[X])\b/, written)).toEqual([]);
  });

  test("a lint rule is switched off on one line, with a reason", () => {
    expect(
      linesWith(
        /(es|ox)lint-disable(?!-next-line .* -- )/,
        code.filter((path) => path !== "test/house-rules.test.ts"),
      ),
    ).toEqual([]);
    expect(
      linesWith(
        /@ts-(ignore|nocheck)/,
        code.filter((path) => path !== "test/house-rules.test.ts"),
      ),
    ).toEqual([]);
  });

  test("no file names a package registry's host, not even the lock file", () => {
    const host = /\b(registry(-\d)?|repo\d?|deb|security|proxy|index|pypi|files)\.[a-z-]+\.(org|io|com|net)\b/;
    expect(linesWith(host, [...written, "package-lock.json"])).toEqual([]);
  });

  test("no file names somebody's home", () => {
    // In a container's recipe it is the container's own; tests speak of nobody's.
    const paths = written.filter((path) => basename(path) !== "Dockerfile");
    expect(linesWith(/(^|[\s"'`=(])\/(root|(home|Users)\/(?!someone\b)\w+)\//, paths)).toEqual([]);
  });

  test("only time.ts and random.ts may read clocks and roll dice", () => {
    const elsewhere = code.filter(
      (path) => /^(lab|reports|scenarios)\//.test(path) && !/^lab\/(time\.ts|bootstrap\.mjs)$/.test(path),
    );
    expect(linesWith(/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(/, elsewhere)).toEqual([]);
  });
});

describe("scenarios", () => {
  const scenarios = files.filter((path) => path.startsWith("scenarios/") && path.endsWith(".scenario.ts"));

  test("there are some", () => {
    expect(scenarios.length).toBeGreaterThan(0);
  });

  test.each(scenarios)("%s can be seen red, and is called what it is", async (path) => {
    const loaded = (await import(join(root, path))) as {
      default: {
        id: string;
        mutants: Readonly<Record<string, { violates: string }>>;
        expect: Readonly<Record<string, unknown>>;
      };
    };
    const { id, mutants, expect: expectations } = loaded.default;
    expect(`scenarios/${id}.scenario.ts`).toBe(path);
    expect(Object.keys(mutants)).not.toEqual([]);
    for (const { violates } of Object.values(mutants)) expect(Object.keys(expectations)).toContain(violates);
  });
});

describe("documents", () => {
  test("each decision is in the index, numbered once", () => {
    const decisions = globSync("docs/decisions/[0-9]*.md", { cwd: root }).map((path) => basename(path));
    const index = read("docs/decisions/README.md");
    expect(decisions.filter((name) => !index.includes(`(${name})`))).toEqual([]);
    const numbers = decisions.map((name) => name.slice(0, 3));
    expect(numbers.toSorted()).toEqual([...new Set(numbers)].toSorted());
  });

  test.each(documents)("the links of %s lead somewhere", (path) => {
    const links = [...withoutCode(read(path)).matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map(([, target]) => target ?? "");
    expect(links.filter((target) => !existsSync(join(root, normalize(join(dirname(path), target)))))).toEqual([]);
  });

  test("commands that documents show exist", () => {
    const text = documents.map(read).join("\n");
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Readonly<Record<string, string>> };
    const shownScripts = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name ?? "");
    expect(shownScripts.filter((name) => !(name in scripts))).toEqual([]);

    const commands = labProgram().commands.map((command) => command.name());
    const shownCommands = [
      ...text.matchAll(/(?:`|^|npm run lab -- |npm start -- )lab ([a-z]+)\b/gm),
      ...text.matchAll(/npm (?:run lab|start) -- ([a-z]+)\b/g),
    ].map(([, name]) => name ?? "");
    expect(shownCommands.length).toBeGreaterThan(0);
    expect(shownCommands.filter((name) => !commands.includes(name))).toEqual([]);
  });
});
