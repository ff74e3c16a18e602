/** What lies where in a log: a value by partition and offset. */
import { NONE, OK } from "../journal/types.ts";
import type { OperationTable } from "../journal/types.ts";
import { countBelow } from "./order.ts";
import { NumberMap } from "./number-map.ts";

/** Whether an operation was acknowledged, and told at which place its record lies. */
export const wasPlaced = ({ outcome, partition, offset }: OperationTable, row: number): boolean =>
  outcome[row] === OK && (partition[row] ?? NONE) >= 0 && (offset[row] ?? NONE) >= 0;

/** Two different values are known of this place. */
const CONFLICT = Number.NaN;

export class PlaceMap {
  readonly #partitions = new NumberMap();
  readonly #logs: NumberMap[] = [];
  readonly #sorted: Float64Array[] = [];

  /** Notes that this value lies at this place. False the first time that it contradicts what is known of the place. */
  note(partition: number, offset: number, value: number): boolean {
    const log = this.#logOf(partition);
    const slot = log.put(offset, value);
    const known = log.values[slot];
    if (known === value || Number.isNaN(known)) return true;
    log.values[slot] = CONFLICT;
    return false;
  }

  /** How many places are known in a partition from one offset (included) up to another (excluded). Call when all are noted. */
  countBetween(partition: number, from: number, to: number): number {
    const index = this.#partitions.slotOf(partition);
    const log = this.#logs[index];
    if (log === undefined) return 0;
    const sorted = (this.#sorted[index] ??= log.keys.slice(0, log.size).sort());
    return countBelow(sorted, to) - countBelow(sorted, from);
  }

  #logOf(partition: number): NumberMap {
    return (this.#logs[this.#partitions.put(partition, 0)] ??= new NumberMap());
  }
}
