/** Which nodes a MinIO cluster has, and how each is started. Pure. */
import type { PlanContext, PlannedNode } from "../types.ts";
import type { MinioSpec } from "./spec.ts";

export const API_PORT = 9000;
/** The server's arguments, one pool a line. A file, because a pool is added by restarting all nodes with more of them. */
export const POOLS_PATH = "/etc/lab/minio-pools";
/** What `mc` calls the cluster, inside its nodes. */
export const ALIAS = "lab";

export const drivesOf = (spec: MinioSpec): readonly string[] =>
  Array.from({ length: spec.drives }, (_, i) => `/data${i + 1}`);

/** `http://minio-{1...4}:9000/data{1...2}` for each pool: every node must be given the same. */
export const poolsOf = (name: string, { nodes, drives, pools }: MinioSpec): string =>
  Array.from(
    { length: pools },
    (_, i) => `http://${name}-{${i * nodes + 1}...${(i + 1) * nodes}}:${API_PORT}/data{1...${drives}}\n`,
  ).join("");

/** Nodes `minio-1…n`; those of the second pool go on counting. */
export function planMinio(spec: MinioSpec, { name, hostPort }: PlanContext): readonly PlannedNode[] {
  return Array.from({ length: spec.nodes * spec.pools }, (_, i) => ({
    name: `${name}-${i + 1}`,
    component: "minio",
    // The shell splits the file's lines into arguments; it knows no ranges in braces, so MinIO gets them as they are.
    command: ["/bin/sh", "-c", `exec /opt/lab/minio/start $(cat ${POOLS_PATH})`],
    environment: {
      MINIO_ROOT_USER: spec.rootUser,
      MINIO_ROOT_PASSWORD: spec.rootPassword,
      MINIO_REGION: spec.region,
      MINIO_STORAGE_CLASS_STANDARD: `EC:${spec.parity}`,
      MINIO_STORAGE_CLASS_INLINE_BLOCK: `${spec.inlineKb}KiB`,
      MINIO_PROMETHEUS_AUTH_TYPE: "public",
      // The lab's clients are told by the API; the browser's console would only take memory.
      MINIO_BROWSER: "off",
      // The collector works harder near this. The rest is for `mc`, which runs in the node when the lab asks.
      GOMEMLIMIT: `${Math.floor(spec.memoryMb * 0.6)}MiB`,
      [`MC_HOST_${ALIAS}`]: `http://${spec.rootUser}:${spec.rootPassword}@127.0.0.1:${API_PORT}`,
      ...(spec.requestsMax === 0 ? {} : { MINIO_API_REQUESTS_MAX: String(spec.requestsMax) }),
      ...spec.config,
    },
    files: [{ path: POOLS_PATH, content: poolsOf(name, spec), mode: 0o644 }],
    ports: [{ container: API_PORT, host: hostPort() }],
    volumes: drivesOf(spec),
    memoryMb: spec.memoryMb,
  }));
}
