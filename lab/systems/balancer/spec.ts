/** A load balancer as data: what a scenario says, with defaults filled in and mistakes named. */
import { about, choice, duration, group, named, text, whole } from "../../fields.ts";
import { milliseconds, seconds } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { clusterName, specKind } from "../spec-kind.ts";
import type { AnySpec } from "../types.ts";

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

export interface BalancerSpec extends AnySpec {
  readonly system: "balancer";
  readonly backends: Readonly<Record<string, Backend>>;
}

export interface BalancerOptions extends Pick<AnySpec, "networks"> {
  readonly backends: Readonly<Record<string, Pick<Backend, "cluster" | "port"> & Partial<Backend>>>;
}

/** Statistics, for people (`/stats`), for programs (`/stats;csv`) and for Prometheus (`/metrics`). */
export const STATISTICS_PORT = 8404;

export const balancerSpec = specKind<BalancerSpec>({
  system: "balancer",
  builder: "balancerCluster",
  fields: {
    backends: about(
      "what it stands before, by name",
      named(
        /^[a-zA-Z0-9_-]+$/,
        "use letters, digits, hyphens and underscores",
        group<Backend>({
          cluster: about("the cluster of the topology whose nodes are its servers", clusterName()),
          port: about("the servers' port", whole({ least: 1, most: 65_535 })),
          // It does not run as root.
          listen: about("where the balancer listens for it; as its port", whole({ least: 1_024, most: 65_535 })),
          mode: about("how it is spoken to", choice(["tcp", "http"], "tcp")),
          check: about(
            "path that a healthy server answers with 2xx or 3xx; empty: a connection is enough",
            text(/^(\/\S*)?$/, "use a path: /health", ""),
          ),
          checkEvery: about(
            "from one check to the next",
            duration({ least: milliseconds(50), most: seconds(60), otherwise: milliseconds(500) }),
          ),
          fall: about("so many failed checks in a row take a server out", whole({ least: 1, most: 100, otherwise: 2 })),
          rise: about("so many good ones take it in again", whole({ least: 1, most: 100, otherwise: 2 })),
        }),
      ),
    ),
  },
  together({ backends }) {
    const entries = Object.entries(backends);
    if (entries.length === 0) {
      return { field: "backends", what: "has none", hint: 'name one: { minio: { cluster: "minio", port: 9000 } }' };
    }
    const taken = new Map<number, string>([[STATISTICS_PORT, "its statistics"]]);
    for (const [name, { listen }] of entries) {
      const other = taken.get(listen);
      const hint = "give it another port";
      if (other !== undefined) return { field: `backends.${name}.listen`, what: `is ${listen}, as of ${other}`, hint };
      taken.set(listen, name);
    }
    return undefined;
  },
});

/**
 * One HAProxy before other clusters: plain TCP unless a backend says HTTP, listening on the servers' own port, each
 * server checked twice a second, taken out after two failures and taken in after two successes.
 * @throws LabError `bad-scenario` naming the field.
 */
export function balancerCluster(options: BalancerOptions): BalancerSpec {
  const backends = Object.fromEntries(
    Object.entries(options.backends).map(([name, backend]) => [name, { listen: backend.port, ...backend }]),
  );
  const spec = balancerSpec.fill({ ...options, backends });
  balancerSpec.check(spec);
  return spec;
}

/** It in a few words: `before kafka, minio`. */
export const describeBalancer = ({ backends }: BalancerSpec): string => `before ${Object.keys(backends).join(", ")}`;
