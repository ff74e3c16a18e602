/** What the documents show can be used: whole TypeScript examples compile as if they stood in the checkout. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** The examples of a document that are whole files. */
const wholeExamples = (document: string): string[] =>
  [...readFileSync(join(root, document), "utf8").matchAll(/```ts\n(import [\s\S]*?)```/g)].map(
    ([, code]) => code ?? "",
  );

/** What the compiler has against a text that stood in that file. */
function complaintsAbout(path: string, text: string): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: unknown };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost(options);
  const readReal = host.readFile.bind(host);
  const existsReal = host.fileExists.bind(host);
  host.readFile = (file) => (file === path ? text : readReal(file));
  host.fileExists = (file) => file === path || existsReal(file);
  const program = ts.createProgram([path], options, host);
  const source = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
  );
}

const examplePath = join(root, "scenarios/kafka/example-of-a-document.scenario.ts");

test("a mistake in an example would be seen", () => {
  expect(
    complaintsAbout(examplePath, `import { nothing } from "../../lab/index.ts";\nexport default nothing;\n`),
  ).toEqual([`Module '"../../lab/index.ts"' has no exported member 'nothing'.`]);
}, 180_000);

test("the scenario in docs/write-a-scenario.md compiles", () => {
  const examples = wholeExamples("docs/write-a-scenario.md");
  expect(examples).toHaveLength(1);
  expect(examples.flatMap((text) => complaintsAbout(examplePath, text))).toEqual([]);
}, 180_000);
