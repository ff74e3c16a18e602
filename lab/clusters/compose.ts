/** A topology as a compose file: the same nodes with the same settings, for use without the lab. Pure. */
import { stringify } from "yaml";
import {
  CONTROLLER_PORT,
  DATA_FOLDER,
  EXTERNAL_PORT,
  membersOf,
  PROPERTIES_PATH,
  propertiesOf,
  type KafkaMember,
} from "./kafka/layout.ts";
import type { KafkaSpec } from "./kafka/spec.ts";

/** Host ports of the compose file are fixed: brokers from 19092, controllers from 19192. */
const FIRST_BROKER_PORT = 19_092;
const FIRST_CONTROLLER_PORT = 19_192;

const HEADER = `# Generated from the topology of a scenario by: npm run lab -- compose --write
# Do not edit: a test compares this file with what the command writes.
#
# Where a registry answers:    docker compose -f docker-compose.lab.yml up --build
# Without a registry:          npm run lab -- images kafka --build
#                              LAB_KAFKA_IMAGE=<the reference it prints> docker compose -f docker-compose.lab.yml up --no-build
`;

/** The text of a compose file for this topology; the same topology gives the same text. */
export function composeFile(topology: Readonly<Record<string, KafkaSpec>>): string {
  const services: Record<string, unknown> = {};
  for (const spec of Object.values(topology)) {
    membersOf(spec).forEach((member, place) => {
      services[member.name] = kafkaService(spec, member, place);
    });
  }
  const volumes = Object.fromEntries(Object.keys(services).map((name) => [`${name}-data`, {}]));
  return HEADER + stringify({ services, volumes }, { lineWidth: 0 });
}

function kafkaService(spec: KafkaSpec, member: KafkaMember, place: number): unknown {
  const brokerPort = FIRST_BROKER_PORT + member.id - 1;
  const ports = [
    ...(member.broker ? [`127.0.0.1:${brokerPort}:${EXTERNAL_PORT}`] : []),
    ...(member.controller ? [`127.0.0.1:${FIRST_CONTROLLER_PORT + place}:${CONTROLLER_PORT}`] : []),
  ];
  return {
    image: "${LAB_KAFKA_IMAGE:-resilience-lab/kafka:compose}",
    build: { context: "lab/images/kafka", args: { BASE: "apache/kafka:4.1.1" } },
    hostname: member.name,
    command: ["sh", "-c", `printf '%s' "$$LAB_KAFKA_PROPERTIES" > ${PROPERTIES_PATH} && exec /opt/lab/kafka/start`],
    environment: {
      LAB_KAFKA_HEAP: `${spec.heapMb}m`,
      LAB_KAFKA_PROPERTIES: propertiesOf(spec, member, member.broker ? brokerPort : undefined),
    },
    ports,
    volumes: [`${member.name}-data:${DATA_FOLDER}`],
    stop_grace_period: "30s",
  };
}
