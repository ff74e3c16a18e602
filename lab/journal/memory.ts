/** Journals built in memory: for tests, fixtures and benches. */
import { GrowingColumns, operationColumns, putOperation, putRead, readColumns } from "./columns.ts";
import { NameBook } from "./names.ts";
import type { Journal, JournalEvent, Operation, ReadRecord } from "./types.ts";

/** Gathers rows and events; `journal()` gives what was gathered. */
export class JournalBuilder {
  readonly #names = new NameBook();
  readonly #operations = new GrowingColumns(operationColumns);
  readonly #reads = new GrowingColumns(readColumns);
  readonly #events: JournalEvent[] = [];

  operation(operation: Operation): void {
    const row = this.#operations.add(1);
    putOperation(this.#operations.columns, row, operation, this.#names.numberOf);
  }

  read(record: ReadRecord): void {
    const row = this.#reads.add(1);
    putRead(this.#reads.columns, row, record, this.#names.numberOf);
  }

  event(event: JournalEvent): void {
    this.#events.push(event);
  }

  /** `finished` unless it is said otherwise. */
  journal({ finished = true }: { readonly finished?: boolean } = {}): Journal {
    return {
      operations: { length: this.#operations.length, ...this.#operations.columns },
      reads: { length: this.#reads.length, ...this.#reads.columns },
      events: [...this.#events],
      names: [...this.#names.list],
      finished,
    };
  }
}

export interface JournalParts {
  readonly operations?: readonly Partial<Operation>[];
  readonly reads?: readonly Partial<ReadRecord>[];
  readonly events?: readonly JournalEvent[];
  /** Whether the rehearsal got to its end. Default true. */
  readonly finished?: boolean;
}

/**
 * A journal from partial rows. What a row leaves out is: load `events`, client `producer-1` or `reader-1`,
 * action `produce`, outcome `ok`, no value, no key, no place, assignment 1; the times that are left out are
 * taken from the ones given (intended → start → end), or 0.
 */
export function journalOf(parts: JournalParts): Journal {
  const builder = new JournalBuilder();
  for (const row of parts.operations ?? []) {
    const startMs = row.startMs ?? row.intendedMs ?? row.endMs ?? 0;
    builder.operation({
      load: "events",
      client: "producer-1",
      action: "produce",
      outcome: "ok",
      error: "",
      value: -1,
      key: 0,
      partition: -1,
      offset: -1,
      intendedMs: row.intendedMs ?? startMs,
      startMs,
      endMs: row.endMs ?? startMs,
      ...row,
    });
  }
  for (const row of parts.reads ?? []) {
    builder.read({
      load: "events",
      client: "reader-1",
      value: -1,
      key: 0,
      partition: 0,
      offset: 0,
      assignment: 1,
      atMs: 0,
      ...row,
    });
  }
  for (const event of parts.events ?? []) builder.event(event);
  return builder.journal({ finished: parts.finished ?? true });
}
