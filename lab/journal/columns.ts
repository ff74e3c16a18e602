/** The columns that operations and read records are kept in: in memory as in the file. */
import { OUTCOMES } from "./types.ts";
import type { Operation, OperationTable, ReadRecord, ReadTable } from "./types.ts";

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** Columns by name; all of them hold the same number of rows. */
export type Columns = Readonly<Record<string, Column>>;
export type OperationColumns = Omit<OperationTable, "length">;
export type ReadColumns = Omit<ReadTable, "length">;

export const operationColumns = (rows: number): OperationColumns => ({
  load: new Uint16Array(rows),
  client: new Uint16Array(rows),
  action: new Uint16Array(rows),
  outcome: new Uint8Array(rows),
  error: new Uint16Array(rows),
  value: new Float64Array(rows),
  key: new Uint32Array(rows),
  partition: new Int32Array(rows),
  offset: new Float64Array(rows),
  intendedMs: new Float64Array(rows),
  startMs: new Float64Array(rows),
  endMs: new Float64Array(rows),
});

export const readColumns = (rows: number): ReadColumns => ({
  load: new Uint16Array(rows),
  client: new Uint16Array(rows),
  value: new Float64Array(rows),
  key: new Uint32Array(rows),
  partition: new Int32Array(rows),
  offset: new Float64Array(rows),
  assignment: new Uint32Array(rows),
  atMs: new Float64Array(rows),
});

/** Gives a name its number. */
export type NumberOf = (name: string) => number;

export function putOperation(columns: OperationColumns, row: number, operation: Operation, numberOf: NumberOf): void {
  columns.load[row] = numberOf(operation.load);
  columns.client[row] = numberOf(operation.client);
  columns.action[row] = numberOf(operation.action);
  columns.outcome[row] = OUTCOMES.indexOf(operation.outcome);
  columns.error[row] = numberOf(operation.error);
  columns.value[row] = operation.value;
  columns.key[row] = operation.key;
  columns.partition[row] = operation.partition;
  columns.offset[row] = operation.offset;
  columns.intendedMs[row] = operation.intendedMs;
  columns.startMs[row] = operation.startMs;
  columns.endMs[row] = operation.endMs;
}

export function putRead(columns: ReadColumns, row: number, record: ReadRecord, numberOf: NumberOf): void {
  columns.load[row] = numberOf(record.load);
  columns.client[row] = numberOf(record.client);
  columns.value[row] = record.value;
  columns.key[row] = record.key;
  columns.partition[row] = record.partition;
  columns.offset[row] = record.offset;
  columns.assignment[row] = record.assignment;
  columns.atMs[row] = record.atMs;
}

/** Columns that grow as rows are added. */
export class GrowingColumns<C extends Columns> {
  readonly #make: (rows: number) => C;
  #capacity = 1_024;
  #length = 0;
  columns: C;

  constructor(make: (rows: number) => C) {
    this.#make = make;
    this.columns = make(this.#capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Makes room for more rows, and gives the place of the first of them. */
  add(rows: number): number {
    const first = this.#length;
    this.#length += rows;
    if (this.#length > this.#capacity) {
      while (this.#capacity < this.#length) this.#capacity *= 2;
      const grown = this.#make(this.#capacity);
      for (const [name, column] of Object.entries(grown)) {
        const before = this.columns[name];
        if (before !== undefined) column.set(before);
      }
      this.columns = grown;
    }
    return first;
  }
}
