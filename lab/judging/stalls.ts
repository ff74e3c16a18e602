/**
 * The lab's own stalls. While the lab stood still (a paused process, a machine that swapped) it neither offered nor
 * watched, so that what was late, missing or unseen then is its own doing and not the platform's.
 * Why a violation outlives a stall, or does not: docs/decisions/033-what-a-stall-excuses.md.
 */
import type { Journal } from "../journal/types.ts";
import type { ConditionResult } from "../run-folder/run-folder.ts";
import { formatDuration, seconds } from "../time.ts";
import { eventsOf } from "../journal/types.ts";
import { condition, timesMore } from "./condition.ts";
import type { Blame } from "./excuses.ts";

/**
 * A stall so long makes a run unknown. The shortest limits that scenarios and SLOs set are of one second; what is
 * shorter than that can alone make no operation miss one.
 */
export const STALL_BOUND = seconds(1);

/** A time in which the lab stood still. */
export interface Stall {
  /** `the load generator`, `the schedule of events`, `reader-1 of events`. */
  readonly who: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The stalls from the bound on, in order; none that was over before any load began, when nothing was offered or watched
 * that is judged. Journals of old have no record of any. Pure.
 */
export function stallsOf(journal: Journal): readonly Stall[] {
  const told = eventsOf(journal, "lateness");
  const single = told.map((event) => ({
    who: whoStood(event),
    fromMs: event.fromMs,
    toMs: Math.max(event.atMs, event.fromMs + event.maxMs),
    lateMs: event.maxMs,
  }));
  // A load that says how late it was at worst, and no stall that says when: all of its time is in doubt.
  const whole = eventsOf(journal, "load-ended")
    .filter(({ load }) => !told.some((event) => event.load === load || event.of === "event-loop"))
    .map(({ load, atMs, maxLatenessMs = 0 }) => ({
      who: `the schedule of ${load}`,
      fromMs: loadStart(journal, load),
      toMs: atMs,
      lateMs: maxLatenessMs,
    }));
  const firstMs = Math.min(...eventsOf(journal, "load-started").map(({ atMs }) => atMs));
  return [...single, ...whole]
    .filter(({ lateMs, toMs }) => lateMs >= STALL_BOUND && (toMs > firstMs || firstMs === Infinity))
    .sort((a, b) => a.fromMs - b.fromMs)
    .map(({ who, fromMs, toMs }) => ({ who, fromMs, toMs }));
}

const loadStart = (journal: Journal, load: string): number =>
  eventsOf(journal, "load-started").find((event) => event.load === load)?.atMs ?? 0;

function whoStood({ of, load, client }: { readonly of: string; readonly load?: string; readonly client?: string }) {
  if (client !== undefined) return load === undefined ? client : `${client} of ${load}`;
  if (of === "schedule" && load !== undefined) return `the schedule of ${load}`;
  return "the load generator";
}

/** The condition's name, and what is appended to what a stall excuses. */
export const LAB_KEPT_GOING = "the lab itself kept going";
export const LAB_STOOD_STILL = "; but the lab itself stood still meanwhile";

/** So many are told one by one. */
const MOST_TOLD = 3;

/** Whether the lab itself kept going. */
export function labKeptGoing(journal: Journal): ConditionResult {
  const stalls = stallsOf(journal);
  const told = stalls
    .slice(0, MOST_TOLD)
    .map(
      ({ who, fromMs, toMs }) => `${who} stood still for ${formatDuration(toMs - fromMs)} at ${formatDuration(fromMs)}`,
    );
  const rest = timesMore(stalls.length - MOST_TOLD);
  return condition(
    LAB_KEPT_GOING,
    [...told, ...rest],
    `no stall of ${formatDuration(STALL_BOUND)} or more was recorded`,
  );
}

/**
 * What stalls excuse: what was intended or under way while the lab stood still, and for as long again, in which it works
 * off what has waited.
 */
export const blameOfStalls = (journal: Journal): Blame => ({
  meanwhile: LAB_STOOD_STILL,
  spans: stallsOf(journal).map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + (toMs - fromMs) })),
});
