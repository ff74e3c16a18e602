/** Reads a journal back, as far as it was written whole. */
import { Buffer } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";
import { LabError, messageOf } from "../errors.ts";
import { GrowingColumns, operationColumns, readColumns } from "./columns.ts";
import type { Columns } from "./columns.ts";
import {
  EVENT,
  FRAME_HEAD_BYTES,
  HEAD,
  MAGIC,
  MOST_PAYLOAD_BYTES,
  NAME,
  OPERATIONS,
  OPERATION_LAYOUT,
  READS,
  READ_LAYOUT,
  UNNUMBERED_MAGIC,
  assertLittleEndian,
  blockRows,
  copyBlock,
  numberChecksum,
} from "./format.ts";
import type { Journal, JournalEvent, JournalHead } from "./types.ts";

/**
 * The journal at `path`, all of it in memory. A file that ends in the middle of a write, or is damaged
 * somewhere, gives all that is whole before that place, and `torn` says where it is.
 * @throws LabError `bad-run-folder` when there is no such file, or it is no journal that this lab reads.
 */
export function readJournal(path: string): Journal {
  assertLittleEndian();
  let file: number | undefined;
  try {
    // Opening a pipe that nobody writes to would wait for ever.
    if (!statSync(path).isFile()) {
      const hint = "give the folder of a run";
      throw new LabError({ code: "bad-run-folder", message: `${path} is no file`, hint });
    }
    file = openSync(path, "r");
    const bytes = new ByteSource(file, fstatSync(file).size);
    const contents = new Contents();
    const start = bytes.take(Math.min(MAGIC.length, bytes.size)) ?? Buffer.alloc(0);
    assertMagic(path, start);
    const started = start.length === MAGIC.length;
    const firstChecksum = start.equals(UNNUMBERED_MAGIC) ? () => 0 : numberChecksum;
    const wholeBytes = started ? readFrames(bytes, contents, firstChecksum) : 0;
    const lostBytes = bytes.size - wholeBytes;
    const torn = started && lostBytes === 0 ? undefined : { atByte: wholeBytes, lostBytes };
    return contents.journal(torn);
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: "bad-run-folder",
      message: `cannot read the journal ${path}: ${messageOf(error)}`,
      hint: "give the folder of a run, with plan.json and journal.bin in it: ls reports/runs lists them",
      cause: error,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The file's start may be torn too: what is there of it must fit. */
function assertMagic(path: string, start: Buffer): void {
  if ([MAGIC, UNNUMBERED_MAGIC].some((magic) => start.equals(magic.subarray(0, start.length)))) return;
  const name = MAGIC.subarray(0, -1);
  const version = start.length === MAGIC.length && start.subarray(0, -1).equals(name) ? start.at(-1) : undefined;
  throw new LabError({
    code: "bad-run-folder",
    message:
      version === undefined
        ? `${path} is not a journal`
        : `${path} is a journal of version ${version}; this lab reads versions up to ${MAGIC.at(-1)}`,
    hint:
      version === undefined ? "give the folder of a run" : "judge this run with the lab that wrote it, or a newer one",
  });
}

/**
 * Reads frame after frame, up to the first that is not whole or not in its place; gives the byte at which the last
 * whole one ended. `firstChecksum` is what the checksum of the frame with this number begins with.
 */
function readFrames(bytes: ByteSource, contents: Contents, firstChecksum: (number: number) => number): number {
  for (let number = 0; ; number += 1) {
    const whole = bytes.position;
    const head = bytes.take(FRAME_HEAD_BYTES);
    if (head === undefined) return whole;
    const payloadBytes = head.readUInt32LE(0);
    const checksum = head.readUInt32LE(4);
    const kind = head.readUInt8(8);
    const kindChecksum = crc32(head.subarray(8), firstChecksum(number));
    if (payloadBytes > MOST_PAYLOAD_BYTES) return whole;
    const payload = bytes.take(payloadBytes);
    if (payload === undefined || crc32(payload, kindChecksum) !== checksum) return whole;
    if (kind === HEAD && number > 0) return whole;
    if (!contents.add(kind, payload)) return whole;
  }
}

/** The file, given out piece by piece from a buffer that holds a window of it. */
class ByteSource {
  readonly size: number;
  readonly #file: number;
  #window = Buffer.alloc(0);
  #windowAt = 0;
  position = 0;

  constructor(file: number, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** The next bytes, valid until the next call; undefined when there are not so many. */
  take(count: number): Buffer | undefined {
    if (this.position + count > this.size) return undefined;
    if (this.position + count > this.#windowAt + this.#window.length) this.#fill(count);
    const from = this.position - this.#windowAt;
    if (from + count > this.#window.length) return undefined;
    this.position += count;
    return this.#window.subarray(from, from + count);
  }

  #fill(atLeast: number): void {
    const target = Buffer.allocUnsafe(Math.min(Math.max(atLeast, 4 * 1024 * 1024), this.size - this.position));
    let filled = 0;
    while (filled < target.length) {
      const got = readSync(this.#file, target, filled, target.length - filled, this.position + filled);
      if (got === 0) break;
      filled += got;
    }
    this.#window = target.subarray(0, filled);
    this.#windowAt = this.position;
  }
}

/** What was read so far. */
class Contents {
  readonly #operations = new GrowingColumns(operationColumns);
  readonly #reads = new GrowingColumns(readColumns);
  readonly #events: JournalEvent[] = [];
  readonly #names: string[] = [""];
  #head: JournalHead | undefined;

  /** Adds a frame; false when its content is not what its kind says. */
  add(kind: number, payload: Buffer): boolean {
    switch (kind) {
      case HEAD:
        return this.#setHead(payload);
      case EVENT:
        return this.#addEvent(payload);
      case NAME:
        return this.#addName(payload);
      case OPERATIONS:
        return addBlock(payload, this.#operations, OPERATION_LAYOUT);
      case READS:
        return addBlock(payload, this.#reads, READ_LAYOUT);
      default:
        return false;
    }
  }

  /** `torn`: where what was written is damaged or cut off. */
  journal(torn: Journal["torn"]): Journal {
    return {
      operations: { length: this.#operations.length, ...this.#operations.columns },
      reads: { length: this.#reads.length, ...this.#reads.columns },
      events: this.#events,
      names: this.#names,
      ...(this.#head === undefined ? {} : { head: this.#head }),
      finished: torn === undefined && this.#events.some((event) => event.type === "phase" && event.phase === "done"),
      ...(torn === undefined ? {} : { torn }),
    };
  }

  #setHead(payload: Buffer): boolean {
    const head = parsed(payload);
    if (head === undefined || !("run" in head) || !("planHash" in head)) return false;
    if (typeof head.run !== "string" || typeof head.planHash !== "string") return false;
    this.#head = { run: head.run, planHash: head.planHash };
    return true;
  }

  #addEvent(payload: Buffer): boolean {
    const event = parsed(payload);
    if (event === undefined || !("type" in event) || !("atMs" in event)) return false;
    this.#events.push(event as JournalEvent);
    return true;
  }

  #addName(payload: Buffer): boolean {
    if (payload.length < 4 || payload.readUInt32LE(0) !== this.#names.length) return false;
    this.#names.push(payload.toString("utf8", 4));
    return true;
  }
}

/** The object that a payload is in JSON; undefined when it is none. */
function parsed(payload: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString());
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function addBlock<C extends Columns>(payload: Buffer, table: GrowingColumns<C>, layout: readonly string[]): boolean {
  const rows = blockRows(payload, table.columns, layout);
  if (rows === undefined) return false;
  const first = table.add(rows);
  copyBlock(payload, table.columns, layout, rows, first);
  return true;
}
