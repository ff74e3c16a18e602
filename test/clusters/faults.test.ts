import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  openEngine,
  silentProgress,
  type Engine,
  type Helper,
  type Node,
  type RunSpace,
} from "../../lab/engine/index.ts";
import { packetFilter } from "../../lab/faults/drivers/packet-filter.ts";
import {
  FAULT_KINDS,
  describeEntry,
  faultFront,
  faultSupport,
  openFaults,
  readLedger,
  type FaultInjector,
  type FaultFront,
} from "../../lab/faults/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import type { KillableClient } from "../../lab/load/types.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import { milliseconds, monotonicMs, seconds, startClock, withLimit } from "../../lab/time.ts";
import { startEchoCluster, type EchoCluster } from "./faults-echo-cluster.ts";
import { startSleeper } from "./faults-sleeper.ts";

let engine: Engine;
let space: RunSpace;
let echo: EchoCluster;
let folder: string;
let injector: FaultInjector;
let fault: FaultFront;
let one: Node;
let two: Node;
let three: Node;
let clients: KillableClient[] = [];
let events: Omit<JournalEvent, "atMs">[] = [];

beforeAll(async () => {
  engine = await openEngine();
  const images = await engine.images(["base", "netfilter"], silentProgress);
  space = await engine.openRun(`faults${freshId()}`);
  const image = images.get("base");
  if (image === undefined) throw new Error("no base image");
  echo = await startEchoCluster(space, image);
  const [first, second, third] = echo.nodes;
  if (first === undefined || second === undefined || third === undefined) throw new Error("three nodes were to start");
  [one, two, three] = [first, second, third];
  folder = await mkdtemp(join(tmpdir(), "lab-faults-"));
});

afterAll(async () => {
  await space[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const ledgerFile = (): string => join(folder, "ledger.jsonl");

beforeEach(async () => {
  events = [];
  injector = await openFaults({
    space,
    clusters: [echo],
    clients: () => clients,
    recorder: { operation: () => undefined, read: () => undefined, event: (event) => events.push(event) },
    clock: startClock(),
    random: seededRandom(1),
    ledgerFile: ledgerFile(),
  });
  fault = faultFront(injector);
});

afterEach(async () => {
  await injector[Symbol.asyncDispose]();
  expect((await readLedger(ledgerFile())).map(describeEntry)).toEqual([]);
  await rm(ledgerFile(), { force: true });
});

const told = (type: JournalEvent["type"]): Omit<JournalEvent, "atMs">[] =>
  events.filter((event) => event.type === type);

describe("a partition", () => {
  test("one way is one way", async () => {
    const cut = await fault.partition({ from: one, to: two });
    expect(await echo.send(one, two, 20)).toBe(0);
    expect(await echo.send(two, one, 20)).toBe(20);
    expect(await echo.send(one, three, 20)).toBe(20);
    const receipt = await cut.receipt();
    expect(receipt).toMatchObject({ effective: true, figures: { links: 1 } });
    expect(receipt.measured).toMatch(/^\d+ packets? dropped on 1 directed link$/);
    await cut.heal();
    expect(await echo.send(one, two, 20)).toBe(20);
    expect(told("fault-injected")).toEqual([
      expect.objectContaining({ kind: "partition", targets: ["echo-1 → echo-2"] }),
    ]);
    expect(told("fault-effect")).toHaveLength(1);
    expect(told("fault-healed")).toEqual([
      expect.objectContaining({
        verified: true,
        measured: "its rules are out of the table; it dropped 20 packets in all",
      }),
    ]);
  });

  test("both ways stops connections, and others go on", async () => {
    await using _cut = await fault.partition({ between: ["echo-1", "echo-2"] });
    expect(await Promise.all([echo.ask(one, two), echo.ask(two, one), echo.ask(one, three)])).toEqual([
      "silent",
      "silent",
      "answered",
    ]);
    expect(await echo.askFromHost(one)).toBe("answered");
  });

  test("isolation leaves the clients, or takes them too", async () => {
    const alone = await fault.partition({ isolate: "echo-1" });
    expect(await Promise.all([echo.ask(two, one), echo.ask(one, three), echo.ask(two, three)])).toEqual([
      "silent",
      "silent",
      "answered",
    ]);
    expect(await echo.askFromHost(one)).toBe("answered");
    const alone2 = await fault.partition({ isolate: "echo-1", clients: true });
    expect(await echo.askFromHost(one)).toBe("silent");
    expect(await echo.askFromHost(two)).toBe("answered");
    await alone2.heal();
    expect(await echo.askFromHost(one)).toBe("answered");
    await alone.heal();
    expect(await echo.ask(two, one)).toBe("answered");
  });

  test("clients alone can be cut off, and one way", async () => {
    await using _cut = await fault.partition({ from: "clients", to: two });
    expect(await echo.askFromHost(two)).toBe("silent");
    expect(await echo.ask(one, two)).toBe("answered");
  });

  test("a shape", async () => {
    await using cut = await fault.partition({ shape: "halves", cluster: echo });
    const answers = await Promise.all([echo.ask(one, two), echo.ask(two, three), echo.ask(three, one)]);
    expect(answers.toSorted()).toEqual(["answered", "silent", "silent"]);
    expect(cut.targets).toEqual(["echo-1", "echo-2", "echo-3"]);
  });

  test("two that overlap: the link stays cut until both are healed, in any order, and each has its own receipt", async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ] as const) {
      const cuts = [
        await fault.partition({ from: one, to: two }),
        await fault.partition({ links: [{ from: "echo-1", to: "others" }] }),
      ];
      expect(await echo.send(one, two, 10)).toBe(0);
      events = [];
      await cuts[order[0]]?.heal();
      expect(await echo.send(one, two, 10)).toBe(0);
      await cuts[order[1]]?.heal();
      expect(await echo.send(one, two, 10)).toBe(10);
      expect(told("fault-healed")).toEqual([
        expect.objectContaining({ measured: expect.stringContaining("it dropped 10 packets in all") as unknown }),
        expect.objectContaining({ measured: expect.stringContaining("it dropped 20 packets in all") as unknown }),
      ]);
    }
  });

  test("that nothing runs into has no effect, and says so", async () => {
    const cut = await fault.partition({ from: one, to: two });
    const receipt = await cut.receipt();
    expect(receipt).toMatchObject({ effective: false, measured: "0 packets dropped on 1 directed link" });
    expect(told("fault-effect")).toEqual([]);
    await cut.heal();
    expect(told("fault-effect")).toEqual([
      expect.objectContaining({ receipt: expect.objectContaining({ effective: false }) as unknown }),
    ]);
  });
});

describe("a loss", () => {
  test("loses about its share, and counts what it saw", async () => {
    await using lossy = await fault.loss({ from: one, to: two, percent: 30 });
    const arrived = await echo.send(one, two, 2_000);
    // 2,000 draws at 0.7: five standard deviations are 102.
    expect(arrived).toBeGreaterThan(1_298);
    expect(arrived).toBeLessThan(1_502);
    expect((await lossy.receipt()).effective).toBe(true);
    expect(await echo.send(two, one, 200)).toBe(200);
  });
});

describe("a reset", () => {
  test("between nodes fails connections at once", async () => {
    await using broken = await fault.reset({ from: one, to: two });
    const startedMs = monotonicMs();
    expect(await echo.ask(one, two)).toBe("reset");
    expect(monotonicMs() - startedMs).toBeLessThan(900);
    expect(await echo.ask(one, three)).toBe("answered");
    expect(await broken.receipt()).toMatchObject({ effective: true, figures: { links: 1 } });
  });

  test("of the clients on the host", async () => {
    const broken = await fault.reset({ between: ["clients", "echo-1"] });
    expect(await echo.askFromHost(one)).toBe("reset");
    expect(await echo.ask(two, one)).toBe("answered");
    expect((await broken.receipt()).effective).toBe(true);
    await broken.heal();
    expect(await echo.askFromHost(one)).toBe("answered");
  });
});

describe("a node", () => {
  test("killed is gone, and comes back", async () => {
    const death = await fault.kill("echo-1");
    expect(await death.receipt()).toMatchObject({
      effective: true,
      measured: "echo-1 is exited with code 137 and does not answer",
      figures: { exitCode: 137 },
    });
    await expect(fault.kill("echo-1")).rejects.toThrow("echo-1 cannot be hit by kill: it is exited already");
    await death.heal();
    await death.heal();
    expect(await echo.askFromHost(one)).toBe("answered");
    // The second kill was ordered, never in force, and is taken back; the first is healed once.
    expect(told("fault-ordered")).toHaveLength(2);
    expect(told("fault-injected")).toHaveLength(1);
    expect(told("fault-healed")).toEqual([
      expect.objectContaining({ fault: "fault-2", verified: true }),
      expect.objectContaining({ fault: "fault-1", verified: true }),
    ]);
    expect(told("node-state")).toEqual([
      { type: "node-state", node: "echo-1", state: "exited" },
      { type: "node-state", node: "echo-1", state: "running" },
    ]);
  });

  test("terminated goes by itself", async () => {
    await using death = await fault.terminate([one, two]);
    const { effective, measured } = await death.receipt();
    expect(effective).toBe(true);
    expect(measured).toMatch(
      /^echo-1 went by itself after .*, is exited with code 0 and does not answer; echo-2 went by itself/,
    );
  });

  test("paused is silent, and thaws", async () => {
    const freeze = await fault.pause(one);
    expect(await freeze.receipt()).toMatchObject({
      effective: true,
      measured: "echo-1 is paused and does not answer within a second",
    });
    await freeze.heal();
    expect(await echo.ask(two, one)).toBe("answered");
  });

  test("restarted was down, and answers", async () => {
    const before = (await one.state()).pid;
    const again = await fault.restart(one);
    expect((await again.receipt()).measured).toMatch(
      /^echo-1 went by itself after .*, was exited with code 0, and was started again after/,
    );
    await again.heal();
    expect((await one.state()).pid).not.toBe(before);
  });

  test("paused, then killed: healed in either order, it is whole only after both", async () => {
    for (const first of ["pause", "kill"] as const) {
      const faults = { pause: await fault.pause(one), kill: await fault.kill(one) };
      await faults[first].heal();
      expect((await one.state()).status).toBe(first === "pause" ? "exited" : "paused");
      await faults[first === "pause" ? "kill" : "pause"].heal();
      expect(await echo.askFromHost(one)).toBe("answered");
    }
  });
});

describe("a client", () => {
  test("is killed and started again; it is not paused", async () => {
    await using sleeper = await startSleeper("reader-1 of events");
    clients = [sleeper];
    try {
      const death = await fault.kill("reader-1");
      expect(sleeper.pid()).toBeUndefined();
      expect((await death.receipt()).effective).toBe(true);
      await death.heal();
      expect(sleeper.pid()).toBeDefined();
      await expect(fault.pause("reader-1")).rejects.toThrow("pause works on nodes; reader-1 of events is a client");
    } finally {
      clients = [];
    }
  });
});

describe("all faults", () => {
  test("of all kinds at once are healed together, and the whole is proved", async () => {
    await fault.partition({ isolate: one, clients: true });
    await fault.pause(two);
    await fault.kill(three);
    await fault.loss({ between: [one, "others"], percent: 50 });
    expect(await readLedger(ledgerFile())).toHaveLength(4);
    const broken = await injector.verifyWhole({ within: milliseconds(300) });
    expect(broken.whole).toBe(false);
    expect(broken.measured).toMatch(/\d+ packet rules are left in lab_.*echo-1.*echo-2.*echo-3/);
    await injector.healAll();
    expect(injector.inForce()).toEqual([]);
    const whole = await injector.verifyWhole({ within: seconds(20) });
    expect(whole.measured).toMatch(/^nothing of a fault is left, 3 nodes run and answer, 0 clients run, after /);
    expect(whole.whole).toBe(true);
  });

  test("can be applied here", async () => {
    const support = await faultSupport((command) => space.startNetworkHelper(command));
    expect(support.map(({ kind }) => kind)).toEqual(FAULT_KINDS.map(({ kind }) => kind));
    expect(support.filter(({ here }) => here !== "yes")).toEqual([]);
  });
});

describe("the packet filter's helper", () => {
  const tables = async (): Promise<string> => {
    await using helper = await space.startNetworkHelper(["nft", "list", "tables"]);
    let said = "";
    helper.onOutput((text) => (said += text));
    await withLimit("the list of tables", seconds(10), once(helper.input, "end"));
    return said;
  };

  test("takes its table along when it dies, and a later heal says that the fault was lost", async () => {
    const table = `lab_test_${freshId()}`;
    let helper: Helper | undefined;
    await using filter = packetFilter({
      table,
      startHelper: async (command) => (helper = await space.startNetworkHelper(command)),
    });
    await filter.apply({ fault: "fault-1", effect: "cut", links: [{ from: one.address, to: two.address }] });
    expect(await tables()).toContain(table);
    expect(await echo.ask(one, two)).toBe("silent");
    await helper?.[Symbol.asyncDispose]();
    expect(await tables()).not.toContain(table);
    expect(await echo.ask(one, two)).toBe("answered");
    await expect(filter.lift("fault-1")).rejects.toThrow("the packet filter no longer has fault-1");
    expect(await filter.rules()).toBe(0);
  });

  test("a change that the kernel refuses changes nothing", async () => {
    await using filter = packetFilter({
      table: `lab_test_${freshId()}`,
      startHelper: (command) => space.startNetworkHelper(command),
    });
    await filter.apply({ fault: "fault-1", effect: "cut", links: [{ from: one.address, to: two.address }] });
    const bad = { fault: "fault-2", effect: "cut", links: [{ from: "not-an-address", to: two.address }] } as const;
    await expect(filter.apply(bad)).rejects.toThrow(
      "the packet filter did not take the change: wanted 4 rules, found 2",
    );
    expect(await echo.send(one, two, 5)).toBe(0);
    expect(await filter.lift("fault-1")).toEqual({ stopped: 5, seen: 5 });
  });
});
