/** The load of MinIO clusters. */
import { clusterOf, defineLoad, placeOf } from "../../../load/index.ts";
import { milliseconds } from "../../../time.ts";
import type { MinioCluster } from "../cluster.ts";
import { startObjectsLoad } from "./objects-load.ts";
import { objectsSpec, PART_BYTES, type ObjectsSpec } from "./objects-spec.ts";

export const objectsLoad = defineLoad<ObjectsSpec, MinioCluster>({
  spec: objectsSpec,
  system: "minio",
  operation: "an object put or got",
  part: { one: "object", column: "key", unit: "request" },
  needs: (spec) => [{ cluster: clusterOf(spec), system: "minio", what: "bucket", name: placeOf(spec) }],
  words: { actions: ({ mix }) => ({ read: 1 - mix.puts, write: mix.puts }), checks: ["register"] },
  // A writer in parts, or in pieces, pauses after each.
  usual: ({ upload, partPause, sizeBytes }) =>
    milliseconds(50 + partPause * (upload === "put" ? 0 : upload === "pieces" ? 3 : Math.ceil(sizeBytes / PART_BYTES))),
  side: ({ clients }) => clients,
  start: startObjectsLoad,
});
