/** Which nodes an ensemble has, and each member's zoo.cfg. Pure. */
import type { PlanContext, PlannedNode } from "../types.ts";
import type { ZooKeeperSpec } from "./spec.ts";

/** Ports inside the containers, and where ZooKeeper keeps its data and its settings. */
export const CLIENT_PORT = 2181;
const PEER_PORT = 2888;
const ELECTION_PORT = 3888;
export const DATA_FOLDER = "/var/lib/zookeeper";
const CONFIG_PATH = "/opt/lab/zookeeper/zoo.cfg";

/** What a Java process takes beside its heap. */
const BESIDE_HEAP_MB = 96;

/** Where systems inside the run's network find the ensemble of this name: `zookeeper-1:2181`, … */
export const zookeeperServers = (
  name: string,
  spec: Pick<ZooKeeperSpec, "members">,
): readonly { readonly host: string; readonly port: number }[] =>
  Array.from({ length: spec.members }, (_, i) => ({ host: `${name}-${i + 1}`, port: CLIENT_PORT }));

/** The members, numbered from 1, with their settings. */
export function planZooKeeper(spec: ZooKeeperSpec, { name, hostPort }: PlanContext): readonly PlannedNode[] {
  const content = configOf(name, spec);
  return zookeeperServers(name, spec).map(({ host }, i) => ({
    name: host,
    component: "zookeeper",
    command: ["/opt/lab/zookeeper/start"],
    environment: {
      LAB_ZOOKEEPER_HEAP: `${spec.heapMb}m`,
      ...(spec.members > 1 ? { LAB_ZOOKEEPER_ID: String(i + 1) } : {}),
    },
    files: [{ path: CONFIG_PATH, content, mode: 0o644 }],
    ports: [{ container: CLIENT_PORT, host: hostPort() }],
    volumes: [DATA_FOLDER],
    memoryMb: spec.heapMb + BESIDE_HEAP_MB,
  }));
}

/**
 * The zoo.cfg, the same for every member.
 *
 * A lost peer is noticed after tickTime × syncLimit: 4 s, where ZooKeeper's sample file (2 s × 5) says 10 s, so that
 * what follows a fault fits into a rehearsal. Sessions may still be as long as with the sample file.
 */
export function configOf(name: string, spec: ZooKeeperSpec): string {
  const servers = zookeeperServers(name, spec).map(({ host }, i): readonly [string, string] => [
    `server.${i + 1}`,
    `${host}:${PEER_PORT}:${ELECTION_PORT}`,
  ]);
  const settings: Record<string, string> = {
    tickTime: "500",
    initLimit: "20",
    syncLimit: "8",
    minSessionTimeout: "1000",
    maxSessionTimeout: "40000",
    dataDir: DATA_FOLDER,
    clientPort: String(CLIENT_PORT),
    "4lw.commands.whitelist": "srvr,ruok,mntr",
    maxClientCnxns: "0",
    ...(spec.members > 1 ? Object.fromEntries(servers) : {}),
    ...spec.config,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
