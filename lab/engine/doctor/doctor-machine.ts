/** The rows of `lab doctor` that need no engine: Node, memory, disk, limits. */
import type { DoctorRow } from "./doctor.ts";
import { labHome } from "../home.ts";
import {
  availableMemoryBytes,
  DISK_TO_BUILD_BYTES,
  DISK_TO_RUN_BYTES,
  freeDiskBytes,
  gib,
  MEMORY_NEEDED_BYTES,
  openFilesHardLimit,
  readText,
} from "../machine.ts";

const NODE_NEEDED = 24;

export function nodeRow(): DoctorRow {
  const major = Number(process.versions.node.split(".")[0]);
  const row = { area: "node", what: "Node.js", detail: process.version } as const;
  if (major >= NODE_NEEDED) return { ...row, status: "ok" };
  return {
    ...row,
    status: "missing",
    mend: `npm install brings Node ${NODE_NEEDED} on Linux; elsewhere install it by hand`,
  };
}

export function memoryRow(): DoctorRow {
  const row = { area: "memory", what: "memory" } as const;
  const available = availableMemoryBytes();
  if (available === undefined)
    return { ...row, status: "limited", detail: "this system does not say how much is available" };
  const detail = `${gib(available)} available; a run needs ${gib(MEMORY_NEEDED_BYTES)}`;
  if (available >= MEMORY_NEEDED_BYTES) return { ...row, status: "ok", detail };
  return {
    ...row,
    status: "missing",
    detail,
    mend: "end other programs, or remove clusters that are still up: lab clean",
  };
}

/** @param toBuild whether images must still be built, which takes more */
export async function diskRow(toBuild: boolean): Promise<DoctorRow> {
  const row = { area: "disk", what: "disk" } as const;
  const free = await freeDiskBytes(labHome());
  const needed = toBuild ? DISK_TO_BUILD_BYTES : DISK_TO_RUN_BYTES;
  const detail = `${gib(free)} free at ${labHome()}; ${toBuild ? "images still to be built need" : "a run needs"} ${gib(needed)}`;
  if (free >= needed) return { ...row, status: "ok", detail };
  return {
    ...row,
    status: "missing",
    detail,
    mend: "free some space, or set RESILIENCE_LAB_HOME to a folder on a larger disk",
  };
}

/** Fewer than this, and a broker under load runs out. */
const OPEN_FILES_WANTED = 4_096;
const INOTIFY_WANTED = 128;

export function limitRows(): DoctorRow[] {
  if (process.platform !== "linux") return [];
  const files = openFilesHardLimit();
  const inotify = Number(readText("/proc/sys/fs/inotify/max_user_instances").trim() || 0);
  return [
    limitRow("open files", files ?? Infinity, OPEN_FILES_WANTED, `ulimit -Hn ${OPEN_FILES_WANTED}`),
    limitRow("inotify instances", inotify, INOTIFY_WANTED, `sysctl -w fs.inotify.max_user_instances=${INOTIFY_WANTED}`),
  ];
}

function limitRow(what: string, limit: number, wanted: number, mend: string): DoctorRow {
  const row = { area: "kernel", what } as const;
  const detail = Number.isFinite(limit) ? `at most ${limit.toLocaleString("en")}` : "no limit";
  return limit >= wanted
    ? { ...row, status: "ok", detail }
    : { ...row, status: "limited", detail: `${detail}; ${wanted.toLocaleString("en")} are wanted`, mend };
}
