/** The events of the journal that an indicator measures, in columns: when each was due, how long it took, how it ended. */
import { NumberMap } from "../checks/number-map.ts";
import { nameIndex, OK, type Journal } from "../journal/types.ts";
import { recoveriesOf } from "./recoveries.ts";
import type { Subject } from "./selector.ts";

export interface Samples {
  readonly length: number;
  /** When the event was due: the time that an error budget counts it at. */
  readonly atMs: Float64Array;
  /** How long it took from then; Infinity where that never came. */
  readonly tookMs: Float64Array;
  /** A number of OUTCOMES. */
  readonly outcome: Uint8Array;
}

/** Gathers the samples of a subject; the same journal and subject give the same samples. */
export function samplesOf(journal: Journal, subject: Subject): Samples {
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
  const actionNumber = action === undefined ? -1 : nameIndex(journal, action);
  const samples = room(operations.length);
  let length = 0;
  for (let row = 0; row < operations.length; row += 1) {
    if (operations.load[row] !== loadNumber) continue;
    if (action !== undefined && operations.action[row] !== actionNumber) continue;
    const intendedMs = operations.intendedMs[row] ?? 0;
    samples.atMs[length] = intendedMs;
    samples.tookMs[length] = (operations.endMs[row] ?? Infinity) - intendedMs;
    samples.outcome[length] = operations.outcome[row] ?? 0;
    length += 1;
  }
  return cut(samples, length);
}

/** One sample an acknowledged record: from its intended start to the first time that any reader was given it. */
function delaySamples(journal: Journal, { load }: Subject): Samples {
  const { operations, reads } = journal;
  const loadNumber = nameIndex(journal, load);
  const samples = room(operations.length);
  const sampleByValue = new NumberMap();
  for (let row = 0; row < operations.length; row += 1) {
    const value = operations.value[row] ?? -1;
    if (operations.load[row] !== loadNumber || operations.outcome[row] !== OK || value < 0) continue;
    const known = sampleByValue.size;
    if (sampleByValue.put(value, 0) !== known) continue;
    samples.atMs[known] = operations.intendedMs[row] ?? 0;
    samples.tookMs[known] = Infinity;
  }
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== loadNumber) continue;
    const sample = sampleByValue.slotOf(reads.value[row] ?? -1);
    if (sample < 0) continue;
    const tookMs = (reads.atMs[row] ?? Infinity) - (samples.atMs[sample] ?? 0);
    if (tookMs < (samples.tookMs[sample] ?? Infinity)) samples.tookMs[sample] = tookMs;
  }
  return cut(samples, sampleByValue.size);
}

/** One sample a fault: from its injection to the recovery of the load. */
function recoverySamples(journal: Journal, subject: Subject): Samples {
  const recoveries = recoveriesOf(journal, subject);
  const samples = room(recoveries.length);
  recoveries.forEach(({ atMs, recoveryMs }, place) => {
    samples.atMs[place] = atMs;
    samples.tookMs[place] = recoveryMs;
  });
  return samples;
}

function room(rows: number): Samples {
  return { length: rows, atMs: new Float64Array(rows), tookMs: new Float64Array(rows), outcome: new Uint8Array(rows) };
}

function cut({ atMs, tookMs, outcome }: Samples, length: number): Samples {
  return {
    length,
    atMs: atMs.subarray(0, length),
    tookMs: tookMs.subarray(0, length),
    outcome: outcome.subarray(0, length),
  };
}

/**
 * Percentiles by the nearest-rank method, of the samples that ended ok and came at all; empty without any.
 * What failed is told by the indicator's ratio, not here.
 */
export function percentilesOf({ length, tookMs, outcome }: Samples): Readonly<Record<string, number>> {
  const came = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    const took = tookMs[row] ?? Infinity;
    if (outcome[row] !== OK || took === Infinity) continue;
    came[count] = took;
    count += 1;
  }
  if (count === 0) return {};
  const sorted = came.subarray(0, count).sort();
  const rank = (share: number): number => sorted[Math.max(Math.ceil(share * count) - 1, 0)] ?? 0;
  return { p50Ms: rank(0.5), p95Ms: rank(0.95), p99Ms: rank(0.99), maxMs: rank(1) };
}
