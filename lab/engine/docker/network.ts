/** The networks of one run: bridges with known names and fixed, free ranges of addresses. */
import { createHash } from "node:crypto";
import { networkInterfaces } from "node:os";
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { bridgeName, NETWORK_LABEL, networkName, RUN_LABEL, runLabels } from "../labels.ts";
import { DEFAULT_NETWORK, type RunNetwork } from "../types.ts";
import { formatAddress, freeSubnet, parseRange, type Range } from "./subnet.ts";

const ATTEMPTS = 20;

/**
 * Makes a network of the run. Published ports of its nodes are bound to 127.0.0.1 only.
 * @throws LabError `engine-failed` when the engine refuses, or no range is free.
 */
export async function createNetwork(docker: Docker, run: string, network: string, kept: boolean): Promise<RunNetwork> {
  const name = networkName(run, network);
  const bridge = bridgeName(run, network);
  const start = createHash("sha256").update(name).digest().readUInt32BE(0);
  const refused: Range[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const range = freeSubnet([...(await takenRanges(docker)), ...refused], start);
    if (range === undefined) break;
    const subnet = `${formatAddress(range.first)}/24`;
    const gateway = formatAddress(range.first + 1);
    try {
      await docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: "bridge",
        Labels: { ...runLabels(run, kept), [NETWORK_LABEL]: network },
        IPAM: { Driver: "default", Config: [{ Subnet: subnet, Gateway: gateway }] },
        Options: {
          "com.docker.network.bridge.name": bridge,
          "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1",
        },
      });
      return { name, bridge, subnet, gateway };
    } catch (error) {
      // Another lab, or a network that the engine does not list, was first: look elsewhere.
      if (!/overlap|conflicts with network|Pool/i.test(messageOf(error))) throw refusal(name, error);
      refused.push(range);
    }
  }
  throw new LabError({
    code: "engine-failed",
    message: `no free address range for the network ${name}`,
    hint: "`lab clean` removes the networks of earlier runs; `docker network ls` shows all.",
  });
}

const refusal = (name: string, cause: unknown): LabError =>
  new LabError({ code: "engine-failed", message: `the network ${name} was refused: ${messageOf(cause)}`, cause });

/** The networks of a run that is up, the default one first. @throws LabError `bad-usage` when there is none. */
export async function findNetworks(docker: Docker, run: string): Promise<ReadonlyMap<string, RunNetwork>> {
  const listed = await docker.listNetworks({ filters: { label: [`${RUN_LABEL}=${run}`] } });
  const found = listed.flatMap((network): [string, RunNetwork][] => {
    const label = network.Labels?.[NETWORK_LABEL] ?? DEFAULT_NETWORK;
    const config = network.IPAM?.Config?.[0];
    // What another tool made with the run's label is not one of its networks.
    if (network.Name !== networkName(run, label)) return [];
    if (config?.Subnet === undefined || config.Gateway === undefined) return [];
    const bridge = network.Options?.["com.docker.network.bridge.name"] ?? bridgeName(run, label);
    return [[label, { name: network.Name, bridge, subnet: config.Subnet, gateway: config.Gateway }]];
  });
  const rank = ([label]: [string, RunNetwork]): string => (label === DEFAULT_NETWORK ? "" : label);
  const networks = new Map(found.toSorted((a, b) => rank(a).localeCompare(rank(b))));
  if (networks.has(DEFAULT_NETWORK)) return networks;
  throw new LabError({
    code: "bad-usage",
    message: `run ${run} is not up`,
    hint: "`lab up` starts one; `lab doctor` shows what is up.",
  });
}

async function takenRanges(docker: Docker): Promise<Range[]> {
  const networks = await docker.listNetworks();
  const ofEngine = networks.flatMap((network) => network.IPAM?.Config?.map((config) => config.Subnet) ?? []);
  const ofMachine = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ cidr }) => cidr) ?? []);
  return [...ofEngine, ...ofMachine].flatMap((text) => {
    const range = typeof text === "string" ? parseRange(text) : undefined;
    return range === undefined ? [] : [range];
  });
}
