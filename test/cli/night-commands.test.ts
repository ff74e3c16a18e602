/** The commands about many runs, as a person meets them: merge, baseline, diff, show. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
// The whole command line, so that no test pays for its import.
import "../../lab/cli/program.ts";
import { readHistory } from "../../lab/run-folder/history.ts";
import { writeSuiteFile, type SuiteFile } from "../../lab/run-folder/suite-file.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { labHere, placeRun } from "./lab-here.ts";

const HELD = "held-leader-kill";
const VIOLATED = "violated-leader-alone-acknowledges";

/** Two machines' folders, judged once: the first held what it ran, the second ran a mutant as the scenario and a mutant. */
const machines = temporaryFolder();
beforeAll(async () => {
  for (const [machine, name] of [
    ["one", HELD],
    ["two", VIOLATED],
  ] as const) {
    const runs = join(machines.path, machine);
    await labHere(["check", placeRun(runs, name)]);
    const verdict = readFileSync(join(runs, name, "verdict.json"), "utf8");
    const { run, scenario, seed, startedAt, verdict: came } = JSON.parse(verdict) as Record<string, unknown>;
    const line = { run, scenario, seed, startedAt, verdict: came, figures: {} };
    writeFileSync(join(runs, "history.jsonl"), `${JSON.stringify(line)}\n`);
  }
  return () => machines[Symbol.dispose]();
}, 60_000);

const machine = (name: "one" | "two"): string => join(machines.path, name);

async function left(name: "one" | "two", suite: Partial<SuiteFile>): Promise<void> {
  for (const file of ["suite.json", "prove-suite.json"]) rmSync(join(machine(name), file), { force: true });
  const runs = [{ folder: name === "one" ? HELD : VIOLATED, exitCode: 0 }];
  await writeSuiteFile(machine(name), { version: 1, command: "run", planned: 1, runs, brokeOff: [], ...suite });
}

describe("merge", () => {
  test("puts the runs of two machines together: one junit.xml, one summary, one page, one history, the worst exit code", async () => {
    using folder = temporaryFolder();
    const into = join(folder.path, "night");
    await left("one", { shard: { index: 1, of: 2 } });
    await left("two", { shard: { index: 2, of: 2 }, runs: [{ folder: VIOLATED, exitCode: 1 }] });
    const { code, stdout, stderr } = await labHere(["merge", machine("one"), machine("two"), "--into", into]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: `2 runs of 2 folders: ${into}/index.html\n`,
      stderr: "",
    });
    expect(readFileSync(join(into, "junit.xml"), "utf8").match(/<testsuite /g)).toHaveLength(2);
    expect(readFileSync(join(into, "summary.md"), "utf8")).toContain("violated");
    expect(readFileSync(join(into, "index.html"), "utf8")).toContain(`${HELD}/report.html`);
    expect(readHistory(join(into, "history.jsonl")).entries).toHaveLength(2);
    expect(existsSync(join(into, VIOLATED, "journal.bin"))).toBe(true);
    expect(existsSync(join(into, "prove-junit.xml"))).toBe(false);
    // Again, into what is there by now: nothing is doubled.
    expect((await labHere(["merge", machine("one"), machine("two"), "--into", into])).code).toBe(1);
    expect(readHistory(join(into, "history.jsonl")).entries).toHaveLength(2);
  });

  test("what run and prove left stands side by side", async () => {
    using folder = temporaryFolder();
    await left("one", {});
    await left("two", { command: "prove" });
    const { code, stdout } = await labHere(["merge", machine("one"), machine("two"), "--into", folder.path, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      missing: [],
      exitCode: 0,
      runs: [{ command: "run" }, { command: "prove" }],
    });
    for (const file of ["junit.xml", "prove-junit.xml", "summary.md", "prove-summary.md"])
      expect(existsSync(join(folder.path, file))).toBe(true);
  });

  test("a shard that nobody brought ends with 3, and the others are merged", async () => {
    using folder = temporaryFolder();
    await left("one", { shard: { index: 1, of: 3 } });
    await left("two", { shard: { index: 3, of: 3 } });
    const { code, stderr } = await labHere(["merge", machine("one"), machine("two"), "--into", folder.path]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: "run: shard 2/3 is missing\n" });
    expect(readFileSync(join(folder.path, "junit.xml"), "utf8").match(/<testsuite /g)).toHaveLength(2);
  });

  test("a machine whose suite did not come to its end, and a run that is gone, end with 3", async () => {
    using folder = temporaryFolder();
    await left("one", { runs: [{ folder: "gone", exitCode: 0 }] });
    rmSync(join(machine("two"), "suite.json"), { force: true });
    rmSync(join(machine("two"), "prove-suite.json"), { force: true });
    const { code, stderr } = await labHere(["merge", machine("one"), machine("two"), "--into", folder.path]);
    expect(code).toBe(3);
    expect(stderr).toContain("two: no run or prove came to its end there");
    expect(stderr).toContain("one: the run gone is not there");
  });

  test.each([
    ["a folder that is not there", ["merge", "/nonexistent/machine"], "is no folder"],
    ["one that is named twice", ["merge", machines.path, machines.path], "was named twice"],
    ["itself", ["merge", machines.path, "--into", machines.path], "would be merged into itself"],
    ["nothing", ["merge"], "missing required argument"],
  ])("refuses %s", async (_, words, why) => {
    const { code, stdout, stderr } = await labHere(words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(why);
  });

  test("refuses a suite file that is broken", async () => {
    using folder = temporaryFolder();
    const broken = join(folder.path, "broken");
    mkdirSync(broken);
    writeFileSync(join(broken, "suite.json"), '{ "version": 2 }');
    const { code, stderr } = await labHere(["merge", broken, "--into", join(folder.path, "night")]);
    expect(code).toBe(64);
    expect(stderr).toMatch(/suite\.json: .*\/version must be equal to constant/);
  });
});

describe("baseline accept", () => {
  test("adds a line that says why, and of which run", async () => {
    const run = join(machine("one"), HELD);
    const { code, stdout } = await labHere(["baseline", "accept", run, "--why", " slower disks "]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^baselines of kafka\/leader-kill begin with \S+: slower disks\n$/);
    const { entries } = readHistory(join(machine("one"), "history.jsonl"));
    expect(entries).toHaveLength(1);
    expect(entries[0]?.baseline).toMatchObject({ why: "slower disks" });
  });

  test.each([
    ["no reason", ["baseline", "accept", join(machines.path, "one", HELD), "--why", " "], "--why wants a reason"],
    ["no --why", ["baseline", "accept", join(machines.path, "one", HELD)], "required option"],
    [
      "a run that did not hold",
      ["baseline", "accept", join(machines.path, "two", VIOLATED), "--why", "w"],
      "only a run that held",
    ],
    ["a run that is not there", ["baseline", "accept", "no-such", "--why", "w"], "no run"],
  ])("refuses %s", async (_, words, why) => {
    const { code, stdout, stderr } = await labHere(words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(why);
  });
});

describe("diff", () => {
  test("tells what two runs differ in, and all of it as JSON", async () => {
    const words = ["diff", join(machine("one"), HELD), join(machine("two"), VIOLATED)];
    const { code, stdout } = await labHere(words);
    expect(code).toBe(0);
    expect(stdout).toContain("load.events.acks");
    const json = JSON.parse((await labHere([...words, "--json"])).stdout) as Record<string, readonly unknown[]>;
    expect(json["plan"]).toContainEqual({ what: "load.events.acks", a: "all", b: "leader" });
    expect(Object.keys(json)).toEqual([
      "a",
      "b",
      "run",
      "plan",
      "settings",
      "images",
      "environment",
      "figures",
      "findings",
    ]);
  });

  test("refuses a run that was not judged yet, with what judges it", async () => {
    using folder = temporaryFolder();
    const { code, stderr } = await labHere(["diff", placeRun(folder.path, HELD), join(machine("one"), HELD)]);
    expect(code).toBe(64);
    expect(stderr).toContain("verdict.json: cannot be read");
  });
});

describe("show", () => {
  const noBrowser = { BROWSER: "", DISPLAY: "", WAYLAND_DISPLAY: "" };

  test("prints the address of a report, and of the page of all runs", async () => {
    const environment = { ...noBrowser, RESILIENCE_LAB_RUNS: machine("one") };
    const { code, stdout } = await labHere(["show", HELD], environment);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${pathToFileURL(join(machine("one"), HELD, "report.html")).href}\n`,
    });
    const before = await labHere(["show", "index"], environment);
    expect(before.code).toBe(64);
    expect(before.stderr).toContain("lab report draws it");
    writeFileSync(join(machine("one"), "index.html"), "");
    expect((await labHere(["show", "index", "--print"], environment)).stdout).toMatch(/index\.html\n$/);
    renameSync(join(machine("one"), "index.html"), join(machine("one"), "gone.html"));
  });

  test("opens nothing that cannot be opened, and goes on", async () => {
    const environment = { ...noBrowser, BROWSER: "/nonexistent/browser", RESILIENCE_LAB_RUNS: machine("one") };
    expect((await labHere(["show", HELD], environment)).code).toBe(0);
  });
});
