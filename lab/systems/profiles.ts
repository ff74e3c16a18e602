/**
 * The knobs that the deployment guide names under "Performance Tuning", as data: a table a system, with what a laptop
 * gets and what a machine of production's size does. The guide names the knobs and gives no figures; where a figure is
 * from stands beside it. What a scenario names itself always wins.
 */
import { boundsOf } from "../bounds.ts";

export type Profile = "laptop" | "production";

type Table<T> = Readonly<Record<Profile, T>>;

/** The knobs of one profile. @throws LabError `bad-scenario` for a profile that is not there */
export function knobsOf<T>(builder: string, table: Table<T>, profile: Profile): T {
  const found = Object.hasOwn(table, profile) ? table[profile] : undefined;
  if (found !== undefined) return found;
  throw boundsOf(builder).bad("profile", `is ${JSON.stringify(profile)}`, `use ${Object.keys(table).join(" or ")}`);
}

interface KafkaKnobs {
  /** What a broker does to batches: keep the producer's codec, or write them in this one. */
  readonly compression: "producer" | "uncompressed" | "gzip";
  /** The largest batch of records that a broker takes. */
  readonly batchMaxBytes: number;
  readonly heapMb: number;
}

/** Sources: Kafka's documentation, "Topic configs" (`compression.type`, `max.message.bytes`) and "Java Version" (heap). */
export const KAFKA_PROFILES: Table<KafkaKnobs> = {
  laptop: {
    // Kafka's default: brokers spend no processor on it, which is what is short here.
    compression: "producer",
    // Kafka's default.
    batchMaxBytes: 1_048_588,
    // Measured: a combined node under the lab's loads fills 220 MB, by the collector's choice.
    heapMb: 288,
  },
  production: {
    // Network and disk are short before processors are; gzip is the one codec that every client of the lab can read.
    compression: "gzip",
    // Batches of several thousand events compress better and cost fewer requests.
    batchMaxBytes: 4 * 2 ** 20,
    // Kafka's own advice is 6 GB, and the rest of the memory for the page cache.
    heapMb: 6_144,
  },
};

interface SparkKnobs {
  readonly coresPerWorker: number;
  readonly executor: { readonly cores: number; readonly memoryMb: number };
  /** Partitions of a shuffle, and tasks of a stage, for each core of the cluster. */
  readonly tasksPerCore: number;
}

/** Source: Spark's documentation, "Tuning Spark", level of parallelism: two to three tasks for each core. */
export const SPARK_PROFILES: Table<SparkKnobs> = {
  laptop: {
    coresPerWorker: 1,
    executor: { cores: 1, memoryMb: 320 },
    // Five workers share two cores here: more tasks would only be scheduled, not run.
    tasksPerCore: 1,
  },
  production: {
    coresPerWorker: 4,
    // One executor a worker: wide ones share what a stage broadcasts.
    executor: { cores: 4, memoryMb: 8_192 },
    tasksPerCore: 3,
  },
};

interface ClickHouseKnobs {
  /** Rows between two marks of a primary index. */
  readonly indexGranularity: number;
  /** Threads of one query. */
  readonly maxThreads: number;
  /** What one query may take. */
  readonly maxQueryMemoryMb: number;
  readonly memoryMb: number;
}

/** Sources: ClickHouse's documentation, "MergeTree settings" (`index_granularity`) and "Settings" (`max_threads`, `max_memory_usage`). */
export const CLICKHOUSE_PROFILES: Table<ClickHouseKnobs> = {
  laptop: {
    // ClickHouse's default; tables of rehearsals are smaller than a few marks anyway.
    indexGranularity: 8_192,
    // There are two cores.
    maxThreads: 2,
    // So that one query does not take the whole node down.
    maxQueryMemoryMb: 200,
    memoryMb: 384,
  },
  production: {
    indexGranularity: 8_192,
    // ClickHouse's default is the number of cores.
    maxThreads: 8,
    // ClickHouse's default is 10 GB.
    maxQueryMemoryMb: 10_000,
    memoryMb: 16_384,
  },
};

interface MinioKnobs {
  /** Shards of objects up to this size are kept with their metadata, in one file a drive. */
  readonly inlineKb: number;
  /** Requests that a node serves at a time, the others wait; 0: as many as MinIO thinks fit for its memory. */
  readonly requestsMax: number;
  readonly memoryMb: number;
}

/** Sources: MinIO's server settings `MINIO_STORAGE_CLASS_INLINE_BLOCK` and `MINIO_API_REQUESTS_MAX`. */
export const MINIO_PROFILES: Table<MinioKnobs> = {
  laptop: {
    // MinIO's default.
    inlineKb: 128,
    requestsMax: 0,
    // Measured: a node of two drives under the lab's loads, with `mc` beside it.
    memoryMb: 448,
  },
  production: {
    // The logs of Delta tables are small objects: one seek a drive instead of two.
    inlineKb: 256,
    // So many large requests in flight fill a network card; more would wait in memory instead of in the queue.
    requestsMax: 1_000,
    // MinIO's own advice is 32 GB for a node.
    memoryMb: 32_768,
  },
};
