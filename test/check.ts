/**
 * `npm run check`: every part that needs no containers, as many at a time as there are processors.
 *
 *   node test/check.ts [--static] [--results FILE]
 *
 * `--static` leaves the tests out. `--results` also writes `[{name, passed}]` as JSON, for .ci/run.
 * Exit code 0 when all parts passed, else 1. Each part ends after ten minutes at the latest, as failed.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs, styleText } from "node:util";
import { formatDuration, minutes, monotonicMs } from "../lab/time.ts";

interface Part {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** What a person runs to mend it, or to see it alone. */
  readonly hint: string;
}

interface PartResult {
  readonly part: Part;
  readonly passed: boolean;
  readonly tookMs: number;
  readonly output: string;
}

const PART_LIMIT = minutes(10);

/** What the formatter knows of files that have not changed since; it goes by contents. */
const CACHE = "node_modules/.cache/check";

/** The longest first, so that the short ones fill the gaps. */
const parts: readonly Part[] = [
  { name: "tests", command: "vitest", arguments: ["run", "--project", "pure"], hint: "npm run test:pure" },
  {
    name: "format",
    command: "prettier",
    arguments: ["--check", "--cache", "--cache-strategy", "content", "--cache-location", `${CACHE}/prettier`, "."],
    hint: "npm run format",
  },
  // Types too: linter and compiler go by one reading of the project.
  { name: "lint and types", command: "oxlint", arguments: [], hint: "npm run lint" },
  { name: "dead code", command: "knip", arguments: ["--no-config-hints"], hint: "npx knip" },
  {
    name: "dependencies",
    command: "depcruise",
    arguments: ["--config", ".dependency-cruiser.js", "lab", "scenarios", "reports", "test"],
    hint: "npx depcruise lab scenarios reports test",
  },
];

function runPart(part: Part): Promise<PartResult> {
  const startedMs = monotonicMs();
  const child = spawn(part.command, part.arguments, { stdio: ["ignore", "pipe", "pipe"], timeout: PART_LIMIT });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (passed: boolean, note: string): void =>
      resolve({ part, passed, tookMs: monotonicMs() - startedMs, output: Buffer.concat(chunks).toString() + note });
    child.on("error", (error) => end(false, `${part.command} could not be started: ${error.message}\n`));
    child.on("close", (code, signal) => end(code === 0, signal === null ? "" : `ended by ${signal}\n`));
  });
}

function showPart({ part, passed, tookMs, output }: PartResult): void {
  const mark = passed ? styleText("green", "✓") : styleText("red", "✗");
  console.log(`${mark} ${part.name.padEnd(16)}${formatDuration(tookMs)}`);
  if (!passed) console.log(`\n${output.trimEnd()}\n\n  alone: ${part.hint}\n`);
}

/** Runs the parts from a common queue, `width` at a time, and shows each as it ends. */
async function runAll(queue: Part[], width: number): Promise<PartResult[]> {
  const results: PartResult[] = [];
  const worker = async (): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      const result = await runPart(part);
      showPart(result);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

const { values: options } = parseArgs({
  options: { static: { type: "boolean", default: false }, results: { type: "string" } },
});
const startedMs = monotonicMs();
const wanted = parts.filter(({ name }) => !options.static || name !== "tests");
const results = await runAll([...wanted], availableParallelism());
if (options.results !== undefined) {
  writeFileSync(options.results, JSON.stringify(results.map(({ part, passed }) => ({ name: part.name, passed }))));
}
const failed = results.filter(({ passed }) => !passed).map(({ part }) => part.name);
const took = formatDuration(monotonicMs() - startedMs);
console.log(
  failed.length === 0
    ? styleText("green", `\nAll ${results.length} parts passed in ${took}.`)
    : styleText("red", `\n${failed.length} of ${results.length} parts failed in ${took}: ${failed.join(", ")}.`),
);
process.exitCode = failed.length === 0 ? 0 : 1;
