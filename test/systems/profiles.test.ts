/** The knobs of the deployment guide: what a profile sets reaches the nodes' settings, and what cannot be is refused. */
import { describe, expect, test } from "vitest";
import { topologyNamed } from "../../lab/cli/catalogue.ts";
import { clickhouseCluster } from "../../lab/systems/clickhouse/index.ts";
import { memoryNeededMb, planTopology, type Topology } from "../../lab/systems/index.ts";
import { kafkaCluster } from "../../lab/systems/kafka/index.ts";
import { minioCluster } from "../../lab/systems/minio/spec.ts";
import { platformFor } from "../../lab/systems/platform.ts";
import { CLICKHOUSE_PROFILES, KAFKA_PROFILES, MINIO_PROFILES, SPARK_PROFILES } from "../../lab/systems/profiles.ts";
import { sparkCluster } from "../../lab/systems/spark/index.ts";
import { produce } from "../../lab/systems/loads.ts";

/** Everything that a node of the topology is started with, as one text. */
function settingsOf(topology: Topology, name: string): string {
  const node = planTopology(topology).find((each) => each.name === name);
  if (node === undefined) throw new Error(`there is no ${name}`);
  const environment = Object.entries(node.environment ?? {}).map(([key, value]) => `${key}=${value}`);
  return [...node.command, ...environment, ...(node.files ?? []).map(({ content }) => content)].join("\n");
}

describe.each(["laptop", "production"] as const)("the platform for %s", (profile) => {
  const platform = platformFor(profile);

  test("Kafka: batch size and compression", () => {
    const { compression, batchMaxBytes, heapMb } = KAFKA_PROFILES[profile];
    const settings = settingsOf(platform, "kafka-1");
    expect(settings).toContain(`compression.type=${compression}\n`);
    expect(settings).toContain(`message.max.bytes=${batchMaxBytes}\n`);
    expect(settings).toContain(`LAB_KAFKA_HEAP=${heapMb}m`);
  });

  test("Spark: partitions and parallelism", () => {
    const { tasksPerCore, coresPerWorker, executor } = SPARK_PROFILES[profile];
    const settings = settingsOf(platform, "spark-worker-1");
    expect(settings).toContain(`spark.sql.shuffle.partitions ${5 * coresPerWorker * tasksPerCore}\n`);
    expect(settings).toContain(`spark.default.parallelism ${5 * coresPerWorker * tasksPerCore}\n`);
    expect(settings).toContain(`spark.executor.cores ${executor.cores}\n`);
    expect(settings).toContain(`--cores ${coresPerWorker} `);
  });

  test("ClickHouse: index granularity and query settings", () => {
    const { indexGranularity, maxThreads, maxQueryMemoryMb } = CLICKHOUSE_PROFILES[profile];
    const settings = settingsOf(platform, "clickhouse-1-1");
    expect(settings).toContain(`<index_granularity>${indexGranularity}</index_granularity>`);
    expect(settings).toContain(`<max_threads>${maxThreads}</max_threads>`);
    expect(settings).toContain(`<max_memory_usage>${maxQueryMemoryMb * 2 ** 20}</max_memory_usage>`);
  });

  test("MinIO: object size and concurrency", () => {
    const { inlineKb, requestsMax } = MINIO_PROFILES[profile];
    const settings = settingsOf(platform, "minio-1");
    expect(settings).toContain(`MINIO_STORAGE_CLASS_INLINE_BLOCK=${inlineKb}KiB`);
    expect(settings.includes("MINIO_API_REQUESTS_MAX=")).toBe(requestsMax !== 0);
    if (requestsMax !== 0) expect(settings).toContain(`MINIO_API_REQUESTS_MAX=${requestsMax}`);
  });
});

test("the limits of a laptop's platform fit into 10 GiB; production's do not pretend to", () => {
  expect(memoryNeededMb(platformFor("laptop"))).toBeLessThanOrEqual(10 * 1024);
  expect(memoryNeededMb(platformFor("production"))).toBeGreaterThan(100 * 1024);
});

test("what is named beside a profile wins", () => {
  expect(kafkaCluster({ profile: "production", compression: "uncompressed" })).toMatchObject({
    compression: "uncompressed",
    batchMaxBytes: KAFKA_PROFILES.production.batchMaxBytes,
  });
  expect(sparkCluster({ profile: "production", workers: 2, shufflePartitions: 7 })).toMatchObject({
    shufflePartitions: 7,
    parallelism: 24,
  });
  expect(minioCluster({ profile: "production", requestsMax: 0 })).toMatchObject({ requestsMax: 0, inlineKb: 256 });
  expect(clickhouseCluster({ profile: "production", indexGranularity: 1_024 })).toMatchObject({
    indexGranularity: 1_024,
    maxThreads: 8,
  });
});

test.each([
  [() => kafkaCluster({ batchMaxBytes: 1 }), "kafkaCluster: batchMaxBytes is 1"],
  [() => kafkaCluster({ compression: "zip" as "gzip" }), 'kafkaCluster: compression is "zip"'],
  [() => sparkCluster({ shufflePartitions: 0 }), "sparkCluster: shufflePartitions is 0"],
  [() => sparkCluster({ parallelism: 1.5 }), "sparkCluster: parallelism is 1.5"],
  [() => clickhouseCluster({ indexGranularity: 1 }), "clickhouseCluster: indexGranularity is 1"],
  [() => clickhouseCluster({ maxThreads: 0 }), "clickhouseCluster: maxThreads is 0"],
  [() => minioCluster({ inlineKb: -1 }), "minioCluster: inlineKb is -1"],
  [() => minioCluster({ requestsMax: 99_999 }), "minioCluster: requestsMax is 99999"],
  [() => produce({ to: "kafka.events", batchRecords: 0 }), "produce: batchRecords is 0"],
  [() => produce({ to: "kafka.events", compression: "lz4" as "gzip" }), 'produce: compression is "lz4"'],
])("%o is refused", (build, message) => {
  expect(build).toThrow(message);
});

test("a profile is the platform's; another word, or another topology, is refused", () => {
  expect(topologyNamed("platform", "production")).toEqual(platformFor("production"));
  expect(() => topologyNamed("platform", "desktop")).toThrow('no profile "desktop"');
  expect(() => topologyNamed("kafka", "production")).toThrow("--profile is for the platform");
});
