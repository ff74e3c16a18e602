/** Handover: how long acknowledged records wait for a reader after a fault. Definitions: docs/checks.md. */
import { faultTimes } from "../journal/fault-times.ts";
import { sinkName } from "../journal/sinks.ts";
import { OK, eventsOf, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import { counted, finding, operationEvidence } from "./evidence.ts";
import { NumberMap } from "./number-map.ts";
import { rowsOf } from "./select.ts";
import { defineCheck } from "./define.ts";
import type { LimitSpec } from "./define.ts";
import { duration, name } from "./fields.ts";
import { settledTo } from "./settled.ts";
import type { Finding } from "./types.ts";

/** Readers go on after a fault: no acknowledged record waits longer than `within` for one. */
export type HandoverSpec = LimitSpec<"handover">;

export const handover = defineCheck<HandoverSpec>({
  check: "handover",
  sentence: "after a fault no acknowledged record waits too long for a reader",
  fields: { of: name("the load"), within: duration("from a record's acknowledgement to its first read, at most") },
  example: { of: "events", within: seconds(25) },
  judge: checkHandover,
});
/** More partitions than this are not told one by one. */
const MOST_PARTITIONS_TOLD = 32;

/** Final in a record that ends early: a record that had waited too long when it was read, or when reads still came in. */
function checkHandover(spec: HandoverSpec, journal: Journal): Finding {
  const { operations, reads } = journal;
  const [firstFault] = faultTimes(journal);
  if (firstFault === undefined) return finding("unknown", "no fault was injected, so nothing was handed over");
  const { orderedMs } = firstFault;
  const load = nameIndex(journal, spec.of);
  const rows = rowsOf(journal, { load, action: nameIndex(journal, "produce") });
  /** The row of its first acknowledgement, by value. */
  const acknowledged = new NumberMap(rows.length);
  let watchedToMs = -Infinity;
  for (const row of rows) {
    watchedToMs = Math.max(watchedToMs, operations.endMs[row] ?? 0);
    if (operations.outcome[row] === OK) acknowledged.put(operations.value[row] ?? 0, row);
  }
  const rowAt = (slot: number): number => acknowledged.values[slot] ?? 0;
  const knownMs = (slot: number): number => operations.endMs[rowAt(slot)] ?? 0;

  const firstReadMs = new Float64Array(acknowledged.size).fill(Infinity);
  const gaps = new Gaps();
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== load) continue;
    const atMs = reads.atMs[row] ?? 0;
    watchedToMs = Math.max(watchedToMs, atMs);
    const slot = acknowledged.slotOf(reads.value[row] ?? 0);
    if (atMs < (firstReadMs[slot] ?? -Infinity)) {
      firstReadMs[slot] = atMs;
      gaps.newlyRead(reads.partition[row] ?? 0, knownMs(slot), atMs, orderedMs);
    }
  }
  for (const event of eventsOf(journal, "drained")) {
    if (sinkName(event.load, event.sink) === spec.of) watchedToMs = Math.max(watchedToMs, event.atMs);
  }
  // What a record that ends early lacks may have been read since its last read.
  watchedToMs = Math.min(watchedToMs, settledTo(journal).readsMs);

  let records = 0;
  let unread = 0;
  let late = 0;
  let worstMs = 0;
  let worstRow = 0;
  firstReadMs.forEach((readMs, slot) => {
    if (readMs < orderedMs) return;
    const row = rowAt(slot);
    records += 1;
    if (readMs === Infinity) {
      unread += 1;
      gaps.stillWaiting(operations.partition[row] ?? 0, knownMs(slot), watchedToMs);
    }
    const delayMs = Math.min(readMs, watchedToMs) - knownMs(slot);
    if (delayMs > spec.within) late += 1;
    if (delayMs <= worstMs) return;
    worstMs = delayMs;
    worstRow = row;
  });

  const figures = { records, unread, worstDelayMs: worstMs, ...gaps.figures(), anomalies: late };
  const limit = formatDuration(spec.within);
  if (records === 0) {
    return finding(
      "unknown",
      `no record of ${spec.of} was acknowledged and waited for a reader after the first fault`,
      figures,
    );
  }
  const told = `the longest wait of ${counted(records, "record")} for a reader was ${formatDuration(worstMs)}, wanted ${limit}`;
  if (late > 0) {
    const worstOne = operationEvidence(journal, worstRow, `waited ${formatDuration(worstMs)} for a reader`);
    return finding("violated", told, figures, [worstOne]);
  }
  if (unread > 0) {
    return finding(
      "unknown",
      `${counted(unread, "acknowledged record")} had not been read when watching ended, though still in time (${limit})`,
      figures,
    );
  }
  return finding("held", told, figures);
}

/** By partition: the longest time after a moment without a newly read record while one was waiting. */
class Gaps {
  readonly #partitions = new NumberMap();
  readonly #lastNewMs: number[] = [];
  readonly #longestMs: number[] = [];

  /** A record was read for the first time; where it waited counts from `sinceMs` on. Call in the order of reading. */
  newlyRead(partition: number, knownMs: number, atMs: number, sinceMs: number): void {
    const place = this.#partitions.put(partition, 0);
    this.#waited(place, knownMs, atMs >= sinceMs ? atMs : -Infinity);
    this.#lastNewMs[place] = atMs;
  }

  /** A record was not read up to the end; a negative partition is not known. Call when all that was read is noted. */
  stillWaiting(partition: number, knownMs: number, toMs: number): void {
    if (partition >= 0) this.#waited(this.#partitions.put(partition, 0), knownMs, toMs);
  }

  figures(): Readonly<Record<string, number>> {
    const told = this.#longestMs
      .slice(0, MOST_PARTITIONS_TOLD)
      .map((gapMs, place): [string, number] => [`partition${this.#partitions.keys[place] ?? 0}GapMs`, gapMs]);
    return { worstGapMs: Math.max(0, ...this.#longestMs), ...Object.fromEntries(told) };
  }

  #waited(place: number, knownMs: number, toMs: number): void {
    const fromMs = Math.max(knownMs, this.#lastNewMs[place] ?? -Infinity);
    this.#longestMs[place] = Math.max(this.#longestMs[place] ?? 0, toMs - fromMs);
  }
}
