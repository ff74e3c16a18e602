/** Which nodes a Spark cluster has, and their spark-defaults.conf. Pure, but for the jobs, which are read from beside it. */
import { readFileSync } from "node:fs";
import type { NodeFile } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { API_PORT as MINIO_PORT } from "../minio/layout.ts";
import { readMinioSchema } from "../minio/schema.ts";
import type { MinioSpec } from "../minio/spec.ts";
import type { AnySpec, PlanContext, PlannedNode } from "../types.ts";
import type { SparkSpec } from "./spec.ts";

/** Ports inside the containers. */
const MASTER_PORT = 7077;
export const MASTER_WEB_PORT = 8080;
export const WORKER_WEB_PORT = 8081;
/** Where a driver that takes orders listens. */
export const DRIVER_PORT = 4041;
/** What executors leave, and what the master remembers. */
export const WORK_FOLDER = "/opt/spark/work";
export const JOBS_FOLDER = "/opt/lab/spark/jobs";
const DEFAULTS_PATH = "/opt/spark/conf/spark-defaults.conf";

const DAEMON_HEAP_MB = 96;
/** What a master or a worker takes. */
const DAEMON_MB = 176;
/** What an executor takes: the share beside its heap is what Spark itself asks a resource manager for. */
const executorMb = (heapMb: number): number => heapMb + 112 + Math.ceil(heapMb / 10);
/**
 * Spark keeps 300 MiB of every heap free of data for its own objects, and refuses a heap of less than half as much again.
 * Its own objects need a third of that, and five executors' heaps are what a small machine cannot spare.
 */
const RESERVED_MB = 128;
/** The service of the MinIO schema that Spark is: it may read and write the lakehouse and nothing else. */
const MINIO_USER = "spark";
const DRIVER_HEAP_MB = 320;
/** Its classes are the most; and the job's own Python is beside it. */
const DRIVER_MB = DRIVER_HEAP_MB + 224 + 64;

export const JOBS = ["batches"] as const;
export type Job = (typeof JOBS)[number];
export const jobPath = (job: Job): string => `${JOBS_FOLDER}/${job}.py`;

const masterName = (cluster: string): string => `${cluster}-master`;
export const masterUrl = (cluster: string): string => `spark://${masterName(cluster)}:${MASTER_PORT}`;
/** The node that drivers run on. */
export const driverNodeName = (spec: SparkSpec, cluster: string): string =>
  spec.driverNode ? `${cluster}-driver` : masterName(cluster);

/**
 * Class-data archives stay where they were written to be. Moved elsewhere, which Java 17 does to make addresses hard to
 * guess, every page of them is rewritten and so is memory of each process: 140 MB of a driver's.
 */
const environment = {
  LAB_SPARK_HEAP: `${DAEMON_HEAP_MB}m`,
  JDK_JAVA_OPTIONS: "-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0",
};

/** Master, driver's node where there is one, workers. */
export function planSpark(spec: SparkSpec, context: PlanContext): readonly PlannedNode[] {
  const { name, topology, hostPort } = context;
  const settings = settingsFile(spec, topology);
  const master: PlannedNode = {
    name: masterName(name),
    component: "spark",
    command: ["/opt/lab/spark/start", "master"],
    environment,
    files: [settings, ...(spec.driverNode ? [] : jobFiles())],
    ports: [
      { container: MASTER_WEB_PORT, host: hostPort() },
      ...(spec.driverNode ? [] : [{ container: DRIVER_PORT, host: hostPort() }]),
    ],
    volumes: [WORK_FOLDER],
    memoryMb: DAEMON_MB + (spec.driverNode ? 0 : DRIVER_MB),
  };
  const drivers: PlannedNode[] = spec.driverNode
    ? [
        {
          name: driverNodeName(spec, name),
          component: "spark",
          // It only waits; drivers are started in it.
          command: ["bash", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"],
          environment,
          files: [settings, ...jobFiles()],
          ports: [{ container: DRIVER_PORT, host: hostPort() }],
          memoryMb: DRIVER_MB,
        },
      ]
    : [];
  const workers = Array.from({ length: spec.workers }, (_, place) => planWorker(spec, context, place + 1));
  return [master, ...drivers, ...workers];
}

/** One worker: `spark-worker-2`. */
export function planWorker(spec: SparkSpec, { name, topology, hostPort }: PlanContext, number: number): PlannedNode {
  const executors = Math.floor(spec.coresPerWorker / spec.executor.cores);
  return {
    name: `${name}-worker-${number}`,
    component: "spark",
    command: ["bash", "-c", startWorker(spec, name, executors)],
    environment,
    files: [settingsFile(spec, topology)],
    ports: [{ container: WORKER_WEB_PORT, host: hostPort() }],
    volumes: [WORK_FOLDER],
    memoryMb: DAEMON_MB + executors * executorMb(spec.executor.memoryMb),
  };
}

/**
 * A worker that registers a moment too early tries again only after 5 to 15 s. So it waits, for a minute at most, until
 * the master says that it is alive, or that it recovers, when it wants to hear of its workers.
 */
function startWorker(spec: SparkSpec, cluster: string, executors: number): string {
  const host = masterName(cluster);
  const ask = String.raw`exec 3<>/dev/tcp/${host}/${MASTER_WEB_PORT} && printf 'GET /json/ HTTP/1.0\r\n\r\n' >&3 && cat <&3`;
  const ready = `timeout 2 bash -c "${ask.replaceAll('"', '\\"')}" 2>/dev/null | grep -qE '"status" *: *"(ALIVE|RECOVERING|COMPLETING_RECOVERY)"'`;
  const start = `exec /opt/lab/spark/start worker --cores ${spec.coresPerWorker} --memory ${executors * spec.executor.memoryMb}m ${masterUrl(cluster)}`;
  return `for i in $(seq 300); do ${ready} && break; sleep 0.2; done; ${start}`;
}

const settingsFile = (spec: SparkSpec, topology: Readonly<Record<string, AnySpec>>): NodeFile => ({
  path: DEFAULTS_PATH,
  content: settingsOf(spec, topology),
  mode: 0o644,
});

const jobFiles = (): readonly NodeFile[] =>
  JOBS.map((job) => ({
    path: jobPath(job),
    content: readFileSync(new URL(`./jobs/${job}.py`, import.meta.url), "utf8"),
    mode: 0o644,
  }));

/**
 * The spark-defaults.conf of every node. How failures are noticed stays as Spark has it (a silent worker is given up
 * after 60 s, a dead one at once); a scenario overrides it with `config`.
 */
export function settingsOf(spec: SparkSpec, topology: Readonly<Record<string, AnySpec>>): string {
  const settings: Record<string, string> = {
    ...(spec.recovery === "filesystem"
      ? { "spark.deploy.recoveryMode": "FILESYSTEM", "spark.deploy.recoveryDirectory": `${WORK_FOLDER}/recovery` }
      : {}),
    // By default a driver waits two minutes for an executor whose machine has gone without a word.
    "spark.network.timeout": "15s",
    "spark.network.timeoutInterval": "5s",
    "spark.executor.heartbeatInterval": "3s",
    "spark.executor.cores": String(spec.executor.cores),
    "spark.executor.memory": `${spec.executor.memoryMb}m`,
    "spark.driver.memory": `${DRIVER_HEAP_MB}m`,
    "spark.testing.reservedMemory": String(RESERVED_MB * 2 ** 20),
    "spark.sql.shuffle.partitions": String(spec.shufflePartitions),
    "spark.default.parallelism": String(spec.parallelism),
    "spark.ui.enabled": "false",
    // The history of small tables needs no fifty partitions.
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    ...(spec.minio === undefined ? {} : objectStore(spec.minio, topology[spec.minio])),
    ...spec.config,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join("");
}

/** How Spark reaches the objects of a MinIO cluster. */
function objectStore(minio: string, spec: AnySpec | undefined): Record<string, string> {
  if (!isMinio(spec)) {
    throw new LabError({
      code: "bad-scenario",
      message: `sparkCluster: minio is "${minio}", and the topology has no MinIO cluster of that name`,
      hint: `name it as in the topology: { ${minio}: minioCluster(), spark: sparkCluster({ minio: "${minio}" }) }`,
    });
  }
  const user = readMinioSchema(spec.schema).services.find(({ name }) => name === MINIO_USER);
  if (user === undefined) {
    throw new LabError({
      code: "bad-scenario",
      message: `sparkCluster: schemas/${spec.schema} has no service "${MINIO_USER}", which Spark is to MinIO`,
    });
  }
  return {
    "spark.hadoop.fs.s3a.endpoint": `http://${minio}-1:${MINIO_PORT}`,
    "spark.hadoop.fs.s3a.endpoint.region": spec.region,
    "spark.hadoop.fs.s3a.path.style.access": "true",
    "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
    "spark.hadoop.fs.s3a.access.key": user.name,
    "spark.hadoop.fs.s3a.secret.key": user.password,
    "spark.hadoop.fs.s3a.connection.establish.timeout": "2s",
    "spark.hadoop.fs.s3a.connection.timeout": "10s",
    "spark.hadoop.fs.s3a.attempts.maximum": "4",
  };
}

const isMinio = (spec: AnySpec | undefined): spec is MinioSpec => spec?.system === "minio";
