import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openFaults, readLedger, type FaultInjector } from "../../lab/faults/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { seededRandom, type Random } from "../../lab/random.ts";
import { milliseconds, startClock } from "../../lab/time.ts";
import { memoryCluster, memorySpace } from "./memory-run.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-injector-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Opened extends AsyncDisposable {
  readonly injector: FaultInjector;
  readonly events: readonly Omit<JournalEvent, "atMs">[];
}

async function open(
  random: Random,
  clusters = [memoryCluster("kafka", 9)],
  onEvent: (event: Omit<JournalEvent, "atMs">) => void = () => undefined,
): Promise<Opened> {
  const events: Omit<JournalEvent, "atMs">[] = [];
  const injector = await openFaults({
    space: memorySpace(clusters),
    clusters,
    clients: () => [],
    recorder: {
      operation: () => undefined,
      read: () => undefined,
      event(event) {
        events.push(event);
        onEvent(event);
      },
    },
    clock: startClock(),
    random,
    ledgerFile: join(folder, "ledger.jsonl"),
  });
  return { injector, events, [Symbol.asyncDispose]: () => injector[Symbol.asyncDispose]() };
}

test("whom a fault means follows from the seed and its number, however much others drew", async () => {
  const minority = async (between: (random: Random) => void): Promise<readonly (readonly string[])[]> => {
    const random = seededRandom(42);
    await using opened = await open(random);
    const named: (readonly string[])[] = [];
    for (const target of ["a minority", "a minority", "a follower of events/0"]) {
      between(random);
      const fault = await opened.injector.inject({ kind: "pause", target });
      named.push(fault.targets);
      await fault.heal();
    }
    await rm(join(folder, "ledger.jsonl"));
    return named;
  };
  const quiet = await minority(() => undefined);
  const busy = await minority((random) => {
    for (let draw = 0; draw < 17; draw++) random.integer(100);
  });
  expect(busy).toEqual(quiet);
  expect(quiet[0]).toHaveLength(4);
  expect(quiet[1]).not.toEqual(quiet[0]);
});

const typesOf = (events: readonly Omit<JournalEvent, "atMs">[]): string[] => events.map(({ type }) => type);

test("a fault is journalled as ordered before it acts, as in force after, and so is its heal", async () => {
  const cluster = memoryCluster("kafka", 3);
  const [node] = cluster.nodes;
  let seenAtOrder: readonly string[] | undefined;
  await using opened = await open(seededRandom(1), [cluster], (event) => {
    if (event.type === "fault-ordered") seenAtOrder = [...(node?.told ?? [])];
  });
  const fault = await opened.injector.inject({ kind: "kill", target: "kafka-1" });
  await fault.receipt();
  await fault.heal();
  expect(seenAtOrder).toEqual([]);
  expect(node?.told).toEqual(["kill", "start"]);
  expect(typesOf(opened.events)).toEqual([
    "fault-ordered",
    "node-state",
    "fault-injected",
    "fault-effect",
    "fault-heal-ordered",
    "node-state",
    "fault-healed",
  ]);
  expect(opened.events[0]).toMatchObject({
    fault: "fault-1",
    kind: "kill",
    target: "kafka-1",
    targets: ["kafka-1"],
    spec: { kind: "kill", target: "kafka-1" },
  });
});

test("what was left to chance is journalled with its stream", async () => {
  await using opened = await open(seededRandom(1));
  const fault = await opened.injector.inject({ kind: "pause", target: "a node" });
  expect(opened.events[0]).toEqual({
    type: "drawn",
    stream: "faults/fault-1",
    what: "a node",
    value: fault.targets.join(", "),
  });
});

test("a fault that cannot be applied is taken back, and the journal says that it was ordered and healed", async () => {
  await using opened = await open(seededRandom(1));
  await expect(opened.injector.inject({ kind: "partition", isolate: "kafka-1" })).rejects.toThrow(
    "the packet filter's helper did not start",
  );
  expect(opened.injector.inForce()).toEqual([]);
  expect(typesOf(opened.events)).toEqual(["fault-ordered", "fault-heal-ordered", "fault-healed"]);
  expect(opened.events.at(-1)).toMatchObject({ verified: true });
  expect(await readLedger(join(folder, "ledger.jsonl"))).toEqual([]);
});

test("a fault with data that cannot be changes nothing, and is not journalled", async () => {
  await using opened = await open(seededRandom(1));
  await expect(opened.injector.inject({ kind: "kill", target: "" })).rejects.toMatchObject({ code: "bad-usage" });
  expect(opened.events).toEqual([]);
});

describe("a permanent fault", () => {
  test("is neither healed nor waited for, and others are", async () => {
    const cluster = memoryCluster("kafka", 3);
    await using opened = await open(seededRandom(1), [cluster]);
    const { injector, events } = opened;
    const lost = await injector.inject({ kind: "kill", target: "kafka-1", permanent: true });
    await injector.inject({ kind: "pause", target: "kafka-2" });
    await expect(lost.heal()).rejects.toThrow("fault-1 (kill kafka-1 for good) is permanent: it is not healed");
    await lost[Symbol.asyncDispose]();
    await injector.healAll();
    expect(cluster.nodes.map(({ told }) => told)).toEqual([["kill"], ["pause", "unpause"], []]);
    expect(injector.inForce()).toEqual([lost]);
    expect(events.filter(({ type }) => type === "fault-healed")).toHaveLength(1);
    expect(events.filter(({ type }) => type === "fault-effect")).toHaveLength(2);
    expect(await injector.verifyWhole({ within: milliseconds(100) })).toMatchObject({
      whole: false,
      measured: expect.not.stringContaining("kafka-1") as unknown,
    });
  });

  test("stays in the ledger with nothing to undo, so that nobody revives it and nobody uses its clusters again", async () => {
    await using opened = await open(seededRandom(1));
    await opened.injector.inject({ kind: "kill", target: "kafka-1", permanent: true });
    expect(await readLedger(join(folder, "ledger.jsonl"))).toEqual([expect.objectContaining({ undo: [] })]);
  });
});
