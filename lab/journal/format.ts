/**
 * The bytes of `journal.bin`. Why: docs/decisions/002-journal-format.md.
 *
 *   8 bytes        magic: `LABJRNL` and the format's version
 *   then frames    u32 payload length · u32 CRC-32 of kind and payload · u8 kind · payload
 *
 * All numbers are little-endian. Kinds and their payloads:
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

const VERSION = 1;
export const MAGIC = Buffer.from([...Buffer.from("LABJRNL"), VERSION]);

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

function frame(kind: number, payloadBytes: number, fill: (payload: Buffer) => void): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payloadBytes);
  bytes[8] = kind;
  fill(bytes.subarray(FRAME_HEAD_BYTES));
  bytes.writeUInt32LE(payloadBytes, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

export function eventFrame(json: string): Buffer {
  const text = Buffer.from(json);
  return frame(EVENT, text.length, (payload) => text.copy(payload));
}

export function nameFrame(number: number, name: string): Buffer {
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

export function blockFrame(kind: number, columns: Columns, layout: readonly string[], rows: number): Buffer {
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
