/** The containers, networks and volumes of one run. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { parseTimestamp, seconds, withLimit } from "../../time.ts";
import { passBridgedFrames } from "./bridged-frames.ts";
import { startHelper } from "./helper.ts";
import { startLinkHelper } from "./link-helper.ts";
import { runHome } from "../home.ts";
import { nodeFromInspection } from "./node.ts";
import { startNodeContainer } from "./node-start.ts";
import { allText } from "./output.ts";
import { portHolder } from "./ports.ts";
import { watchProcessors } from "./processors.ts";
import { NODE_LABEL, RUN_LABEL } from "../labels.ts";
import { watchRemovals } from "./removals.ts";
import { hostOf, seating } from "./seats.ts";
import { sweep } from "./sweep.ts";
import { holdVolumes } from "./volumes.ts";
import { NO_PROCESS, processMark, writeOwner, type ProcessMark } from "../run-owner.ts";
import { DEFAULT_NETWORK, type Helper, type ImageRef, type Node, type RunNetwork, type RunSpace } from "../types.ts";
import type { Watchdog } from "./watchdog-start.ts";

const REMOVAL_LIMIT = seconds(60);
const NOTHING_TO_WATCH: Disposable = { [Symbol.dispose]: () => undefined };

export interface RunSpaceParts {
  readonly docker: Docker;
  readonly run: string;
  /** Whether the engine's containers run on this very machine. */
  readonly here: boolean;
  /** The default one is among them. */
  readonly networks: ReadonlyMap<string, RunNetwork>;
  /** Kept runs are left up when they are disposed. */
  readonly kept: boolean;
  /** Found again, not made: disposing leaves its nodes alone. */
  readonly reopened: boolean;
  readonly watchdog: Watchdog;
  readonly helperImage: (component: "base" | "netfilter" | "toxiproxy") => Promise<ImageRef>;
  /** Makes the lab's base image, where it is not there yet. */
  readonly tools: () => Promise<unknown>;
  readonly nodes: readonly Node[];
}

export function runSpace(parts: RunSpaceParts): RunSpace {
  const { docker, run, networks, kept } = parts;
  const network = networks.get(DEFAULT_NETWORK);
  if (network === undefined) throw new LabError({ code: "internal", message: `run ${run} has no network of its own` });
  let stays = parts.reopened;
  const nodes = [...parts.nodes];
  const helpers: Helper[] = [];
  const ports = portHolder(docker);
  const starting = new Set<Promise<unknown>>();
  const seats = seating(run, networks, nodes);
  const removals = watchRemovals(docker, run, () => nodes);
  let closing = false;
  const own = (lab: ProcessMark): void => writeOwner(run, { lab, watchdog: processMark(parts.watchdog.pid), stays });
  own(processMark(process.pid));

  const assertOpen = (): void => {
    if (closing)
      throw new LabError({
        code: "interrupted",
        message: `run ${run} is being removed; nothing starts in it any more`,
      });
  };

  /** Remembers work under way, so that removal waits for it. */
  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    starting.add(work);
    try {
      return await work;
    } finally {
      starting.delete(work);
    }
  };

  return {
    run,
    network,
    networks,
    freePorts: (count) => ports.hold(count),
    nodes: () => [...nodes],
    onRemoved: (listener) => removals.listen(listener),
    onTakenByOthers: (listener) => (parts.here ? watchProcessors(docker, () => nodes, listener) : NOTHING_TO_WATCH),
    async startNode(spec) {
      assertOpen();
      if (nodes.some((node) => node.name === spec.name)) {
        throw new LabError({ code: "bad-scenario", message: `run ${run} has a node named ${spec.name} already` });
      }
      // Before anything is waited for: those that start beside it are to know its address, as it theirs.
      const its = seats.take(spec);
      await ports.release((spec.ports ?? []).map(({ host }) => host));
      await tracked(holdVolumes(docker, spec, { run, kept }));
      const placement = { run, kept, tools: parts.tools, seats: its, hosts: () => seats.hostsFor(its) };
      const node = await tracked(startNodeContainer(docker, spec, placement));
      nodes.push(node);
      return node;
    },
    async startNetworkHelper(command) {
      assertOpen();
      const image = await parts.helperImage("netfilter");
      assertOpen();
      const order = { run, image: image.reference, command, network: "host" };
      const helper = await tracked(startHelper(docker, order));
      helpers.push(helper);
      return helper;
    },
    async passBridgedFrames() {
      assertOpen();
      const image = await parts.helperImage("netfilter");
      const bridges = [...networks.values()].map(({ bridge }) => bridge);
      await tracked(passBridgedFrames(docker, run, image.reference, bridges));
    },
    async startLinkHelper(command, inside) {
      assertOpen();
      const image = await parts.helperImage("toxiproxy");
      assertOpen();
      const network = inside === undefined ? "host" : `container:${inside.containerId}`;
      const helper = await tracked(startLinkHelper(docker, { run, image: image.reference, command, network }));
      helpers.push(helper);
      return helper;
    },
    async saveLogs(folder, since) {
      await mkdir(folder, { recursive: true });
      await Promise.all(nodes.map((node) => saveLog(docker, node, folder, since)));
    },
    keep() {
      stays = true;
      own(processMark(process.pid));
    },
    async [Symbol.asyncDispose]() {
      if (closing) return;
      closing = true;
      removals[Symbol.dispose]();
      ports[Symbol.dispose]();
      // What is half made comes to its end first; the limit is for an engine that hangs.
      await withLimit("nodes on their way", seconds(20), Promise.allSettled(starting)).catch(() => undefined);
      if (stays) {
        await Promise.all(helpers.map((helper) => helper[Symbol.asyncDispose]()));
        own(NO_PROCESS);
        await parts.watchdog.dismiss();
        return;
      }
      try {
        await sweep(docker, run, REMOVAL_LIMIT);
        await rm(runHome(run), { recursive: true, force: true });
      } catch (error) {
        parts.watchdog.handOver();
        throw error;
      }
      await parts.watchdog.dismiss();
    },
  };
}

async function saveLog(docker: Docker, node: Node, folder: string, since: string | undefined): Promise<void> {
  let text: string;
  try {
    const raw = await withLimit(
      `reading the log of ${node.name}`,
      seconds(30),
      docker.getContainer(node.containerId).logs({
        stdout: true,
        stderr: true,
        timestamps: true,
        // The API wants seconds since 1970; the engine takes fractions.
        ...(since === undefined ? {} : { since: (parseTimestamp(since) / 1_000).toFixed(3) }),
      }),
    );
    text = allText(raw);
  } catch (error) {
    text = `the log could not be read: ${messageOf(error)}\n`;
  }
  await writeFile(join(folder, `${node.name}.log`), text);
}

/** The nodes of a run that is up, in the order of their addresses. */
export async function findNodes(docker: Docker, run: string, tools: () => Promise<unknown>): Promise<Node[]> {
  const containers = await docker.listContainers({
    all: true,
    filters: { label: [`${RUN_LABEL}=${run}`, NODE_LABEL] },
  });
  const seen = await Promise.all(containers.map((container) => docker.getContainer(container.Id).inspect()));
  const nodes = seen.map((inspection) => nodeFromInspection(docker, run, inspection, tools));
  return nodes.toSorted((a, b) => hostOf(a.address) - hostOf(b.address));
}
