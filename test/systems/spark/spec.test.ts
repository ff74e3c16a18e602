import { describe, expect, test } from "vitest";
import { minioCluster } from "../../../lab/systems/minio/index.ts";
import { settingsOf, spark, sparkCluster } from "../../../lab/systems/spark/index.ts";

describe("a Spark cluster as data", () => {
  test("mistakes are named with the field and what would do", () => {
    expect(() => sparkCluster({ workers: 0 })).toThrow("sparkCluster: workers is 0");
    expect(() => sparkCluster({ executor: { cores: 2 } })).toThrow("sparkCluster: executor.cores is 2");
    expect(() => sparkCluster({ executor: { memoryMb: 200 } })).toThrow("sparkCluster: executor.memoryMb is 200");
  });

  test("its nodes: a master, workers, and a node for drivers where it is asked for", () => {
    const names = (spec: ReturnType<typeof sparkCluster>): string[] =>
      spark.plan(spec, { name: "spark", topology: {}, nodesOf: () => [], hostPort: () => 0 }).map(({ name }) => name);
    expect(names(sparkCluster({ workers: 2 }))).toEqual(["spark-master", "spark-worker-1", "spark-worker-2"]);
    expect(names(sparkCluster({ workers: 1, driverNode: true }))).toEqual([
      "spark-master",
      "spark-driver",
      "spark-worker-1",
    ]);
  });
});

describe("spark-defaults.conf", () => {
  test("names the object store, and fails where there is none of that name", () => {
    const spec = sparkCluster({ minio: "lake" });
    const settings = settingsOf(spec, { lake: minioCluster() });
    expect(settings).toContain("spark.hadoop.fs.s3a.endpoint http://lake-1:9000\n");
    expect(settings).toContain("spark.hadoop.fs.s3a.access.key spark\n");
    expect(settings).toContain("spark.deploy.recoveryMode FILESYSTEM\n");
    expect(() => settingsOf(spec, {})).toThrow("no MinIO cluster of that name");
  });

  test("a scenario's settings win; a master may remember nothing", () => {
    const settings = settingsOf(
      sparkCluster({ recovery: "none", config: { "spark.sql.shuffle.partitions": "7" } }),
      {},
    );
    expect(settings).toContain("spark.sql.shuffle.partitions 7\n");
    expect(settings.match(/shuffle\.partitions/g)).toHaveLength(1);
    expect(settings).not.toContain("recovery");
  });
});
