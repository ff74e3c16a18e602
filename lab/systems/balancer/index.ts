/** Load balancers: as data (`balancerCluster`), and started (`balancer`). */
export { balancerCluster } from "./spec.ts";
export type { BalancerOptions, BalancerSpec } from "./spec.ts";
export { configurationOf } from "./layout.ts";
export { balancer } from "./cluster.ts";
export type { BalancerCluster } from "./cluster.ts";
