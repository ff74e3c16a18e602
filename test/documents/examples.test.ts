/** What the documents show can be used: whole examples compile as if they stood in the checkout, and can be meant. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { loadScenario } from "../../lab/cli/scenario-files.ts";
import { readProject } from "../../lab/rehearsal/validation/project.ts";
import { validateScenario } from "../../lab/rehearsal/validation/validate.ts";
import { SYSTEMS } from "../../lab/systems/index.ts";

const root = join(import.meta.dirname, "../..");

/** The examples of a document that are whole files. */
const wholeExamples = (document: string): string[] =>
  [...readFileSync(join(root, document), "utf8").matchAll(/```ts\n(import [\s\S]*?)```/g)].map(
    ([, code]) => code ?? "",
  );

/** What the compiler has against texts that stood in those files, each with the file's name. */
function complaintsAbout(texts: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: unknown };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost(options);
  const readReal = host.readFile.bind(host);
  const existsReal = host.fileExists.bind(host);
  host.readFile = (file) => texts.get(file) ?? readReal(file);
  host.fileExists = (file) => texts.has(file) || existsReal(file);
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
}

/** Where an example would lie. */
const placeOf = (text: string): string => join(root, `scenarios/${/\bid: "([^"]+)"/.exec(text)?.[1]}.scenario.ts`);

const examples = wholeExamples("docs/write-a-scenario.md");

test("the examples of docs/write-a-scenario.md compile, and a mistake in one would be seen", () => {
  const wrong = `import { nothing } from "../../lab/index.ts";\nexport default nothing;\n`;
  const texts = new Map(examples.map((text) => [placeOf(text), text]));
  texts.set(join(root, "scenarios/kafka/wrong-example.scenario.ts"), wrong);
  expect(complaintsAbout(texts)).toEqual([
    `wrong-example.scenario.ts: Module '"../../lab/index.ts"' has no exported member 'nothing'.`,
  ]);
}, 180_000);

test("there is one of each system", () => {
  const systems = examples.map((text) => /\bid: "([^/"]+)/.exec(text)?.[1]);
  expect(systems.toSorted()).toEqual([...SYSTEMS.keys()].toSorted());
});

test.each(examples.map((text) => [basename(placeOf(text)), text] as const))("%s can be meant", async (name, text) => {
  const folder = mkdtempSync(join(tmpdir(), "lab-example-"));
  const file = join(folder, name);
  writeFileSync(file, text.replace("../../lab/index.ts", join(root, "lab/index.ts")));
  try {
    const scenario = await loadScenario(file);
    const sources = [{ file: name, text }];
    expect(validateScenario(scenario, { project: readProject(), sources })).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
