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
    const env = {
      ...process.env,
      DOCKER_HOST: "unix:///nonexistent/docker.sock",
      RESILIENCE_LAB_RUNS: "/nonexistent/runs",
    };
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });

describe("help", () => {
  test("teaches the commands and the exit codes", async () => {
    const { code, stdout } = await lab("--help");
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: lab [options] [command]

      Rehearses disasters on real streaming clusters in containers, and proves from
      recorded histories what held.

      Options:
        -V, --version                    output the version number
        -h, --help                       display help for command

      Commands:
        run [options] [scenario...]      rehearse scenarios and judge what held
        prove [options] [scenario...]    run mutants: each must be judged violated, by
                                         the expectation that it names
        list [options]                   show the scenarios, what each needs, and
                                         their mutants
        up [options] [topology]          start clusters for use by hand, and print how
                                         to reach them
        down [options] [run]             remove clusters that were left running by lab
                                         up or --keep
        fault [options] <words...>       break a cluster that lab up started; healed
                                         after --for, or by Ctrl-C
        grow [options] <words...>        add a node to a cluster that lab up started,
                                         while it runs
        schema                           deploy tables, buckets and topics to clusters
                                         that lab up started, or verify them
        check [options] [run]            judge a recorded run again, without
                                         containers
        report [run]                     draw a recorded run's reports again, without
                                         containers
        journal [run]                    print a recorded run's journal as JSON lines,
                                         for jq and for people
        doctor [options]                 show what this machine can do: engine,
                                         kernel, memory, disk, images, faults
        images [options] [component...]  show the images that the lab uses; --build
                                         makes them now
        compose [options] [topology]     print a topology as a compose file
        clean [options]                  remove all containers, networks, volumes and
                                         packet rules that the lab ever made, and
                                         nothing else
        help [command]                   display help for command

      Begin with:
        lab run            rehearse the default disaster, and open the report that it names
        lab doctor         what this machine can do
        lab up kafka       a cluster for use by hand; then lab fault kill "leader of events/0"

      Exit codes: 0 held, 1 violated, 2 unknown, 3 set-up failed, 64 bad usage, 130 interrupted.
      Standard output carries results (--json for machines), standard error progress.
      "
    `);
  });

  test.each([
    "run",
    "prove",
    "list",
    "up",
    "down",
    "fault",
    "grow",
    "schema",
    "check",
    "report",
    "journal",
    "doctor",
    "images",
    "compose",
    "clean",
  ])("explains %s", async (command) => {
    const { code, stdout } = await lab(command, "--help");
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
    ["a shard that is none", ["run", "--all", "--shard", "3/2"]],
    ["a mutant that is not there", ["prove", "kafka/leader-kill", "--mutant", "no such"]],
    ["a run that is not there", ["check", "no-such-run"]],
    ["a fault that is not there", ["fault", "explode", "kafka-1"]],
  ])("%s", async (_, words) => {
    const { code, stdout, stderr } = await lab(...words);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toMatchSnapshot();
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
    expect(scenarios.map(({ id }) => id)).toMatchInlineSnapshot(`
      [
        "clickhouse/merges",
        "clickhouse/quorum-insert",
        "clickhouse/replica-lost",
        "clickhouse/replicas-parted",
        "clickhouse/shard-added",
        "clickhouse/shard-unreachable",
        "clickhouse/sharding",
        "clickhouse/zookeeper-gone",
        "kafka/consumer-failover",
        "kafka/controller-quorum",
        "kafka/follower-partition",
        "kafka/leader-kill",
        "kafka/leader-pause",
        "kafka/leader-slow",
        "kafka/minority-partition",
        "kafka/rolling-restart",
        "kafka/two-brokers-down",
        "kafka/unclean-election",
        "minio/bit-rot",
        "minio/drive-wiped",
        "minio/files-damaged",
        "minio/multipart",
        "minio/partition",
        "minio/quorums",
        "spark/driver-killed",
        "spark/executor-killed",
        "spark/master-killed",
        "spark/store-gone",
        "spark/table-restored",
        "spark/worker-killed",
        "zookeeper/leader-killed-thrice",
        "zookeeper/minority-partition",
        "zookeeper/quorum-lost",
      ]
    `);
    for (const { mutants } of scenarios) expect(Object.keys(mutants).length).toBeGreaterThan(0);
  });

  test("has no colour when piped", async () => {
    const { stdout } = await lab("list");
    expect(stdout).not.toContain("\u001b");
  });
});
