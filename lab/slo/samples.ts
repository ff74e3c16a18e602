/** The events of the journal that an indicator measures, in columns: when each was due, how long it took, how it ended. */
import { NumberMap } from "../checks/number-map.ts";
import { sinkName } from "../journal/sinks.ts";
import { eventsOf, nameIndex, OK, type Journal } from "../journal/types.ts";
import { recoveriesOf } from "./recoveries.ts";
import type { Subject } from "./selector.ts";
import { inTime } from "./when.ts";

export interface Samples {
  readonly length: number;
  /** When the event was due: the time that an error budget counts it at. */
  readonly atMs: Float64Array;
  /** How long it took from then; Infinity where that never came, as far as the record goes. */
  readonly tookMs: Float64Array;
  /** How long it took at least, whatever the rest of a record would say that ends early: below Infinity, it may yet come. */
  readonly atLeastMs: Float64Array;
  /** 1 where that is a time that anything took: a fault that was not noticed has none, rather than one of 0 ms. */
  readonly timed: Uint8Array;
  /** A number of OUTCOMES. */
  readonly outcome: Uint8Array;
}

/** Gathers the samples of a subject; the same journal and subject give the same samples. */
export const samplesOf = (journal: Journal, subject: Subject): Samples =>
  inTime(allSamples(journal, subject), subject, journal);

function allSamples(journal: Journal, subject: Subject): Samples {
  switch (subject.measure) {
    case "operations":
      return operationSamples(journal, subject);
    case "end-to-end-delay":
      return delaySamples(journal, subject);
    case "recovery-time":
      return recoverySamples(journal, subject);
  }
}

function operationSamples(journal: Journal, { load, action }: Subject): Samples {
  const { operations } = journal;
  const loadNumber = nameIndex(journal, load);
  const actionNumber = action === undefined ? undefined : nameIndex(journal, action);
  const samples = room(operations.length);
  let length = 0;
  for (let row = 0; row < operations.length; row += 1) {
    if (operations.load[row] !== loadNumber) continue;
    if (actionNumber !== undefined && operations.action[row] !== actionNumber) continue;
    const intendedMs = operations.intendedMs[row] ?? 0;
    samples.atMs[length] = intendedMs;
    samples.tookMs[length] = (operations.endMs[row] ?? Infinity) - intendedMs;
    samples.outcome[length] = operations.outcome[row] ?? 0;
    length += 1;
  }
  samples.atLeastMs.set(samples.tookMs);
  return cut(samples, length);
}

/** One sample an acknowledged record: from its intended start to the first time that any reader was given it. */
function delaySamples(journal: Journal, { load }: Subject): Samples {
  const { operations, reads } = journal;
  const loadNumber = nameIndex(journal, load);
  const samples = room(operations.length);
  const sampleByValue = new NumberMap();
  for (let row = 0; row < operations.length; row += 1) {
    const value = operations.value[row] ?? 0;
    if (operations.load[row] !== loadNumber || operations.outcome[row] !== OK || value < 0) continue;
    const known = sampleByValue.size;
    if (sampleByValue.put(value, 0) !== known) continue;
    samples.atMs[known] = operations.intendedMs[row] ?? 0;
    samples.tookMs[known] = Infinity;
  }
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== loadNumber) continue;
    const sample = sampleByValue.slotOf(reads.value[row] ?? 0);
    if (sample < 0) continue;
    const tookMs = (reads.atMs[row] ?? Infinity) - (samples.atMs[sample] ?? 0);
    samples.tookMs[sample] = Math.min(samples.tookMs[sample] ?? Infinity, tookMs);
  }
  const recordedMs = isReadToEnd(journal, load) ? Infinity : lastMs(journal);
  for (let sample = 0; sample < sampleByValue.size; sample += 1) {
    const tookMs = samples.tookMs[sample] ?? Infinity;
    samples.atLeastMs[sample] = tookMs === Infinity ? recordedMs - (samples.atMs[sample] ?? 0) : tookMs;
  }
  return cut(samples, sampleByValue.size);
}

/** Whether what was not read by the end of the record never will be. */
const isReadToEnd = (journal: Journal, load: string): boolean =>
  journal.finished ||
  eventsOf(journal, "drained").some((event) => sinkName(event.load, event.sink) === load && event.complete);

const lastMs = (journal: Journal): number => {
  const { operations, reads, events } = journal;
  let last = events.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  for (let row = 0; row < operations.length; row += 1) last = Math.max(last, operations.endMs[row] ?? 0);
  for (let row = 0; row < reads.length; row += 1) last = Math.max(last, reads.atMs[row] ?? 0);
  return last;
};

/** One sample a fault: from its order to the recovery of the load. */
function recoverySamples(journal: Journal, subject: Subject): Samples {
  const recoveries = recoveriesOf(journal, subject);
  const samples = room(recoveries.length);
  recoveries.forEach(({ atMs, noticed, recoveryMs, atLeastMs }, place) => {
    samples.timed[place] = noticed ? 1 : 0;
    samples.atMs[place] = atMs;
    samples.tookMs[place] = recoveryMs;
    samples.atLeastMs[place] = atLeastMs;
  });
  return samples;
}

function room(rows: number): Samples {
  return {
    length: rows,
    atMs: new Float64Array(rows),
    tookMs: new Float64Array(rows),
    atLeastMs: new Float64Array(rows),
    timed: new Uint8Array(rows).fill(1),
    outcome: new Uint8Array(rows),
  };
}

function cut({ atMs, tookMs, atLeastMs, timed, outcome }: Samples, length: number): Samples {
  return {
    length,
    atMs: atMs.subarray(0, length),
    tookMs: tookMs.subarray(0, length),
    atLeastMs: atLeastMs.subarray(0, length),
    timed: timed.subarray(0, length),
    outcome: outcome.subarray(0, length),
  };
}

/**
 * Percentiles by the nearest-rank method, of the samples that ended ok, came at all and have a time; empty without any.
 * What failed is told by the indicator's ratio, not here.
 */
export function percentilesOf({ length, tookMs, timed, outcome }: Samples): Readonly<Record<string, number>> {
  const came = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    const took = tookMs[row] ?? Infinity;
    if (outcome[row] !== OK || took === Infinity || timed[row] !== 1) continue;
    came[count] = took;
    count += 1;
  }
  if (count === 0) return {};
  const sorted = came.subarray(0, count).sort();
  const rank = (share: number): number => sorted[Math.max(Math.ceil(share * count) - 1, 0)] ?? 0;
  return { p50Ms: rank(0.5), p95Ms: rank(0.95), p99Ms: rank(0.99), maxMs: rank(1) };
}
