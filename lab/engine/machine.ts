/** What this machine has to give: memory, disk, open files. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { LabError } from "../errors.ts";
import { labHome } from "./home.ts";

const GIB = 1024 ** 3;

/** The least memory with which a run is started: three small brokers and the load. */
export const MEMORY_NEEDED_BYTES = 3 * GIB;
/** Free disk for building images: packages, layers and caches. */
export const DISK_TO_BUILD_BYTES = 6 * GIB;
/** Free disk for a run with images at hand. */
export const DISK_TO_RUN_BYTES = 1 * GIB;

export const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

/** Memory that can be had without swapping, in bytes; undefined where the system does not say (not Linux). */
export function availableMemoryBytes(): number | undefined {
  const match = /^MemAvailable:\s+(\d+) kB/m.exec(readText("/proc/meminfo"));
  return match === null ? undefined : Number(match[1]) * 1024;
}

/** Free bytes on the disk of a folder, or of its nearest parent that exists. */
export async function freeDiskBytes(folder: string): Promise<number> {
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const disk = await statfs(existing);
  return disk.bavail * disk.bsize;
}

/** @throws LabError `not-enough-memory` */
export function assertMemory(): void {
  const available = availableMemoryBytes();
  if (available === undefined || available >= MEMORY_NEEDED_BYTES) return;
  throw new LabError({
    code: "not-enough-memory",
    message: `${gib(available)} of memory are available; a run needs ${gib(MEMORY_NEEDED_BYTES)}`,
    hint: "End other programs, or remove clusters that are still up: `lab clean`.",
  });
}

/**
 * Checks the disk that holds the lab's home, before images are built or a run is started.
 * @throws LabError `not-enough-disk`
 */
export async function assertDisk(purpose: "build images" | "run", folder: string = labHome()): Promise<void> {
  const needed = purpose === "run" ? DISK_TO_RUN_BYTES : DISK_TO_BUILD_BYTES;
  const free = await freeDiskBytes(folder);
  if (free >= needed) return;
  throw new LabError({
    code: "not-enough-disk",
    message: `${gib(free)} are free on the disk of ${folder}; to ${purpose} takes ${gib(needed)}`,
    hint: "Free some space, or set RESILIENCE_LAB_HOME to a folder on a larger disk.",
  });
}

/** The hard limit on open files of this process, which a container's may not exceed; undefined where unknown or unlimited. */
export function openFilesHardLimit(): number | undefined {
  const match = /^Max open files\s+\S+\s+(\d+)/m.exec(readText("/proc/self/limits"));
  return match === null ? undefined : Number(match[1]);
}

/** How many files a node may open: 65,536, or less where the machine allows less. */
export function openFilesLimit(): number | undefined {
  const hard = openFilesHardLimit();
  return hard === undefined ? undefined : Math.min(hard, 65_536);
}

export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The lab's home, made when it is not there. */
export async function ensureHome(): Promise<string> {
  await mkdir(labHome(), { recursive: true });
  return labHome();
}
