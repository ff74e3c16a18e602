/** What only some systems can do: asked for where it is missing, and told to the others where it changes who there is. */
import { describe, expect, test } from "vitest";
import { capabilityOf, comparedBy, scalingOf } from "../../lab/systems/capabilities.ts";
import { startTopology } from "../../lab/systems/index.ts";
import type { TopologyContext } from "../../lab/systems/index.ts";
import type { Cluster } from "../../lab/systems/types.ts";
import { balancerCluster, kafkaCluster } from "../../lab/index.ts";
import { silentProgress } from "../../lab/engine/types.ts";
import type { Node, RunSpace } from "../../lab/engine/types.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { seededRandom } from "../../lab/random.ts";
import { milliseconds, startClock } from "../../lab/time.ts";

/** A cluster without nodes that can do nothing in particular. */
const cluster = (name: string, more: Partial<Cluster> = {}): Cluster => ({
  name,
  system: name,
  spec: { system: name },
  nodes: [],
  endpoints: [],
  resolve: () => Promise.resolve(undefined),
  answers: () => Promise.resolve(true),
  ready: () => Promise.resolve(),
  watch: () => undefined,
  reset: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
  ...more,
});

const node = (name: string): Node => ({ name }) as Node;

test("a capability that is missing is named", () => {
  const spark = cluster("spark");
  expect(() => capabilityOf(spark, "replicated")).toThrow("spark has no replicas to compare");
  expect(() => capabilityOf(spark, "storage")).toThrow("spark keeps no data on disks");
  expect(() => capabilityOf(spark, "scaling")).toThrow("spark cannot grow: nothing can be added to it");
  expect(() => capabilityOf(spark, "schema")).toThrow("spark has nothing deployed to it");
  const storage = { disks: () => ["/data"] };
  expect(capabilityOf(cluster("kafka", { storage }), "storage")).toBe(storage);
});

describe("replicas", () => {
  const events: Omit<JournalEvent, "atMs">[] = [];
  const recorder = { operation: () => undefined, read: () => undefined, event: (event: never) => events.push(event) };

  test("are waited for until they are equal; what was seen is journalled either way", async () => {
    let rounds = 0;
    const equal = comparedBy({ name: "kafka", recorder }, () =>
      Promise.resolve((rounds += 1) < 2 ? { seen: "1 record more" } : { reached: "3 replicas are the same" }),
    );
    await equal.converge({ within: milliseconds(2_000) });
    const differ = comparedBy({ name: "kafka", recorder }, () => Promise.resolve({ seen: "1 record more" }));
    await differ.converge({ within: milliseconds(20) });
    expect(events).toMatchObject([
      { type: "converged", cluster: "kafka", equal: true, measured: "3 replicas are the same" },
      { type: "converged", cluster: "kafka", equal: false },
    ]);
    expect(JSON.stringify(events[1])).toContain("1 record more");
  });
});

describe("growing", () => {
  test("is refused by kinds that cannot be added, and the others hear of nothing", async () => {
    const told: string[] = [];
    const peers = { tellPeers: (changed: Cluster) => Promise.resolve(void told.push(changed.name)) };
    const add = (kind: string) => Promise.resolve([node(`new-${kind}`)]);
    const small = scalingOf(cluster("kafka"), peers, { kinds: () => ["broker"], add });
    await expect(small.scaleOut("moon")).rejects.toMatchObject({
      code: "bad-usage",
      message: 'kafka cannot grow by "moon"',
      hint: "it can grow by: broker",
    });
    const large = scalingOf(cluster("kafka"), peers, { kinds: () => [], add });
    await expect(large.scaleOut("broker")).rejects.toMatchObject({ hint: "kafka is as large as it can be" });
    expect(told).toEqual([]);
    expect((await small.scaleOut("broker")).map(({ name }) => name)).toEqual(["new-broker"]);
    expect(told).toEqual(["kafka"]);
  });

  test("is over when the other clusters of the topology have learned of it", async () => {
    const learned: string[] = [];
    const context: TopologyContext = {
      space: {} as RunSpace,
      images: new Map(),
      clock: startClock(),
      recorder: { operation: () => undefined, read: () => undefined, event: () => undefined },
      random: seededRandom(1),
      progress: silentProgress,
    };
    const topology = {
      kafka: kafkaCluster(),
      balancer: balancerCluster({ backends: { kafka: { cluster: "kafka", port: 9094 } } }),
    };
    const clusters = await startTopology(topology, context, (_, { name, tellPeers }) => {
      const learns = (peer: Cluster) => Promise.resolve(void learned.push(`${name} of ${peer.name}`));
      const made: Cluster = cluster(name, { onPeerChange: learns });
      const scaling = scalingOf(made, { tellPeers }, { kinds: () => ["one"], add: () => Promise.resolve([]) });
      return Promise.resolve(Object.assign(made, { scaling }));
    });
    await clusters["kafka"]?.scaling?.scaleOut("one");
    expect(learned).toEqual(["balancer of kafka"]);
  });
});
