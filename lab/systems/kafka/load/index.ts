/** The load of Kafka clusters. */
import { defineLoad } from "../../../load/index.ts";
import { milliseconds } from "../../../time.ts";
import type { KafkaCluster } from "../cluster.ts";
import { startProduceLoad } from "./produce-load.ts";
import { destinationOf, produceSpec, type ProduceSpec } from "./produce-spec.ts";

/** Enough for any number that a schedule wants: records go in batches, and only a full queue holds one up. */
const MANY = 1_000;

export const produceLoad = defineLoad<ProduceSpec, KafkaCluster>({
  spec: produceSpec,
  system: "kafka",
  operation: "a record",
  part: { one: "partition", column: "partition" },
  needs(spec) {
    const { cluster, topic } = destinationOf(spec);
    return [{ cluster, system: "kafka", what: "topic", name: topic }];
  },
  words: {
    actions: ({ rate, readers }) => ({ produce: 1, commit: (readers.members * 1_000) / readers.commitEvery / rate }),
    checks: ["delivery", "handover", "positions"],
    clients: ({ readers }) => Array.from({ length: readers.members }, (_, place) => `reader-${place + 1}`),
  },
  usual: () => milliseconds(20),
  side: () => MANY,
  start: startProduceLoad,
});
