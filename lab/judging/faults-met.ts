/** Whether each fault met a load that is judged: a fault that healed before any of it ran into it proves nothing. */
import { faultTimes, type FaultTimes } from "../journal/fault-times.ts";
import { nameIndex, type Journal } from "../journal/types.ts";
import type { ConditionResult, Plan } from "../run-folder/run-folder.ts";
import { eventsOf } from "../journal/types.ts";
import { condition } from "./condition.ts";
import { clustersUsed, judgedLoads, targetsTouch } from "./judged-loads.ts";

/**
 * Each fault must have touched what a judged load uses, and each such load that was on while it was in force must have
 * had an operation intended or under way then.
 * @param countedBySlos the loads whose events the plan's SLOs count
 */
export function faultsMetLoad(plan: Plan, countedBySlos: readonly string[], journal: Journal): ConditionResult {
  const name = "every fault met the load";
  const started = new Set(eventsOf(journal, "load-started").map(({ load }) => load));
  if (started.size === 0) return condition(name, [], "no load to meet");
  const judged = judgedLoads(plan, countedBySlos);
  const loads = judged.length === 0 ? [...started] : judged;
  const faults = faultTimes(journal);
  const problems = faults.flatMap((fault) => {
    if (fault.inEffectMs === undefined) return [];
    const touched = loads.filter((load) => touches(plan, fault, load));
    if (touched.length === 0) return [`${fault.what} touched nothing that ${loads.join(" or ")} uses`];
    const on = touched.filter((load) => wasOn(journal, load, fault));
    if (on.length === 0) return [`${touched.join(" and ")} was not under way during ${fault.what}`];
    return on.filter((load) => !metBy(journal, load, fault)).map((load) => missed(load, loads, fault));
  });
  return condition(name, problems, faults.length === 0 ? "no fault to meet" : "operations were under way during each");
}

const missed = (load: string, loads: readonly string[], { what }: FaultTimes): string =>
  `no operation${loads.length === 1 ? "" : ` of ${load}`} was under way during ${what}`;

/** What cannot be told is not held against it: targets that are neither nodes nor clients of the plan. */
function touches(plan: Plan, fault: FaultTimes, load: string): boolean {
  const touched = targetsTouch(plan, fault.targets);
  if (touched === undefined) return true;
  const used = clustersUsed(plan, load);
  return touched.loads.has(load) || [...touched.clusters].some((cluster) => used.has(cluster));
}

const fromMs = ({ inEffectMs, orderedMs }: FaultTimes): number => inEffectMs ?? orderedMs;
const untilMs = ({ healedMs }: FaultTimes): number => healedMs ?? Infinity;

/** Whether the load was offered at any moment at which the fault was in force. */
function wasOn(journal: Journal, load: string, fault: FaultTimes): boolean {
  const startMs = eventsOf(journal, "load-started").find((event) => event.load === load)?.atMs ?? Infinity;
  const endMs = eventsOf(journal, "load-ended").findLast((event) => event.load === load)?.atMs ?? Infinity;
  return startMs <= untilMs(fault) && endMs >= fromMs(fault);
}

/** Whether an operation of the load was intended, or still under way, while the fault was in force. */
function metBy(journal: Journal, load: string, fault: FaultTimes): boolean {
  const { endMs, intendedMs, length, load: loads } = journal.operations;
  const number = nameIndex(journal, load);
  const isMet = (row: number): boolean =>
    (endMs[row] ?? 0) >= fromMs(fault) && (intendedMs[row] ?? 0) <= untilMs(fault);
  return loads.subarray(0, length).some((one, row) => one === number && isMet(row));
}
