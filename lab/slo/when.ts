/**
 * The time of a run that an objective is about: calm, or under faults. A target over a whole run that is mostly disaster
 * must be so loose that it catches nothing; one over each part need not. Definitions: docs/slos.md, "when".
 */
import { faultTimes } from "../journal/fault-times.ts";
import { eventsOf, OK, type Journal } from "../journal/types.ts";
import type { Samples } from "./samples.ts";
import type { Subject } from "./selector.ts";

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** An operation that had no good end within so long before its load ended was cut off by that. */
const END_SLACK_MS = 1_000;

/**
 * The samples that fall into the subject's time. By when they were due:
 * `faults`: from the order of a fault to its verified undo. `steady`: neither then, nor up to `settle` later, nor within
 * `warmUp` of the load's start. What was under way when a fault was ordered is the fault's, and what the end of the load
 * cut off is nobody's.
 */
export function inTime(samples: Samples, subject: Subject, journal: Journal): Samples {
  if (subject.when === undefined) return samples;
  const faults = faultTimes(journal).map(({ orderedMs, healedMs = Infinity }) => ({
    fromMs: orderedMs,
    toMs: healedMs,
  }));
  const belongs =
    subject.when === "faults"
      ? (atMs: number, endMs: number) =>
          faults.some((span) => isDue(span, atMs) || isUnderWayAt(span.fromMs, atMs, endMs))
      : steadiness(subject, faults, journal);
  const endedMs = loadEnd(journal, subject.load) - END_SLACK_MS;
  return picked(samples, (event) => {
    const atMs = samples.atMs[event] ?? 0;
    const endMs = atMs + (samples.tookMs[event] ?? Infinity);
    const isCutOff = samples.outcome[event] !== OK && endMs >= endedMs;
    return !isCutOff && belongs(atMs, endMs);
  });
}

function steadiness(
  { load, settle, warmUp }: Subject,
  faults: readonly Span[],
  journal: Journal,
): (atMs: number, endMs: number) => boolean {
  const warmMs = loadStart(journal, load) + (warmUp ?? 0);
  const disturbed = faults.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + (settle ?? 0) }));
  return (atMs, endMs) =>
    atMs >= warmMs &&
    !disturbed.some((span) => isDue(span, atMs)) &&
    !faults.some(({ fromMs }) => isUnderWayAt(fromMs, atMs, endMs));
}

const isDue = ({ fromMs, toMs }: Span, atMs: number): boolean => atMs >= fromMs && atMs < toMs;

/** What never came to an end is not under way: it is bad in whatever time it was due. */
const isUnderWayAt = (momentMs: number, atMs: number, endMs: number): boolean =>
  atMs < momentMs && endMs >= momentMs && endMs !== Infinity;

/** When the load was started; −∞ where the journal does not say. */
const loadStart = (journal: Journal, load: string): number =>
  eventsOf(journal, "load-started").find((event) => event.load === load)?.atMs ?? -Infinity;

/** When the load had ended; ∞ where the journal does not say. */
const loadEnd = (journal: Journal, load: string): number =>
  eventsOf(journal, "load-ended").findLast((event) => event.load === load)?.atMs ?? Infinity;

function picked(samples: Samples, isPicked: (event: number) => boolean): Samples {
  const events = [...samples.atMs.keys()].filter(isPicked);
  const only = <A extends Float64Array | Uint8Array>(column: A): A => {
    const rows = column.slice(0, events.length) as A;
    events.forEach((event, place) => (rows[place] = column[event] ?? 0));
    return rows;
  };
  return {
    length: events.length,
    atMs: only(samples.atMs),
    tookMs: only(samples.tookMs),
    atLeastMs: only(samples.atLeastMs),
    timed: only(samples.timed),
    outcome: only(samples.outcome),
  };
}
