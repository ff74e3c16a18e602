/** The command line as a person meets it: in a process of its own, its output piped. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../lab/cli/main.ts");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const lab = (...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    // A docker host that is not there: none of these may need an engine.
    const env = { ...process.env, DOCKER_HOST: "unix:///nonexistent/docker.sock" };
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });

describe("help", () => {
  test("teaches the commands and the exit codes", async () => {
    const { code, stdout } = await lab("--help");
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot();
  });

  test.each(["run", "prove", "list", "up", "down", "fault", "check", "report", "journal", "doctor", "images", "compose", "clean"])(
    "explains %s",
    async (command) => {
      const { code, stdout } = await lab(command, "--help");
      expect(code).toBe(0);
      expect(stdout).toContain(`lab ${command}`);
      expect(stdout).toContain("Options:");
    },
  );
});

describe("bad usage ends with 64 and says what to do", () => {
  test.each([
    ["a flag that is not there", ["run", "--sed", "4"]],
    ["a command that is not there", ["rum"]],
    ["a scenario that is not there", ["run", "kafka/no-such"]],
    ["a seed that is no number", ["run", "--seed", "four"]],
    ["a shard that is none", ["run", "--all", "--shard", "3/2"]],
    ["a mutant that is not there", ["prove", "kafka/leader-kill", "--mutant", "no such"]],
    ["a run that is not there", ["check", "no-such-run"]],
    ["a fault that is not there", ["fault", "explode", "kafka-1"]],
  ])("%s", async (_, words) => {
    const { code, stdout, stderr } = await lab(...words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr.replace(/no run ".*/, "no run …").replace(/in \/.*/, "in …")).toMatchSnapshot();
  });
});

test("an engine that was named and does not answer is said, with exit code 3", async () => {
  const { code, stderr } = await lab("run");
  expect(code).toBe(3);
  expect(stderr).toContain("unix:///nonexistent/docker.sock");
});

describe("list", () => {
  test("is one JSON document for machines", async () => {
    const { code, stdout } = await lab("list", "--json");
    expect(code).toBe(0);
    const scenarios = JSON.parse(stdout) as { id: string; mutants: object }[];
    expect(scenarios.map(({ id }) => id)).toMatchInlineSnapshot();
    for (const { mutants } of scenarios) expect(Object.keys(mutants).length).toBeGreaterThan(0);
  });

  test("has no colour when piped", async () => {
    const { stdout } = await lab("list");
    expect(stdout).not.toContain("\u001b");
  });
});
