/** Whose the processors of this machine were: from readings of the kernel's and the engine's counts to a share. Pure. */

/** The kernel tells times to programs in hundredths of a second, whatever it counts in itself (`USER_HZ`). */
const TICKS_PER_SECOND = 100;

/** Of all processors together since the machine was started, in ticks. */
interface MachineTicks {
  /**
   * What processes used, and what other machines of the same host took (steal). Neither waiting for disks, which leaves
   * a processor free, nor interrupts, which nobody can be charged with: the run's own traffic makes many.
   */
  readonly used: number;
  readonly all: number;
}

/** One process of the lab, or of the engine. */
export interface ProcessTicks {
  readonly pid: number;
  readonly name: string;
  readonly parent: number;
  /** When it was started; with the id it names one process only. */
  readonly started: number;
  readonly used: number;
}

/** All counts at one moment. */
export interface ProcessorReading {
  readonly machine: MachineTicks;
  /** Those of the lab and of the engine. */
  readonly own: readonly ProcessTicks[];
  /** Seconds of processor time of each of the run's containers since it was started, by its id; 0 of one that is down. */
  readonly containers: ReadonlyMap<string, number>;
}

/** @param text of /proc/stat, as proc(5) describes it; undefined where it is none */
export function machineTicks(text: string): MachineTicks | undefined {
  const [first = ""] = text.split("\n");
  const [word, ...numbers] = first.trim().split(/\s+/);
  const [user = NaN, nice = NaN, system = NaN, idle = NaN, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    numbers.map(Number);
  const used = user + nice + system + steal;
  const all = used + idle + iowait + irq + softirq;
  return word === "cpu" && Number.isFinite(all) ? { used, all } : undefined;
}

/**
 * A shim reaps what runs in its container, whose time the engine tells already.
 */
const SHIM = "containerd-shim";

/**
 * The engine's own programs. Those of another engine of this machine cannot be told apart by name and count as the
 * lab's too: what is in doubt is never held against others.
 */
const ENGINE_PROGRAMS: ReadonlySet<string> = new Set(["dockerd", "containerd", "docker-proxy", "rootlesskit", SHIM]);

/** @param text of /proc/PID/stat; undefined where it is none. The time of children that have ended is its parent's. */
export function processTicks(text: string): ProcessTicks | undefined {
  // The name, in parentheses, may hold spaces and parentheses.
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const name = text.slice(open + 1, close);
  const rest = text
    .slice(close + 2)
    .split(" ")
    .map(Number);
  const [, parent = NaN] = rest;
  const [user = NaN, system = NaN, childrenUser = NaN, childrenSystem = NaN] = rest.slice(11);
  const used = user + system + (name === SHIM ? 0 : childrenUser + childrenSystem);
  const started = rest[19] ?? NaN;
  const pid = Number.parseInt(text, 10);
  return [pid, parent, used, started].every(Number.isFinite) ? { pid, name, parent, started, used } : undefined;
}

/** Of all processes of a machine, the lab's (this one and all that it started) and the engine's. */
export function ownProcesses(all: readonly ProcessTicks[], labPid: number): readonly ProcessTicks[] {
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const isOfLab = (pid: number): boolean => {
    const seen = new Set<number>();
    for (let at: number | undefined = pid; at !== undefined && !seen.has(at); at = parents.get(at)) {
      if (at === labPid) return true;
      seen.add(at);
    }
    return false;
  };
  return all.filter(({ pid, name }) => ENGINE_PROGRAMS.has(name) || isOfLab(pid));
}

/**
 * The share of all processors, in whole percent, that neither the run's containers nor the lab and the engine used
 * between two readings; undefined where a container went down or was started again in between, which takes its count
 * along, and where no time has passed.
 */
export function takenByOthers(before: ProcessorReading, after: ProcessorReading): number | undefined {
  const all = after.machine.all - before.machine.all;
  if (all <= 0) return undefined;
  let containers = 0;
  for (const [id, seconds] of after.containers) {
    const grown = seconds - (before.containers.get(id) ?? 0);
    if (grown < 0) return undefined;
    containers += grown * TICKS_PER_SECOND;
  }
  const taken = after.machine.used - before.machine.used - containers - usedBetween(before.own, after.own);
  return Math.round((100 * Math.min(Math.max(taken, 0), all)) / all);
}

/** The time of one that has ended is counted with the nearest of those above it that lives, where there is one; else it is gone. */
function usedBetween(before: readonly ProcessTicks[], after: readonly ProcessTicks[]): number {
  const started = new Map(after.map((each) => [each.pid, each.started]));
  const known = new Map(before.map((each) => [each.pid, each]));
  const isCounted = (process: ProcessTicks): boolean => {
    for (let at: ProcessTicks | undefined = process, up = 0; at !== undefined && up <= known.size; up += 1) {
      if (started.get(at.pid) === at.started) return true;
      at = known.get(at.parent);
    }
    return false;
  };
  const sum = (processes: readonly ProcessTicks[]): number => processes.reduce((total, { used }) => total + used, 0);
  return Math.max(0, sum(after) - sum(before.filter(isCounted)));
}
