/** Recorders around a recorder: they count, remember, or judge what passes through. */
import type { Recorder } from "../journal/recorder.ts";
import { taintsClusters } from "../faults/index.ts";
import { every, seconds } from "../time.ts";

export interface Counts {
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly read: number;
}

/** The same recorder, counted; tells the counts every second until disposed. */
export function countingRecorder(inner: Recorder, onCounts?: (counts: Counts) => void): Recorder & Disposable {
  const counts = { ok: 0, failed: 0, unknown: 0, read: 0 };
  const teller = onCounts === undefined ? undefined : every(seconds(1), () => onCounts({ ...counts }));
  return {
    operation(operation) {
      counts[operation.outcome]++;
      inner.operation(operation);
    },
    read(record) {
      counts.read++;
      inner.read(record);
    },
    event: (event) => inner.event(event),
    [Symbol.dispose]: () => teller?.[Symbol.dispose](),
  };
}

/** What was last observed of each subject, roles included. */
export type Observations = ReadonlyMap<string, number | string | boolean>;

/** The same recorder; `latest` keeps what passed through it as observations and roles. */
export function rememberingRecorder(inner: Recorder): Recorder & { readonly latest: Observations } {
  const latest = new Map<string, number | string | boolean>();
  return {
    latest,
    operation: (operation) => inner.operation(operation),
    read: (record) => inner.read(record),
    event(event) {
      if (event.type === "observation") latest.set(event.subject, event.value);
      if (event.type === "role") latest.set(event.subject, event.holder);
      inner.event(event);
    },
  };
}

/** Why nothing more should take place on clusters that this happened on; undefined for what leaves no trace. Pure. */
export function taintOf(event: Parameters<Recorder["event"]>[0]): string | undefined {
  switch (event.type) {
    case "note":
      return event.level === "error" ? event.text : undefined;
    case "step-ended":
      return event.error;
    case "fault-ordered":
      return taintsClusters({ ...event.spec, kind: event.kind }) ? `${event.kind} of ${event.target}` : undefined;
    case "fault-healed":
      return event.verified ? undefined : `not seen to be healed: ${event.measured}`;
    case "drained":
      return event.complete ? undefined : `${event.load} was not read to its end: ${event.measured}`;
    case "converged":
      return event.equal ? undefined : `${event.cluster} did not converge: ${event.measured}`;
    default:
      return undefined;
  }
}

/** A recorder that knows why the clusters should not be used again. */
export interface TaintRecorder extends Recorder {
  /** The reasons so far, oldest first. */
  readonly taints: readonly string[];
}

/** The same recorder; `taints` are the reasons, so far, why the clusters should not be used again. */
export function taintRecorder(inner: Recorder): TaintRecorder {
  const taints: string[] = [];
  return {
    taints,
    operation: (operation) => inner.operation(operation),
    read: (record) => inner.read(record),
    event(event) {
      const taint = taintOf(event);
      if (taint !== undefined) taints.push(taint);
      inner.event(event);
    },
  };
}
