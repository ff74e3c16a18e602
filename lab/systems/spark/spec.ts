/** A Spark standalone cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../bounds.ts";
import { SPARK_PROFILES, type Profile } from "../profiles.ts";

const { wholeNumber } = boundsOf("sparkCluster");

export interface SparkSpec {
  readonly system: "spark";
  readonly workers: number;
  /** Cores that each worker offers; executors beyond them wait. */
  readonly coresPerWorker: number;
  readonly executor: { readonly cores: number; readonly memoryMb: number };
  /** Partitions of a shuffle (`spark.sql.shuffle.partitions`). */
  readonly shufflePartitions: number;
  /** Tasks of a stage that nothing else decides (`spark.default.parallelism`). */
  readonly parallelism: number;
  /** `filesystem`: a master that comes back knows its workers and applications. `none`: as Spark comes. */
  readonly recovery: "filesystem" | "none";
  /** Drivers run on a node of their own, as on a client's machine; else on the master. */
  readonly driverNode: boolean;
  /** The MinIO cluster of the topology that `s3a://` means. */
  readonly minio?: string;
  /** Further lines of every node's spark-defaults.conf, in Spark's own names; they win over the lab's. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface SparkOptions {
  /** Settings for a `laptop` (the default) or for `production`; what is named beside it wins. */
  readonly profile?: Profile;
  readonly workers?: number;
  readonly coresPerWorker?: number;
  readonly executor?: Partial<SparkSpec["executor"]>;
  readonly shufflePartitions?: number;
  readonly parallelism?: number;
  readonly recovery?: SparkSpec["recovery"];
  readonly driverNode?: boolean;
  readonly minio?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * A Spark cluster fit for a laptop: five workers of one core, executors of one core and 320 MiB, as many partitions as
 * there are cores, and a master that keeps what it knows on its disk.
 * @throws LabError `bad-scenario` naming the field.
 */
export function sparkCluster(options: SparkOptions = {}): SparkSpec {
  const workers = options.workers ?? 5;
  const profile = SPARK_PROFILES[options.profile ?? "laptop"];
  const coresPerWorker = options.coresPerWorker ?? profile.coresPerWorker;
  const tasks = workers * coresPerWorker * profile.tasksPerCore;
  const spec: SparkSpec = {
    system: "spark",
    workers,
    coresPerWorker,
    executor: { ...profile.executor, ...options.executor },
    shufflePartitions: options.shufflePartitions ?? tasks,
    parallelism: options.parallelism ?? tasks,
    recovery: options.recovery ?? "filesystem",
    driverNode: options.driverNode ?? false,
    ...(options.minio === undefined ? {} : { minio: options.minio }),
    ...(options.config === undefined ? {} : { config: options.config }),
  };
  checkSparkSpec(spec);
  return spec;
}

export const MOST_WORKERS = 20;

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkSparkSpec(spec: SparkSpec): void {
  wholeNumber("workers", spec.workers, 1, MOST_WORKERS);
  wholeNumber("coresPerWorker", spec.coresPerWorker, 1, 64);
  wholeNumber("executor.cores", spec.executor.cores, 1, spec.coresPerWorker, "a worker has no more cores");
  // Less leaves no room for data beside what Spark needs for itself.
  wholeNumber("executor.memoryMb", spec.executor.memoryMb, 256, 65_536);
  wholeNumber("shufflePartitions", spec.shufflePartitions, 1, 10_000);
  wholeNumber("parallelism", spec.parallelism, 1, 10_000);
}
