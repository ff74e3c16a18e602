/** A MinIO cluster of real containers: its schema, a drive that is emptied and mended, a load, a reset, a second pool. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import { minioCluster, s3ErrorName } from "../../lab/systems/minio/index.ts";
import type { MinioCluster } from "../../lab/systems/minio/index.ts";
import type { Node } from "../../lab/engine/types.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { objects, startLoad } from "../../lab/systems/loads.ts";
import { perSecond, seconds } from "../../lab/time.ts";
import { openClusters } from "./test-clusters.ts";
import type { TestClusters } from "./test-clusters.ts";

let lab: TestClusters<{ minio: ReturnType<typeof minioCluster> }>;
let store: MinioCluster;

beforeAll(async () => {
  lab = await openClusters({ minio: minioCluster() });
  store = lab.clusters.minio;
});
afterAll(() => lab[Symbol.asyncDispose]());

function first(): Node {
  const [node] = store.nodes;
  if (node === undefined) throw new Error("there is no node");
  return node;
}
const lastConverged = (): JournalEvent | undefined => lab.events.findLast(({ type }) => type === "converged");

test("a service may do what its policy says and nothing else", async () => {
  using spark = store.client(first(), { user: "spark" });
  await spark.s3.putObject("lakehouse", "events/part-0", "rows");
  const refused = await spark.s3.putObject("backups", "stolen", "rows").catch(s3ErrorName);
  expect(refused).toBe("AccessDenied");
  using backup = store.client(first(), { user: "clickhouse-backup" });
  const wrongUser = await backup.s3.putObject("lakehouse", "events/part-1", "rows").catch(s3ErrorName);
  expect(wrongUser).toBe("AccessDenied");
});

test("objects are written over and read at every node, to the last byte, and are registers", async () => {
  await using load = await startLoad({
    ...lab,
    name: "objects",
    spec: objects({ to: "minio.rehearsal", rate: perSecond(40) }),
  });
  await load.acknowledged(60, { within: seconds(20) });
  await load.stop();
  await load.drain({ within: seconds(10) });
  expect(runCheck(check.register("objects"), lab.journal())).toMatchObject({ verdict: "held" });
});

test("what is missing on a drive is seen, mended, and seen to be whole", async () => {
  expect(store.storage.disks(first())).toEqual(["/data1", "/data2"]);
  await first().exec(["rm", "-r", "/data1/rehearsal"]);
  await store.replicated.converge({ within: seconds(20) });
  expect(lastConverged()).toMatchObject({ equal: true });
  const { exitCode } = await first().exec(["ls", "/data1/rehearsal/object-0/xl.meta"]);
  expect(exitCode).toBe(0);
});

test("a second pool takes part, and a reset leaves what the schema says", async () => {
  const added = await store.scaling.scaleOut("pool");
  expect(added.map(({ name }) => name)).toEqual(["minio-5", "minio-6", "minio-7", "minio-8"]);
  expect(await Promise.all(store.nodes.map((node) => store.answers(node)))).not.toContain(false);
  await store.reset({ within: seconds(30) });
  using client = store.client(added[0] ?? first());
  expect((await client.s3.listBuckets()).map(({ name }) => name).toSorted()).toEqual([
    "backups",
    "lakehouse",
    "rehearsal",
  ]);
  expect(await client.s3.statObject("rehearsal", "object-0").catch(s3ErrorName)).toBe("NotFound");
});
