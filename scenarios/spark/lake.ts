/** What all rehearsals of Spark stand on: a driver on a node of its own, two workers, and a Delta table on MinIO. */
import { batches, check, minioCluster, perSecond, seconds, sparkCluster } from "../../lab/index.ts";

/** What is given are further settings of Spark's. */
export const sparkOnLake = (config: Readonly<Record<string, string>> = {}): ReturnType<typeof sparkCluster> =>
  sparkCluster({ workers: 2, driverNode: true, minio: "minio", config });

export const topology = {
  minio: minioCluster({ nodes: 4, drives: 1 }),
  spark: sparkOnLake(),
};

/** Batches at a rate that two busy cores carry; what is given goes before. */
export const batchesToLake = (options: Partial<Parameters<typeof batches>[0]> = {}): ReturnType<typeof batches> =>
  batches({
    to: "spark",
    lake: "minio.lakehouse",
    table: "events",
    rate: perSecond(0.2),
    timeout: seconds(25),
    ...options,
  });

/**
 * After a fault batches are acknowledged again, each within 12 s of its intended time, and go on to be. One is intended
 * every 5 s, and three must be before a success is called lasting.
 */
export const batchesGoOn = check.recovery({
  of: "events.add",
  within: seconds(35),
  limit: seconds(12),
  steady: seconds(12),
});

/** A batch is in the table, and the try to write it ended with an error: once. */
export const commitIsCutOff = check.observed({ subject: "committed and not told of events", values: [1] });

/** Of rehearsals in which nothing can be written for a while. */
export const outageSlos = ["spark-batch-availability", "spark-outage-recovery-time"];

export const slos = ["spark-batch-availability", "spark-batch-latency", "spark-recovery-time"];
