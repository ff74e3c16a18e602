import type { JournalEvent, Operation, ReadRecord } from "./types.ts";

type Untimed<E> = E extends unknown ? Omit<E, "atMs"> : never;

/** What the rest of the lab writes the journal through. Never waits for the disk; never throws for a full one (`close` does). */
export interface Recorder {
  operation(operation: Operation): void;
  read(record: ReadRecord): void;
  /** The event is stamped with the run's clock; `atMs` overrides it. */
  event(event: Untimed<JournalEvent> & { readonly atMs?: number }): void;
}
