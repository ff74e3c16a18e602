import { expect, test } from "vitest";
import { differenceBetween, parseContents, partitionsOn } from "../../../lab/systems/kafka/replicas.ts";

const one = parseContents("kafka-1", "events-0 aaaaaaaaaa 100\nevents-1 bbbbbbbbbb 5\n");

test("replicas with the same bytes are equal", () => {
  const two = parseContents("kafka-2", "events-1 bbbbbbbbbb 5\n");
  expect(differenceBetween([...one, ...two])).toBeUndefined();
});

test("one byte is a difference, even at the same size", () => {
  const two = parseContents("kafka-2", "events-0 aaaaaaaaab 100\n");
  expect(differenceBetween([...one, ...two])).toMatchInlineSnapshot(
    `"events-0 differs: kafka-1 100 bytes (aaaaaaaa), kafka-2 100 bytes (aaaaaaaa)"`,
  );
});

test("a broker's partitions are those that it has a replica of", () => {
  const state = { leader: 1, leaderEpoch: 0, inSync: [] };
  const partitions = [
    { ...state, topic: "events", partition: 0, replicas: [1, 2] },
    { ...state, topic: "events", partition: 1, replicas: [2, 3] },
  ];
  expect(partitionsOn({ brokers: [1, 2, 3], topics: ["events"], partitions }, 1)).toEqual(["events-0"]);
});
