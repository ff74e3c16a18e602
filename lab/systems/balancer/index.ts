/** The load balancer. */
import { defineSystem } from "../define.ts";
import { minioCluster } from "../minio/spec.ts";
import { START_LIMIT, StartedBalancer } from "./cluster.ts";
import type { BalancerCluster } from "./cluster.ts";
import { planBalancer } from "./layout.ts";
import { balancerCluster, balancerSpec, describeBalancer } from "./spec.ts";
import type { BalancerSpec } from "./spec.ts";
import { phrases, subjects } from "./words.ts";

export { balancerCluster } from "./spec.ts";
export type { BalancerOptions, BalancerSpec } from "./spec.ts";
export { configurationOf } from "./layout.ts";
export type { BalancerCluster } from "./cluster.ts";

export const balancer = defineSystem<BalancerSpec, BalancerCluster>()({
  system: "balancer",
  sentence: "HAProxy before other clusters, with health checks",
  build: balancerCluster,
  spec: balancerSpec,
  example: {
    minio: minioCluster({ nodes: 2 }),
    balancer: balancerCluster({
      backends: { minio: { cluster: "minio", port: 9000, mode: "http", check: "/minio/health/live" } },
    }),
  },
  images: ["haproxy"],
  phrases,
  subjects,
  describe: describeBalancer,
  refers: ({ backends }) =>
    Object.entries(backends).map(([backend, { cluster: name }]) => ({ field: ["backends", backend, "cluster"], name })),
  needs: ({ backends }) => [...new Set(Object.values(backends).map(({ cluster }) => cluster))],
  plan: planBalancer,
  made: (spec, context, nodes) => new StartedBalancer(spec, context, nodes),
  untilReady(cluster, note) {
    note("waiting until all servers are up");
    return cluster.ready({ within: START_LIMIT });
  },
});
