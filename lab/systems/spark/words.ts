/** The words of Spark: the phrases that mean some of its nodes, and what is watched of it. */
import type { Phrase, Subject } from "../define.ts";
import type { SparkSpec } from "./spec.ts";

export const phrases: readonly Phrase<SparkSpec>[] = [
  { phrase: "master", example: "master", means: "the master's node", form: /^(the )?master$/ },
  {
    phrase: "a worker, workers",
    example: "a worker",
    means: "one of the workers that the master holds for alive; all of them",
    form: /^(a worker|workers)$/,
  },
  {
    phrase: "an executor",
    example: "an executor",
    means: "the node of a worker that runs an executor now",
    form: /^an executor$/,
  },
];

export const subjects: readonly Subject<SparkSpec>[] = [
  {
    subject: "CLUSTER master state",
    values: "`ALIVE`, `RECOVERING`, … or `no answer`",
    names: (cluster) => [`${cluster} master state`],
  },
  {
    subject: "alive workers of CLUSTER",
    values: "how many, as the master knows them; 0 while it does not answer",
    names: (cluster) => [`alive workers of ${cluster}`],
  },
];
