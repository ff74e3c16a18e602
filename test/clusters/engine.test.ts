/** Runs, nodes and helpers on a real engine. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { examineMachine, labHome, openEngine, type Node, type RunSpace } from "../../lab/engine/index.ts";
import { FAULT_KINDS, faultSupport } from "../../lab/faults/index.ts";
import { LabError } from "../../lab/errors.ts";
import { freshId } from "../../lab/random.ts";
import { milliseconds, monotonicMs, seconds, waitFor } from "../../lab/time.ts";
import { IDLE, labelled, openBench, STUBBORN, type Bench } from "./programs/engine-nodes.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});

const freshRun = (): string => `t${freshId()}`;

/** Says the machine's name to whoever connects to port 80. */
const SERVE =
  'my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5, ReuseAddr => 1) or die; chomp(my $n = `hostname`); while (my $c = $s->accept) { print $c "$n\\n"; close $c }';

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

const thrownBy = async (work: Promise<unknown>): Promise<LabError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("a node", () => {
  let space: RunSpace;
  let node: Node;
  let port: number;

  beforeAll(async () => {
    space = await bench.engine.openRun(freshRun());
    [port = 0] = await space.freePorts(1);
    node = await space.startNode(
      bench.spec("kafka-1", {
        files: [{ path: "/etc/toys/greeting", content: "good morning\n", mode: 0o640 }],
        environment: { TOY: "train" },
        ports: [{ container: 9092, host: port }],
        volumes: ["/data"],
        memoryMb: 64,
        command: ["sh", "-c", "trap 'exit 0' TERM; cat /etc/toys/greeting; echo oops >&2; while :; do sleep 0.1; done"],
      }),
    );
  });
  afterAll(() => space[Symbol.asyncDispose]());

  test("has its address, name, files, environment, volume and memory limit", async () => {
    expect(node.address).toBe(space.network.subnet.replace(".0/24", ".11"));
    const seen = await node.exec([
      "sh",
      "-c",
      "hostname; echo $TOY; stat -c %a /etc/toys/greeting; touch /data/x; echo done",
    ]);
    expect(seen).toEqual({ exitCode: 0, stdout: "kafka-1\ntrain\n640\ndone\n", stderr: "" });
    const { HostConfig, NetworkSettings } = await bench.docker.getContainer(node.containerId).inspect();
    expect(HostConfig.Memory).toBe(64 * 1024 * 1024);
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
    expect(NetworkSettings.Ports).toEqual({ "9092/tcp": [{ HostIp: "127.0.0.1", HostPort: String(port) }] });
    expect(node.hostPort(9092)).toBe(port);
    expect(node.endpoint(9092)).toEqual({ host: "127.0.0.1", port });
    expect([...node.addresses]).toEqual([["run", node.address]]);
  });

  test("hears the others by name", async () => {
    const other = await space.startNode(bench.spec("kafka-2"));
    expect((await other.exec(["getent", "hosts", "kafka-1"])).stdout).toContain(node.address);
    expect(other.address).toBe(space.network.subnet.replace(".0/24", ".12"));
  });

  test("may know the addresses of those that are down, too", async () => {
    const down = await space.startNode(bench.spec("zookeeper-1"));
    const other = await space.startNode(bench.spec("clickhouse-1-1", { knowsHosts: true }));
    await down.kill();
    expect((await other.exec(["getent", "hosts", "zookeeper-1"])).stdout).toContain(down.address);
  });

  test("gives output and errors apart, with the exit code", async () => {
    expect(await node.exec(["sh", "-c", "echo out; echo err >&2; exit 7"])).toEqual({
      exitCode: 7,
      stdout: "out\n",
      stderr: "err\n",
    });
    const error = await thrownBy(node.exec(["sleep", "60"], { within: milliseconds(200) }));
    expect(error.code).toBe("wait-timeout");
    expect(error.message).toBe("`sleep 60` in kafka-1 did not end within 200 ms");
  });

  test("is paused, and seen so; a paused one is killed, and comes back with disk, address and port", async () => {
    await node.exec(["sh", "-c", "echo kept > /data/kept; echo layer > /layer"]);
    await node.pause();
    expect((await node.state()).status).toBe("paused");
    expect((await thrownBy(node.exec(["true"]))).message).toContain("paused");
    await node.unpause();
    expect((await node.state()).status).toBe("running");
    await node.pause();
    await node.kill();
    expect(await node.state()).toMatchObject({ status: "exited", exitCode: 137, pid: 0 });
    await node.start();
    expect((await node.state()).status).toBe("running");
    expect((await node.exec(["sh", "-c", "cat /data/kept /layer; hostname -i"])).stdout).toBe(
      `kept\nlayer\n${node.address}\n`,
    );
    expect(await accepts(port)).toBe(true);
  });

  test("ends by itself when asked to, or is killed after the grace", async () => {
    expect(await node.terminate(seconds(10))).toEqual({ graceful: true });
    expect(await node.state()).toMatchObject({ status: "exited", exitCode: 0 });
    await node.start();
    const stubborn = await space.startNode(bench.spec("stubborn", { command: STUBBORN }));
    expect(await stubborn.terminate(milliseconds(300))).toEqual({ graceful: false });
    expect((await stubborn.state()).status).toBe("exited");
  });

  test("that dies at once is told early; an order that it can not follow says so, with its last lines", async () => {
    const [itsPort = 0] = await space.freePorts(1);
    const startedMs = monotonicMs();
    const dead = await space.startNode(
      bench.spec("dead", {
        command: ["sh", "-c", "echo no such disk >&2; exit 3"],
        ports: [{ container: 1, host: itsPort }],
      }),
    );
    expect(monotonicMs() - startedMs).toBeLessThan(8_000);
    await waitFor(
      "its end",
      async () => ((await dead.state()).status === "exited" ? { reached: true } : { seen: "alive" }),
      { within: seconds(5) },
    );
    expect(await dead.state()).toMatchObject({ exitCode: 3, outOfMemory: false });
    const error = await thrownBy(dead.pause());
    expect(error.code).toBe("node-failed");
    expect(error.message).toMatch(/^dead: could not pause: .* is not running .*\nIts last lines:\nno such disk$/s);
  });

  test("out of memory is seen as such", async () => {
    const glutton = await space.startNode(
      bench.spec("glutton", { memoryMb: 16, command: ["sh", "-c", "tail /dev/zero"] }),
    );
    await waitFor(
      "it to be killed",
      async () => {
        const state = await glutton.state();
        return state.status === "exited" ? { reached: state } : { seen: state.status };
      },
      { within: seconds(30) },
    );
    expect((await glutton.state()).outOfMemory).toBe(true);
  });

  test("whose image is not there is refused", async () => {
    const image = { component: "base", reference: "resilience-lab/none:0", id: "", source: "packages" } as const;
    const error = await thrownBy(space.startNode(bench.spec("none", { image })));
    expect(error.code).toBe("node-failed");
    expect(error.message).toContain("none did not start");
  });

  test("whose port is taken waits for it", async () => {
    const [taken = 0] = await space.freePorts(1);
    const holder = await space.startNode(bench.spec("holder", { ports: [{ container: 1, host: taken }] }));
    const waiting = space.startNode(bench.spec("waiter", { ports: [{ container: 1, host: taken }] }));
    await holder.kill();
    expect((await (await waiting).state()).status).toBe("running");
  });

  test("has its disks worked on by the lab's own programs, when its image has none", async () => {
    const bare = `lab-test-bare:${freshId()}`;
    const made = await space.startNode(bench.spec("made"));
    await made.exec(["rm", "-f", "/usr/bin/find", "/usr/bin/perl", "/usr/bin/awk", "/usr/bin/mawk"]);
    const [repo, tag] = bare.split(":");
    await bench.docker.getContainer(made.containerId).commit({ repo, tag });
    try {
      const image = { ...bench.spec("x").image, reference: bare };
      const alpine = await space.startNode(bench.spec("alpine", { image, volumes: ["/data"] }));
      await alpine.exec(["sh", "-c", "echo x > /data/x"]);
      expect((await alpine.exec(["sh", "-c", "command -v find perl awk"])).stdout).toBe("");
      const found = await alpine.onDisk(["sh", "-c", "find /data -type f -printf '%P %s\\n'; perl -e 'print 6*7'"]);
      expect(found).toEqual({ exitCode: 0, stdout: "x 2\n42", stderr: "" });
      await alpine.kill();
    } finally {
      await bench.docker.getImage(bare).remove({ force: true });
    }
  });

  test("leaves its log, with times", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lab-logs-"));
    await space.saveLogs(folder);
    const log = await readFile(join(folder, "kafka-1.log"), "utf8");
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z good morning$/m);
    expect(log).toMatch(/Z oops$/m);
    expect(await node.logs({ tail: 1 })).toMatch(/^(good morning|oops)\n$/);
    await rm(folder, { recursive: true });
  });
});

describe("a helper", () => {
  test("speaks and listens, and is gone when it is let go", async () => {
    const run = freshRun();
    await using space = await bench.engine.openRun(run);
    const helper = await space.startNetworkHelper([
      "sh",
      "-c",
      'echo ready; while read line; do echo "heard $line"; echo hm >&2; done',
    ]);
    const heard = { output: "", errors: "" };
    helper.onOutput((text) => {
      heard.output += text;
    });
    helper.onError((text) => {
      heard.errors += text;
    });
    helper.input.write("this\n");
    await waitFor(
      "its answer",
      () => Promise.resolve(heard.errors === "" ? { seen: heard.output } : { reached: true }),
      { within: seconds(5), every: milliseconds(10) },
    );
    expect(heard).toEqual({ output: "ready\nheard this\n", errors: "hm\n" });
    await helper[Symbol.asyncDispose]();
    expect(await labelled(bench.docker, run)).toEqual([`lab-${run}`]);
  });
});

describe("a run", () => {
  test("that is let go while nodes are on their way leaves nothing", async () => {
    const run = freshRun();
    const space = await bench.engine.openRun(run);
    const nodes = ["a", "b", "c"].map((name) => space.startNode(bench.spec(name, { volumes: ["/data"] })));
    for (const node of nodes) node.catch(() => undefined);
    await space[Symbol.asyncDispose]();
    expect(await labelled(bench.docker, run)).toEqual([]);
    expect((await thrownBy(space.startNode(bench.spec("late")))).code).toBe("interrupted");
  });

  test("publishes ports on this machine only", async () => {
    await using space = await bench.engine.openRun(freshRun());
    const network = (await bench.docker.getNetwork(space.network.name).inspect()) as {
      Options: Record<string, string>;
    };
    expect(network.Options).toEqual({
      "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1",
      "com.docker.network.bridge.name": space.network.bridge,
    });
  });

  test("has several networks: names are known on each, and only a node on both sees both sides", async () => {
    const run = freshRun();
    const space = await bench.engine.openRun(run, { networks: ["vault"] });
    expect([...space.networks.keys()]).toEqual(["run", "vault"]);
    const [port = 0] = await space.freePorts(1);
    const serve = ["perl", "-MIO::Socket", "-e", SERVE];
    const inside = await space.startNode(bench.spec("inside", { command: serve }));
    const gateway = await space.startNode(
      bench.spec("gateway", { networks: ["run", "vault"], command: serve, ports: [{ container: 80, host: port }] }),
    );
    const vault = await space.startNode(bench.spec("vault-1", { networks: ["vault"], command: serve }));
    expect([...gateway.addresses.keys()]).toEqual(["run", "vault"]);
    expect(gateway.address).toBe(gateway.addresses.get("run"));
    const said = async (from: Node, to: string): Promise<string> =>
      (await from.exec(["timeout", "2", "bash", "-c", `cat < /dev/tcp/${to}/80`])).stdout.trim();
    await waitFor("the gateway to serve", async () => ((await accepts(port)) ? { reached: true } : { seen: "no" }), {
      within: seconds(5),
    });
    for (let round = 0; round < 2; round += 1) {
      expect(await said(gateway, "inside")).toBe("inside");
      expect(await said(gateway, "vault-1")).toBe("vault-1");
      expect(await said(inside, "gateway")).toBe("gateway");
      expect(await said(vault, "gateway")).toBe("gateway");
      expect((await vault.exec(["getent", "hosts", "inside"])).stdout).toBe("");
      expect(await said(vault, inside.address)).toBe("");
      // Its addresses survive that it was down, and so does its port.
      await gateway.kill();
      await gateway.start();
      const shown = (await gateway.exec(["hostname", "-I"])).stdout.trim().split(" ").toSorted();
      expect(shown).toEqual([...gateway.addresses.values()].toSorted());
      await waitFor(
        "the gateway to serve again",
        async () => ((await accepts(port)) ? { reached: true } : { seen: "no" }),
        {
          within: seconds(5),
        },
      );
    }
    space.keep();
    await space[Symbol.asyncDispose]();
    const again = await bench.engine.reopenRun(run);
    expect(again.networks).toEqual(space.networks);
    expect(again.nodes().map(({ name, addresses }) => ({ name, addresses: [...addresses] }))).toEqual(
      [inside, gateway, vault].map(({ name, addresses }) => ({ name, addresses: [...addresses] })),
    );
    await again[Symbol.asyncDispose]();
    const { removed } = await bench.engine.clean(run);
    expect(removed).toContain(`network lab-${run}_vault`);
    expect(await labelled(bench.docker, run)).toEqual([]);
  });

  test("lets frames between its nodes pass the machine's IP filter, for resets", async () => {
    await using space = await bench.engine.openRun(freshRun());
    await expect(space.passBridgedFrames()).resolves.toBeUndefined();
  });

  test("knows no network that was not asked for", async () => {
    await using space = await bench.engine.openRun(freshRun());
    const error = await thrownBy(space.startNode(bench.spec("a", { networks: ["vault"] })));
    expect(error.code).toBe("bad-scenario");
    expect(error.message).toContain('a is to sit on the network "vault"');
  });

  test("tells of nodes that others removed within seconds, and of none that it removes itself", async () => {
    const space = await bench.engine.openRun(freshRun());
    const [early, late] = await Promise.all([
      space.startNode(bench.spec("early", { volumes: ["/data"] })),
      space.startNode(bench.spec("late")),
      space.startNode(bench.spec("stays")),
    ]);
    await bench.docker.getContainer(early.containerId).remove({ force: true });
    const told: string[] = [];
    const deaf: string[] = [];
    space.onRemoved((node) => told.push(node.name));
    space.onRemoved((node) => deaf.push(node.name))[Symbol.dispose]();
    await waitFor(
      "the first to be told",
      () => Promise.resolve(told.length === 1 ? { reached: true } : { seen: told.join() }),
      { within: seconds(3), every: milliseconds(20) },
    );
    await late.kill();
    await late.start();
    await bench.docker.getContainer(late.containerId).remove({ force: true });
    await waitFor(
      "the second to be told",
      () => Promise.resolve(told.length === 2 ? { reached: true } : { seen: told.join() }),
      { within: seconds(3), every: milliseconds(20) },
    );
    await space[Symbol.asyncDispose]();
    expect(told).toEqual(["early", "late"]);
    expect(deaf.filter((name) => name !== "early")).toEqual([]);
  });

  test("has addresses of its own beside others that begin at the same moment", async () => {
    const spaces = await Promise.all([freshRun(), freshRun(), freshRun()].map((run) => bench.engine.openRun(run)));
    expect(new Set(spaces.map(({ network }) => network.subnet)).size).toBe(3);
    await Promise.all(spaces.map((space) => space[Symbol.asyncDispose]()));
  });

  test("has nodes with different names", async () => {
    await using space = await bench.engine.openRun(freshRun());
    const twice = await Promise.allSettled([space.startNode(bench.spec("a")), space.startNode(bench.spec("a"))]);
    expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("that is kept stays up, is found again, and is removed by clean; nothing else is", async () => {
    const run = freshRun();
    const stranger = await bench.docker.createContainer({
      Image: bench.spec("x").image.reference,
      Cmd: ["sleep", "60"],
    });
    await stranger.start();
    const strangers = `stranger-${run}`;
    await bench.docker.createVolume({ Name: strangers });
    try {
      const kept = await bench.engine.openRun(run, { keep: true });
      const [port = 0] = await kept.freePorts(1);
      await kept.startNode(bench.spec("a", { ports: [{ container: 1, host: port }] }));
      await kept.startNode(bench.spec("b", { command: [...IDLE], volumes: ["/data"] }));
      kept.keep();
      await kept[Symbol.asyncDispose]();
      expect(await bench.engine.runs()).toContainEqual({ run, nodes: 2, kept: true, state: "standing" });

      const again = await bench.engine.reopenRun(run);
      expect(await bench.engine.runs()).toContainEqual({ run, nodes: 2, kept: true, state: "under way" });
      expect(again.network).toEqual(kept.network);
      expect(again.nodes().map(({ name, cluster, address }) => ({ name, cluster, address }))).toEqual(
        kept.nodes().map(({ name, cluster, address }) => ({ name, cluster, address })),
      );
      const [a] = again.nodes();
      expect(a?.hostPort(1)).toBe(port);
      await a?.kill();
      await a?.start();
      await again[Symbol.asyncDispose]();

      const { removed } = await bench.engine.clean(run);
      expect([...removed].sort()).toEqual(
        [`container lab-${run}-a`, `container lab-${run}-b`, `network lab-${run}`, `volume lab-${run}-b-0`].sort(),
      );
      expect(await labelled(bench.docker, run)).toEqual([]);
      expect((await stranger.inspect()).State.Running).toBe(true);
      await expect(bench.docker.getVolume(strangers).inspect()).resolves.toBeDefined();
      expect((await thrownBy(bench.engine.reopenRun(run))).message).toBe(`run ${run} is not up`);
    } finally {
      await stranger.remove({ force: true });
      await bench.docker.getVolume(strangers).remove();
    }
  });
});

describe("the engine that was named", () => {
  test("is taken, whatever Testcontainers' own file names, and with a config.json that is broken", async () => {
    const home = await mkdtemp(join(tmpdir(), "lab-foreign-home-"));
    await writeFile(join(home, ".testcontainers.properties"), "tc.host=tcp://127.0.0.1:1\n");
    await mkdir(join(home, ".docker"));
    await writeFile(join(home, ".docker", "config.json"), '{"auths":');
    const program = join(import.meta.dirname, "programs", "engine-foreign-home.ts");
    const environment = { ...process.env, HOME: home, DOCKER_HOST: bench.engine.info.endpoint };
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      env: { ...environment, RESILIENCE_LAB_HOME: labHome() },
      timeout: 60_000,
    });
    expect(stdout.trim()).toBe("a");
    await rm(home, { recursive: true });
  });

  test.each([
    ["a context that is not there", { DOCKER_HOST: "", DOCKER_CONTEXT: "no-such-context" }, "there is no such context"],
    ["a socket that nobody serves", { DOCKER_HOST: "unix:///tmp/no-such.sock" }, "none answers there"],
  ])("%s is never replaced by another", async (_, environment, message) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const error = await thrownBy(openEngine());
    vi.unstubAllEnvs();
    expect(error.code).toBe("engine-failed");
    expect(error.message).toContain(message);
  });
});

describe("the doctor", () => {
  test("sees the engine, and every kind of fault", async () => {
    const rows = await examineMachine(faultSupport);
    expect(rows.find(({ what }) => what === "container engine")).toMatchObject({ status: "ok" });
    const tried = rows.filter(({ area }) => area === "faults").map(({ what, status }) => `${what}: ${status}`);
    expect(tried.toSorted()).toEqual(FAULT_KINDS.map(({ kind }) => `${kind}: ok`).toSorted());
  });
});
