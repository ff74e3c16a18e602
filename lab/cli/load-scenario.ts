/**
 * Loads a scenario file for what it is: somebody else's code, which may loop, throw, end the process, or give values that
 * throw when they are asked for. Why it is loaded this way: docs/decisions/052-scenario-files-are-others-code.md.
 */
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { asError, isLabError, LabError, messageOf } from "../errors.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import { plainData } from "../rehearsal/validation/plain-data.ts";
import { formatDuration, seconds, type Duration } from "../time.ts";
import { asFile } from "./file-at-work.ts";
import { shownFile, type ScenarioFile } from "./scenario-files.ts";

const WHOLE_ONE = "docs/write-a-scenario.md shows a whole one";

/** A file says at once what its scenario is. */
const LOAD_LIMIT = seconds(10);

const loadModule = createRequire(import.meta.url);

/** What a file turned out to be. */
export type Found = ScenarioFile & ({ readonly scenario: Scenario } | { readonly broken: LabError });

/** What a scenario file of the project holds; a broken one says so itself. */
export function openScenario({ id, file }: ScenarioFile): Found {
  const found = openFile(file);
  if ("broken" in found) return { id, file, broken: found.broken };
  if (found.id === id) return found;
  const message = `${shownFile(file)}: its id is ${found.id}; id and file must agree`;
  const hint = `give it the id "${id}", or move it to scenarios/${found.id}.scenario.ts`;
  return { id, file, broken: new LabError({ code: "bad-scenario", message, hint }) };
}

/** What a file anywhere holds; its id is what it says, and that of a broken one its path. */
export function openFile(file: string): Found {
  try {
    const scenario = loadScenario(file);
    return { id: scenario.id, file, scenario };
  } catch (error) {
    if (error instanceof LabError) return { id: shownFile(file), file, broken: error };
    throw error;
  }
}

/**
 * Loads one scenario file, and what it says as plain data.
 * @throws LabError `bad-scenario` naming the file, the line where it is known, and what is wrong
 */
export function loadScenario(file: string, limit: Duration = LOAD_LIMIT): Scenario {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw cannotLoad(file, "there is no such file", "lab list shows all scenarios");
  if (!found.isFile()) throw cannotLoad(file, "it is no file", "lab list shows all scenarios");
  // What all of them import is not to be counted as the first one's time.
  loadModule("../index.ts");
  const scenario = withinLimit(file, limit, () => {
    const loaded = loadModule(file) as { readonly default?: unknown } | null;
    return scenarioIn(loaded?.default, file);
  });
  if (scenario !== undefined) return scenario;
  throw new LabError({
    code: "bad-scenario",
    message: `${shownFile(file)}: has no default export made by scenario({ … })`,
    hint: WHOLE_ONE,
  });
}

/** Nothing of the file's own is left in it but its script. */
function scenarioIn(value: unknown, file: string): Scenario | undefined {
  if (typeof value !== "object" || value === null || !("id" in value) || !("mutants" in value)) return undefined;
  const { run, ...data } = value as Readonly<Record<string, unknown>>;
  if (typeof run !== "function") return undefined;
  const script = run as Scenario["run"];
  const plain = plainData(data) as Omit<Scenario, "run">;
  return { ...plain, run: (stage) => asFile({ file: shownFile(file), part: "script" }, () => script(stage)) };
}

/** Only a script of its own can be broken off while it loops: an import that is awaited cannot. */
function withinLimit<T>(file: string, limit: Duration, load: () => T): T {
  const work = (): T => asFile({ file: shownFile(file), part: "load" }, load);
  using _ = withoutExitAndTimers((what) => cannotLoad(file, what, WHOLE_ONE));
  try {
    return runInNewContext("work()", { work }, { timeout: limit, displayErrors: false }) as T;
  } catch (error) {
    throw refusal(error, file, limit);
  }
}

const cannotLoad = (file: string, why: string, hint: string, cause?: unknown): LabError =>
  new LabError({ code: "bad-scenario", message: `${shownFile(file)}: cannot be loaded: ${why}`, hint, cause });

function refusal(thrown: unknown, file: string, limit: Duration): LabError {
  const code = codeOf(thrown);
  if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
    return cannotLoad(file, `it did not end within ${formatDuration(limit)}`, "a scenario file only says what it is");
  if (code === "ERR_REQUIRE_ASYNC_MODULE")
    return cannotLoad(file, "it awaits something", "a scenario file awaits nothing; its script may");
  const error = asError(thrown);
  if (!isLabError(error)) return cannotLoad(file, whereAndWhy(error), WHOLE_ONE, error);
  if (error.message.startsWith(shownFile(file))) return error;
  // Builders refuse what cannot be meant; the first place in this file that called one is where it stands.
  const message = `${shownFile(file)}${lineIn(error, file)}: ${error.message}`;
  return new LabError({ code: "bad-scenario", message, hint: error.hint ?? WHOLE_ONE, cause: error });
}

/** Also of what throws when it is asked; an error of the limit is one of another realm, and so no `Error` here. */
function codeOf(thrown: unknown): unknown {
  try {
    return (thrown as { readonly code?: unknown } | null | undefined)?.code;
  } catch {
    return undefined;
  }
}

/** What would outlive the loading, or end the lab with it. */
const NOT_WHILE_LOADING: readonly (readonly [owner: object, name: string, what: string])[] = [
  [process, "exit", "it would end the process"],
  [process, "abort", "it would end the process"],
  [globalThis, "setTimeout", "it would start a timer"],
  [globalThis, "setInterval", "it would start a timer"],
  [globalThis, "setImmediate", "it would start a timer"],
];

/** Until disposed, each of these throws what `refuse` makes of it; and what the lab comes to is its own to say. */
function withoutExitAndTimers(refuse: (what: string) => LabError): Disposable {
  const { exitCode } = process;
  const kept = NOT_WHILE_LOADING.map(([owner, name]) => Object.getOwnPropertyDescriptor(owner, name));
  for (const [owner, name, what] of NOT_WHILE_LOADING) {
    const value = (): never => {
      throw refuse(what);
    };
    Object.defineProperty(owner, name, { configurable: true, writable: true, value });
  }
  return {
    [Symbol.dispose]: () => {
      NOT_WHILE_LOADING.forEach(([owner, name], place) => {
        const before = kept[place];
        if (before !== undefined) Object.defineProperty(owner, name, before);
      });
      process.exitCode = exitCode;
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
function whereAndWhy(error: Error): string {
  if (!(error instanceof SyntaxError) || error.stack === undefined) return messageOf(error);
  const lines = error.stack.split("\n");
  const firstCall = lines.findIndex((line) => /^\s+at /.test(line));
  return lines
    .slice(0, firstCall < 0 ? 6 : firstCall)
    .join("\n")
    .trim();
}
