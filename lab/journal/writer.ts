/** Writes a journal to its file while the rehearsal runs, without ever making the rehearsal wait. */
import { Buffer } from "node:buffer";
import { close, fstatSync, fsync, openSync, write } from "node:fs";
import { promisify } from "node:util";
import { LabError, messageOf } from "../errors.ts";
import { every, milliseconds } from "../time.ts";
import type { RunClock } from "../time.ts";
import { operationColumns, putOperation, putRead, readColumns } from "./columns.ts";
import {
  MAGIC,
  MOST_PAYLOAD_BYTES,
  OPERATIONS,
  OPERATION_LAYOUT,
  READS,
  READ_LAYOUT,
  assertLittleEndian,
  blockFrame,
  eventFrame,
  headFrame,
  nameFrame,
  type UnnumberedFrame,
} from "./format.ts";
import { NameBook } from "./names.ts";
import type { Recorder } from "./recorder.ts";
import type { JournalHead, Operation, ReadRecord } from "./types.ts";

const BLOCK_ROWS = 4_096;
/** A row waits at most so long in memory before it is handed to the file. */
const HAND_OVER_EVERY = milliseconds(100);
/** What may wait for a slow disk; beyond it the journal has failed. */
const MOST_QUEUED_BYTES = 256 * 1024 * 1024;
const MOST_BATCH_BYTES = 4 * 1024 * 1024;

const writeAsync = promisify(write);
const fsyncAsync = promisify(fsync);
const closeAsync = promisify(close);

export interface JournalWriter extends Recorder, AsyncDisposable {
  /** Why the journal takes no more, once a write has failed. What was written before stays readable. */
  readonly failed: LabError | undefined;
  /** Resolves when all that was recorded is on disk. @throws LabError when writing failed. */
  flush(): Promise<void>;
  /** Flushes and closes; what is recorded later is dropped. A second call does nothing. @throws LabError when writing failed. */
  close(): Promise<void>;
}

/**
 * Opens a new journal at `path`; events without a time of their own get the clock's. `head` says which run it is the
 * journal of, so that it cannot be taken for another's.
 * @throws LabError `bad-run-folder` when the file cannot be made, or is there already with content.
 */
export function openJournal(path: string, clock: RunClock, head?: JournalHead): JournalWriter {
  assertLittleEndian();
  let file: number;
  try {
    file = openSync(path, "a");
  } catch (error) {
    throw writeError(path, error);
  }
  if (fstatSync(file).size > 0) {
    throw new LabError({
      code: "bad-run-folder",
      message: `there is a journal at ${path} already`,
      hint: "a journal is written once: give the run a folder of its own",
    });
  }
  return new FileJournalWriter(path, file, clock, head);
}

function writeError(path: string, cause: unknown): LabError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  return new LabError({
    code: full ? "not-enough-disk" : "bad-run-folder",
    message: `cannot write the journal ${path}: ${messageOf(cause)}`,
    hint: full
      ? "make room on the disk that holds the run folder (old runs can be deleted), then run again; what was recorded before is readable"
      : "check that the run folder exists and can be written to, then run again",
    cause,
  });
}

class FileJournalWriter implements JournalWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #clock: RunClock;
  readonly #names = new NameBook((number, name) => this.#enqueue(nameFrame(number, name)));
  readonly #operations = operationColumns(BLOCK_ROWS);
  readonly #reads = readColumns(BLOCK_ROWS);
  readonly #handOver: Disposable;
  #operationRows = 0;
  #readRows = 0;
  #frames = 0;
  #queue: Buffer[] = [MAGIC];
  #queuedBytes = MAGIC.length;
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  failed: LabError | undefined;

  constructor(path: string, file: number, clock: RunClock, head: JournalHead | undefined) {
    this.#path = path;
    this.#file = file;
    this.#clock = clock;
    if (head !== undefined) this.#enqueue(headFrame(JSON.stringify(head)));
    this.#handOver = every(HAND_OVER_EVERY, () => this.#endBlocks());
    this.#startWriting();
  }

  operation(operation: Operation): void {
    putOperation(this.#operations, this.#operationRows, operation, this.#names.numberOf);
    this.#operationRows += 1;
    if (this.#operationRows === BLOCK_ROWS) this.#endOperations();
  }

  read(record: ReadRecord): void {
    putRead(this.#reads, this.#readRows, record, this.#names.numberOf);
    this.#readRows += 1;
    if (this.#readRows === BLOCK_ROWS) this.#endReads();
  }

  event(event: Parameters<Recorder["event"]>[0]): void {
    this.#endBlocks();
    const { type, atMs = this.#clock.now(), ...rest } = event;
    const frame = eventFrame(JSON.stringify({ type, atMs, ...rest }));
    if (frame.bytes.length <= MOST_PAYLOAD_BYTES) this.#enqueue(frame);
    else
      this.event({
        type: "note",
        level: "error",
        text: `an event ${type} of ${frame.bytes.length} bytes was too long to keep`,
      });
  }

  async flush(): Promise<void> {
    this.#endBlocks();
    while (this.#writing !== undefined) await this.#writing;
    if (this.failed === undefined && this.#closing === undefined) await this.#attempt(fsyncAsync(this.#file));
    if (this.failed !== undefined) throw this.failed;
  }

  async close(): Promise<void> {
    this.#closing ??= this.#end();
    await this.#closing;
    if (this.failed !== undefined) throw this.failed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    this.#handOver[Symbol.dispose]();
    this.#endBlocks();
    while (this.#writing !== undefined) await this.#writing;
    if (this.failed === undefined) await this.#attempt(fsyncAsync(this.#file));
    await this.#attempt(closeAsync(this.#file));
  }

  #endBlocks(): void {
    this.#endOperations();
    this.#endReads();
  }

  #endOperations(): void {
    if (this.#operationRows === 0) return;
    this.#enqueue(blockFrame(OPERATIONS, this.#operations, OPERATION_LAYOUT, this.#operationRows));
    this.#operationRows = 0;
  }

  #endReads(): void {
    if (this.#readRows === 0) return;
    this.#enqueue(blockFrame(READS, this.#reads, READ_LAYOUT, this.#readRows));
    this.#readRows = 0;
  }

  #enqueue({ bytes, numbered }: UnnumberedFrame): void {
    if (this.failed !== undefined || this.#closing !== undefined) return;
    if (this.#queuedBytes + bytes.length > MOST_QUEUED_BYTES) {
      this.failed = new LabError({
        code: "bad-run-folder",
        message: `the disk is too slow for the journal ${this.#path}: ${this.#queuedBytes} bytes were waiting for it`,
        hint: "put the run folder on a faster disk, or offer less load",
      });
      return;
    }
    this.#queue.push(numbered(this.#frames));
    this.#frames += 1;
    this.#queuedBytes += bytes.length;
    this.#startWriting();
  }

  #startWriting(): void {
    this.#writing ??= this.#writeQueue()
      .catch((error: unknown) => {
        this.failed ??= writeError(this.#path, error);
        this.#queue = [];
        this.#queuedBytes = 0;
      })
      .finally(() => {
        this.#writing = undefined;
        if (this.#queue.length > 0) this.#startWriting();
      });
  }

  async #writeQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      let frames = 0;
      let bytes = 0;
      while (frames < this.#queue.length && (frames === 0 || bytes < MOST_BATCH_BYTES)) {
        bytes += this.#queue[frames]?.length ?? 0;
        frames += 1;
      }
      await this.#writeAll(Buffer.concat(this.#queue.splice(0, frames)));
      this.#queuedBytes -= bytes;
    }
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await writeAsync(this.#file, bytes, written, bytes.length - written);
      written += bytesWritten;
    }
  }

  async #attempt(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.failed ??= writeError(this.#path, error);
    }
  }
}
