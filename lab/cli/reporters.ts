/** Which reporters draw: the lab's own, and those of `--reporter FILE`. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BUILT_IN, type Reporter } from "../../reports/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { seconds, withLimit } from "../time.ts";
import { terminal } from "./terminal-reporter.ts";

/** For the help of all commands that draw. */
export const REPORTER_HELP =
  "a reporter of your own, beside the lab's: a file that docs/reporters.md explains; may be given again";

const IMPORT_LIMIT = seconds(10);

/** Collects the flag's values; nothing is loaded yet. */
export const reporterFlag = (path: string, before: readonly string[] = []): readonly string[] => [...before, path];

/**
 * The lab's own and those of these files, in this order.
 * @throws LabError `bad-usage` for a file that is none, cannot be loaded, or holds no reporter: before anything starts
 */
export const chosenReporters = async (paths: readonly string[] = []): Promise<readonly Reporter[]> => [
  ...BUILT_IN,
  terminal,
  ...(await Promise.all(paths.map(loadReporter))),
];

async function loadReporter(path: string): Promise<Reporter> {
  const file = resolve(path);
  if (!existsSync(file) || !statSync(file).isFile()) throw badReporter(path, "there is no such file");
  const ending = badReporter(path, "it would end the process");
  let found: unknown;
  try {
    using _ = withoutExit(ending);
    const loading = import(pathToFileURL(file).href) as Promise<{ readonly default?: unknown }>;
    found = (await withLimit(`the import of ${path}`, IMPORT_LIMIT, loading)).default;
  } catch (error) {
    throw error === ending ? ending : badReporter(path, `it cannot be loaded: ${messageOf(error)}`, error);
  }
  const wrong = whatIsWrong(found);
  if (wrong !== undefined) throw badReporter(path, wrong);
  return found as Reporter;
}

/** Until disposed, who would end the process gets this error instead: what the lab comes to is its own to say. */
function withoutExit(error: Error): Disposable {
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

const badReporter = (path: string, why: string, cause?: unknown): LabError =>
  new LabError({
    code: "bad-usage",
    message: `--reporter ${path}: ${why}`,
    hint: "docs/reporters.md shows a whole one",
    cause,
  });

function whatIsWrong(found: unknown): string | undefined {
  if (typeof found !== "object" || found === null) return "its default export is no reporter";
  const { name, ...rest } = found as Readonly<Record<string, unknown>>;
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name)) return "its name is no word of small letters";
  if ([...BUILT_IN, terminal].some((own) => own.name === name))
    return `its name ${name} is that of one of the lab's own`;
  for (const [field, value] of Object.entries(rest)) {
    if (!["run", "suite", "crashed"].includes(field))
      return `${field} is no field of a reporter: there is run, suite, crashed`;
    if (typeof value !== "function") return `${field} is no function`;
  }
  return "run" in rest || "suite" in rest ? undefined : "it has neither run nor suite, and would report nothing";
}
