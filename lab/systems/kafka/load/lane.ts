/**
 * A lane: the records of one producer for one partition, in order, at most one batch under way.
 * One batch at a time means that a retry cannot overtake; records that become due meanwhile wait for the next batch.
 */
import type { Outcome } from "../../../journal/types.ts";

/** A record on its way. */
export interface Pending {
  readonly value: number;
  readonly key: string;
  readonly keyNumber: number;
  readonly content: string;
  readonly intendedMs: number;
  /** When it was handed to the client; undefined while it waits in the lane. */
  startMs: number | undefined;
  settled: boolean;
}

/** How a batch ended: the offset of its first record (−1 where the cluster does not tell), or an error. */
export type BatchResult =
  | { readonly outcome: "ok"; readonly baseOffset: number }
  | { readonly outcome: "failed" | "unknown"; readonly error: string };

export interface LaneOptions {
  readonly partition: number;
  readonly maxBatch: number;
  readonly timeoutMs: number;
  now(): number;
  /** Tries until acknowledged or the deadline; does not throw. Calls `onTry` with the error of each try that failed. */
  send(
    partition: number,
    batch: readonly Pending[],
    deadlineMs: number,
    onTry: (error: string) => void,
  ): Promise<BatchResult>;
  /** Called exactly once for each record. */
  settle(
    record: Pending,
    ended: { outcome: Outcome; error: string; partition: number; offset: number; endMs: number },
  ): void;
}

export class Lane {
  readonly #options: LaneOptions;
  #queue: Pending[] = [];
  #underWay: readonly Pending[] = [];
  #lastError = "";

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** How many records have no outcome yet. */
  get open(): number {
    return this.#queue.length + this.#underWay.filter(({ settled }) => !settled).length;
  }

  add(record: Pending): void {
    this.#queue.push(record);
  }

  /** Sends what waits, unless a batch is under way. */
  pump(): void {
    if (this.#underWay.length > 0 || this.#queue.length === 0) return;
    const options = this.#options;
    const batch = this.#queue.splice(0, options.maxBatch);
    const startMs = options.now();
    for (const record of batch) record.startMs = startMs;
    this.#underWay = batch;
    const deadlineMs = (batch.at(-1)?.intendedMs ?? startMs) + options.timeoutMs;
    void options
      .send(options.partition, batch, deadlineMs, (error) => {
        this.#lastError = error;
      })
      .then((result) => {
        this.#end(batch, result);
      });
  }

  /**
   * Gives up the records whose time is over. One that was handed to the client may have been written: `unknown`.
   * One that never left the lane surely was not: `failed`, by what holds the lane up.
   */
  expire(): void {
    const endMs = this.#options.now();
    const isOver = ({ intendedMs }: Pending): boolean => endMs - intendedMs >= this.#options.timeoutMs;
    for (const record of this.#underWay) {
      if (isOver(record)) this.#settle(record, "unknown", "timeout", -1, endMs);
    }
    const firstLeft = this.#queue.findIndex((record) => !isOver(record));
    const over = this.#queue.splice(0, firstLeft < 0 ? this.#queue.length : firstLeft);
    for (const record of over)
      this.#settle(record, "failed", this.#lastError === "" ? "timeout" : this.#lastError, -1, endMs);
  }

  /** Ends everything now: what is under way is `unknown`, what waits is `failed`. */
  abandon(): void {
    const endMs = this.#options.now();
    for (const record of this.#underWay) this.#settle(record, "unknown", "stopped", -1, endMs);
    for (const record of this.#queue.splice(0)) this.#settle(record, "failed", "stopped", -1, endMs);
  }

  #end(batch: readonly Pending[], result: BatchResult): void {
    const endMs = this.#options.now();
    batch.forEach((record, index) => {
      if (result.outcome === "ok") {
        this.#settle(record, "ok", "", result.baseOffset < 0 ? -1 : result.baseOffset + index, endMs);
      } else {
        this.#settle(record, result.outcome, result.error, -1, endMs);
      }
    });
    if (result.outcome === "ok") this.#lastError = "";
    this.#underWay = [];
    this.pump();
  }

  #settle(record: Pending, outcome: Outcome, error: string, offset: number, endMs: number): void {
    if (record.settled) return;
    record.settled = true;
    this.#options.settle(record, { outcome, error, partition: this.#options.partition, offset, endMs });
  }
}
