/** A ClickHouse cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../bounds.ts";
import { CLICKHOUSE_PROFILES, type Profile } from "../profiles.ts";
import { formatDuration, seconds } from "../../time.ts";
import type { Duration } from "../../time.ts";

const { bad, wholeNumber } = boundsOf("clickhouseCluster");

export interface ClickHouseSpec {
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

/**
 * A ClickHouse cluster with sensible defaults: three shards of two replicas over the cluster `zookeeper`, with the
 * schema of `schemas/clickhouse`.
 * @throws LabError `bad-scenario` naming the field.
 */
export function clickhouseCluster({ profile = "laptop", ...options }: ClickHouseOptions = {}): ClickHouseSpec {
  const spec: ClickHouseSpec = {
    system: "clickhouse",
    shards: 3,
    replicas: 2,
    zookeeper: "zookeeper",
    schema: "clickhouse",
    replicated: true,
    shardingKey: "key",
    zookeeperSession: seconds(6),
    config: {},
    ...CLICKHOUSE_PROFILES[profile],
    ...options,
  };
  checkClickHouseSpec(spec);
  return spec;
}

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkClickHouseSpec(spec: ClickHouseSpec): void {
  wholeNumber("shards", spec.shards, 1, 9);
  wholeNumber("replicas", spec.replicas, 1, 5);
  wholeNumber("indexGranularity", spec.indexGranularity, 64, 1_048_576);
  wholeNumber("maxThreads", spec.maxThreads, 1, 128);
  wholeNumber("maxQueryMemoryMb", spec.maxQueryMemoryMb, 16, 1_048_576);
  wholeNumber("memoryMb", spec.memoryMb, 256, 1_048_576);
  if (spec.zookeeperSession < seconds(2) || spec.zookeeperSession > seconds(60)) {
    throw bad("zookeeperSession", `is ${formatDuration(spec.zookeeperSession)}`, "use 2 s to 60 s");
  }
  if (spec.schema !== "" && !/^[a-z0-9-]+$/.test(spec.schema)) {
    throw bad("schema", `is "${spec.schema}"`, 'name a folder in schemas/: "clickhouse"; or "" for none');
  }
  if (spec.shardingKey.trim() === "") throw bad("shardingKey", "is empty", 'use an expression: "key", "rand()"');
}

/** A cluster in a few words: `3 shards × 2 replicas, schema clickhouse`. */
export function describeClickHouse(spec: ClickHouseSpec): string {
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
  const schema = spec.schema === "" ? "no schema" : `schema ${spec.schema}`;
  const apart = spec.replicated ? "" : ", not replicated";
  return `${count(spec.shards, "shard")} × ${count(spec.replicas, "replica")}, ${schema}${apart}`;
}
