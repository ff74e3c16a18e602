/** The axis that all plots of a report share: its span, its buckets, and the faults and steps that are marked on it. */
import { faultTimes, type FaultTimes } from "../../lab/journal/fault-times.ts";
import { eventsOf, type EventOf, type Journal, type JournalEvent } from "../../lab/journal/types.ts";
import { overMs } from "../story/force.ts";

/** A fault on the axis. */
export interface FaultSpan {
  /** Its place in the order of the faults' orders, from 1: how the plots name it. */
  readonly number: number;
  readonly kind: string;
  readonly asked: string;
  readonly targets: readonly string[];
  /** When it was ordered. */
  readonly fromMs: number;
  /** When it was over, by itself or by its verified heal; the end of the axis where it never was. */
  readonly toMs: number;
  readonly times: FaultTimes;
}

export interface StepSpan {
  readonly number: number;
  readonly step: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly ended: boolean;
  readonly error?: string;
}

export interface Timeline {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
  readonly faults: readonly FaultSpan[];
  readonly steps: readonly StepSpan[];
}

/** Widths that people read easily, and how many of them a plot holds at most. */
export const BUCKET_WIDTHS_MS: readonly number[] = [50, 100, 200, 500]
  .flatMap((width) => [1, 10, 100, 1_000, 10_000].map((scale) => width * scale))
  .sort((a, b) => a - b);
const MAX_BUCKETS = 300;

/**
 * The axis of a journal: from the first load (or fault) to the end of loads, steps and faults. What comes after (replicas
 * compared, everything read back) took place in calm, and would only make what is to be seen smaller.
 */
export function timelineOf(journal: Journal): Timeline {
  const { fromMs, toMs } = spanOf(journal);
  const bucketMs =
    BUCKET_WIDTHS_MS.find((width) => (toMs - fromMs) / width <= MAX_BUCKETS - 1) ?? (toMs - fromMs) / MAX_BUCKETS;
  const start = Math.floor(fromMs / bucketMs) * bucketMs;
  const buckets = Math.min(MAX_BUCKETS, Math.max(1, Math.ceil((toMs - start) / bucketMs)));
  const end = start + buckets * bucketMs;
  return {
    fromMs: start,
    toMs: end,
    bucketMs,
    buckets,
    faults: faultSpans(journal, end),
    steps: stepSpans(journal.events, end),
  };
}

/** Where a moment lies on the axis, from 0 to 1. */
export const fractionOf = (timeline: Timeline, atMs: number): number =>
  Math.min(1, Math.max(0, (atMs - timeline.fromMs) / (timeline.toMs - timeline.fromMs)));

function spanOf(journal: Journal): { readonly fromMs: number; readonly toMs: number } {
  const { intendedMs, endMs, length } = journal.operations;
  let fromMs = Infinity;
  let lastMs = -Infinity;
  for (let row = 0; row < length; row++) {
    fromMs = Math.min(fromMs, intendedMs[row] ?? 0);
    lastMs = Math.max(lastMs, endMs[row] ?? 0);
  }
  const opening = journal.events.filter(
    ({ type }) => type === "load-started" || type.startsWith("fault-") || type === "step-started",
  );
  for (const { atMs } of opening.length > 0 || length > 0 ? opening : journal.events) fromMs = Math.min(fromMs, atMs);
  for (const { atMs } of journal.events) lastMs = Math.max(lastMs, atMs);
  if (!Number.isFinite(fromMs) || !Number.isFinite(lastMs)) return { fromMs: 0, toMs: 1_000 };
  return { fromMs, toMs: Math.max(Math.min(lastMs, scriptEndOf(journal)), fromMs + 1_000) };
}

/** A little after the last load, step and fault ended; without a load's end, whatever was recorded. */
function scriptEndOf(journal: Journal): number {
  if (eventsOf(journal, "load-ended").length < Math.max(1, eventsOf(journal, "load-started").length)) return Infinity;
  const closing = journal.events.filter(
    ({ type }) => type === "load-ended" || type === "step-ended" || type === "fault-healed" || type === "fault-effect",
  );
  return Math.max(...closing.map(({ atMs }) => atMs)) + 500;
}

const faultSpans = (journal: Journal, endMs: number): FaultSpan[] =>
  faultTimes(journal).map((times, index) => ({
    number: index + 1,
    kind: times.kind,
    asked: times.target,
    targets: times.targets,
    fromMs: times.orderedMs,
    toMs: Math.min(overMs(times) ?? endMs, endMs),
    times,
  }));

function stepSpans(events: readonly JournalEvent[], endMs: number): StepSpan[] {
  const ends = events.filter((event): event is EventOf<"step-ended"> => event.type === "step-ended");
  const taken = new Set<EventOf<"step-ended">>();
  return events
    .filter((event): event is EventOf<"step-started"> => event.type === "step-started")
    .map(({ step, atMs }, index) => {
      const end = ends.find((candidate) => !taken.has(candidate) && candidate.step === step && candidate.atMs >= atMs);
      if (end !== undefined) taken.add(end);
      return {
        number: index + 1,
        step,
        fromMs: atMs,
        toMs: end?.atMs ?? endMs,
        ended: end !== undefined,
        ...(end?.error === undefined ? {} : { error: end.error }),
      };
    });
}
