/**
 * The bytes of `journal.bin`. Why: docs/decisions/002-journal-format.md.
 *
 *   8 bytes        magic: `LABJRNL` and the format's version
 *   then frames    u32 payload length · u32 CRC-32 of the frame's number, kind and payload · u8 kind · payload
 *
 * Frames are numbered from 0 on. The number is not written, but it is part of the checksum: a frame that is missing,
 * doubled or in another's place does not check. Version 1 had no numbers and no head.
 *
 * All numbers are little-endian. Kinds and their payloads:
 *   0 head         JSON in UTF-8: which run this is the journal of; the first frame
 *   1 event        JSON in UTF-8
 *   2 name         u32 number · text in UTF-8; numbers count up from 1, before their first use
 *   3 operations   u32 rows · each column's rows, in the order of `OPERATION_LAYOUT`
 *   4 reads        u32 rows · each column's rows, in the order of `READ_LAYOUT`
 */
import { Buffer } from "node:buffer";
import { endianness } from "node:os";
import { crc32 } from "node:zlib";
import { LabError } from "../errors.ts";
import type { Columns, OperationColumns, ReadColumns } from "./columns.ts";

const VERSION = 2;
/** What older labs wrote, and this one reads still. */
export const UNNUMBERED_VERSION = 1;
const magicOf = (version: number): Buffer => Buffer.from([...Buffer.from("LABJRNL"), version]);
export const MAGIC = magicOf(VERSION);
export const UNNUMBERED_MAGIC = magicOf(UNNUMBERED_VERSION);

export const HEAD = 0;
export const EVENT = 1;
export const NAME = 2;
export const OPERATIONS = 3;
export const READS = 4;

/** Before each payload: length, checksum, kind. */
export const FRAME_HEAD_BYTES = 9;
/** No frame is longer: a greater length is damage, not data. */
export const MOST_PAYLOAD_BYTES = 16 * 1024 * 1024;

export const OPERATION_LAYOUT: readonly (keyof OperationColumns)[] = [
  "load",
  "client",
  "action",
  "outcome",
  "error",
  "value",
  "key",
  "partition",
  "offset",
  "intendedMs",
  "startMs",
  "endMs",
];

export const READ_LAYOUT: readonly (keyof ReadColumns)[] = [
  "load",
  "client",
  "value",
  "key",
  "partition",
  "offset",
  "assignment",
  "atMs",
];

/** Columns are copied as they lie in memory, which is the file's byte order on every machine that the lab runs on. */
export function assertLittleEndian(): void {
  if (endianness() === "LE") return;
  throw new LabError({ code: "bad-usage", message: "journals can only be written and read on little-endian machines" });
}

/** A frame before it has its place in the file. */
export interface UnnumberedFrame {
  readonly bytes: Buffer;
  /** Gives it its number, by its checksum. */
  readonly numbered: (number: number) => Buffer;
}

/** What the checksum of a frame begins with. */
export function numberChecksum(number: number): number {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(number, 0);
  return crc32(bytes);
}

function frame(kind: number, payloadBytes: number, fill: (payload: Buffer) => void): UnnumberedFrame {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payloadBytes);
  bytes[8] = kind;
  fill(bytes.subarray(FRAME_HEAD_BYTES));
  bytes.writeUInt32LE(payloadBytes, 0);
  const numbered = (number: number): Buffer => {
    bytes.writeUInt32LE(crc32(bytes.subarray(8), numberChecksum(number)), 4);
    return bytes;
  };
  return { bytes, numbered };
}

function jsonFrame(kind: number, json: string): UnnumberedFrame {
  const text = Buffer.from(json);
  return frame(kind, text.length, (payload) => text.copy(payload));
}

export const headFrame = (json: string): UnnumberedFrame => jsonFrame(HEAD, json);
export const eventFrame = (json: string): UnnumberedFrame => jsonFrame(EVENT, json);

export function nameFrame(number: number, name: string): UnnumberedFrame {
  const text = Buffer.from(name);
  return frame(NAME, 4 + text.length, (payload) => {
    payload.writeUInt32LE(number, 0);
    text.copy(payload, 4);
  });
}

const bytesOf = (column: Columns[string], from: number, rows: number): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset + from * column.BYTES_PER_ELEMENT, rows * column.BYTES_PER_ELEMENT);

/** The payload's length for so many rows. */
function blockBytes(columns: Columns, layout: readonly string[], rows: number): number {
  return layout.reduce((sum, name) => sum + rows * (columns[name]?.BYTES_PER_ELEMENT ?? 0), 4);
}

export function blockFrame(kind: number, columns: Columns, layout: readonly string[], rows: number): UnnumberedFrame {
  return frame(kind, blockBytes(columns, layout, rows), (payload) => {
    payload.writeUInt32LE(rows, 0);
    let at = 4;
    for (const name of layout) {
      const column = columns[name];
      if (column === undefined) continue;
      const bytes = bytesOf(column, 0, rows);
      payload.set(bytes, at);
      at += bytes.length;
    }
  });
}

/** The rows of a block, or undefined when its length does not fit them. */
export function blockRows(payload: Buffer, columns: Columns, layout: readonly string[]): number | undefined {
  if (payload.length < 4) return undefined;
  const rows = payload.readUInt32LE(0);
  return blockBytes(columns, layout, rows) === payload.length ? rows : undefined;
}

/** Copies a block's rows into columns, from the row `first` on. */
export function copyBlock(
  payload: Buffer,
  columns: Columns,
  layout: readonly string[],
  rows: number,
  first: number,
): void {
  let at = 4;
  for (const name of layout) {
    const column = columns[name];
    if (column === undefined) continue;
    const target = bytesOf(column, first, rows);
    target.set(payload.subarray(at, at + target.length));
    at += target.length;
  }
}
