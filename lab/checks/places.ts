/** What lies where in a log: a value by partition and offset. */
import { countBelow } from "./order.ts";
import { NumberMap } from "./number-map.ts";

/** Two different values are known of this place. */
const CONFLICT = Number.NaN;

export class PlaceMap {
  readonly #partitions = new NumberMap();
  readonly #logs: NumberMap[] = [];
  readonly #sorted = new Map<number, Float64Array>();

  /** Notes that this value lies at this place. False the first time that it contradicts what is known of the place. */
  note(partition: number, offset: number, value: number): boolean {
    const log = this.#logOf(partition);
    const slot = log.put(offset, value);
    const known = log.values[slot];
    if (known === value || Number.isNaN(known)) return true;
    log.values[slot] = CONFLICT;
    return false;
  }

  /** How many places are known in a partition from one offset (included) to another (excluded). Call when all are noted. */
  countBetween(partition: number, from: number, to: number): number {
    const index = this.#partitions.slotOf(partition);
    const log = this.#logs[index];
    if (log === undefined || from >= to) return 0;
    let sorted = this.#sorted.get(index);
    if (sorted === undefined) {
      sorted = log.keys.slice(0, log.size).sort();
      this.#sorted.set(index, sorted);
    }
    return countBelow(sorted, to) - countBelow(sorted, from);
  }

  #logOf(partition: number): NumberMap {
    const index = this.#partitions.put(partition, 0);
    const log = this.#logs[index];
    if (log !== undefined) return log;
    const fresh = new NumberMap();
    this.#logs.push(fresh);
    return fresh;
  }
}
