/** One value, tried several times: what its tries tell together. */
import { OK, UNKNOWN } from "../journal/types.ts";
import type { OperationTable } from "../journal/types.ts";
import type { NumberMap } from "./number-map.ts";

/** How little an outcome tells of whether its value is there. */
const vagueness = (outcome: number | undefined): number => (outcome === OK ? 0 : outcome === UNKNOWN ? 1 : 2);

/**
 * Puts a try of a value into a map from values to rows, which keeps the row that tells the most: an ok one, else an
 * unknown one, else a failed one; of equals the first. Gives the value's slot.
 */
export function putTry(rows: NumberMap, { outcome }: OperationTable, value: number, row: number): number {
  const slot = rows.put(value, row);
  const known = rows.values[slot] ?? row;
  if (vagueness(outcome[row]) < vagueness(outcome[known])) rows.values[slot] = row;
  return slot;
}
