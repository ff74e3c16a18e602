/** A real balancer before real MinIO nodes: it spreads requests, takes a dead node out and takes it in again. */
import { expect, test } from "vitest";
import { balancerCluster } from "../../lab/systems/balancer/index.ts";
import { textOf } from "../../lab/systems/endpoint.ts";
import { minioCluster } from "../../lab/systems/minio/index.ts";
import { milliseconds, seconds, waitFor } from "../../lab/time.ts";
import { openClusters } from "./test-clusters.ts";

const BACKEND = { cluster: "minio", port: 9000, mode: "http", check: "/minio/health/live" } as const;

test("requests are spread; a dead server is taken out and taken in again; a drained one gets none; servers are added", async () => {
  await using lab = await openClusters({
    minio: minioCluster({ nodes: 2, drives: 2 }),
    balancer: balancerCluster({ backends: { minio: BACKEND } }),
  });
  const { balancer } = lab.clusters;
  const ask = async (): Promise<number> =>
    (await fetch(`http://${textOf(balancer.address("minio"))}/minio/health/live`)).status;
  const sessions = async (): Promise<number[]> => (await balancer.servers()).map((server) => server.sessions);
  const becomes = (wanted: readonly string[]): Promise<unknown> =>
    waitFor(
      `the servers to be ${wanted.join(", ")}`,
      async () => {
        const seen = (await balancer.servers()).map(({ status }) => status);
        return seen.join() === wanted.join() ? { reached: true } : { seen: seen.join() };
      },
      { within: seconds(30), every: milliseconds(100) },
    );

  for (let i = 0; i < 10; i += 1) expect(await ask()).toBe(200);
  expect(await sessions()).toEqual([5, 5]);

  const [dead] = lab.clusters.minio.nodes;
  await dead?.kill();
  await becomes(["DOWN", "UP"]);
  for (let i = 0; i < 4; i += 1) expect(await ask()).toBe(200);
  await dead?.start();
  await becomes(["UP", "UP"]);

  await balancer.drain("minio", "minio-2");
  await becomes(["UP", "DRAIN"]);
  const [, before] = await sessions();
  for (let i = 0; i < 4; i += 1) expect(await ask()).toBe(200);
  expect((await sessions())[1]).toBe(before);

  const [known] = await sessions();
  await lab.clusters.minio.scaling.scaleOut("pool");
  await becomes(["UP", "DRAIN", "UP", "UP"]);
  expect((await sessions())[0]).toBe(known);
  for (let i = 0; i < 6; i += 1) expect(await ask()).toBe(200);
  expect((await sessions()).slice(2)).toEqual([2, 2]);

  const [haproxy] = balancer.nodes;
  await haproxy?.kill();
  await haproxy?.start();
  await balancer.ready({ within: seconds(30) });
  for (let i = 0; i < 4; i += 1) expect(await ask()).toBe(200);
  expect(await sessions()).toEqual([1, 1, 1, 1]);

  await balancer.drain("minio", "minio-2");
  await balancer.enable("minio", "minio-2");
  await expect(balancer.drain("minio", "nobody")).rejects.toMatchObject({ code: "cluster-not-ready" });
});
