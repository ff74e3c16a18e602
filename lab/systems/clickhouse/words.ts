/** The words of ClickHouse: the phrases that mean some of its nodes, and what is watched of it. */
import type { Groups, Phrase, Subject } from "../define.ts";
import type { ClickHouseSpec } from "./spec.ts";

const shardOf = ({ shard, replica }: Groups, { shards, replicas }: ClickHouseSpec): string | undefined => {
  if (Number(shard) < 1 || Number(shard) > shards) return `there are the shards 1 to ${shards}`;
  if (replica !== undefined && (Number(replica) < 1 || Number(replica) > replicas))
    return `each shard has the replicas 1 to ${replicas}`;
  return undefined;
};

export const phrases: readonly Phrase<ClickHouseSpec>[] = [
  {
    phrase: "replica NUMBER of shard NUMBER",
    example: "replica 2 of shard 1",
    means: "that server; both are counted from 1",
    form: /^replica (?<replica>\d+) of shard (?<shard>\d+)$/,
    wrong: shardOf,
  },
  {
    phrase: "a replica of shard NUMBER",
    example: "a replica of shard 1",
    means: "one of the shard's servers that run, chosen by the run's seed",
    form: /^a replica of shard (?<shard>\d+)$/,
    wrong: shardOf,
  },
  {
    phrase: "shard NUMBER, replicas of shard NUMBER",
    example: "replicas of shard 1",
    means: "all of its servers",
    form: /^(replicas of )?shard (?<shard>\d+)$/,
    wrong: shardOf,
  },
];

export const subjects: readonly Subject<ClickHouseSpec>[] = [
  {
    subject: "read-only replicas",
    values: "how many servers have a table that takes no inserts",
    names: () => ["read-only replicas"],
  },
  {
    subject: "replicas that lag",
    values: "how many servers have more than ten entries to copy and merge",
    names: () => ["replicas that lag"],
  },
  {
    subject: "queue on NODE",
    values: "how many entries the server has to copy and merge",
    names: (_cluster, _spec, nodes) => nodes.map((node) => `queue on ${node}`),
  },
];
