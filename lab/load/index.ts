/** Loads: as data (`produce`, …), and under way (`startLoad`). */
import type { Cluster } from "../systems/types.ts";
import type { ClickHouseCluster } from "../systems/clickhouse/index.ts";
import type { ZooKeeperCluster } from "../systems/zookeeper/index.ts";
import type { MinioCluster } from "../systems/minio/index.ts";
import type { KafkaCluster } from "../systems/kafka/index.ts";
import type { SparkCluster } from "../systems/spark/index.ts";
import { LabError } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { Random } from "../random.ts";
import type { RunClock } from "../time.ts";
import { startBatchesLoad } from "../systems/spark/load/batches-load.ts";
import { startObjectsLoad } from "../systems/minio/load/objects-load.ts";
import { startProduceLoad } from "../systems/kafka/load/produce-load.ts";
import { startRegisterLoad } from "../systems/zookeeper/load/register-load.ts";
import { startRowsLoad } from "../systems/clickhouse/load/rows-load.ts";
import type { LoadSpec, StartedLoad } from "./types.ts";

export { registers } from "../systems/zookeeper/load/register-spec.ts";
export { batches } from "../systems/spark/load/batches-spec.ts";
export { objects } from "../systems/minio/load/objects-spec.ts";
export { rows } from "../systems/clickhouse/load/rows-spec.ts";
export { destinationOf, produce } from "../systems/kafka/load/produce-spec.ts";
export type { ProduceOptions } from "../systems/kafka/load/produce-spec.ts";
export { startProduceLoad } from "../systems/kafka/load/produce-load.ts";
export type { KillableClient, LoadSpec, RunningLoad, StartedLoad } from "./types.ts";

export interface LoadOptions {
  readonly name: string;
  readonly spec: LoadSpec;
  readonly clusters: Readonly<Record<string, Cluster>>;
  readonly recorder: Recorder;
  readonly clock: RunClock;
  readonly random: Random;
}

/** Starts whatever kind of load the spec is. @throws LabError `load-failed`; `bad-scenario` when it goes to a cluster that is not there. */
export function startLoad({ name, spec, clusters, ...context }: LoadOptions): Promise<StartedLoad> {
  switch (spec.kind) {
    case "registers":
      return startRegisterLoad({ name, spec, zookeeper: find<ZooKeeperCluster>("zookeeper"), ...context });
    case "rows":
      return startRowsLoad({ name, spec, clickhouse: find<ClickHouseCluster>("clickhouse"), ...context });
    case "batches":
      return startBatchesLoad({ name, spec, spark: find<SparkCluster>("spark"), ...context });
    case "objects":
      return startObjectsLoad({ name, spec, minio: find<MinioCluster>("minio"), ...context });
    case "produce":
      return startProduceLoad({ name, spec, kafka: find<KafkaCluster>("kafka"), ...context });
  }

  /** The cluster that `to` begins with. */
  function find<C extends Cluster>(system: C["system"]): C {
    const [wanted = ""] = spec.to.split(".");
    const cluster = clusters[wanted];
    // A spec's system and its cluster's class belong together.
    if (cluster?.system === system) return cluster as C;
    throw new LabError({
      code: "bad-scenario",
      message: `load ${name} goes to ${wanted}, which is ${cluster === undefined ? "not in the topology" : `no ${system} cluster`}`,
      hint: `there is: ${Object.keys(clusters).join(", ")}`,
    });
  }
}
