/** A topology as a compose file: the same nodes with the same settings, for use without the lab. Pure. */
import { stringify } from "yaml";
import { DEFAULT_NETWORK, type ComponentId } from "../engine/types.ts";
import { dependenciesOf, networksOf, planTopology } from "./index.ts";
import type { Topology } from "./index.ts";
import type { PlannedNode } from "./types.ts";

/** Compose's own network. */
const DEFAULT = "default";

/** Host ports of the compose file are fixed, one after the other in the order of the nodes. */
const FIRST_HOST_PORT = 19_000;

const HEADER = `# Generated from a topology by: npm run lab -- compose --write
# Do not edit: a test compares this file with what the command writes.
#
# Where a registry answers:    docker compose -f docker-compose.lab.yml up --build
# Without a registry:          npm run lab -- images --build
#                              LAB_KAFKA_IMAGE=<the reference it prints> … docker compose -f docker-compose.lab.yml up --no-build
# Topics, tables, buckets and policies are not part of it: the lab deploys and verifies those.
`;

/** What an image is built from: a folder of the project, and the build's arguments. */
export type Build = (component: ComponentId) => {
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
};

/** The text of a compose file for this topology; the same topology gives the same text. */
export function composeFile(topology: Topology, build: Build): string {
  let port = FIRST_HOST_PORT;
  const nodes = planTopology(topology, () => port++);
  const needs = dependenciesOf(topology);
  const built = new Set<ComponentId>();
  const services = Object.fromEntries(
    nodes.map((node) => {
      const needed = nodes.filter(({ cluster }) => needs(node.cluster).includes(cluster)).map(({ name }) => name);
      // Services that share an image: the first builds it, the others use it. Many builds of one name at once break.
      const builds = built.has(node.component) ? {} : { build: build(node.component) };
      built.add(node.component);
      return [node.name, service(node, needed, builds)];
    }),
  );
  const configs = Object.fromEntries(
    nodes.flatMap((node) =>
      (node.files ?? []).map(({ content }, place) => [configName(node, place), { content: literal(content) }]),
    ),
  );
  const volumes = Object.fromEntries(
    nodes.flatMap((node) => (node.volumes ?? []).map((_, place) => [volumeName(node, place), {}])),
  );
  // Who names none sits on compose's own.
  const named = networksOf(topology);
  const networks =
    named.length === 0 ? {} : { networks: Object.fromEntries([DEFAULT, ...named].map((name) => [name, {}])) };
  return HEADER + stringify({ services, ...networks, configs, volumes }, { lineWidth: 0 });
}

function service(node: PlannedNode, needed: readonly string[], builds: { readonly build?: unknown }): unknown {
  const { name, component, command, environment = {}, files = [], ports, volumes = [], memoryMb } = node;
  return {
    image: `\${LAB_${component.toUpperCase()}_IMAGE:-resilience-lab/${component}:compose}`,
    ...builds,
    // A name of this project's own: no registry is ever asked for it.
    pull_policy: "never",
    hostname: name,
    command: command.map(literal),
    environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, literal(value)])),
    configs: files.map(({ path, mode = 0o644 }, place) => ({ source: configName(node, place), target: path, mode })),
    ports: ports.map(({ host, container }) => `127.0.0.1:${host}:${container}`),
    volumes: volumes.map((volume, place) => `${volumeName(node, place)}:${pathOf(volume)}`),
    ...(node.networks === undefined
      ? {}
      : { networks: node.networks.map((network) => (network === DEFAULT_NETWORK ? DEFAULT : network)) }),
    mem_limit: `${memoryMb}m`,
    depends_on: needed,
    stop_grace_period: "30s",
  };
}

const configName = ({ name }: PlannedNode, place: number): string => `${name}-${place + 1}`;
const volumeName = ({ name }: PlannedNode, place: number): string => `${name}-data-${place + 1}`;
const pathOf = (volume: NonNullable<PlannedNode["volumes"]>[number]): string =>
  typeof volume === "string" ? volume : (volume as { readonly path: string }).path;

/** Compose replaces what looks like a variable. */
const literal = (text: string): string => text.replaceAll("$", "$$$$");
