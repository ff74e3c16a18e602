/** Calls reporters, each apart from the others, and writes what they made. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../lab/errors.ts";
import { freshId } from "../lab/random.ts";
import { seconds, withLimit } from "../lab/time.ts";
import type { Drawn, Reporter, SuiteRecord } from "./reporter.ts";
import type { RunRecord } from "./types.ts";

/** A reporter draws from what is in memory; one that waits for longer waits for something that does not come. */
const DRAW_LIMIT = seconds(60);

/** A file that could not be drawn or written, or a reporter that failed before it named one. */
export interface ReportFailure {
  readonly file: string;
  readonly error: unknown;
}

/** What came of all reporters. */
export interface Reported {
  readonly failures: readonly ReportFailure[];
  /** What they have to say on the terminal, in their order. */
  readonly terminal: readonly string[];
}

/**
 * Draws one run and writes the files into its folder. Never throws: a reporter that crashes is named, leaves what it says
 * for that case, and takes no other down.
 */
export const reportRun = (folder: string, run: RunRecord, reporters: readonly Reporter[]): Promise<Reported> =>
  reportWith(reporters, folder, (reporter) => reporter.run?.(run), "run", "run");

/** The same for all rehearsals of a command, into the folder of their folders. */
export const reportSuite = (runs: string, suite: SuiteRecord, reporters: readonly Reporter[]): Promise<Reported> =>
  reportWith(reporters, runs, (reporter) => reporter.suite?.(suite), "suite", suite.command);

async function reportWith(
  reporters: readonly Reporter[],
  folder: string,
  draw: (reporter: Reporter) => Drawn | Promise<Drawn> | undefined,
  during: "run" | "suite",
  command: SuiteRecord["command"],
): Promise<Reported> {
  const failures: ReportFailure[] = [];
  const terminal: string[] = [];
  const taken = new Set<string>();
  for (const reporter of reporters) {
    const drawn = await drawOne(reporter, draw, during, command);
    failures.push(...drawn.failures);
    if (drawn.terminal !== undefined) terminal.push(drawn.terminal);
    for (const [file, text] of Object.entries(drawn.files ?? {})) {
      try {
        refuseFile(file, text, taken);
        taken.add(file);
        await writeWhole(folder, file, text);
      } catch (error) {
        failures.push({ file, error });
      }
    }
  }
  return { failures, terminal };
}

async function drawOne(
  reporter: Reporter,
  draw: (reporter: Reporter) => Drawn | Promise<Drawn> | undefined,
  during: "run" | "suite",
  command: SuiteRecord["command"],
): Promise<Drawn & Pick<Reported, "failures">> {
  const { name } = reporter;
  try {
    const drawn = await withLimit(`the reporter ${name}`, DRAW_LIMIT, Promise.resolve(draw(reporter)));
    return { ...drawn, failures: [] };
  } catch (error) {
    const instead = crashedOf(reporter, messageOf(error), during, command);
    const [file = `reporter ${name}`] = Object.keys(instead.files ?? {});
    return { ...instead, failures: [{ file, error }] };
  }
}

function crashedOf(
  { crashed }: Reporter,
  message: string,
  during: "run" | "suite",
  command: SuiteRecord["command"],
): Drawn {
  try {
    return crashed?.(message, during, command) ?? {};
  } catch {
    return {};
  }
}

/** What the lab itself writes and reads there is nobody else's. */
const KEPT =
  /^(plan\.json|journal\.bin|verdict(\.\d+)?\.json|logs|history\.jsonl|(prove-)?suite\.json|.*\.unfinished)$/i;

function refuseFile(file: string, text: unknown, taken: ReadonlySet<string>): void {
  if (!/^[\w-][\w.-]{0,99}$/.test(file)) throw new RangeError(`${JSON.stringify(file)} is no plain name of a file`);
  if (KEPT.test(file)) throw new RangeError(`${file} is the lab's own`);
  if (taken.has(file)) throw new RangeError(`${file} was drawn by another reporter`);
  if (typeof text !== "string") throw new TypeError(`${file} is no text`);
}

async function writeWhole(folder: string, file: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `${file}.${freshId()}.unfinished`);
  await writeFile(unfinished, text);
  await rename(unfinished, join(folder, file));
}
