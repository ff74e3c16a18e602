/** A node's container, created and started by Testcontainers. */
import "./testcontainers-environment.ts";
import { join } from "node:path";
import type Docker from "dockerode";
import type { EndpointSettings, HostConfig } from "dockerode";
import {
  GenericContainer,
  getContainerRuntimeClient,
  PullPolicy,
  type StartedTestContainer,
  type WaitStrategy,
} from "testcontainers";
import { labHome } from "../home.ts";
import { CLUSTER_LABEL, containerName, NETWORKS_LABEL, NODE_LABEL, PORTS_LABEL, runLabels } from "../labels.ts";
import { openFilesLimit } from "../machine.ts";
import { mountsOf } from "./volumes.ts";
import type { NodeSpec } from "../types.ts";

export interface Placement {
  readonly run: string;
  readonly kept: boolean;
  /** Makes the image that work on its disks runs in, where it is not there yet. */
  readonly tools: () => Promise<unknown>;
  /** Where it sits, in its order. */
  readonly seats: readonly Seat[];
  /** The addresses of the run's nodes by their names, as they are known when the container is made. */
  readonly hosts: () => ReadonlyMap<string, string>;
}

/** A node's place on one network. */
export interface Seat {
  /** What the run calls the network. */
  readonly label: string;
  /** What the engine calls it. */
  readonly network: string;
  readonly address: string;
}

/** How the engine is told of a node's place on a network. */
const endpointOf = (name: string, { address }: Seat): EndpointSettings => ({
  IPAMConfig: { IPv4Address: address },
  Aliases: [name],
});

let introduced: Promise<unknown> | undefined;

/**
 * Lets Testcontainers find its engine, once a process, by the environment alone: a `.testcontainers.properties` in the
 * user's home, which it reads first thing, would outrank the engine that the lab has chosen.
 */
function introduce(): Promise<unknown> {
  if (introduced !== undefined) return introduced;
  const homes = ["HOME", "USERPROFILE"].map((name) => [name, process.env[name]] as const);
  for (const [name] of homes) process.env[name] = join(labHome(), "nobody");
  try {
    introduced = getContainerRuntimeClient();
  } finally {
    for (const [name, value] of homes) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
  introduced.catch(() => {
    introduced = undefined;
  });
  return introduced;
}

/** Readiness is the cluster's business: it asks by protocol. */
const noWait: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 60_000,
};

/** Tells the container's id as soon as it is created, that is before it starts and before Testcontainers waits for its ports. */
export class NodeContainer extends GenericContainer {
  readonly #spec: NodeSpec;
  readonly #placement: Placement;
  readonly #onCreated: (containerId: string) => void;
  readonly #docker: Docker;

  constructor(docker: Docker, spec: NodeSpec, placement: Placement, onCreated: (containerId: string) => void) {
    super(spec.image.reference);
    this.#docker = docker;
    this.#spec = spec;
    this.#placement = placement;
    this.#onCreated = onCreated;
    const ports = spec.ports ?? [];
    this.withName(containerName(placement.run, spec.name))
      .withHostname(spec.name)
      .withCommand([...spec.command])
      .withEnvironment({ ...spec.environment })
      .withNetworkMode(placement.seats[0]?.network ?? "none")
      .withLabels({
        ...runLabels(placement.run, placement.kept),
        [CLUSTER_LABEL]: spec.cluster,
        [NODE_LABEL]: spec.name,
        [NETWORKS_LABEL]: placement.seats.map(({ label }) => label).join(","),
        ...(ports.length === 0 ? {} : { [PORTS_LABEL]: ports.map(({ host }) => host).join(",") }),
      })
      .withExposedPorts(...ports)
      .withCopyContentToContainer(
        (spec.files ?? []).map(({ path, content, mode }) => ({
          target: path,
          content,
          ...(mode === undefined ? {} : { mode }),
        })),
      )
      .withPullPolicy(PullPolicy.neverPull())
      .withAutoCleanup(false)
      .withAutoRemove(false)
      .withWaitStrategy(noWait);
  }

  override async start(): Promise<StartedTestContainer> {
    await introduce();
    return super.start();
  }

  protected override beforeContainerCreated(): Promise<void> {
    const { run, kept, seats, hosts } = this.#placement;
    const [first] = seats;
    // Testcontainers' own aliases reconnect the container, which loses the fixed address.
    if (first !== undefined) {
      this.createOpts.NetworkingConfig = { EndpointsConfig: { [first.network]: endpointOf(this.#spec.name, first) } };
    }
    const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
    for (const { container, host } of this.#spec.ports ?? []) {
      bindings[`${container}/tcp`] = [{ HostIp: "127.0.0.1", HostPort: String(host) }];
    }
    const memory = this.#spec.memoryMb === undefined ? undefined : this.#spec.memoryMb * 1024 * 1024;
    const openFiles = openFilesLimit();
    const ours: HostConfig = {
      PortBindings: bindings,
      // Nodes write for hours under load; a full disk by logs would be a fault that nobody ordered.
      LogConfig: { Type: "json-file", Config: { "max-size": "64m", "max-file": "2" } },
      Mounts: mountsOf(this.#spec, { run, kept }),
      ...(this.#spec.knowsHosts === true
        ? { ExtraHosts: [...hosts()].map(([name, itsAddress]) => `${name}:${itsAddress}`) }
        : {}),
      ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
      ...(openFiles === undefined ? {} : { Ulimits: [{ Name: "nofile", Soft: openFiles, Hard: openFiles }] }),
    };
    Object.assign(this.hostConfig, ours);
    return Promise.resolve();
  }

  protected override async containerCreated(containerId: string): Promise<void> {
    this.#onCreated(containerId);
    // Engines before 25 take one network when they create a container; the others come before it starts.
    for (const seat of this.#placement.seats.slice(1)) {
      const there = { Container: containerId, EndpointConfig: endpointOf(this.#spec.name, seat) };
      await this.#docker.getNetwork(seat.network).connect(there);
    }
  }
}
