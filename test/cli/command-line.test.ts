/** The command line as a person meets it, within this process; what only a process shows is in processes.test.ts. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { labProgram } from "../../lab/cli/program.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { labHere, placeRun } from "./lab-here.ts";

describe("help", () => {
  test("teaches the commands and the exit codes", async () => {
    const { code, stdout } = await labHere(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: lab [options] [command]

      Rehearses disasters on real streaming clusters in containers, and proves from
      recorded histories what held.

      Options:
        -V, --version                     output the version number
        -h, --help                        display help for command

      Commands:
        run [options] [scenario...]       rehearse scenarios and judge what held
        prove [options] [scenario...]     run mutants: each must be judged violated,
                                          by the expectation that it names
        list [options] [scenario...]      show the scenarios, what each needs, and
                                          their mutants; those that are named whole
        validate [options] [scenario...]  say all that is wrong with scenarios before
                                          anything starts: names, numbers, mutants,
                                          types
        up [options] [topology]           start clusters for use by hand, and print
                                          how to reach them
        down [options] [run]              remove clusters that were left running by
                                          lab up or --keep
        fault [options] <words...>        break a cluster that lab up started; healed
                                          after --for, or by Ctrl-C
        grow [options] <words...>         add a node to a cluster that lab up started,
                                          while it runs
        schema                            deploy tables, buckets and topics to
                                          clusters that lab up started, or verify them
        check [options] [run]             judge a recorded run again, without
                                          containers
        report [options] [run]            draw a recorded run's reports again, without
                                          containers; without a run also the page of
                                          all runs
        show [options] [run]              open a run's report in the browser, or the
                                          page of all runs; where there is none, print
                                          its address
        diff [options] <a> <b>            tell what two runs differ in: plan,
                                          settings, images, machine, figures, findings
        merge [options] <folder...>       put the runs of several machines together:
                                          one history, one junit.xml, one page, one
                                          exit code
        baseline                          accept what a run measured as the beginning
                                          of new baselines
        journal [run]                     print a recorded run's journal as JSON
                                          lines, for jq and for people
        doctor [options]                  show what this machine can do: engine,
                                          kernel, memory, disk, images, faults
        images [options] [component...]   show the images that the lab uses; --build
                                          makes them now
        compose [options] [topology]      print a topology as a compose file
        clean [options]                   remove all containers, networks, volumes and
                                          packet rules that the lab ever made, and
                                          nothing else
        help [command]                    display help for command

      Begin with:
        lab run            rehearse the default disaster; then lab show opens its report
        lab doctor         what this machine can do
        lab up kafka       a cluster for use by hand; then lab fault kill "leader of events/0"

      Exit codes: 0 held, 1 violated, 2 unknown, 3 set-up failed, 4 differs from what is written,
      5 regressed (with --fail-on regression), 64 bad usage, 130 interrupted.
      Standard output carries results (--json for machines: npm run -s lab -- COMMAND --json), standard error progress.
      "
    `);
  });

  test.each(labProgram().commands.map((command) => command.name()))("explains %s", async (command) => {
    const { code, stdout } = await labHere([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`lab ${command}`);
    expect(stdout).toContain("Options:");
  });
});

describe("bad usage ends with 64 and says what to do", () => {
  test.each([
    ["a flag that is not there", ["run", "--sed", "4"]],
    ["a command that is not there", ["rum"]],
    ["a scenario that is not there", ["run", "kafka/no-such"]],
    ["a seed that is no number", ["run", "--seed", "four"]],
    ["no repetition at all", ["run", "--repeat", "0"]],
    ["more repetitions than a suite can hold", ["run", "--repeat", "1000000000"]],
    ["a seed beyond all numbers", ["run", "--seed", "1e308"]],
    ["a shard that is none", ["run", "--all", "--shard", "3/2"]],
    ["a shard of three parts", ["prove", "--shard", "1/2/3"]],
    ["a time that no timer can count", ["fault", "kill", "kafka-1", "--for", "36000m"]],
    ["something to fail on that is nothing", ["run", "--fail-on", "rain"]],
    ["a reporter that is not there", ["run", "--reporter", "/nonexistent/own.ts"]],
    ["a mutant that is not there", ["prove", "kafka/leader-kill", "--mutant", "no such"]],
    ["a run that is not there", ["check", "no-such-run"]],
    ["a fault that does not say what to break", ["fault", "partition", "kafka-1"]],
    ["a topology that is not there", ["up", "kafak"]],
    ["the same of a compose file", ["compose", "zookeper"]],
    ["an image that is not there, before an engine is asked", ["images", "kafk"]],
    ["some scenarios beside all", ["run", "--all", "kafka/leader-kill"]],
    ["a command to be explained that is not there", ["help", "nope"]],
  ])("%s", async (_, words) => {
    const { code, stdout, stderr } = await labHere(words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toMatchSnapshot();
  });
});

test("an engine that was named and does not answer is said, with exit code 3", async () => {
  using runs = temporaryFolder();
  const { code, stderr } = await labHere(["run"], { RESILIENCE_LAB_RUNS: runs.path });
  expect(code).toBe(3);
  expect(stderr).toContain("unix:///nonexistent/docker.sock");
});

describe("list", () => {
  test("is one JSON document for machines", async () => {
    const { code, stdout } = await labHere(["list", "--json"]);
    expect(code).toBe(0);
    const scenarios = JSON.parse(stdout) as { id: string; mutants: object }[];
    const files = globSync("scenarios/*/*.scenario.ts", { cwd: join(import.meta.dirname, "../..") }).toSorted();
    expect(scenarios.map(({ id }) => `scenarios/${id}.scenario.ts`)).toEqual(files);
    for (const { mutants } of scenarios) expect(Object.keys(mutants).length).toBeGreaterThan(0);
  });
});

describe("a recorded run", () => {
  test("is judged again: the exit code is the verdict's", async () => {
    using runs = temporaryFolder();
    const held = placeRun(runs.path, "held-leader-kill");
    const violated = placeRun(runs.path, "violated-leader-alone-acknowledges");
    expect((await labHere(["check", held])).code).toBe(0);
    const { code, stdout, stderr } = await labHere(["check", violated]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(
      stdout
        .split("\n")
        .slice(0, 5)
        .map((line) => line.split(": ")[0]),
    ).toMatchInlineSnapshot(`
      [
        "✗ violated  20261123T082804-kafka-leader-kill-mutant-the-leader-alone-acknowledges-1998180798",
        "  F1 kill of leader of events/0 (kafka-1) at 15.6 s → writes to 2 of 6 partitions stalled 10.3 s; readers waited up to 13.8 s for a record → kafka-2 took over as leader of events/0 at 25.2 s, kafka-3 took over as leader of events/5 at 25.2 s → well again at 27.2 s (11.6 s after the fault) → healed at 38.6 s → 71 acknowledged records lost",
        "  Impact",
        "  ✗ violated  no acknowledged record is lost",
        "  ✓ held  writes recover",
      ]
    `);
    const json = await labHere(["check", violated, "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ verdict: "violated" });
  });

  test("whose journal does not name its plan keeps its verdict, and says so wherever that is read", async () => {
    using runs = temporaryFolder();
    const folder = placeRun(runs.path, "held-leader-kill");
    const { code, stdout, stderr } = await labHere(["check", folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const note = "not known whether this journal is of this plan";
    expect(stdout).toContain(`  ! ${note}`);
    for (const file of ["verdict.json", "report.html", "summary.md"])
      expect(readFileSync(join(folder, file), "utf8"), file).toContain(note);
    // A verdict that was written before there were notes is no other one.
    const { notes, ...before } = JSON.parse(readFileSync(join(folder, "verdict.json"), "utf8")) as { notes: unknown };
    expect(notes).toHaveLength(1);
    writeFileSync(join(folder, "verdict.json"), JSON.stringify(before));
    expect((await labHere(["check", folder])).stderr).toBe("");
  });

  test("is told what it is, and how to find one, in a folder that is none", async () => {
    using runs = temporaryFolder();
    for (const command of ["check", "report", "journal"]) {
      const { code, stderr } = await labHere([command, runs.path]);
      expect(code).toBe(64);
      expect(stderr.replaceAll(runs.path, "RUNS")).toBe(
        "error: RUNS is no run folder: there is no plan.json in it\n  try: a run folder is what a rehearsal leaves, with plan.json and journal.bin in it: ls reports/runs lists them\n",
      );
    }
    placeRun(runs.path, "held-leader-kill");
    expect((await labHere(["check", runs.path])).stderr).toContain(
      "it holds run folders, the latest: held-leader-kill",
    );
  });

  test("is drawn again, with 0 whatever its verdict; with 3 where a report could not be drawn", async () => {
    using runs = temporaryFolder();
    const folder = placeRun(runs.path, "violated-leader-alone-acknowledges");
    expect(await labHere(["report", folder])).toEqual({ code: 0, stdout: `${folder}/report.html\n`, stderr: "" });
    rmSync(join(folder, "junit.xml"));
    mkdirSync(join(folder, "junit.xml", "in-the-way"), { recursive: true });
    const { code, stderr } = await labHere(["report", folder]);
    expect(code).toBe(3);
    expect(stderr).toContain("junit.xml could not be drawn");
    rmSync(join(folder, "report.html"));
    mkdirSync(join(folder, "report.html", "in-the-way"), { recursive: true });
    expect(await labHere(["report", folder])).toMatchObject({ code: 3, stdout: "" });
  });

  test("whose plan was changed is told once, with what to do", async () => {
    using runs = temporaryFolder();
    const folder = placeRun(runs.path, "held-leader-kill");
    const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as object;
    writeFileSync(join(folder, "plan.json"), JSON.stringify({ ...plan, seed: "four" }));
    const { code, stderr } = await labHere(["check", folder]);
    expect(code).toBe(64);
    expect(stderr.replaceAll(runs.path, "RUNS")).toMatchInlineSnapshot(`
      "error: RUNS/held-leader-kill/plan.json: /seed must be integer
        try: the file was changed, or written by another version of the lab; its schema is in schemas/run-folder/
      "
    `);
    writeFileSync(join(folder, "plan.json"), "{");
    expect((await labHere(["check", folder])).stderr.replaceAll(runs.path, "RUNS")).toMatchInlineSnapshot(`
      "error: RUNS/held-leader-kill/plan.json: Expected property name or '}' in JSON at position 1 (line 1 column 2)
        try: the file was cut off or changed; get it back from where the run was recorded
      "
    `);
  });

  test.each([
    ["a folder for runs that lies in a file", ["check", "last"], { RESILIENCE_LAB_RUNS: "/dev/null/runs" }, 64],
    ["a run without a name", ["check", ""], {}, 64],
    ["the same for its report", ["report", ""], {}, 64],
    ["and for its journal", ["journal", " "], {}, 64],
    ["a folder for runs without a name", ["check"], { RESILIENCE_LAB_RUNS: "" }, 64],
    ["the same for the list", ["list"], { RESILIENCE_LAB_RUNS: "" }, 64],
  ])("is not found in %s", async (_, words, environment, wanted) => {
    const { code, stdout, stderr } = await labHere(words, environment);
    expect({ code, stdout }).toEqual({ code: wanted, stdout: "" });
    expect(stderr).toMatchSnapshot();
  });
});

test("the compose file is as it would be written; one of another topology differs, with 4", async () => {
  expect(await labHere(["compose", "--check"])).toEqual({
    code: 0,
    stdout: "docker-compose.lab.yml is up to date\n",
    stderr: "",
  });
  expect((await labHere(["compose", "kafka", "--check"])).code).toBe(4);
});
