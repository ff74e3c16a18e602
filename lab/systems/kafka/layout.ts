/** Which nodes a Kafka cluster has, and each node's server.properties. Pure. */
import { CLIENT_HOST } from "../endpoint.ts";
import type { PlanContext, PlannedNode } from "../types.ts";
import type { KafkaSpec } from "./spec.ts";

/** Ports inside the containers, and where Kafka keeps its logs and its settings. */
export const INTERNAL_PORT = 9092;
export const CONTROLLER_PORT = 9093;
export const EXTERNAL_PORT = 9094;
export const DATA_FOLDER = "/var/lib/kafka/data";
export const PROPERTIES_PATH = "/etc/kafka/server.properties";

export interface KafkaMember {
  readonly name: string;
  /** Kafka's node.id. */
  readonly id: number;
  readonly broker: boolean;
  readonly controller: boolean;
}

/** Brokers that were there from the start. */
const firstBrokers = ({ brokers, joined = 0 }: KafkaSpec): number => brokers - joined;

/** Brokers are `kafka-1…n` with ids from 1, controllers of their own `controller-1…m` with ids from 101. */
export function membersOf(spec: KafkaSpec): readonly KafkaMember[] {
  const combined = spec.controllers === "combined";
  const brokers = Array.from({ length: spec.brokers }, (_, i) => ({
    name: `kafka-${i + 1}`,
    id: i + 1,
    broker: true,
    controller: combined && i < firstBrokers(spec),
  }));
  if (spec.controllers === "combined") return brokers;
  const controllers = Array.from({ length: spec.controllers }, (_, i) => ({
    name: `controller-${i + 1}`,
    id: 101 + i,
    broker: false,
    controller: true,
  }));
  return [...controllers, ...brokers];
}

/** What a Java process takes beside its heap (measured: 105), and what is left for pages of its logs. */
const besideHeapMb = (heapMb: number): number => 160 + Math.ceil(heapMb / 10);

/** The cluster's nodes with their settings. */
export const planKafka = (spec: KafkaSpec, context: Pick<PlanContext, "hostPort">): readonly PlannedNode[] =>
  membersOf(spec).map((member) => planMember(spec, member, context));

export function planMember(
  spec: KafkaSpec,
  member: KafkaMember,
  { hostPort }: Pick<PlanContext, "hostPort">,
): PlannedNode {
  const ports = portsOf(member).map((container) => ({ container, host: hostPort() }));
  const external = ports.find(({ container }) => container === EXTERNAL_PORT)?.host;
  return {
    name: member.name,
    component: "kafka",
    command: ["/opt/lab/kafka/start"],
    environment: { LAB_KAFKA_HEAP: `${spec.heapMb}m`, LAB_KAFKA_STARTUP: spec.startup },
    files: [{ path: PROPERTIES_PATH, content: propertiesOf(spec, member, external), mode: 0o644 }],
    ports,
    volumes: [DATA_FOLDER],
    memoryMb: spec.heapMb + besideHeapMb(spec.heapMb),
  };
}

/** Ports that the host needs of a member. */
const portsOf = (member: KafkaMember): readonly number[] => [
  ...(member.broker ? [EXTERNAL_PORT] : []),
  ...(member.controller ? [CONTROLLER_PORT] : []),
];

/**
 * A member's server.properties.
 *
 * Kafka's own defaults set how a failure is detected (broker session 9 s, quorum fetch timeout 2 s, replica lag 30 s)
 * and stay as they are; a scenario overrides them with `config`. The rest is for many nodes on one small machine.
 */
export function propertiesOf(spec: KafkaSpec, member: KafkaMember, externalPort: number | undefined): string {
  const members = membersOf(spec);
  // As at the start: what Kafka keeps for itself has so many replicas, and would lose its in-sync majority by more.
  const replicas = String(Math.min(3, firstBrokers(spec)));
  const inSync = String(Math.min(2, firstBrokers(spec)));
  const listeners = [
    ...(member.broker ? [`INTERNAL://:${INTERNAL_PORT}`, `EXTERNAL://:${EXTERNAL_PORT}`] : []),
    ...(member.controller ? [`CONTROLLER://:${CONTROLLER_PORT}`] : []),
  ];
  const voters = members.filter(({ controller }) => controller);
  const properties: Record<string, string> = {
    "process.roles": [...(member.broker ? ["broker"] : []), ...(member.controller ? ["controller"] : [])].join(","),
    "node.id": String(member.id),
    "controller.quorum.voters": voters.map(({ id, name }) => `${id}@${name}:${CONTROLLER_PORT}`).join(","),
    "controller.listener.names": "CONTROLLER",
    listeners: listeners.join(","),
    ...(member.broker && externalPort !== undefined
      ? {
          "advertised.listeners": `INTERNAL://${member.name}:${INTERNAL_PORT},EXTERNAL://${CLIENT_HOST}:${externalPort}`,
          "inter.broker.listener.name": "INTERNAL",
        }
      : {}),
    "listener.security.protocol.map": "INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": DATA_FOLDER,

    // Topics are made by the lab; a misspelt one must fail.
    "auto.create.topics.enable": "false",
    // Roles move because of faults only.
    "auto.leader.rebalance.enable": "false",
    "controlled.shutdown.enable": "true",
    // No record goes away by age while its delivery is being judged.
    "log.retention.ms": "-1",

    "compression.type": spec.compression,
    "message.max.bytes": String(spec.batchMaxBytes),
    // A follower must be able to take in one fetch what a producer could send in one batch.
    "replica.fetch.max.bytes": String(Math.max(2 ** 20, spec.batchMaxBytes)),

    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "4",
    "num.partitions": "6",
    "default.replication.factor": replicas,
    "min.insync.replicas": inSync,

    "offsets.topic.replication.factor": replicas,
    "offsets.topic.num.partitions": "6",
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.num.partitions": "3",
    "transaction.state.log.min.isr": inSync,
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    ...(spec.startup === "fast" ? fastStart : {}),
    ...spec.config,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** A quorum that has never had a leader waits one to two of these before it elects its first. Kafka's default is 1 s. */
const fastStart = {
  "controller.quorum.election.timeout.ms": "300",
  "controller.quorum.election.backoff.max.ms": "200",
};
