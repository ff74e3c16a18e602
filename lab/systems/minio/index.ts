/** MinIO clusters: as data (`minioCluster`), and started. */
export { minioCluster } from "./spec.ts";
export { s3ErrorName, surelyNotDone } from "./client.ts";
export type { MinioClient } from "./client.ts";
export { minio } from "./cluster.ts";
export type { MinioCluster } from "./cluster.ts";
