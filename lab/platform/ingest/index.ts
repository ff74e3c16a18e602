/** The guide's Kafka Producer: events over HTTP, acknowledged when Kafka has them. */
import { kafkaCluster } from "../../systems/kafka/spec.ts";
import { defineSystem } from "../../systems/define.ts";
import { seconds } from "../../time.ts";
import { StartedIngest } from "./cluster.ts";
import type { IngestCluster } from "./cluster.ts";
import { planIngest } from "./layout.ts";
import { describeIngest, ingestService, ingestSpec } from "./spec.ts";
import type { IngestSpec } from "./spec.ts";
import { phrases, subjects } from "./words.ts";

export { ingestService } from "./spec.ts";
export type { IngestOptions, IngestSpec } from "./spec.ts";
export type { IngestCluster } from "./cluster.ts";

const START_LIMIT = seconds(60);

export const ingest = defineSystem<IngestSpec, IngestCluster>()({
  system: "ingest",
  sentence: "the service that takes events over HTTP and writes them to Kafka",
  build: ingestService,
  spec: ingestSpec,
  example: {
    kafka: kafkaCluster({ topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
    ingest: ingestService(),
  },
  images: ["ingest"],
  phrases,
  subjects,
  describe: describeIngest,
  refers: ({ kafka }) => [{ field: ["kafka"], name: kafka, system: "kafka" }],
  needs: ({ kafka }) => [kafka],
  plan: planIngest,
  made: (spec, context, nodes) => new StartedIngest(spec, context, nodes),
  untilReady(cluster, note) {
    note("waiting until every replica has Kafka's answer");
    return cluster.ready({ within: START_LIMIT });
  },
});
