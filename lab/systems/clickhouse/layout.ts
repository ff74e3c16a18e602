/** Which nodes a ClickHouse cluster has, and each node's settings. Pure. */
import { LabError } from "../../errors.ts";
import type { AnySpec, PlanContext, PlannedNode } from "../types.ts";
import type { ClickHouseSpec } from "./spec.ts";

/** Ports inside the containers, and where ClickHouse keeps its data and its settings. */
export const HTTP_PORT = 8123;
export const NATIVE_PORT = 9000;
const INTERSERVER_PORT = 9009;
const ZOOKEEPER_PORT = 2181;
export const DATA_FOLDER = "/var/lib/clickhouse";
export const CONFIG_PATH = "/etc/clickhouse-server/config.xml";
const USERS_PATH = "/etc/clickhouse-server/users.xml";
/** The name under which all servers know all servers; Distributed tables name it. */
const CLUSTER = "lab";

export interface ClickHouseMember {
  readonly name: string;
  /** From 1. */
  readonly shard: number;
  /** From 1, within the shard. */
  readonly replica: number;
}

/** `clickhouse-1-2` is the second replica of the first shard; shard by shard. */
export const membersOf = (
  { shards, replicas, added = {} }: Pick<ClickHouseSpec, "shards" | "replicas" | "added">,
  cluster: string,
): readonly ClickHouseMember[] =>
  Array.from({ length: shards }, (_, s) => s + 1).flatMap((shard) =>
    Array.from({ length: replicas + (added[shard] ?? 0) }, (_, r) => memberOf(cluster, shard, r + 1)),
  );

export const memberOf = (cluster: string, shard: number, replica: number): ClickHouseMember => ({
  name: `${cluster}-${shard}-${replica}`,
  shard,
  replica,
});

/** The cluster's nodes with their settings. @throws LabError `bad-scenario` when its ZooKeeper is not in the topology. */
export function planClickHouse(spec: ClickHouseSpec, context: PlanContext): readonly PlannedNode[] {
  const members = membersOf(spec, context.name);
  return members.map((member) => planMember(spec, member, members, context));
}

export function planMember(
  spec: ClickHouseSpec,
  member: ClickHouseMember,
  members: readonly ClickHouseMember[],
  { topology, hostPort }: Pick<PlanContext, "topology" | "hostPort">,
): PlannedNode {
  const keepers = zookeeperHosts(spec, topology);
  return {
    name: member.name,
    component: "clickhouse",
    command: ["/opt/lab/clickhouse/start"],
    // Today's server starts itself a second time to watch over the first, which a signal to the node would then miss.
    environment: { CLICKHOUSE_WATCHDOG_ENABLE: "0" },
    files: [
      { path: CONFIG_PATH, content: configOf(spec, member, members, keepers), mode: 0o644 },
      { path: USERS_PATH, content: usersOf(spec), mode: 0o644 },
    ],
    ports: [{ container: HTTP_PORT, host: hostPort() }],
    volumes: [DATA_FOLDER],
    // A name that does not resolve is another error than a server that does not answer, and comes at once.
    knowsHosts: true,
    memoryMb: spec.memoryMb,
  };
}

/** The host names of the ensemble that a cluster needs. */
export function zookeeperHosts(spec: ClickHouseSpec, topology: Readonly<Record<string, AnySpec>>): readonly string[] {
  const keeper = topology[spec.zookeeper];
  const members = keeper?.system === "zookeeper" && "members" in keeper ? Number(keeper.members) : NaN;
  if (Number.isInteger(members)) return Array.from({ length: members }, (_, i) => `${spec.zookeeper}-${i + 1}`);
  throw new LabError({
    code: "bad-scenario",
    message: `clickhouseCluster: zookeeper is "${spec.zookeeper}", and the topology has no ZooKeeper ensemble of that name`,
    hint: `add it to the topology: ${spec.zookeeper}: zookeeperCluster({ members: 3 })`,
  });
}

/** A member's config.xml. The root's name is what 18.16 wants and today's versions still read. */
export function configOf(
  spec: ClickHouseSpec,
  member: ClickHouseMember,
  members: readonly ClickHouseMember[],
  zookeeper: readonly string[],
): string {
  const shards = [...new Set(members.map(({ shard }) => shard))];
  return `<?xml version="1.0"?>
${xml("yandex", {
  logger: { level: "information", console: "1" },
  listen_host: "0.0.0.0",
  http_port: HTTP_PORT,
  tcp_port: NATIVE_PORT,
  interserver_http_port: INTERSERVER_PORT,
  interserver_http_host: member.name,
  path: `${DATA_FOLDER}/`,
  tmp_path: `${DATA_FOLDER}/tmp/`,
  user_files_path: `${DATA_FOLDER}/user_files/`,
  format_schema_path: `${DATA_FOLDER}/format_schemas/`,
  users_config: USERS_PATH,
  default_profile: "default",
  default_database: "default",
  timezone: "UTC",
  mark_cache_size: 16 * 2 ** 20,
  uncompressed_cache_size: 0,
  max_concurrent_queries: 100,
  max_connections: 256,
  keep_alive_timeout: 10,
  merge_tree: {
    index_granularity: spec.indexGranularity,
    max_suspicious_broken_parts: 5,
    // Killed between a merge's end on disk and ZooKeeper's knowing it, a server starts with a part that it sets aside for
    // those that it was made of. By default it refuses to start if that is half of the table; here one part often is.
    replicated_max_ratio_of_wrong_parts: 1,
    // A node that comes back is to take part at once.
    zookeeper_session_expiration_check_period: 1,
  },
  macros: { shard: shardMacro(member), replica: member.name },
  zookeeper: {
    node: zookeeper.map((host) => ({ host, port: ZOOKEEPER_PORT })),
    session_timeout_ms: spec.zookeeperSession,
  },
  remote_servers: {
    [CLUSTER]: {
      shard: shards.map((shard) => ({
        // A Distributed table writes to one replica, which copies to the others itself.
        internal_replication: "true",
        replica: members.filter((each) => each.shard === shard).map(({ name }) => ({ host: name, port: NATIVE_PORT })),
      })),
    },
  },
})}`;
}

function usersOf(spec: ClickHouseSpec): string {
  return `<?xml version="1.0"?>
${xml("yandex", {
  profiles: {
    default: {
      max_threads: spec.maxThreads,
      max_memory_usage: spec.maxQueryMemoryMb * 2 ** 20,
      ...spec.config,
    },
  },
  users: { default: { password: "", networks: { ip: "::/0" }, profile: "default", quota: "default" } },
  quotas: { default: "" },
})}`;
}

/** What `{shard}` stands for in a table's path. */
export const shardMacro = ({ shard }: ClickHouseMember): string => String(shard).padStart(2, "0");

type XmlValue = string | number | { readonly [tag: string]: XmlValue | readonly XmlValue[] };

/** An element; a list of values repeats it. */
function xml(tag: string, value: XmlValue | readonly XmlValue[], indent = ""): string {
  if (isList(value)) return value.map((one) => xml(tag, one, indent)).join("");
  if (typeof value !== "object") return `${indent}<${tag}>${escaped(String(value))}</${tag}>\n`;
  const inner = Object.entries(value).map(([name, one]) => xml(name, one, `${indent}  `));
  return `${indent}<${tag}>\n${inner.join("")}${indent}</${tag}>\n`;
}

const isList = (value: XmlValue | readonly XmlValue[]): value is readonly XmlValue[] => Array.isArray(value);

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
