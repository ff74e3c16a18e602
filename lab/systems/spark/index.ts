/** Spark. */
import { defineSystem } from "../define.ts";
import { minioCluster } from "../minio/spec.ts";
import { START_LIMIT, StartedSpark } from "./cluster.ts";
import type { SparkCluster } from "./cluster.ts";
import { planSpark } from "./layout.ts";
import { describeSpark, sparkCluster, sparkSpec } from "./spec.ts";
import type { SparkSpec } from "./spec.ts";
import { phrases, subjects } from "./words.ts";

export { sparkCluster } from "./spec.ts";
export type { SparkOptions, SparkSpec } from "./spec.ts";
export { settingsOf } from "./layout.ts";
export type { SparkCluster } from "./cluster.ts";

/** It starts beside its object store, which only jobs need. */
export const spark = defineSystem<SparkSpec, SparkCluster>()({
  system: "spark",
  sentence: "a Spark standalone cluster: master, workers, and drivers that write Delta tables",
  build: sparkCluster,
  spec: sparkSpec,
  example: { minio: minioCluster({ nodes: 2 }), spark: sparkCluster({ workers: 2, minio: "minio" }) },
  images: ["spark"],
  phrases,
  subjects,
  describe: describeSpark,
  refers: ({ minio: name }) => (name === undefined ? [] : [{ field: ["minio"], name, system: "minio" }]),
  plan: planSpark,
  made: (spec, context, nodes) => new StartedSpark(spec, context, nodes),
  untilReady(cluster, note) {
    note("waiting until all workers have registered");
    return cluster.ready({ within: START_LIMIT });
  },
});
