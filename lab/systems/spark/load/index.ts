/** The load of Spark clusters. */
import { clusterOf, defineLoad, placeOf } from "../../../load/index.ts";
import { milliseconds } from "../../../time.ts";
import type { SparkCluster } from "../cluster.ts";
import { startBatchesLoad, type RunningBatches } from "./batches-load.ts";
import { batchesSpec, type BatchesSpec } from "./batches-spec.ts";

/** A batch on the machine that the rehearsals were measured on: 5 to 11 s where something else runs beside it. */
const BATCH_MS = 5_000;

export const batchesLoad = defineLoad<BatchesSpec, SparkCluster, RunningBatches, "to" | "lake" | "table">({
  spec: batchesSpec,
  system: "spark",
  operation: "a batch of rows",
  // One writer, one table.
  part: { one: "driver", column: "client", unit: "row" },
  needs(spec) {
    const lake = { to: spec.lake };
    return [
      { cluster: clusterOf(spec), system: "spark" },
      { cluster: clusterOf(lake), system: "minio", what: "bucket", name: placeOf(lake) },
    ];
  },
  words: {
    actions: () => ({ add: 1 }),
    checks: ["set"],
    clients: () => ["driver", "executor-1"],
    subjects: [
      { subject: "newest batch in the table of LOAD", values: "the number of the batch, from 0" },
      { subject: "failed tries of LOAD", values: "how many" },
      { subject: "committed and not told of LOAD", values: "how many batches were in the table when their try failed" },
    ],
  },
  usual: ({ acknowledgeAfter }) => milliseconds(BATCH_MS + acknowledgeAfter),
  side: () => 1,
  start: startBatchesLoad,
});
