/** A Spark standalone cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { about, choice, flag, group, optional, ownSettings, whole } from "../../fields.ts";
import { knobsOf, SPARK_PROFILES, type Profile } from "../profiles.ts";
import { clusterName, specKind } from "../spec-kind.ts";
import type { AnySpec } from "../types.ts";

export interface SparkSpec extends AnySpec {
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

export interface SparkOptions extends Pick<AnySpec, "networks"> {
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

export const MOST_WORKERS = 20;

export const sparkSpec = specKind<SparkSpec>({
  system: "spark",
  builder: "sparkCluster",
  fields: {
    workers: about("workers beside the master", whole({ least: 1, most: MOST_WORKERS, otherwise: 5 })),
    coresPerWorker: about("cores that each worker offers; executors beyond them wait", whole({ least: 1, most: 64 })),
    executor: about(
      "what each executor takes",
      group<SparkSpec["executor"]>({
        cores: whole({ least: 1, most: 64 }),
        // Less leaves no room for data beside what Spark needs for itself.
        memoryMb: about("its heap, in MiB", whole({ least: 256, most: 65_536 })),
      }),
    ),
    shufflePartitions: about("partitions of a shuffle", whole({ least: 1, most: 10_000 })),
    parallelism: about("tasks of a stage that nothing else decides", whole({ least: 1, most: 10_000 })),
    recovery: about(
      "what a master that comes back knows: its workers and applications, or nothing",
      choice(["filesystem", "none"], "filesystem"),
    ),
    driverNode: about("drivers run on a node of their own, else on the master", flag(false)),
    minio: about("the MinIO cluster of the topology that s3a:// means", optional(clusterName())),
    config: about("further lines of every node's spark-defaults.conf, in Spark's own names", optional(ownSettings())),
  },
  together: ({ executor, coresPerWorker }) =>
    executor.cores <= coresPerWorker
      ? undefined
      : {
          field: "executor.cores",
          what: `is ${executor.cores}`,
          hint: `use a whole number from 1 to ${coresPerWorker} (a worker has no more cores)`,
        },
});

/**
 * A Spark cluster fit for a laptop: five workers of one core, executors of one core and 320 MiB, as many partitions as
 * there are cores, and a master that keeps what it knows on its disk.
 * @throws LabError `bad-scenario` naming the field.
 */
export function sparkCluster({ profile = "laptop", ...options }: SparkOptions = {}): SparkSpec {
  const { tasksPerCore, ...knobs } = knobsOf("sparkCluster", SPARK_PROFILES, profile);
  const { workers = 5, coresPerWorker = knobs.coresPerWorker } = options;
  const tasks = workers * coresPerWorker * tasksPerCore;
  const executor = { ...knobs.executor, ...options.executor };
  const spec = sparkSpec.fill({ ...knobs, shufflePartitions: tasks, parallelism: tasks, ...options, executor });
  sparkSpec.check(spec);
  return spec;
}

/** A cluster in a few words: `a master and 5 workers`. */
export const describeSpark = (spec: SparkSpec): string =>
  `a master and ${spec.workers} worker${spec.workers === 1 ? "" : "s"}`;
