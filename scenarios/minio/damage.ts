/** What the rehearsals of damaged drives have in common. */
import { check, minioCluster, objects, perSecond, seconds } from "../../lab/index.ts";

export const topology = { minio: minioCluster({ nodes: 4, drives: 2 }) };

/** Each object is written once, so that what was lost with a drive is not simply written anew. */
export const load = {
  objects: objects({
    to: "minio.rehearsal",
    once: true,
    sizeBytes: 1024 * 1024,
    rate: perSecond(12),
    clients: 8,
    mix: { puts: 0.3 },
  }),
};

export const readsAreServed = check.availability({
  of: "objects.read",
  atLeast: 0.97,
  limit: seconds(5),
  during: { phase: "faults" },
});

/** What nobody read was still damaged when the drives were scanned; that it is mended then is what convergence asks. */
export const deepScanFinds = check.observed({ subject: "minio scanned deeply", values: ["corrupted", "whole"] });

export const slos = [
  "minio-read-availability",
  "minio-write-availability",
  "minio-read-latency",
  "minio-write-latency",
];
