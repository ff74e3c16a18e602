/** A set of small whole numbers (0, 1, 2, …), a bit each. */
export class ValueSet {
  #bits = new Uint8Array(1_024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Negative numbers are no values, and are left out. */
  add(value: number): void {
    if (value < 0) return;
    const at = Math.floor(value / 8);
    if (at >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    const bit = 1 << (value % 8);
    const before = this.#bits[at] ?? 0;
    if ((before & bit) !== 0) return;
    this.#bits[at] = before | bit;
    this.#size += 1;
  }
}
