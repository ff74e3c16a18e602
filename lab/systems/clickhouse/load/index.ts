/** The load of ClickHouse clusters. */
import { clusterOf, defineLoad, placeOf } from "../../../load/index.ts";
import { milliseconds } from "../../../time.ts";
import type { ClickHouseCluster } from "../cluster.ts";
import { startRowsLoad } from "./rows-load.ts";
import { rowsSpec, type RowsSpec } from "./rows-spec.ts";

export const rowsLoad = defineLoad<RowsSpec, ClickHouseCluster>({
  spec: rowsSpec,
  system: "clickhouse",
  operation: "a block of rows",
  part: { one: "shard", column: "partition", unit: "row" },
  needs: (spec) => [{ cluster: clusterOf(spec), system: "clickhouse", what: "table", name: placeOf(spec) }],
  words: { actions: () => ({ add: 1 }), checks: ["set", "placement"] },
  usual: () => milliseconds(50),
  side: ({ clients }) => clients,
  start: startRowsLoad,
});
