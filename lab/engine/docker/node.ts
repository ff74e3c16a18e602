/** One container of a run, behind the engine's API. Every change resolves only when the engine shows it. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { milliseconds, seconds, sleep, waitFor, withLimit, type Duration } from "../../time.ts";
import { limitWritesOf } from "./block-io.ts";
import { cpuOf, limitCpuOf } from "./cpu.ts";
import { statusOf, unlessGone } from "./docker-errors.ts";
import { execIn } from "./exec.ts";
import { CLUSTER_LABEL, networkName, NETWORKS_LABEL, NODE_LABEL } from "../labels.ts";
import { onDiskOf } from "./on-disk.ts";
import { allText } from "./output.ts";
import { sizeLimitOf } from "./volumes.ts";
import { DEFAULT_NETWORK, type Node, type NodeState, type PortBinding } from "../types.ts";

const CHANGE_LIMIT = seconds(15);
const LOOK_EVERY = milliseconds(20);

export interface NodeIdentity {
  readonly name: string;
  readonly cluster: string;
  readonly containerId: string;
  readonly addresses: ReadonlyMap<string, string>;
  readonly ports: readonly PortBinding[];
  /** Makes the image that work on its disks runs in, where it is not there yet. */
  readonly tools: () => Promise<unknown>;
}

/** A node of a running or stopped container. */
export function nodeOf(docker: Docker, identity: NodeIdentity): Node {
  const { name, containerId } = identity;
  const container = docker.getContainer(containerId);

  const hostPort = (containerPort: number): number => {
    const binding = identity.ports.find((port) => port.container === containerPort);
    if (binding !== undefined) return binding.host;
    throw new LabError({ code: "internal", message: `${name} publishes no port ${containerPort}` });
  };

  const failure = async (message: string, cause?: unknown): Promise<LabError> => {
    const last = await lastLines(container);
    return new LabError({
      code: "node-failed",
      message: `${name}: ${message}${last === "" ? "" : `\nIts last lines:\n${last}`}`,
      cause,
    });
  };

  const look = async (): Promise<NodeState> => {
    const seen = await unlessGone(container.inspect());
    return seen === undefined ? GONE : stateOf(seen.State);
  };

  /** Orders a change and waits until the engine shows it. */
  const change = async (
    what: string,
    order: () => Promise<unknown>,
    reached: (state: NodeState) => boolean,
  ): Promise<NodeState> => {
    try {
      await withLimit(`the order to ${what} ${name}`, CHANGE_LIMIT, order());
      return await waitFor(
        `${name} to ${what}`,
        async () => {
          const state = await look();
          return reached(state) ? { reached: state } : { seen: describe(state) };
        },
        { within: CHANGE_LIMIT, every: LOOK_EVERY },
      );
    } catch (error) {
      throw await failure(`could not ${what}: ${messageOf(error)}`, error);
    }
  };

  const kill = async (): Promise<void> => {
    // A paused container takes the signal too: the engine thaws it to die.
    await change("be killed", () => unlessNotRunning(container.kill({ signal: "SIGKILL" })), isDown);
  };

  const endsWithin = async (grace: Duration): Promise<boolean> => {
    try {
      await waitFor(
        `${name} to end`,
        async () => {
          const state = await look();
          return isDown(state) ? { reached: true } : { seen: describe(state) };
        },
        { within: grace, every: milliseconds(50) },
      );
      return true;
    } catch (error) {
      if (error instanceof LabError && error.code === "wait-timeout") return false;
      throw error;
    }
  };

  return {
    name,
    cluster: identity.cluster,
    containerId,
    address: [...identity.addresses.values()][0] ?? "",
    addresses: identity.addresses,
    hostPort,
    // Published on the loopback of the engine's machine, which is this one: `connect` refuses others.
    endpoint: (containerPort) => ({ host: "127.0.0.1", port: hostPort(containerPort) }),
    state: look,
    kill,
    async terminate(grace = seconds(30)) {
      if (isDown(await look())) return { graceful: false };
      await unlessNotRunning(container.kill({ signal: "SIGTERM" }));
      const graceful = await endsWithin(grace);
      if (!graceful) await kill();
      return { graceful };
    },
    async pause() {
      await change(
        "pause",
        () => container.pause(),
        (state) => state.status === "paused",
      );
    },
    async unpause() {
      await change(
        "unpause",
        () => container.unpause(),
        (state) => state.status === "running",
      );
    },
    async start() {
      const state = await change(
        "start",
        () => startOrder(container),
        (seen) => seen.pid > 0 || isDown(seen),
      );
      if (isDown(state)) throw await failure(`ended as soon as it was started: ${describe(state)}`);
    },
    exec: (command, options) => execIn(container, name, command, options?.within),
    async onDisk(command, options) {
      await identity.tools();
      return onDiskOf(docker, containerId, name, command, options?.within);
    },
    sizeLimit: (path) => sizeLimitOf(docker, containerId, path),
    cpu: () => cpuOf(container),
    async limitWrites(path, bytesPerSecond) {
      await identity.tools();
      return limitWritesOf(docker, containerId, path, bytesPerSecond);
    },
    limitCpu: (cores) => limitCpuOf(container, cores),
    async logs(options) {
      const raw = await container.logs({
        stdout: true,
        stderr: true,
        ...(options?.tail === undefined ? {} : { tail: options.tail }),
      });
      return allText(raw);
    },
  };
}

/** A node read back from what the engine says of its container. */
export function nodeFromInspection(
  docker: Docker,
  run: string,
  seen: Docker.ContainerInspectInfo,
  tools: NodeIdentity["tools"],
): Node {
  const labels = seen.Config.Labels;
  const addresses = (labels[NETWORKS_LABEL] ?? DEFAULT_NETWORK).split(",").map((network): [string, string] => {
    const endpoint = seen.NetworkSettings.Networks[networkName(run, network)];
    // One that is down has no address; what it was given stays.
    const given = endpoint?.IPAMConfig as { IPv4Address?: string } | null | undefined;
    return [network, given?.IPv4Address ?? endpoint?.IPAddress ?? ""];
  });
  const bindings = (seen.HostConfig.PortBindings ?? {}) as Record<string, { HostPort?: string }[] | undefined>;
  return nodeOf(docker, {
    name: labels[NODE_LABEL] ?? seen.Name,
    cluster: labels[CLUSTER_LABEL] ?? "",
    containerId: seen.Id,
    addresses: new Map(addresses),
    tools,
    ports: Object.entries(bindings).flatMap(([port, hosts]) => {
      const host = hosts?.[0]?.HostPort;
      return host === undefined ? [] : [{ container: Number.parseInt(port, 10), host: Number(host) }];
    }),
  });
}

const GONE: NodeState = { status: "gone", pid: 0, outOfMemory: false };

const isDown = (state: NodeState): boolean => state.status === "exited" || state.status === "gone";

function stateOf(state: Docker.ContainerInspectInfo["State"]): NodeState {
  const common = { pid: state.Pid, outOfMemory: state.OOMKilled };
  if (state.Paused) return { status: "paused", ...common };
  if (state.Running) return { status: "running", ...common };
  if (state.Status === "created") return { status: "created", ...common };
  return { status: "exited", exitCode: state.ExitCode, ...common };
}

const describe = (state: NodeState): string =>
  `${state.status}${state.exitCode === undefined ? "" : ` with code ${state.exitCode}`}${state.outOfMemory ? ", out of memory" : ""}`;

/** The engine answers 409 to a signal for a container that is down already. */
async function unlessNotRunning(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!/is not running|No such container/i.test(messageOf(error))) throw error;
  }
}

const PORT_TAKEN = /port is already allocated|address already in use/i;
const START_TRIES = 20;

/** Starts a container; tries again while something else holds one of its ports for a moment. */
export async function startOrder(container: Docker.Container): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await container.start();
      return;
    } catch (error) {
      if (statusOf(error) === 304) return;
      if (attempt === START_TRIES || !PORT_TAKEN.test(messageOf(error))) throw error;
      await sleep(milliseconds(250));
    }
  }
}

/** The end of a container's output, for errors; empty when there is none to be had. */
export async function lastLines(container: Docker.Container, count = 15): Promise<string> {
  try {
    return allText(
      await withLimit("reading logs", seconds(3), container.logs({ stdout: true, stderr: true, tail: count })),
    ).trimEnd();
  } catch {
    return "";
  }
}
