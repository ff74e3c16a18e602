/** Free host ports on 127.0.0.1, held by a listening socket until a node takes them. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import { freshSeed, seededRandom } from "../../random.ts";
import { PORTS_LABEL } from "../labels.ts";

const FIRST_PORT = 18_000;
const TRIES = 2_000;

/** Keeps ports from others until they are released. Disposing releases all. */
export interface PortHolder extends Disposable {
  /** @throws LabError `engine-failed` when so many can not be found. */
  hold(count: number): Promise<number[]>;
  release(ports: readonly number[]): Promise<void>;
}

/**
 * Ports come from below the range that the system hands out by itself: an outgoing connection never takes the port of
 * a node that is down, and a client that keeps trying such a port never connects to itself. Ports of other labs' nodes
 * are left out even while those nodes are down; their containers carry them in a label.
 */
export function portHolder(docker: Docker): PortHolder {
  const held = new Map<number, Server>();
  const random = seededRandom(freshSeed());
  const first = FIRST_PORT;
  const size = Math.max(firstEphemeralPort() - first, 4_000);
  return {
    async hold(count) {
      const claimed = await claimedPorts(docker);
      const found: number[] = [];
      for (let tried = 0; found.length < count && tried < TRIES; tried += 1) {
        const port = first + random.integer(size);
        if (claimed.has(port) || held.has(port)) continue;
        const server = await listenOn(port);
        if (server === undefined) continue;
        held.set(port, server);
        found.push(port);
      }
      if (found.length === count) return found;
      throw new LabError({
        code: "engine-failed",
        message: `only ${found.length} of ${count} free ports found on 127.0.0.1 between ${first} and ${first + size}`,
        hint: "Something on this machine listens on very many ports.",
      });
    },
    async release(ports) {
      await Promise.all(
        ports.map((port) => {
          const server = held.get(port);
          held.delete(port);
          return server === undefined
            ? Promise.resolve()
            : new Promise<void>((resolve) => void server.close(() => resolve()));
        }),
      );
    },
    [Symbol.dispose]() {
      for (const server of held.values()) server.close();
      held.clear();
    },
  };
}

function listenOn(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((connection) => connection.destroy());
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function firstEphemeralPort(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}

async function claimedPorts(docker: Docker): Promise<ReadonlySet<number>> {
  const containers = await docker.listContainers({ all: true, filters: { label: [PORTS_LABEL] } });
  return new Set(containers.flatMap((container) => (container.Labels[PORTS_LABEL] ?? "").split(",").map(Number)));
}
