/**
 * A map from numbers to numbers in typed arrays: no objects, and 20 to 40 bytes an entry.
 * Open addressing; neighbouring numbers (values, offsets) lie in neighbouring cells, sixteen at a time, because
 * they are looked up one after another, and a miss in the processor's cache costs more than a probe.
 */
const GOLDEN = 0x9e3779b1;
const OTHER = 0x85ebca6b;

export class NumberMap {
  /** Keys and what they are mapped to, by slot: in the order in which they were put. */
  keys = new Float64Array();
  values = new Float64Array();
  size = 0;
  /** Slot + 1 by cell; 0 is an empty cell. At least half of the cells are empty. */
  #cells = new Int32Array();
  #mask = 0;

  /** With room for so many entries from the start; it grows as it must. */
  constructor(room = 512) {
    this.#makeRoom(2 ** Math.ceil(Math.log2(Math.max(room, 16))));
  }

  /** The slot of a key, or −1. */
  slotOf(key: number): number {
    const cells = this.#cells;
    const keys = this.keys;
    for (let cell = this.#cellOf(key); ; cell = (cell + 1) & this.#mask) {
      const slot = (cells[cell] ?? 0) - 1;
      if (slot < 0 || keys[slot] === key) return slot;
    }
  }

  /** The key's slot; a key that is not there yet is put there with this value. Then, and only then, `size` has grown. */
  put(key: number, value: number): number {
    const known = this.slotOf(key);
    if (known >= 0) return known;
    if (this.size === this.keys.length) this.#grow();
    const slot = this.size;
    this.size += 1;
    this.keys[slot] = key;
    this.values[slot] = value;
    this.#claimCell(key, slot);
    return slot;
  }

  #claimCell(key: number, slot: number): void {
    let cell = this.#cellOf(key);
    while (this.#cells[cell] !== 0) cell = (cell + 1) & this.#mask;
    this.#cells[cell] = slot + 1;
  }

  #cellOf(key: number): number {
    const low = key | 0;
    const high = (key / 0x1_0000_0000) | 0;
    const mixed = Math.imul((low >>> 4) ^ Math.imul(high, OTHER), GOLDEN);
    return (((mixed ^ (mixed >>> 15)) << 4) | (low & 15)) & this.#mask;
  }

  /** Called when every slot is taken. */
  #grow(): void {
    const { keys, values } = this;
    this.#makeRoom(keys.length * 2);
    this.keys.set(keys);
    this.values.set(values);
    keys.forEach((key, slot) => {
      this.#claimCell(key, slot);
    });
  }

  #makeRoom(slots: number): void {
    this.keys = new Float64Array(slots);
    this.values = new Float64Array(slots);
    this.#cells = new Int32Array(slots * 2);
    this.#mask = this.#cells.length - 1;
  }
}

/** Two numbers as one that no other two have: `a` below 2^21, `b` below 2^32, both whole and not negative. */
export const pairOf = (a: number, b: number): number => a * 0x1_0000_0000 + b;

/** Small whole numbers, counted up from 0, for combinations of numbers: `group(client, assignment, partition)`. */
export class Groups {
  readonly #pairs = new NumberMap();
  readonly #triples = new NumberMap();

  /** The number of this combination. `a` below 2^21, `b` and `c` below 2^32, and at most 2^21 different (a, b). */
  of(a: number, b: number, c: number): number {
    const pair = this.#pairs.put(pairOf(a, b), 0);
    return this.#triples.put(pairOf(pair, c), 0);
  }

  get size(): number {
    return this.#triples.size;
  }
}
