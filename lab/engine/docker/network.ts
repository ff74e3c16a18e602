/** The network of one run: a bridge with a known name and a fixed, free range of addresses. */
import { createHash } from "node:crypto";
import { networkInterfaces } from "node:os";
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import type { RunSpace } from "../types.ts";
import { bridgeName, networkName, runLabels } from "../labels.ts";
import { formatAddress, freeSubnet, parseRange, type Range } from "./subnet.ts";

const ATTEMPTS = 20;

/**
 * Makes the run's network. Published ports of its nodes are bound to 127.0.0.1 only.
 * @throws LabError `engine-failed` when the engine refuses, or no range is free.
 */
export async function createNetwork(docker: Docker, run: string, kept: boolean): Promise<RunSpace["network"]> {
  const start = createHash("sha256").update(run).digest().readUInt32BE(0);
  const refused: Range[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const range = freeSubnet([...(await takenRanges(docker)), ...refused], start);
    if (range === undefined) break;
    const subnet = `${formatAddress(range.first)}/24`;
    const gateway = formatAddress(range.first + 1);
    try {
      await docker.createNetwork({
        Name: networkName(run),
        CheckDuplicate: true,
        Driver: "bridge",
        Labels: runLabels(run, kept),
        IPAM: { Driver: "default", Config: [{ Subnet: subnet, Gateway: gateway }] },
        Options: {
          "com.docker.network.bridge.name": bridgeName(run),
          "com.docker.network.bridge.host_binding_ipv4": "127.0.0.1",
        },
      });
      return { name: networkName(run), bridge: bridgeName(run), subnet, gateway };
    } catch (error) {
      // Another lab, or a network that the engine does not list, was first: look elsewhere.
      if (!/overlap|conflicts with network|Pool/i.test(messageOf(error))) throw refusal(run, error);
      refused.push(range);
    }
  }
  throw new LabError({
    code: "engine-failed",
    message: `no free address range for the network of run ${run}`,
    hint: "`lab clean` removes the networks of earlier runs; `docker network ls` shows all.",
  });
}

const refusal = (run: string, cause: unknown): LabError =>
  new LabError({ code: "engine-failed", message: `the network of run ${run} was refused: ${messageOf(cause)}`, cause });

/** The network of a run that is up. @throws LabError `bad-usage` when there is none. */
export async function findNetwork(docker: Docker, run: string): Promise<RunSpace["network"]> {
  const networks = await docker.listNetworks({ filters: { name: [networkName(run)] } });
  const network = networks.find((candidate) => candidate.Name === networkName(run));
  const config = network?.IPAM?.Config?.[0];
  if (network === undefined || config?.Subnet === undefined || config.Gateway === undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `run ${run} is not up`,
      hint: "`lab up` starts one; `lab doctor` shows what is up.",
    });
  }
  return {
    name: network.Name,
    bridge: network.Options?.["com.docker.network.bridge.name"] ?? bridgeName(run),
    subnet: config.Subnet,
    gateway: config.Gateway,
  };
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
