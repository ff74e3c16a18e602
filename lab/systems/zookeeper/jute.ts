/** ZooKeeper's binary format (Jute): big-endian numbers, strings and buffers with their length before them. */

export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32BE(value);
    this.#parts.push(part);
    return this;
  }

  long(value: bigint): this {
    const part = Buffer.alloc(8);
    part.writeBigInt64BE(value);
    this.#parts.push(part);
    return this;
  }

  boolean(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  buffer(value: Buffer): this {
    this.int(value.length);
    this.#parts.push(value);
    return this;
  }

  string(value: string): this {
    return this.buffer(Buffer.from(value, "utf8"));
  }

  /** All of it, as a packet: its length first. */
  packet(): Buffer {
    const body = Buffer.concat(this.#parts);
    const size = Buffer.alloc(4);
    size.writeInt32BE(body.length);
    return Buffer.concat([size, body]);
  }
}

export class JuteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int(): number {
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  long(): bigint {
    this.#at += 8;
    return this.#bytes.readBigInt64BE(this.#at - 8);
  }

  /** A length of −1 stands for none. */
  buffer(): Buffer {
    const length = this.int();
    if (length <= 0) return Buffer.alloc(0);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  string(): string {
    return this.buffer().toString("utf8");
  }

  strings(): string[] {
    return Array.from({ length: Math.max(0, this.int()) }, () => this.string());
  }
}
