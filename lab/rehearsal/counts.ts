/** Counts what passes through a recorder, so that people can watch a rehearsal go by. */
import type { Recorder } from "../journal/recorder.ts";
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
