/** The engine behind its contract. */
import { appendFile, readdir } from "node:fs/promises";
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import { minutes, seconds, waitFor, wallClock, withLimit } from "../../time.ts";
import { isGone, socketPath, type EngineAddress } from "./engine-address.ts";
import type { Found } from "./find.ts";
import { labHome, privateEnginePaths, runsHome, watchdogLogPath } from "../home.ts";
import { ensureImages } from "../image-build/images.ts";
import { checkNetworkName, checkRunName, KEPT_LABEL, NODE_LABEL, RUN_LABEL } from "../labels.ts";
import { assertDisk, assertMemory } from "../machine.ts";
import { createNetwork, findNetworks } from "./network.ts";
import { isThisMachine } from "./processors.ts";
import { healLeftBehind, recoverRun } from "./recover.ts";
import { lives, readOwner, stateOfRun } from "../run-owner.ts";
import { findNodes, runSpace } from "./run-space.ts";
import {
  DEFAULT_NETWORK,
  silentProgress,
  type ComponentId,
  type Engine,
  type EngineInfo,
  type ImageRef,
  type Progress,
  type RunInfo,
  type RunNetwork,
} from "../types.ts";
import { startWatchdog } from "./watchdog-start.ts";

/** @throws LabError `engine-failed` when the engine stops answering. */
export async function createEngine({ docker, endpoint }: Found): Promise<Engine> {
  const { info, here } = await inquire(docker, endpoint);
  tellTestcontainers(endpoint);

  const images = (
    components: readonly ComponentId[],
    progress: Progress,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<ComponentId, ImageRef>> => ensureImages({ docker, info, components, progress, signal });
  const helperImage = async (component: ComponentId): Promise<ImageRef> => {
    const image = (await images([component], silentProgress)).get(component);
    if (image === undefined) throw new LabError({ code: "image-failed", message: `there is no ${component} image` });
    return image;
  };

  let tools: Promise<ImageRef> | undefined;
  const makeTools = (): Promise<ImageRef> => (tools ??= helperImage("base"));

  const engine: Engine = {
    info,
    images,
    async openRun(run, options = {}) {
      checkRunName(run);
      assertMemory();
      await assertDisk("run", labHome());
      const kept = options.keep === true;
      const names = [...new Set([DEFAULT_NETWORK, ...(options.networks ?? [])])];
      for (const name of names) checkNetworkName(name);
      const watchdog = await startWatchdog(run, endpoint, "remove");
      try {
        // One after the other: each takes a range that the ones before it left.
        const networks = new Map<string, RunNetwork>();
        for (const name of names) networks.set(name, await createNetwork(docker, run, name, kept));
        return runSpace({
          docker,
          run,
          here,
          networks,
          kept,
          helperImage,
          tools: makeTools,
          nodes: [],
          reopened: false,
          watchdog,
        });
      } catch (error) {
        watchdog.handOver();
        throw error;
      }
    },
    async reopenRun(run) {
      checkRunName(run);
      await cleanedUp(run);
      await undoLeftFaults(docker, run);
      const networks = await findNetworks(docker, run);
      const nodes = await findNodes(docker, run, makeTools);
      const watchdog = await startWatchdog(run, endpoint, "heal");
      return runSpace({
        docker,
        run,
        here,
        networks,
        kept: true,
        helperImage,
        tools: makeTools,
        nodes,
        reopened: true,
        watchdog,
      });
    },
    async healStanding() {
      const standing = (await listRuns(docker)).filter(({ kept, state }) => kept && state !== "cleaning up");
      const told = await Promise.all(
        standing.map(async ({ run }) => ({ run, faults: await undoLeftFaults(docker, run) })),
      );
      return told.filter(({ faults }) => faults > 0);
    },
    isGone: () => isGone(docker),
    runs: () => listRuns(docker),
    async clean(run) {
      if (run !== undefined) checkRunName(run);
      // A run may have left nothing but its ledger.
      const known = async (): Promise<string[]> => [
        ...(await listRuns(docker)).map((seen) => seen.run),
        ...(await runFolders()),
      ];
      const removed: string[] = [];
      for (const one of run === undefined ? new Set(await known()) : [run]) {
        removed.push(...(await recoverRun(docker, one, seconds(60), (text) => removed.push(text))).removed);
      }
      return { removed };
    },
    // The engine belongs to the machine and outlives the lab; requests are not kept open.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  clients.set(engine, docker);
  return engine;
}

/** The watchdog of a lab that was just killed comes to its end first: it strikes out the ledger, too. */
async function cleanedUp(run: string): Promise<void> {
  await waitFor(
    `the watchdog of run ${run} to undo what a killed lab has left`,
    async () => {
      const state = stateOfRun(await readOwner(run), lives);
      return state === "cleaning up" ? { seen: state } : { reached: state };
    },
    { within: minutes(2) },
  );
}

/** What is done is told in the watchdogs' log: it is their work. */
async function undoLeftFaults(docker: Docker, run: string): Promise<number> {
  const lines: string[] = [];
  const faults = await healLeftBehind(docker, run, (text) => lines.push(text));
  const at = wallClock().toISOString();
  if (lines.length > 0)
    await appendFile(watchdogLogPath(), lines.map((line) => `${at} run ${run}: ${line}\n`).join(""));
  return faults;
}

const clients = new WeakMap<Engine, Docker>();

/** The Docker API of an engine that this folder made; for this folder only. */
export function clientOf(engine: Engine): Docker {
  const docker = clients.get(engine);
  if (docker !== undefined) return docker;
  throw new LabError({ code: "internal", message: "this engine was not opened by openEngine" });
}

async function inquire(
  docker: Docker,
  endpoint: EngineAddress,
): Promise<{ readonly info: EngineInfo; readonly here: boolean }> {
  const [version, about] = await withLimit(
    "the engine's description",
    seconds(15),
    Promise.all([docker.version(), aboutEngine(docker)]),
  );
  const info: EngineInfo = {
    kind: socketPath(endpoint) === privateEnginePaths().socket ? "private" : "existing",
    endpoint: endpoint.url,
    from: endpoint.from,
    version: version.Version,
    apiVersion: version.ApiVersion,
    operatingSystem: about.OperatingSystem,
    kernel: about.KernelVersion,
    architecture: about.Architecture,
    cpus: about.NCPU,
    memoryBytes: about.MemTotal,
  };
  return { info, here: isThisMachine(endpoint, { name: about.Name, kernel: about.KernelVersion }) };
}

async function runFolders(): Promise<string[]> {
  try {
    return await readdir(runsHome());
  } catch {
    return [];
  }
}

interface AboutEngine {
  /** Its machine's. */
  readonly Name: string;
  readonly OperatingSystem: string;
  readonly KernelVersion: string;
  readonly Architecture: string;
  readonly NCPU: number;
  readonly MemTotal: number;
}

const aboutEngine = (docker: Docker): Promise<AboutEngine> => docker.info() as Promise<AboutEngine>;

/** Testcontainers finds its engine by the environment, once a process, and must not look for a reaper image. */
function tellTestcontainers(endpoint: EngineAddress): void {
  process.env["DOCKER_HOST"] = endpoint.url;
  process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
  if (endpoint.certificates === undefined) return;
  process.env["DOCKER_CERT_PATH"] = endpoint.certificates;
  process.env["DOCKER_TLS_VERIFY"] = "1";
}

async function listRuns(docker: Docker): Promise<RunInfo[]> {
  const filters = { label: [RUN_LABEL] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const runs = new Map<string, { nodes: number; kept: boolean }>();
  const note = (labels: Readonly<Record<string, string>> | undefined): void => {
    const run = labels?.[RUN_LABEL];
    if (labels === undefined || run === undefined) return;
    const known = runs.get(run) ?? { nodes: 0, kept: false };
    if (NODE_LABEL in labels) known.nodes += 1;
    if (labels[KEPT_LABEL] === "true") known.kept = true;
    runs.set(run, known);
  };
  for (const container of containers) note(container.Labels);
  for (const network of networks) note(network.Labels);
  for (const volume of volumes.Volumes) note(volume.Labels);
  const told = [...runs].map(async ([run, seen]): Promise<RunInfo> => {
    return { run, ...seen, state: stateOfRun(await readOwner(run), lives) };
  });
  return (await Promise.all(told)).toSorted((a, b) => a.run.localeCompare(b.run));
}
