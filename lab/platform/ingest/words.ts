/** The words of the ingest service: the phrases that mean some of its nodes, and what is watched of it. */
import type { Phrase, Subject } from "../../systems/define.ts";
import type { IngestSpec } from "./spec.ts";

export const phrases: readonly Phrase<IngestSpec>[] = [
  {
    phrase: "an ingest replica",
    example: "an ingest replica",
    means: "one of those that are ready now",
    form: /^an ingest replica$/,
  },
];

export const subjects: readonly Subject<IngestSpec>[] = [
  {
    subject: "ready replicas of CLUSTER",
    values: "how many say that Kafka answers",
    names: (cluster) => [`ready replicas of ${cluster}`],
  },
];
