/** Handover: how long acknowledged records wait for a reader after a fault. Definitions: docs/checks.md. */
import { OK, nameIndex } from "../journal/types.ts";
import { faultTimes } from "../journal/fault-times.ts";
import { sinkName } from "../journal/sinks.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { counted, finding, operationEvidence } from "./evidence.ts";
import { NumberMap } from "./number-map.ts";
import { eventsOf } from "../journal/types.ts";
import { rowsOf } from "./select.ts";
import { defineCheck } from "./define.ts";
import { duration, name } from "./fields.ts";
import { settledTo } from "./settled.ts";
import type { Finding } from "./types.ts";

/** Readers go on after a fault: no acknowledged record waits longer than `within` for one. */
export interface HandoverSpec {
  readonly check: "handover";
  readonly of: string;
  readonly within: Duration;
}

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
  const firstFault = faultTimes(journal)[0];
  if (firstFault === undefined) return finding("unknown", "no fault was injected, so nothing was handed over");
  const load = nameIndex(journal, spec.of);
  const rows = rowsOf(journal, { load, action: nameIndex(journal, "produce") });
  const acknowledged = new NumberMap(rows.length);
  let watchedToMs = -Infinity;
  for (const row of rows) {
    watchedToMs = Math.max(watchedToMs, operations.endMs[row] ?? 0);
    if (operations.outcome[row] === OK) acknowledged.put(operations.value[row] ?? -1, row);
  }

  const firstReadMs = new Float64Array(acknowledged.size).fill(Infinity);
  const partitions = new NumberMap();
  /** By partition: when a record was last read for the first time, and the longest time that one waited since. */
  const lastNewMs: number[] = [];
  const gapMs: number[] = [];
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== load) continue;
    const atMs = reads.atMs[row] ?? 0;
    watchedToMs = Math.max(watchedToMs, atMs);
    const partition = partitions.put(reads.partition[row] ?? 0, 0);
    const slot = acknowledged.slotOf(reads.value[row] ?? -1);
    if (slot >= 0 && atMs < (firstReadMs[slot] ?? Infinity)) {
      firstReadMs[slot] = atMs;
      const knownMs = operations.endMs[acknowledged.values[slot] ?? 0] ?? 0;
      const waitedMs = atMs - Math.max(knownMs, lastNewMs[partition] ?? -Infinity);
      lastNewMs[partition] = atMs;
      if (atMs >= firstFault.orderedMs && waitedMs > (gapMs[partition] ?? 0)) gapMs[partition] = waitedMs;
    }
  }
  for (const event of eventsOf(journal, "drained")) {
    if (sinkName(event.load, event.sink) === spec.of) watchedToMs = Math.max(watchedToMs, event.atMs);
  }

  // What a record that ends early lacks may have been read since its last read.
  const { readsMs } = settledTo(journal);
  watchedToMs = Math.min(watchedToMs, readsMs);

  let records = 0;
  let unread = 0;
  let late = 0;
  let worstMs = 0;
  let worstRow = -1;
  for (let slot = 0; slot < acknowledged.size; slot += 1) {
    const row = acknowledged.values[slot] ?? 0;
    const readMs = firstReadMs[slot] ?? Infinity;
    if (readMs < firstFault.orderedMs) continue;
    records += 1;
    if (readMs === Infinity) unread += 1;
    const delayMs = Math.min(readMs, watchedToMs) - (operations.endMs[row] ?? 0);
    if (delayMs > spec.within) late += 1;
    if (delayMs <= worstMs) continue;
    worstMs = delayMs;
    worstRow = row;
  }

  const gaps: Record<string, number> = {};
  for (let i = 0; i < Math.min(partitions.size, MOST_PARTITIONS_TOLD); i += 1) {
    gaps[`partition${partitions.keys[i] ?? 0}GapMs`] = gapMs[i] ?? 0;
  }
  const worstGapMs = gapMs.reduce((most, gap) => Math.max(most, gap), 0);
  const figures = { records, unread, worstDelayMs: worstMs, worstGapMs, ...gaps, anomalies: late };
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
