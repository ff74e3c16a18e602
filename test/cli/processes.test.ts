/** What only a process of its own shows: pipes and terminals that close, and errors that nobody catches. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { NO_ENGINE, placeRun } from "./lab-here.ts";
import { scenarioText } from "./scenario-text.ts";

const ROOT = join(import.meta.dirname, "../..");

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Ways {
  /** Which of its pipes nobody reads. */
  readonly closed?: readonly ("stdout" | "stderr")[];
  /** The file that its results go to. */
  readonly into?: string;
}

async function lab(words: readonly string[], { closed = [], into }: Ways = {}): Promise<Ended> {
  const env = { ...process.env, ...NO_ENGINE };
  await using file = into === undefined ? undefined : await open(into, "w");
  const child = spawn(process.execPath, words, {
    cwd: ROOT,
    env,
    stdio: ["ignore", file?.fd ?? "pipe", "pipe"],
    timeout: 60_000,
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    if (closed.includes(name)) child[name]?.destroy();
    else child[name]?.setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  }
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...said }));
  });
}

describe("a reader that has gone", () => {
  test("with its terminal changes nothing: all is written, and the code is the verdict's", async () => {
    using runs = temporaryFolder();
    const folder = placeRun(runs.path, "violated-leader-alone-acknowledges");
    const program = "test/cli/programs/from-outside.ts";
    const { code, signal } = await lab([program, "hangs up", folder], { closed: ["stdout", "stderr"] });
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    for (const file of ["verdict.json", "report.html", "junit.xml", "summary.md"])
      expect(existsSync(join(folder, file))).toBe(true);
  });

  test("ends what only prints, with 0", async () => {
    using runs = temporaryFolder();
    const folder = placeRun(runs.path, "held-leader-kill");
    const ended = await lab(["lab/cli/main.ts", "journal", folder], { closed: ["stdout"] });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });
});

test.runIf(existsSync("/dev/full"))("a disk that takes no results is told, with 3", async () => {
  using runs = temporaryFolder();
  const folder = placeRun(runs.path, "held-leader-kill");
  const { code, stderr } = await lab(["lab/cli/main.ts", "check", folder], { into: "/dev/full" });
  expect(code).toBe(3);
  expect(stderr).toContain("results could not be written: ENOSPC");
});

test.each(["throws", "rejects"])("an error that nobody caught (%s) ends with 3, in words", async (way) => {
  const { code, stderr } = await lab(["test/cli/programs/from-outside.ts", way]);
  expect(code).toBe(3);
  expect(stderr).toContain("error: out of the blue");
  expect(stderr).toContain("This is a mistake of the lab.");
});

describe("a scenario file", () => {
  test.each([
    ["leaves a promise that is rejected", 'Promise.reject("too late");'],
    [
      "leaves a timer that throws",
      'import { setTimeout as t } from "node:timers";\nt(() => { throw "too late"; }, 0);',
    ],
  ])("that %s is named, with 64", async (_, text) => {
    using folder = temporaryFolder();
    const file = join(folder.path, "own.scenario.ts");
    writeFileSync(file, `${text}\n${scenarioText("kafka/own")}`);
    const { code, stderr } = await lab(["lab/cli/main.ts", "validate", file]);
    expect(code).toBe(64);
    expect(stderr).toBe(
      `error: ${file}: cannot be loaded: what it left running threw: too late\n  try: a scenario file starts nothing; its script may\n`,
    );
  });

  test("that prints leaves standard output to the results", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "own.scenario.ts");
    writeFileSync(file, `console.log("seen");\nprocess.stdout.write("seen too\\n");\n${scenarioText("kafka/own")}`);
    const { code, stdout, stderr } = await lab(["lab/cli/main.ts", "list", file, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "seen\nseen too\n" });
    expect(JSON.parse(stdout)).toMatchObject([{ id: "kafka/own" }]);
  });
});
