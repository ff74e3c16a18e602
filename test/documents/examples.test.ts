/** What the documents show can be used: whole examples compile as if they stood in the checkout, break no rule, and can be meant. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { loadScenario } from "../../lab/cli/load-scenario.ts";
import { readProject } from "../../lab/rehearsal/validation/project.ts";
import { validateScenario } from "../../lab/rehearsal/validation/validate.ts";
import { SYSTEMS } from "../../lab/systems/index.ts";
import { complaintsAbout } from "../lint-texts.ts";

const root = join(import.meta.dirname, "../..");

/** The examples of a document that are whole files. */
const wholeExamples = (document: string): string[] =>
  [...readFileSync(join(root, document), "utf8").matchAll(/```ts\n(import [\s\S]*?)```/g)].map(
    ([, code]) => code ?? "",
  );

/** Where an example would lie. */
const placeOf = (text: string): string => `scenarios/${/\bid: "([^"]+)"/.exec(text)?.[1]}.scenario.ts`;

const examples = wholeExamples("docs/write-a-scenario.md");

test("the examples of docs/write-a-scenario.md compile and break no rule, and a mistake in one would be seen", () => {
  const texts = new Map(examples.map((text) => [placeOf(text), text]));
  texts.set("scenarios/kafka/wrong.scenario.ts", `export { nothing } from "../../lab/index.ts";\n`);
  expect(complaintsAbout(texts)).toEqual([
    {
      file: "wrong.scenario.ts",
      rule: "typescript(TS2305)",
      message: `Module '"../../lab/index.ts"' has no exported member 'nothing'.`,
    },
  ]);
}, 120_000);

test("there is one of each system", () => {
  const systems = examples.map((text) => /\bid: "([^/"]+)/.exec(text)?.[1]);
  expect(new Set(systems)).toEqual(new Set(SYSTEMS.keys()));
  expect(systems.length).toBe(SYSTEMS.size);
});

test.each(examples.map((text) => [basename(placeOf(text)), text] as const))("%s can be meant", (name, text) => {
  const folder = mkdtempSync(join(tmpdir(), "lab-example-"));
  const file = join(folder, name);
  writeFileSync(file, text.replace("../../lab/index.ts", join(root, "lab/index.ts")));
  try {
    const scenario = loadScenario(file);
    const sources = [{ file: name, text }];
    expect(validateScenario(scenario, { project: readProject(), sources })).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
