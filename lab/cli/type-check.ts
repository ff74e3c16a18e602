/** Mistakes of types in single files. Node strips types without reading them, so nothing else tells of these. */
import { dirname, resolve } from "node:path";
import type ts from "typescript";
import type { ToldProblem } from "../rehearsal/validation/told.ts";
import { PROJECT, shownFile } from "./scenario-files.ts";

type Compiler = typeof ts;

/** The compiler, where it is installed: rehearsing needs none. */
async function findCompiler(): Promise<Compiler | undefined> {
  try {
    return (await import("typescript")).default;
  } catch {
    return undefined;
  }
}

/**
 * What the compiler has against these files, by file, and against those beside them that they import; nothing of the
 * lab's own. Undefined: no compiler is installed. Takes some seconds, most of them once for all files.
 */
export async function typeProblems(
  files: readonly string[],
): Promise<ReadonlyMap<string, readonly ToldProblem[]> | undefined> {
  const compiler = await findCompiler();
  if (compiler === undefined) return undefined;
  const program = compiler.createProgram([...files], optionsOf(compiler));
  const own = program.getSourceFiles().filter(({ fileName }) => isScenarios(resolve(fileName), files));
  return new Map(own.map((source) => [resolve(source.fileName), problemsIn(source, program, compiler)]));
}

/** The named files, and what lies beside them. */
const isScenarios = (file: string, files: readonly string[]): boolean =>
  files.includes(file) ||
  (files.some((each) => dirname(each) === dirname(file)) && !file.startsWith(resolve(PROJECT, "lab")));

function optionsOf(compiler: Compiler): ts.CompilerOptions {
  const { config } = compiler.readConfigFile(resolve(PROJECT, "tsconfig.json"), (file) =>
    compiler.sys.readFile(file),
  ) as {
    readonly config?: { readonly compilerOptions?: unknown };
  };
  const { options } = compiler.convertCompilerOptionsFromJson(config?.compilerOptions ?? {}, PROJECT);
  // A file may lie outside of any package, and is an ES module all the same.
  const { ESNext } = compiler.ModuleKind;
  return { ...options, noEmit: true, module: ESNext, moduleResolution: compiler.ModuleResolutionKind.Bundler };
}

function problemsIn(source: ts.SourceFile, program: ts.Program, compiler: Compiler): readonly ToldProblem[] {
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.map((each) => {
    const start = each.start ?? 0;
    const { line } = source.getLineAndCharacterOfPosition(start);
    const field = fieldAt(source, start, compiler);
    const told = plainText(compiler.flattenDiagnosticMessageText(each.messageText, "\n"));
    return {
      at: `${shownFile(resolve(source.fileName))}:${line + 1}`,
      what: `${field === undefined || told.includes(`'${field}'`) ? "" : `${field}: `}${told}`,
      hint: hintFor(told),
    };
  });
}

/** The name of the field whose value is at fault: what a person looks for. */
function fieldAt(source: ts.SourceFile, start: number, compiler: Compiler): string | undefined {
  let found: string | undefined;
  const look = (node: ts.Node): void => {
    if (start < node.getFullStart() || start >= node.getEnd()) return;
    if (compiler.isPropertyAssignment(node)) found = node.name.getText(source);
    compiler.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** Without what only the compiler's authors read: the insides of types that have a name. */
function plainText(text: string): string {
  const [first = "", ...reasons] = text.split("\n");
  const readable = reasons.filter((line) => !/'\{ readonly "?made by|Brand\]/.test(line)).map((line) => line.trim());
  // A type without a name is written out, over lines and lines; the place says which is meant.
  return [first, ...readable].join(" ").replaceAll(/ (in|on) type '(\{|Stage<)[^']*'/g, " here");
}

function hintFor(told: string): string {
  if (told.includes("to type 'Duration")) return "write a span of time as seconds(20), milliseconds(300) or minutes(2)";
  if (told.includes("to type 'Rate")) return "write a rate as perSecond(200)";
  return "";
}
