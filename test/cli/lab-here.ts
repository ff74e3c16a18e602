/** The command line within this process: its words are kept, and nothing of the machine's is used. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { vi } from "vitest";
import { runCommandLine } from "../../lab/cli/main.ts";
import { speakTo } from "../../lab/cli/output.ts";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A docker host that is not there: no command that a pure test runs may need an engine. */
export const NO_ENGINE = {
  DOCKER_HOST: "unix:///nonexistent/docker.sock",
  RESILIENCE_LAB_RUNS: "/nonexistent/runs",
} as const;

/** Runs `lab WORDS`. One at a time: the words and the environment are the process's. */
export async function labHere(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  const before = speakTo({
    out: { write: (text) => (stdout += text) },
    err: { write: (text) => (stderr += text) },
    closed: () => false,
  });
  for (const [name, value] of Object.entries({ ...NO_ENGINE, ...environment })) vi.stubEnv(name, value);
  try {
    const code = await runCommandLine(words);
    return { code, stdout, stderr };
  } finally {
    vi.unstubAllEnvs();
    speakTo(before);
  }
}

const FIXTURES = join(import.meta.dirname, "../../fixtures/runs");

/** Puts a recorded run, not judged yet, into a folder of runs, and gives its place. */
export function placeRun(runs: string, name: "held-leader-kill" | "violated-leader-alone-acknowledges"): string {
  const folder = join(runs, name);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(FIXTURES, name, "plan.json"), join(folder, "plan.json"));
  writeFileSync(join(folder, "journal.bin"), gunzipSync(readFileSync(join(FIXTURES, name, "journal.bin.gz"))));
  return folder;
}
