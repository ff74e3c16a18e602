/** Choosing the address range of a run's network: pure arithmetic on IPv4 ranges. */

/** A range of IPv4 addresses: first and last, as whole numbers. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Reads `10.1.2.0/24` or `10.1.2.3`; undefined for anything else (IPv6 among it). */
export function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1, 5).map(Number);
  const bits = match[5] === undefined ? 32 : Number(match[5]);
  if (parts.some((part) => part > 255) || bits > 32) return undefined;
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Private ranges that home and office networks rarely use: 10.201.0.0/24 to 10.204.255.0/24. */
const POOL_FIRST = 10 * 2 ** 24 + 201 * 2 ** 16;
const POOL_SIZE = 4 * 256;

/**
 * A /24 that overlaps none of the taken ranges, starting the search at `start` (any whole number ≥ 0),
 * so that labs which look at the same moment look at different places. Undefined when all are taken.
 */
export function freeSubnet(taken: readonly Range[], start: number): Range | undefined {
  for (let step = 0; step < POOL_SIZE; step += 1) {
    const first = POOL_FIRST + ((start + step) % POOL_SIZE) * 256;
    const candidate = { first, last: first + 255 };
    if (!taken.some((range) => overlap(range, candidate))) return candidate;
  }
  return undefined;
}

/** Nodes get .11, .12, … of the run's /24s. */
export const FIRST_NODE = 11;
export const LAST_NODE = 254;
