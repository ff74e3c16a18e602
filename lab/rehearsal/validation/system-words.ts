/**
 * The words of each system: the phrases that mean some of its nodes, and what is watched of it. Validation knows by them
 * which names exist before anything is started, and the guide shows them. What resolves them is each system's own
 * `resolve` and `watch`; test/rehearsal/validation/system-words.test.ts compares.
 */
import type { ClusterSpec } from "../../systems/index.ts";

type SystemName = ClusterSpec["system"];
type SpecOf<N extends SystemName> = Extract<ClusterSpec, { readonly system: N }>;

/** A phrase that faults understand. */
export interface Phrase<S> {
  /** As the guide writes it: what is in capitals stands for a name or a number. */
  readonly phrase: string;
  readonly means: string;
  readonly form: RegExp;
  /** What is wrong with the names in a phrase of this form; undefined: nothing. */
  readonly wrong?: (groups: Readonly<Record<string, string | undefined>>, spec: S) => string | undefined;
}

/** What the lab watches of a cluster, and journals when it changes: for `waitFor` and `check.observed`. */
export interface Subject<S> {
  readonly subject: string;
  readonly values: string;
  /** All that there are in a cluster of this name with these nodes. */
  readonly names: (cluster: string, spec: S, nodes: readonly string[]) => readonly string[];
}

export interface SystemWords<S> {
  readonly phrases: readonly Phrase<S>[];
  readonly subjects: readonly Subject<S>[];
}

const partitionOf = (
  { topic = "", partition = "" }: Readonly<Record<string, string | undefined>>,
  { topics }: SpecOf<"kafka">,
): string | undefined => {
  const known = topics[topic];
  if (known === undefined) return `the cluster has no topic ${JSON.stringify(topic)}`;
  return Number(partition) < known.partitions
    ? undefined
    : `${topic} has the partitions 0 to ${known.partitions - 1}, not ${partition}`;
};

const ofPartition = (role: string): RegExp =>
  new RegExp(String.raw`^${role} of (?<topic>[a-zA-Z0-9._-]+)/(?<partition>\d+)$`);

const partitionsOf = ({ topics }: SpecOf<"kafka">): readonly string[] =>
  Object.entries(topics).flatMap(([topic, { partitions }]) =>
    Array.from({ length: partitions }, (_, partition) => `${topic}/${partition}`),
  );

const kafka: SystemWords<SpecOf<"kafka">> = {
  phrases: [
    {
      phrase: "leader of TOPIC/PARTITION",
      means: "who leads the partition now",
      form: ofPartition("leader"),
      wrong: partitionOf,
    },
    {
      phrase: "a follower of TOPIC/PARTITION",
      means: "one of its other replicas that run, chosen by the run's seed",
      form: ofPartition("a follower"),
      wrong: partitionOf,
    },
    {
      phrase: "followers of TOPIC/PARTITION",
      means: "all of its other replicas",
      form: ofPartition("followers"),
      wrong: partitionOf,
    },
    { phrase: "active controller", means: "who leads the metadata quorum now", form: /^(the )?active controller$/ },
    {
      phrase: "a standby controller, standby controllers",
      means: "one of the other controllers that run; all of them",
      form: /^(a standby controller|standby controllers)$/,
    },
    { phrase: "controllers", means: "all controllers", form: /^controllers$/ },
    { phrase: "a broker, brokers", means: "one of the brokers that run; all of them", form: /^(a broker|brokers)$/ },
  ],
  subjects: [
    {
      subject: "CLUSTER active controller",
      values: "a node, or nothing while there is none",
      names: (cluster) => [`${cluster} active controller`],
    },
    {
      subject: "CLUSTER leader of TOPIC/PARTITION",
      values: "a node, or nothing while there is none",
      names: (cluster, spec) => partitionsOf(spec).map((partition) => `${cluster} leader of ${partition}`),
    },
    {
      subject: "in-sync replicas of TOPIC/PARTITION",
      values: "how many",
      names: (_, spec) => partitionsOf(spec).map((partition) => `in-sync replicas of ${partition}`),
    },
  ],
};

const zookeeper: SystemWords<SpecOf<"zookeeper">> = {
  phrases: [
    { phrase: "leader", means: "who leads the ensemble now", form: /^(the )?leader$/ },
    {
      phrase: "a follower, followers",
      means: "one of the members that follow; all of them",
      form: /^(a follower|followers)$/,
    },
  ],
  subjects: [
    {
      subject: "CLUSTER leader",
      values: "a node, or nothing while there is none",
      names: (cluster) => [`${cluster} leader`],
    },
    {
      subject: "elections of CLUSTER",
      values: "how many leaders were elected since the run began",
      names: (cluster) => [`elections of ${cluster}`],
    },
    {
      subject: "serving members of CLUSTER",
      values: "how many lead or follow",
      names: (cluster) => [`serving members of ${cluster}`],
    },
  ],
};

const shardOf = (
  { shard, replica }: Readonly<Record<string, string | undefined>>,
  { shards, replicas }: SpecOf<"clickhouse">,
): string | undefined => {
  if (Number(shard) < 1 || Number(shard) > shards) return `there are the shards 1 to ${shards}`;
  if (replica !== undefined && (Number(replica) < 1 || Number(replica) > replicas))
    return `each shard has the replicas 1 to ${replicas}`;
  return undefined;
};

const clickhouse: SystemWords<SpecOf<"clickhouse">> = {
  phrases: [
    {
      phrase: "replica NUMBER of shard NUMBER",
      means: "that server; both are counted from 1",
      form: /^replica (?<replica>\d+) of shard (?<shard>\d+)$/,
      wrong: shardOf,
    },
    {
      phrase: "a replica of shard NUMBER",
      means: "one of the shard's servers that run, chosen by the run's seed",
      form: /^a replica of shard (?<shard>\d+)$/,
      wrong: shardOf,
    },
    {
      phrase: "shard NUMBER, replicas of shard NUMBER",
      means: "all of its servers",
      form: /^(replicas of )?shard (?<shard>\d+)$/,
      wrong: shardOf,
    },
  ],
  subjects: [
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
  ],
};

const minio: SystemWords<SpecOf<"minio">> = {
  phrases: [
    {
      phrase: "NUMBER nodes",
      means: "so many of its nodes, chosen by the run's seed",
      form: /^(?<count>\d+) nodes?$/,
      wrong: ({ count }, { nodes, pools }) =>
        Number(count) >= 1 && Number(count) <= nodes * pools ? undefined : `there are ${nodes * pools} nodes`,
    },
  ],
  subjects: [
    {
      subject: "CLUSTER online drives",
      values: "how many, as the node says that sees most",
      names: (cluster) => [`${cluster} online drives`],
    },
    {
      subject: "CLUSTER write quorum",
      values: "whether any node sees one",
      names: (cluster) => [`${cluster} write quorum`],
    },
    {
      subject: "NODE reads",
      values: "whether the node reads, which takes a read quorum",
      names: (_cluster, _spec, nodes) => nodes.map((node) => `${node} reads`),
    },
    {
      subject: "CLUSTER scanned deeply",
      values: "`whole`, `missing` or `corrupted`: what a deep scan found at worst",
      names: (cluster) => [`${cluster} scanned deeply`],
    },
  ],
};

const spark: SystemWords<SpecOf<"spark">> = {
  phrases: [
    { phrase: "master", means: "the master's node", form: /^(the )?master$/ },
    {
      phrase: "a worker, workers",
      means: "one of the workers that the master holds for alive; all of them",
      form: /^(a worker|workers)$/,
    },
    { phrase: "an executor", means: "the node of a worker that runs an executor now", form: /^an executor$/ },
  ],
  subjects: [
    {
      subject: "CLUSTER master state",
      values: "`ALIVE`, `RECOVERING`, … or `no answer`",
      names: (cluster) => [`${cluster} master state`],
    },
    {
      subject: "alive workers of CLUSTER",
      values: "how many, as the master knows them; 0 while it does not answer",
      names: (cluster) => [`alive workers of ${cluster}`],
    },
  ],
};

const balancer: SystemWords<SpecOf<"balancer">> = {
  phrases: [{ phrase: "balancer", means: "the balancer's node", form: /^(the )?balancer$/ }],
  subjects: [
    {
      subject: "up servers of BACKEND",
      values: "how many servers the balancer sends to",
      names: (_, { backends }) => Object.keys(backends).map((backend) => `up servers of ${backend}`),
    },
  ],
};

const SYSTEM_WORDS: { readonly [N in SystemName]: SystemWords<SpecOf<N>> } = {
  kafka,
  zookeeper,
  clickhouse,
  minio,
  spark,
  balancer,
};

/** The systems that have words, in the order of the guide. */
export const systemNames = Object.keys(SYSTEM_WORDS) as readonly SystemName[];

/** The words of a system; of a spec's own system they take that spec. Undefined for a system that is not known. */
export const wordsOf = (system: string): SystemWords<ClusterSpec> | undefined =>
  // A spec's system and the key of the table are the same, so each function is given a spec of its own system.
  Object.hasOwn(SYSTEM_WORDS, system)
    ? (SYSTEM_WORDS[system as SystemName] as unknown as SystemWords<ClusterSpec>)
    : undefined;
