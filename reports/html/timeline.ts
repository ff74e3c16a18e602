/** The axis that all plots of a report share: its span, its buckets, and the faults and steps that are marked on it. */
import type { EventOf, Journal, JournalEvent, Receipt } from "../../lab/journal/types.ts";

export interface FaultSpan {
  readonly fault: string;
  /** Its place in the order of injection, from 1: how the plots name it. */
  readonly number: number;
  readonly kind: string;
  readonly asked: string;
  readonly targets: readonly string[];
  readonly fromMs: number;
  /** When its undo was verified; the end of the run where it never was. */
  readonly toMs: number;
  readonly effect?: { readonly atMs: number; readonly receipt: Receipt };
  readonly healed?: { readonly atMs: number; readonly verified: boolean; readonly measured: string };
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
const BUCKET_WIDTHS_MS = [50, 100, 200, 500]
  .flatMap((width) => [1, 10, 100, 1_000, 10_000].map((scale) => width * scale))
  .sort((a, b) => a - b);
const MAX_BUCKETS = 300;

/** The axis of a journal: from the first load (or fault) to the last thing that happened. */
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
    faults: faultSpans(journal.events, end),
    steps: stepSpans(journal.events, end),
  };
}

/** Where a moment lies on the axis, from 0 to 1. */
export const fractionOf = (timeline: Timeline, atMs: number): number =>
  Math.min(1, Math.max(0, (atMs - timeline.fromMs) / (timeline.toMs - timeline.fromMs)));

function spanOf(journal: Journal): { readonly fromMs: number; readonly toMs: number } {
  const { intendedMs, endMs, length } = journal.operations;
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (let row = 0; row < length; row++) {
    const intended = intendedMs[row] ?? 0;
    const end = endMs[row] ?? 0;
    if (intended < fromMs) fromMs = intended;
    if (end > toMs) toMs = end;
  }
  const opening = journal.events.filter(
    ({ type }) => type === "load-started" || type === "fault-injected" || type === "step-started",
  );
  for (const { atMs } of opening.length > 0 || length > 0 ? opening : journal.events) fromMs = Math.min(fromMs, atMs);
  for (const { atMs } of journal.events) toMs = Math.max(toMs, atMs);
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) return { fromMs: 0, toMs: 1_000 };
  return { fromMs, toMs: Math.max(toMs, fromMs + 1_000) };
}

function faultSpans(events: readonly JournalEvent[], endMs: number): FaultSpan[] {
  const injected = events.filter((event): event is EventOf<"fault-injected"> => event.type === "fault-injected");
  return injected.map(({ fault, kind, asked, targets, atMs }, index) => {
    const effect = events.find(
      (event): event is EventOf<"fault-effect"> => event.type === "fault-effect" && event.fault === fault,
    );
    const heals = events.filter(
      (event): event is EventOf<"fault-healed"> => event.type === "fault-healed" && event.fault === fault,
    );
    const healed = heals.find(({ verified }) => verified) ?? heals.at(-1);
    return {
      fault,
      number: index + 1,
      kind,
      asked,
      targets,
      fromMs: atMs,
      toMs: healed?.verified === true ? healed.atMs : endMs,
      ...(effect === undefined ? {} : { effect: { atMs: effect.atMs, receipt: effect.receipt } }),
      ...(healed === undefined
        ? {}
        : { healed: { atMs: healed.atMs, verified: healed.verified, measured: healed.measured } }),
    };
  });
}

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
