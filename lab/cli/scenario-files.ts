/** Scenario files: which there are, what stands in them, and what is wrong with one, without a word of the others. */
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LabError, messageOf } from "../errors.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import type { Source } from "../rehearsal/validation/script.ts";
import { seconds, withLimit, type Duration } from "../time.ts";

export const PROJECT = resolve(import.meta.dirname, "../..");
const WHOLE_ONE = "docs/write-a-scenario.md shows a whole one";

/** A file says at once what its scenario is; one that waits for something says nothing of it. */
const IMPORT_LIMIT = seconds(10);

/** A scenario file of the project; its id is that of its place. */
export interface ScenarioFile {
  readonly id: string;
  /** Absolute. */
  readonly file: string;
}

/** What a file turned out to be. */
export type Found = ScenarioFile & ({ readonly scenario: Scenario } | { readonly broken: LabError });

/** The scenario files of a project, `scenarios/SYSTEM/NAME.scenario.ts`, by id. Reads none of them. */
export const scenarioFiles = (project = PROJECT): readonly ScenarioFile[] =>
  globSync("scenarios/*/*.scenario.ts", { cwd: project })
    .toSorted()
    .map((path) => ({ id: idOf(path), file: resolve(project, path) }));

/** `scenarios/kafka/leader-kill.scenario.ts` holds `kafka/leader-kill`. */
const idOf = (path: string): string =>
  path
    .replaceAll("\\", "/")
    .replace(/^.*?scenarios\//, "")
    .replace(/\.scenario\.ts$/, "");

/** As people name it: from the project, or from where they stand. */
export const shownFile = (file: string, project = PROJECT): string => {
  const inside = relative(project, file);
  return inside.startsWith("..") ? file : inside;
};

/** What a scenario file of the project holds. Never throws: a broken one says so itself. */
export async function openScenario({ id, file }: ScenarioFile): Promise<Found> {
  try {
    const scenario = await loadScenario(file);
    if (scenario.id === id) return { id, file, scenario };
    const message = `${shownFile(file)}: its id is ${scenario.id}; id and file must agree`;
    const hint = `give it the id "${id}", or move it to scenarios/${scenario.id}.scenario.ts`;
    return { id, file, broken: new LabError({ code: "bad-scenario", message, hint }) };
  } catch (error) {
    if (error instanceof LabError) return { id, file, broken: error };
    throw error;
  }
}

/**
 * Loads one scenario file.
 * @throws LabError `bad-scenario` naming the file, the line where it is known, and what is wrong
 */
export async function loadScenario(file: string, limit = IMPORT_LIMIT): Promise<Scenario> {
  const loaded = await importDefault(file, limit);
  if (isScenario(loaded)) return loaded;
  throw new LabError({
    code: "bad-scenario",
    message: `${shownFile(file)}: has no default export made by scenario({ … })`,
    hint: WHOLE_ONE,
  });
}

const isScenario = (value: unknown): value is Scenario =>
  typeof value === "object" && value !== null && "id" in value && "run" in value && "mutants" in value;

async function importDefault(file: string, limit: Duration): Promise<unknown> {
  const bad = (what: string, hint: string, cause: unknown): LabError =>
    new LabError({ code: "bad-scenario", message: `${shownFile(file)}${what}`, hint, cause });
  if (!existsSync(file))
    throw bad(": cannot be loaded: there is no such file", "lab list shows all scenarios", undefined);
  if (!statSync(file).isFile())
    throw bad(": cannot be loaded: it is no file", "lab list shows all scenarios", undefined);
  const ending = bad(": cannot be loaded: it would end the process", WHOLE_ONE, undefined);
  using _ = withoutExit(ending);
  try {
    const loading = import(pathToFileURL(file).href) as Promise<{ readonly default?: unknown }>;
    return (await withLimit(`the import of ${shownFile(file)}`, limit, loading)).default;
  } catch (error) {
    if (error === ending) throw error;
    if (error instanceof LabError && error.code === "wait-timeout")
      throw bad(`: cannot be loaded: ${error.message}`, "a scenario file awaits nothing; its script may", error);
    // Builders refuse what cannot be meant; the first place in this file that called one is where it stands.
    if (error instanceof LabError)
      throw bad(`${lineIn(error, file)}: ${error.message}`, error.hint ?? WHOLE_ONE, error);
    throw bad(`: cannot be loaded: ${whereAndWhy(error)}`, "lab validate shows type errors with their lines", error);
  }
}

/** Until disposed, who would end the process gets this error instead: what the lab comes to is its own to say. */
export function withoutExit(error: Error): Disposable {
  const exit = process.exit.bind(process);
  process.exit = () => {
    throw error;
  };
  return {
    [Symbol.dispose]: () => {
      process.exit = exit;
    },
  };
}

/** `:12`, the line of this file that the error came from; empty when its stack does not say. */
function lineIn(error: Error, file: string): string {
  const call = error.stack?.split("\n").find((line) => line.includes(file));
  const line = call?.slice(call.indexOf(file) + file.length).match(/^:(\d+)/)?.[1];
  return line === undefined ? "" : `:${line}`;
}

/** An error's message; for a mistake in the source also the place, which is in the head of its stack only. */
function whereAndWhy(error: unknown): string {
  if (!(error instanceof SyntaxError) || error.stack === undefined) return messageOf(error);
  const lines = error.stack.split("\n");
  const firstCall = lines.findIndex((line) => /^\s+at /.test(line));
  return lines
    .slice(0, firstCall < 0 ? 6 : firstCall)
    .join("\n")
    .trim();
}

/** A file and all beside it that it imports, but for the lab's own: the texts that a scenario is written in. */
export function sourcesOf(file: string): readonly Source[] {
  const texts = new Map<string, string>();
  const read = (path: string): void => {
    if (texts.has(path) || !existsSync(path) || path.startsWith(resolve(PROJECT, "lab"))) return;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    for (const [, , target = ""] of text.matchAll(/\b(from|import)\s*["'](\.{1,2}\/[^"']+)["']/g))
      read(resolve(dirname(path), target));
  };
  read(file);
  return [...texts].map(([path, text]) => ({ file: shownFile(path), text }));
}
