/**
 * Reading and writing Kafka's wire format, as far as the lab needs it: fixed-width numbers, the old strings and arrays,
 * and the compact ones of flexible versions (KIP-482). Source: the protocol guide, https://kafka.apache.org/protocol.
 */

/** Appends values to a request's body. */
export class Writer {
  readonly #parts: Buffer[] = [];

  int8(value: number): this {
    const part = Buffer.alloc(1);
    part.writeInt8(value);
    return this.#add(part);
  }

  int16(value: number): this {
    const part = Buffer.alloc(2);
    part.writeInt16BE(value);
    return this.#add(part);
  }

  int32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32BE(value);
    return this.#add(part);
  }

  /** An unsigned number in groups of seven bits, lowest first. */
  uvarint(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
    return this.#add(Buffer.from(bytes));
  }

  string(value: string): this {
    const bytes = Buffer.from(value, "utf8");
    return this.int16(bytes.length).#add(bytes);
  }

  compactString(value: string): this {
    const bytes = Buffer.from(value, "utf8");
    return this.uvarint(bytes.length + 1).#add(bytes);
  }

  array<T>(values: readonly T[], write: (value: T) => void): this {
    this.int32(values.length);
    for (const value of values) write(value);
    return this;
  }

  compactArray<T>(values: readonly T[], write: (value: T) => void): this {
    this.uvarint(values.length + 1);
    for (const value of values) write(value);
    return this;
  }

  /** No tagged fields. */
  noTags(): this {
    return this.uvarint(0);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #add(part: Buffer): this {
    this.#parts.push(part);
    return this;
  }
}

/** Takes values from a response, one after another. @throws RangeError when the response ends too early. */
export class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get left(): number {
    return this.#buffer.length - this.#at;
  }

  boolean(): boolean {
    return this.#buffer.readInt8(this.#advance(1)) !== 0;
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#advance(4));
  }

  /** As a number: exact up to 2^53, far beyond any offset or time here. */
  int64(): number {
    return Number(this.#buffer.readBigInt64BE(this.#advance(8)));
  }

  uvarint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.#buffer.readUInt8(this.#advance(1));
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
  }

  /** Null is given as the empty string. */
  string(): string {
    const length = this.int16();
    return length < 0 ? "" : this.#text(length);
  }

  compactString(): string {
    const length = this.uvarint() - 1;
    return length < 0 ? "" : this.#text(length);
  }

  /** Null is given as no elements. */
  array<T>(read: () => T): T[] {
    return this.#several(this.int32(), read);
  }

  compactArray<T>(read: () => T): T[] {
    return this.#several(this.uvarint() - 1, read);
  }

  skipTags(): void {
    for (let left = this.uvarint(); left > 0; left -= 1) {
      this.uvarint();
      this.#advance(this.uvarint());
    }
  }

  #several<T>(count: number, read: () => T): T[] {
    // An element takes at least a byte: a count beyond that is no array.
    if (count > this.left) throw new RangeError(`an array of ${count} elements in ${this.left} bytes`);
    const values: T[] = [];
    for (let i = 0; i < count; i += 1) values.push(read());
    return values;
  }

  #text(length: number): string {
    const start = this.#advance(length);
    return this.#buffer.toString("utf8", start, start + length);
  }

  #advance(size: number): number {
    const start = this.#at;
    if (start + size > this.#buffer.length)
      throw new RangeError(`the response ended ${size - this.left} bytes too early`);
    this.#at += size;
    return start;
  }
}
