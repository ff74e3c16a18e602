import { describe, expect, test } from "vitest";
import type { ImageRef } from "../../lab/engine/index.ts";
import { kafkaCluster, zookeeperCluster } from "../../lab/index.ts";
import { serves, type Wanted } from "../../lab/rehearsal/cluster-pool.ts";

const imageOf = (id: string): ImageRef => ({ component: "kafka", reference: "lab/kafka", id, source: "packages" });
const wanted = (minInSync = 2, image = "one"): Wanted => ({
  topology: { kafka: kafkaCluster({ topics: { events: { minInSync } } }) },
  images: new Map([["kafka", imageOf(image)]]),
});

describe("a pool of clusters", () => {
  test("serves who wants the same topology of the same images, and nobody else", () => {
    expect(serves(wanted(), wanted())).toBe(true);
    expect(serves(wanted(), wanted(1))).toBe(false);
    expect(serves(wanted(), wanted(2, "another"))).toBe(false);
    const { topology, images } = wanted();
    expect(serves(wanted(), { topology: { ...topology, zookeeper: zookeeperCluster() }, images })).toBe(false);
    expect(serves(wanted(), { topology: { other: kafkaCluster({ topics: {} }) }, images })).toBe(false);
  });
});
