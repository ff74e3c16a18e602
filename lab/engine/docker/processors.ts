/** Watches what others take of the machine's processors while a run takes place on it. */
import { readdir, readFile } from "node:fs/promises";
import { hostname, platform, release } from "node:os";
import type Docker from "dockerode";
import { every, seconds, withLimit } from "../../time.ts";
import {
  machineTicks,
  ownProcesses,
  processTicks,
  takenByOthers,
  type ProcessorReading,
  type ProcessTicks,
} from "../processor-time.ts";
import type { Node } from "../types.ts";
import { socketPath, type EngineAddress } from "./engine-address.ts";

const PERIOD = seconds(3);
/**
 * Counts that were read longer one after the other than this do not belong together. On a machine of many others, which
 * is what this is to tell, an engine takes seconds to answer.
 */
const LIMIT = seconds(5);

/** Whether the engine's containers are processes of the kernel that this process asks: one in a virtual machine's are not. */
export const isThisMachine = (
  endpoint: EngineAddress,
  { name, kernel }: { readonly name: string; readonly kernel: string },
): boolean =>
  platform() === "linux" && socketPath(endpoint) !== undefined && name === hostname() && kernel === release();

/** Tells each share, in percent, until disposed; a reading that fails is left out, and the next covers its time too. */
export function watchProcessors(
  docker: Docker,
  nodes: () => readonly Node[],
  listener: (percent: number) => void,
): Disposable {
  let last: ProcessorReading | undefined;
  let stopped = false;
  const read = async (): Promise<void> => {
    const reading = await withLimit("the counts of the processors", LIMIT, readAll(docker, nodes()));
    const percent = reading === undefined || last === undefined ? undefined : takenByOthers(last, reading);
    last = reading ?? last;
    if (percent !== undefined && !stopped) listener(percent);
  };
  read().catch(() => undefined);
  const reading = every(PERIOD, read);
  return {
    [Symbol.dispose]() {
      stopped = true;
      reading[Symbol.dispose]();
    },
  };
}

async function readAll(docker: Docker, nodes: readonly Node[]): Promise<ProcessorReading | undefined> {
  const first = machineTicks(await readFile("/proc/stat", "utf8"));
  const [containers, processes] = await Promise.all([
    Promise.all(nodes.map(async ({ containerId }) => [containerId, await secondsOf(docker, containerId)] as const)),
    allProcesses(),
  ]);
  const last = machineTicks(await readFile("/proc/stat", "utf8"));
  if (first === undefined || last === undefined) return undefined;
  // The others were read in between.
  const machine = { used: (first.used + last.used) / 2, all: (first.all + last.all) / 2 };
  return { machine, own: ownProcesses(processes, process.pid), containers: new Map(containers) };
}

async function secondsOf(docker: Docker, containerId: string): Promise<number> {
  const stats = await docker.getContainer(containerId).stats({ stream: false, "one-shot": true });
  // Of a container that is down the engine gives no figures.
  const use = (stats as { readonly cpu_stats?: Partial<Docker.CPUStats> }).cpu_stats?.cpu_usage;
  return (use?.total_usage ?? 0) / 1e9;
}

/** One after the other, so that a machine of many processes does not hold up what the lab is there for. */
async function allProcesses(): Promise<readonly ProcessTicks[]> {
  const found: ProcessTicks[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // One that has ended meanwhile has no file any more.
    const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const ticks = processTicks(text);
    if (ticks !== undefined) found.push(ticks);
  }
  return found;
}
