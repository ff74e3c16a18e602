import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { movesFor } from "../../../lab/systems/kafka/scale-out.ts";
import { kafkaSpec } from "../../../lab/systems/kafka/spec.ts";
import { kafkaCluster, membersOf, propertiesOf } from "../../../lab/systems/kafka/index.ts";
import type { PartitionState } from "../../../lab/systems/kafka/messages.ts";

/** A partition whose first replica leads, all in sync. */
const led = (partition: number, replicas: readonly number[]): PartitionState => ({
  topic: "events",
  partition,
  leader: replicas[0] ?? -1,
  leaderEpoch: 0,
  replicas,
  inSync: replicas,
});

describe("what a broker that joined takes over", () => {
  test("its share of the replicas and of the leaders, from those that have the most", () => {
    const partitions = [
      [1, 2, 3],
      [2, 3, 1],
      [3, 1, 2],
      [1, 3, 2],
      [2, 1, 3],
      [3, 2, 1],
    ].map((ids, i) => led(i, ids));
    const moves = movesFor(4, [1, 2, 3, 4], partitions);
    expect(moves.map(({ partition, replicas }) => `${partition}: ${replicas.join()}`)).toMatchInlineSnapshot(`
      [
        "0: 4,2,3",
        "2: 3,1,4",
        "1: 2,1,4",
        "4: 2,3,4",
      ]
    `);
  });

  test("nothing of a partition that has no leader", () => {
    expect(movesFor(2, [1, 2], [{ ...led(0, [1]), leader: -1 }, led(1, [1])])).toEqual([
      { topic: "events", partition: 1, replicas: [2] },
    ]);
  });

  test("for any topics: no replica is lost or doubled, nobody is left with less than the share, and only it gains", () => {
    const layout = fc.integer({ min: 1, max: 6 }).chain((brokers) =>
      fc.record({
        brokers: fc.constant(brokers),
        lists: fc.array(
          fc.shuffledSubarray(
            Array.from({ length: brokers }, (_, i) => i + 1),
            { minLength: 1 },
          ),
          { maxLength: 30 },
        ),
      }),
    );
    fc.assert(
      fc.property(layout, ({ brokers, lists }) => {
        const joined = brokers + 1;
        const ids = Array.from({ length: joined }, (_, i) => i + 1);
        const before = lists.map((replicas, i) => led(i, replicas));
        const after = before.map(({ replicas }) => replicas);
        for (const { partition, replicas } of movesFor(joined, ids, before)) after[partition] = replicas;
        const had = (id: number, all: readonly (readonly number[])[]): number =>
          all.filter((replicas) => replicas.includes(id)).length;
        const share = Math.floor(lists.flat().length / joined);
        expect(had(joined, after)).toBe(share);
        for (const [i, replicas] of after.entries()) {
          expect(new Set(replicas).size).toBe(lists[i]?.length);
          expect(replicas.length).toBe(lists[i]?.length);
        }
        for (const id of ids.slice(0, -1)) {
          expect(had(id, after)).toBeLessThanOrEqual(had(id, lists));
          expect(had(id, after)).toBeGreaterThanOrEqual(Math.min(share, had(id, lists)));
        }
      }),
    );
  });
});

describe("a cluster that has grown", () => {
  const grown = { ...kafkaCluster(), brokers: 4, joined: 1 };

  test("has a broker more and the controllers that it had; nothing changes for those that were there", () => {
    expect(membersOf(grown).map(({ name, controller }) => `${name} ${controller ? "controller" : "broker"}`)).toEqual([
      "kafka-1 controller",
      "kafka-2 controller",
      "kafka-3 controller",
      "kafka-4 broker",
    ]);
    const [first] = membersOf(grown);
    if (first === undefined) throw new Error("there is no first");
    expect(propertiesOf(grown, first, 1)).toBe(propertiesOf(kafkaCluster(), first, 1));
    const small = kafkaCluster({ brokers: 1 });
    expect(propertiesOf({ ...small, brokers: 3, joined: 2 }, first, 1)).toBe(propertiesOf(small, first, 1));
  });

  test("had a first broker", () => {
    expect(() => kafkaSpec.check({ ...grown, joined: 4 })).toThrow("kafkaCluster: joined is 4");
    expect(() => kafkaSpec.check(grown)).not.toThrow();
  });
});
