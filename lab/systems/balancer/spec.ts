/** A load balancer as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../bounds.ts";
import { formatDuration, milliseconds } from "../../time.ts";
import type { Duration } from "../../time.ts";

const { bad, wholeNumber } = boundsOf("balancerCluster");

export interface Backend {
  /** The cluster of the topology whose nodes are its servers. */
  readonly cluster: string;
  /** The servers' port. */
  readonly port: number;
  /** Where the balancer listens for it. */
  readonly listen: number;
  readonly mode: "tcp" | "http";
  /** Path that a healthy server answers with 2xx or 3xx; empty: a connection is enough. */
  readonly check: string;
  /** From one check to the next. */
  readonly checkEvery: Duration;
  /** So many failed checks in a row take a server out. */
  readonly fall: number;
  /** So many good ones take it in again. */
  readonly rise: number;
}

export interface BalancerSpec {
  readonly system: "balancer";
  readonly backends: Readonly<Record<string, Backend>>;
}

export interface BalancerOptions {
  readonly backends: Readonly<Record<string, Pick<Backend, "cluster" | "port"> & Partial<Backend>>>;
}

/**
 * One HAProxy before other clusters: plain TCP unless a backend says HTTP, listening on the servers' own port, each
 * server checked twice a second, taken out after two failures and taken in after two successes.
 * @throws LabError `bad-scenario` naming the field.
 */
export function balancerCluster(options: BalancerOptions): BalancerSpec {
  const backends: Record<string, Backend> = {};
  for (const [name, given] of Object.entries(options.backends)) {
    const defaults = {
      listen: given.port,
      mode: "tcp",
      check: "",
      checkEvery: milliseconds(500),
      fall: 2,
      rise: 2,
    } as const;
    backends[name] = { ...defaults, ...given };
  }
  const spec: BalancerSpec = { system: "balancer", backends };
  checkBalancerSpec(spec);
  return spec;
}

/** Statistics, for people (`/stats`), for programs (`/stats;csv`) and for Prometheus (`/metrics`). */
export const STATISTICS_PORT = 8404;

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkBalancerSpec(spec: BalancerSpec): void {
  const entries = Object.entries(spec.backends);
  if (entries.length === 0) throw bad("backends", "has none", 'name one: { minio: { cluster: "minio", port: 9000 } }');
  const taken = new Map<number, string>([[STATISTICS_PORT, "its statistics"]]);
  for (const [name, backend] of entries) {
    const field = `backends.${name}`;
    if (!/^[a-zA-Z0-9_-]+$/.test(name)) throw bad(field, "is no name", "use letters, digits, hyphens and underscores");
    wholeNumber(`${field}.port`, backend.port, 1, 65_535);
    // It does not run as root.
    wholeNumber(`${field}.listen`, backend.listen, 1_024, 65_535);
    wholeNumber(`${field}.fall`, backend.fall, 1, 100);
    wholeNumber(`${field}.rise`, backend.rise, 1, 100);
    if (!/^(\/\S*)?$/.test(backend.check)) throw bad(`${field}.check`, `is "${backend.check}"`, "use a path: /health");
    if (!(backend.checkEvery >= 50 && backend.checkEvery <= 60_000)) {
      throw bad(`${field}.checkEvery`, `is ${formatDuration(backend.checkEvery)}`, "use 50 ms to 60 s");
    }
    const other = taken.get(backend.listen);
    if (other !== undefined)
      throw bad(`${field}.listen`, `is ${backend.listen}, as of ${other}`, "give it another port");
    taken.set(backend.listen, name);
  }
}
