/**
 * Rows in ascending order of a column; rows that are equal keep their order.
 * Journals are nearly in order, so runs that are in order already are merged (natural merge sort).
 */
export function inOrderOf(column: Float64Array, rows: Uint32Array): Uint32Array {
  const at = (row: number): number => column[row] ?? 0;
  let starts = [0];
  for (let i = 1; i < rows.length; i += 1) {
    if (at(rows[i] ?? 0) < at(rows[i - 1] ?? 0)) starts.push(i);
  }
  if (starts.length === 1) return rows;
  let from = Uint32Array.from(rows);
  let to = new Uint32Array(rows.length);
  while (starts.length > 1) {
    const merged: number[] = [];
    for (let run = 0; run < starts.length; run += 2) {
      const low = starts[run] ?? 0;
      const middle = starts[run + 1] ?? rows.length;
      const high = starts[run + 2] ?? rows.length;
      merge(column, from, to, low, middle, high);
      merged.push(low);
    }
    [from, to] = [to, from];
    starts = merged;
  }
  return from;
}

function merge(
  column: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  low: number,
  middle: number,
  high: number,
): void {
  let left = low;
  let right = middle;
  for (let at = low; at < high; at += 1) {
    const l = from[left] ?? 0;
    const r = from[right] ?? 0;
    if (right >= high || (left < middle && (column[l] ?? 0) <= (column[r] ?? 0))) {
      to[at] = l;
      left += 1;
    } else {
      to[at] = r;
      right += 1;
    }
  }
}

/** How many of the ascending numbers are below `limit`. */
export function countBelow(ascending: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
