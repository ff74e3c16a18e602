/** What errors and the doctor tell people to do can be done: every command and flag that is named anywhere in the code exists. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { labProgram } from "../../lab/cli/program.ts";

const root = join(import.meta.dirname, "../..");
const sources = globSync(["lab/**/*.{ts,mjs}", "reports/**/*.ts"], { cwd: root, exclude: ["reports/runs/**"] }).map(
  (path) => ({
    path,
    text: readFileSync(join(root, path), "utf8"),
  }),
);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Readonly<Record<string, string>>;
};

interface Shown {
  readonly where: string;
  readonly text: string;
}

/** What stands after `hint:` and `mend:`, up to the end of the property. */
const hints: readonly Shown[] = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/\b(?:hint|mend)\??:\s*([^\n]*(?:\n(?!\s*(?:\}|\w+\??:|\w+,?$))[^\n]*){0,6})/g)].map((found) => ({
    where: `${path}:${text.slice(0, found.index).split("\n").length}`,
    text: found[1] ?? "",
  })),
);

/** All lines of code, for the flags of commands that are shown outside of hints too. */
const lines: readonly Shown[] = sources.flatMap(({ path, text }) =>
  text.split("\n").map((line, place) => ({ where: `${path}:${place + 1}`, text: line })),
);

const program = labProgram();
const named = (name: string): Command | undefined => program.commands.find((command) => command.name() === name);

/** A call is what follows `lab` as a command line would be written: at the start, or after a mark or npm's own words. */
const CALL =
  /(?:^|["'`(:;|]\s?|\b(?:try|run|or|with|by|npm run lab --|npm start --) )lab ([a-z]+)\b((?:(?! or )[^"'`;,)\n])*)/g;

function unknownIn({ where, text }: Shown): string[] {
  return [...text.matchAll(CALL)].flatMap(([, name = "", rest = ""]) => {
    const command = named(name);
    if (command === undefined) return [`${where}: there is no lab ${name}`];
    const known = [command, ...command.commands].flatMap(({ options }) => options.map(({ long }) => long ?? ""));
    return [...rest.matchAll(/(?<=\s)--[a-z-]+/g)]
      .map(([flag]) => flag)
      .filter((flag) => !known.includes(flag) && flag !== "--help")
      .map((flag) => `${where}: lab ${name} has no ${flag}`);
  });
}

test("hints name only commands and flags that exist", () => {
  expect(hints.length).toBeGreaterThan(100);
  expect(hints.filter(({ text }) => /\blab [a-z]+/.test(text)).length).toBeGreaterThan(15);
  expect(hints.flatMap(unknownIn)).toEqual([]);
});

test("whatever else shows a command that exists shows flags that it has", () => {
  const ofCommands = lines.filter(({ text }) =>
    [...text.matchAll(CALL)].some(([, name]) => named(name ?? "") !== undefined),
  );
  expect(ofCommands.flatMap(unknownIn).filter((problem) => problem.includes("has no"))).toEqual([]);
});

test("scripts of npm that are shown exist", () => {
  const shown = lines.flatMap(({ where, text }) =>
    [...text.matchAll(/\bnpm (?:run (?:-s )?([a-z:-]+)|(start|test)\b)/g)].map(([, run, own]) => ({
      where,
      name: run ?? own ?? "",
    })),
  );
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.filter(({ name }) => !(name in scripts))).toEqual([]);
});

test("a command or flag that is not there would be seen", () => {
  const seen = (text: string): string[] => unknownIn({ where: "here", text });
  expect(seen('"lab clear removes it"')).toEqual(["here: there is no lab clear"]);
  expect(seen("free some space: lab clean --all-images")).toEqual(["here: lab clean has no --all-images"]);
  expect(seen("`lab up kafka --profile production`; the lab has none")).toEqual([]);
});
