/** A ClickHouse cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { about, duration, flag, named, optional, settings, text, whole } from "../../fields.ts";
import { seconds } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { CLICKHOUSE_PROFILES, knobsOf, type Profile } from "../profiles.ts";
import { clusterName, specKind } from "../spec-kind.ts";
import type { AnySpec } from "../types.ts";

export interface ClickHouseSpec extends AnySpec {
  readonly system: "clickhouse";
  readonly shards: number;
  /** Of each shard. */
  readonly replicas: number;
  /** Further replicas of one shard, by its number: those that were added while it ran. */
  readonly added?: Readonly<Record<string, number>>;
  /** The cluster of the topology that keeps the replicas' common state. */
  readonly zookeeper: string;
  /** A folder in schemas/ whose *.sql files are deployed to every node, in order. Empty: nothing is deployed. */
  readonly schema: string;
  /** Whether the schema's tables are replicated as it says; a mutant's way is false: each server keeps its own rows. */
  readonly replicated: boolean;
  /** What the schema's Distributed tables place rows by: an expression over their columns. */
  readonly shardingKey: string;
  /** Rows between two marks of a primary index. */
  readonly indexGranularity: number;
  /** Threads of one query. */
  readonly maxThreads: number;
  /** What one query may take. */
  readonly maxQueryMemoryMb: number;
  /** A replica that ZooKeeper has not heard for so long is not active any more. ClickHouse's default is 30 s. */
  readonly zookeeperSession: Duration;
  /** Further settings of every query and insert, in ClickHouse's own names; they win over the lab's. */
  readonly config: Readonly<Record<string, string>>;
  readonly memoryMb: number;
}

export type ClickHouseOptions = Partial<Omit<ClickHouseSpec, "system">> & {
  /** Settings for a `laptop` (the default) or for `production`; what is named beside it wins. */
  readonly profile?: Profile;
};

export const clickhouseSpec = specKind<ClickHouseSpec>({
  system: "clickhouse",
  builder: "clickhouseCluster",
  fields: {
    shards: about("shards", whole({ least: 1, most: 9, otherwise: 3 })),
    replicas: about("replicas of each shard", whole({ least: 1, most: 5, otherwise: 2 })),
    added: about(
      "further replicas of one shard, by its number: those that were added while it ran",
      optional(named(/^[1-9]$/, "use the number of a shard", whole({ least: 1, most: 9 }))),
    ),
    zookeeper: about("the cluster of the topology that keeps the replicas' common state", clusterName("zookeeper")),
    schema: about(
      "a folder in schemas/ whose *.sql files are deployed to every node, in order; empty: none",
      text(/^[a-z0-9-]*$/, 'name a folder in schemas/: "clickhouse"; or "" for none', "clickhouse"),
    ),
    replicated: about("the schema's tables are replicated as it says; else each server keeps its own rows", flag(true)),
    shardingKey: about(
      "what the schema's Distributed tables place rows by: an expression over their columns",
      text(/\S/, 'use an expression: "key", "rand()"', "key"),
    ),
    indexGranularity: about("rows between two marks of a primary index", whole({ least: 64, most: 1_048_576 })),
    maxThreads: about("threads of one query", whole({ least: 1, most: 128 })),
    maxQueryMemoryMb: about("what one query may take, in MiB", whole({ least: 16, most: 1_048_576 })),
    zookeeperSession: about(
      "a replica that ZooKeeper has not heard for so long is not active any more",
      duration({ least: seconds(2), most: seconds(60), otherwise: seconds(6) }),
    ),
    config: about("further settings of every query and insert, in ClickHouse's own names", settings()),
    memoryMb: about("the most that a node may take, in MiB", whole({ least: 256, most: 1_048_576 })),
  },
});

/**
 * A ClickHouse cluster with sensible defaults: three shards of two replicas over the cluster `zookeeper`, with the
 * schema of `schemas/clickhouse`.
 * @throws LabError `bad-scenario` naming the field.
 */
export function clickhouseCluster({ profile = "laptop", ...options }: ClickHouseOptions = {}): ClickHouseSpec {
  const spec = clickhouseSpec.fill({ ...knobsOf("clickhouseCluster", CLICKHOUSE_PROFILES, profile), ...options });
  clickhouseSpec.check(spec);
  return spec;
}

/** A cluster in a few words: `3 shards × 2 replicas, schema clickhouse`. */
export function describeClickHouse(spec: ClickHouseSpec): string {
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
  const schema = spec.schema === "" ? "no schema" : `schema ${spec.schema}`;
  const apart = spec.replicated ? "" : ", not replicated";
  return `${count(spec.shards, "shard")} × ${count(spec.replicas, "replica")}, ${schema}${apart}`;
}
