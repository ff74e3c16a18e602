import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../lab/systems/types.ts";
import { LabError } from "../../lab/errors.ts";
import { majoritySize, minoritySize, resolveTarget, type TargetContext } from "../../lab/faults/resolve.ts";
import { describeLinks, resolveLinks, type LinkSpec } from "../../lab/faults/resolve-links.ts";
import type { KillableClient } from "../../lab/load/types.ts";
import { seededRandom } from "../../lab/random.ts";
import { memoryCluster, memoryNode, notHere } from "./memory-run.ts";

const client = (name: string): KillableClient => ({ name, pid: () => 1, kill: notHere, start: notHere });

const kafka = memoryCluster("kafka", 3, 0);
const store = memoryCluster("store", 4, 1);
const drawn: string[] = [];
const among = (clusters: readonly Cluster[] = [kafka], seed = 1): TargetContext => ({
  clusters,
  clients: [client("reader-1 of events"), client("reader-2 of events"), client("reader-2 of orders")],
  gateways: new Map([
    ["run", "10.0.0.1"],
    ["wan", "10.9.0.1"],
  ]),
  random: seededRandom(seed),
  drew: (what, value) => drawn.push(`${what}: ${value}`),
  regions: { east: "kafka-1, leader of events/0", nested: "region east" },
});

const who = async (phrase: string, clusters?: readonly Cluster[]): Promise<string> => {
  try {
    return (await resolveTarget(phrase, among(clusters))).map(({ name }) => name).join(", ");
  } catch (error) {
    return error instanceof LabError ? `${error.code}: ${error.message}; ${error.hint ?? ""}` : String(error);
  }
};
const links = async (spec: LinkSpec, clusters?: readonly Cluster[]): Promise<string[]> =>
  describeLinks((await resolveLinks("partition", spec, among(clusters))).links);

describe("who a phrase means", () => {
  test.each([
    ["kafka-2", "kafka-2"],
    ["kafka: kafka-2", "kafka-2"],
    ["leader of events/0", "kafka-2"],
    ["kafka-1, leader of events/0, kafka-1", "kafka-1, kafka-2"],
    ["all", "kafka-1, kafka-2, kafka-3"],
    ["region east", "kafka-1, kafka-2"],
    ["region east, kafka-3", "kafka-1, kafka-2, kafka-3"],
    ["region west", "bad-usage: there is no region west here; there is: east, nested"],
    ["region nested", "bad-usage: there is no region east here; a scenario names its regions"],
    ["reader-1", "reader-1 of events"],
    ["reader-2 of orders", "reader-2 of orders"],
    ["clients", "reader-1 of events, reader-2 of events, reader-2 of orders"],
  ])("%s: %s", async (phrase, names) => {
    expect(await who(phrase)).toBe(names);
  });

  test("of several clusters, one may be named, and must be where it matters", async () => {
    expect((await who("store: a minority", [kafka, store])).split(", ")).toHaveLength(1);
    expect((await who("store: a majority", [kafka, store])).split(", ")).toHaveLength(3);
    expect(await who("store: all", [kafka, store])).toBe("store-1, store-2, store-3, store-4");
    expect(await who("a minority", [kafka, store])).toMatchInlineSnapshot(
      `"bad-usage: "a minority" could be of several clusters; say which: "kafka: a minority" or "store: a minority""`,
    );
    expect(await who("leader of events/0", [kafka, store])).toContain("bad-usage");
  });

  test("a phrase that nobody understands, or to which nobody answers, says who is there", async () => {
    expect(await who("kafka-9")).toMatchInlineSnapshot(
      `"bad-usage: nobody here is "kafka-9"; there is: kafka-1, kafka-2, kafka-3, reader-1 of events, reader-2 of events, reader-2 of orders, all, a node, a minority, a majority, clients, and the roles of each cluster ("leader of TOPIC/PARTITION")"`,
    );
    expect(await who("leader of orphans/0")).toContain(`fault-failed: "leader of orphans/0" means nobody now`);
    expect(await who("reader-2")).toContain(`say which: "reader-2 of events" or "reader-2 of orders"`);
  });

  test("the same seed chooses the same nodes; another may choose others", async () => {
    const chosen = async (seed: number): Promise<string> =>
      (await resolveTarget("a majority", among([store], seed))).map(({ name }) => name).join();
    expect(await chosen(7)).toBe(await chosen(7));
    const several = await Promise.all(Array.from({ length: 20 }, (_, seed) => chosen(seed)));
    expect(new Set(several).size).toBeGreaterThan(1);
  });

  test("what was left to chance is told, and what came of it; what was not is not", async () => {
    drawn.length = 0;
    const minority = await who("store: a minority", [store]);
    const follower = await who("a follower of events/0");
    await who("leader of events/0");
    await links({ shape: "ring", cluster: "kafka" });
    expect(drawn).toEqual([
      `store: a minority: ${minority}`,
      `a follower of events/0: ${follower}`,
      expect.stringMatching(/^ring of kafka: (kafka-\d(, )?){3}$/),
    ]);
  });

  test("a region may be a network: whoever sits on it", async () => {
    const gate = memoryNode("gate", 1, 5, { wan: "10.9.0.11" });
    expect(await who("region wan", [{ ...memoryCluster("gate", 0), nodes: [gate, memoryNode("gate", 2)] }])).toBe(
      "gate-1",
    );
  });

  test("a minority is the most that is less than half, a majority the least that is more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (count) => {
        expect(minoritySize(count)).toBeLessThan(count / 2);
        expect(minoritySize(count) + 1).toBeGreaterThanOrEqual(count / 2);
        expect(majoritySize(count)).toBeGreaterThan(count / 2);
        expect(majoritySize(count) - 1).toBeLessThanOrEqual(count / 2);
      }),
    );
  });
});

describe("which links a fault cuts", () => {
  test("both ways, or one", async () => {
    expect(await links({ links: [{ from: "kafka-1", to: "kafka-2" }] })).toEqual(["kafka-1 ⇄ kafka-2"]);
    expect(await links({ links: [{ from: "kafka-1", to: "kafka-2", bothWays: false }] })).toEqual([
      "kafka-1 → kafka-2",
    ]);
  });

  test("others are all nodes of the run that are not inside", async () => {
    expect(await links({ links: [{ from: "kafka-1", to: "others" }] }, [kafka, memoryCluster("zk", 1, 2)])).toEqual([
      "kafka-1 ⇄ kafka-2",
      "kafka-1 ⇄ kafka-3",
      "kafka-1 ⇄ zk-1",
    ]);
    expect(await links({ isolate: "kafka-1, kafka-2" })).toEqual(["kafka-1 ⇄ kafka-3", "kafka-2 ⇄ kafka-3"]);
  });

  test("clients are one end, at the gateway", async () => {
    expect(await links({ isolate: "kafka-1", clients: true })).toEqual([
      "kafka-1 ⇄ kafka-2",
      "kafka-1 ⇄ kafka-3",
      "kafka-1 ⇄ clients",
    ]);
    const { links: found, targets } = await resolveLinks(
      "reset",
      { links: [{ from: "clients", to: "kafka-1", bothWays: false }] },
      among(),
    );
    expect(found).toEqual([
      { from: { name: "clients", address: "10.0.0.1" }, to: { name: "kafka-1", address: "10.0.0.2" } },
    ]);
    expect(targets).toEqual(["clients", "kafka-1"]);
  });

  test("a pair of addresses for each network that two nodes share, or for one of them", async () => {
    const gateways = [memoryNode("gate", 1, 5, { wan: "10.9.0.11" }), memoryNode("gate", 2, 6, { wan: "10.9.0.12" })];
    const inside = memoryNode("inside", 1, 5);
    const two = { ...memoryCluster("gate", 0), nodes: gateways };
    const pairs = async (spec: LinkSpec): Promise<string[]> =>
      (await resolveLinks("delay", spec, among([two, { ...memoryCluster("inside", 0), nodes: [inside] }]))).links.map(
        ({ from, to }) => `${from.address}>${to.address}`,
      );
    const between = { from: "gate-1", to: "gate-2", bothWays: false };
    expect(await pairs({ links: [between] })).toEqual(["10.0.5.2>10.0.6.3", "10.9.0.11>10.9.0.12"]);
    expect(await pairs({ links: [{ ...between, over: "wan" }] })).toEqual(["10.9.0.11>10.9.0.12"]);
    expect(await pairs({ links: [{ from: "inside-1", to: "gate-2", bothWays: false }] })).toEqual([
      "10.0.5.2>10.0.6.3",
    ]);
    // Clients come over the first of a node's networks only.
    expect(await pairs({ links: [{ from: "clients", to: "gate-1", bothWays: false }] })).toEqual(["10.0.0.1>10.0.5.2"]);
    await expect(pairs({ links: [{ ...between, over: "lan" }] })).rejects.toThrow("there is no network lan");
    await expect(pairs({ links: [{ from: "inside-1", to: "gate-2", over: "wan" }] })).rejects.toThrow(
      "both ends are the same, or share no network",
    );
  });

  test("a shape is over all nodes of a cluster", async () => {
    expect(await links({ shape: "halves", cluster: "kafka" })).toHaveLength(2);
    expect(await links({ shape: "ring", cluster: "kafka" })).toHaveLength(1);
    await expect(links({ shape: "ring", cluster: "nowhere" })).rejects.toThrow("there is no cluster nowhere");
  });

  test("what cannot be cut is refused", async () => {
    await expect(links({ links: [{ from: "reader-1", to: "kafka-1" }] })).rejects.toThrow(
      "reader-1 of events cannot be cut off alone: all clients on the host share one address",
    );
    await expect(links({ links: [{ from: "kafka-1", to: "kafka-1" }] })).rejects.toThrow("a partition of no link");
    await expect(links({ isolate: "all" })).rejects.toThrow("a partition of no link");
  });
});
