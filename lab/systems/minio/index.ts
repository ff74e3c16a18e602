/** MinIO. */
import { defineSystem } from "../define.ts";
import { START_LIMIT, StartedMinio } from "./cluster.ts";
import type { MinioCluster } from "./cluster.ts";
import { planMinio } from "./layout.ts";
import { readMinioSchema } from "./schema.ts";
import { describeMinio, minioCluster, minioSpec } from "./spec.ts";
import type { MinioSpec } from "./spec.ts";
import { phrases, subjects } from "./words.ts";

export { minioCluster } from "./spec.ts";
export { s3ErrorName } from "./client.ts";
export type { MinioClient } from "./client.ts";
export type { MinioCluster } from "./cluster.ts";

export const minio = defineSystem<MinioSpec, MinioCluster>()({
  system: "minio",
  sentence: "MinIO nodes with drives in erasure sets, and buckets on them",
  build: minioCluster,
  spec: minioSpec,
  example: { minio: minioCluster() },
  images: ["minio"],
  phrases,
  subjects,
  describe: describeMinio,
  plan(spec, context) {
    // A schema that cannot be read is found before anything starts.
    readMinioSchema(spec.schema);
    return planMinio(spec, context);
  },
  made: (spec, context, nodes) => new StartedMinio(spec, context, nodes),
  async untilReady(cluster, note) {
    note("waiting until all drives are online");
    await cluster.ready({ within: START_LIMIT });
    note("deploying buckets, policies and users");
    await cluster.deploy();
  },
});
