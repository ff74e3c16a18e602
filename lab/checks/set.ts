/** Set: what became of each element of an unordered store that is read whole. Definitions: docs/checks.md. */
import { FAILED, NONE, OK, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { Anomalies, count, counted, finding, listed, operationEvidence, readEvidence } from "./evidence.ts";
import { NumberMap, pairOf } from "./number-map.ts";
import { inOrderOf } from "./order.ts";
import { readRowsOf, rowsOf } from "./select.ts";
import { unitSaid } from "../journal/units.ts";
import { defineCheckOf } from "./define.ts";
import { duration, name, optional } from "./fields.ts";
import { settledTo, undecided } from "./settled.ts";
import { putTry } from "./tries.ts";
import type { Finding } from "./types.ts";

/** An unordered store that is read whole. */
export interface SetSpec {
  readonly check: "set";
  readonly of: string;
  readonly staleAllowed?: Duration;
}

export const set = defineCheckOf<SetSpec>({
  check: "set",
  sentence: "every acknowledged element of a store that is read whole is there, once, and stays",
  fields: {
    of: name("the load"),
    staleAllowed: optional(duration("how long a known element may be missed by reads"), "none"),
  },
  example: { of: "rows", staleAllowed: seconds(5) },
  judge: (spec, journal) => inUnitsOf(journal, spec.of, checkSet(spec, journal)),
});

const WORDS = {
  lost: ["element lost", "elements lost"],
  aborted: ["element seen though its add had failed", "elements seen though their adds had failed"],
  unwritten: ["element seen that nobody added", "elements seen that nobody added"],
  early: ["element seen before its add began", "elements seen before their adds began"],
  duplicate: ["element seen twice in one read", "elements seen twice in one read"],
  stale: ["element stale", "elements stale"],
} as const;
type Kind = keyof typeof WORDS;
const KINDS = Object.keys(WORDS) as Kind[];
/** In a record that ends early: the add that tells another outcome, or any, may be among what is missing. */
const MAY_BE_MENDED: ReadonlySet<Kind> = new Set(["aborted", "unwritten"]);
const DUPLICATE = 1;
const EARLY = 2;

interface WholeRead {
  /** Its place among the whole reads, by their invocations. */
  readonly rank: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Rows of the elements that it saw. */
  readonly seen: number[];
}

/** What is known of the elements; arrays by the element's slot. */
interface Elements {
  /** Slot by value; its number is the row of the add that tells the most. */
  readonly adds: NumberMap;
  /** The earliest start of its adds. */
  readonly startMs: Float64Array;
  /** The first completion that proves that it exists. */
  readonly knownMs: Float64Array;
  /** Ranks of the latest reads that saw and that missed it. */
  readonly lastSeen: Int32Array;
  readonly lastMissed: Int32Array;
}

/** Elements are called what the load calls them, wherever they are counted: `3 rows lost`. */
function inUnitsOf(journal: Journal, load: string, found: Finding): Finding {
  const unit = unitSaid(journal, load);
  if (unit === undefined) return found;
  const inUnits = (text: string): string => text.replaceAll(/\belement(s?)\b/g, `${unit}$1`);
  const evidence = found.evidence.map((piece) => ({ ...piece, what: inUnits(piece.what) }));
  return { ...found, summary: inUnits(found.summary), evidence };
}

/**
 * Final in a record that ends early: an element missed for longer than is allowed (it is stale at best), seen twice, or
 * seen early. Not final: one missed for less, one seen whose add may be among what is missing, and reads whose elements
 * may be.
 */
function checkSet(spec: SetSpec, journal: Journal): Finding {
  const load = nameIndex(journal, spec.of);
  const found = new Anomalies<Kind>(KINDS);
  const reads = gatherReads(journal, load);
  const elements = gatherAdds(journal, load, reads.length);
  lookUp(journal, reads, elements, found);

  const allowedMs = spec.staleAllowed ?? 0;
  const { adds, knownMs, lastSeen, lastMissed } = elements;
  const counts = { acknowledged: 0, stable: 0, neverRead: 0, unproven: 0, undecided: 0, worstStaleMs: 0 };
  for (let slot = 0; slot < adds.size; slot += 1) {
    const row = adds.values[slot] ?? 0;
    const known = knownMs[slot] ?? Infinity;
    const seen = lastSeen[slot] ?? NONE;
    const missed = lastMissed[slot] ?? NONE;
    const missedMs = reads[missed]?.startMs ?? -Infinity;
    const added = journal.operations.outcome[row] === OK;
    if (added) counts.acknowledged += 1;
    if (seen > missed) {
      counts.stable += 1;
      const staleMs = Math.max(0, missedMs - known);
      counts.worstStaleMs = Math.max(counts.worstStaleMs, staleMs);
      if (staleMs > allowedMs && found.found("stale")) {
        found.show(
          "stale",
          operationEvidence(journal, row, `still missed ${formatDuration(staleMs)} after it was known to be there`),
        );
      }
    } else if (missedMs > known) {
      if (!journal.finished && missedMs - known <= allowedMs) {
        counts.undecided += 1;
        continue;
      }
      if (found.found("lost")) {
        found.show(
          "lost",
          operationEvidence(journal, row, `known to be there, and missed by the reads that began last`),
        );
      }
    } else {
      counts.neverRead += 1;
      if (added) counts.unproven += 1;
    }
  }

  const all = KINDS.filter((kind) => found.count(kind) > 0);
  const bad = all.filter((kind) => journal.finished || !MAY_BE_MENDED.has(kind));
  const anomalies = bad.reduce((sum, kind) => sum + found.count(kind), 0);
  const figures = { elements: adds.size, reads: reads.length, ...counts, ...found.counts(), anomalies };
  const told = `${counted(counts.acknowledged, "element")} acknowledged, ${counted(reads.length, "whole read")}`;
  const words = (kinds: readonly Kind[]): string =>
    listed(kinds.map((kind) => counted(found.count(kind), WORDS[kind][0], WORDS[kind][1])));
  if (bad.length > 0) return finding("violated", `${told}: ${words(bad)}`, figures, found.evidence());
  if (all.length > 0) {
    const strange = finding("unknown", `${told}: ${words(all)}`, figures, found.evidence());
    return undecided(strange, "the record ends early, and may lack the operation that added it");
  }
  if (counts.undecided > 0) {
    const summary = `${told}, and ${counted(counts.undecided, "element")} missed by the last of them`;
    return undecided(finding("unknown", summary, figures));
  }
  if (counts.acknowledged === 0 || reads.length === 0) {
    return finding("unknown", `${told}: nothing to judge ${spec.of} by`, figures);
  }
  if (counts.unproven > 0) {
    return finding(
      "unknown",
      `${told}, but no read began after ${count(counts.unproven)} of them were acknowledged`,
      figures,
    );
  }
  return finding("held", `${told}, none lost`, figures);
}

/**
 * A whole read is an ok operation `read`; its value is the assignment number of the elements that it saw. In a record
 * that ends early, one at the very end may lack some of them, and is none.
 */
function gatherReads(journal: Journal, load: number): readonly WholeRead[] {
  const { outcome, client, value, startMs, endMs } = journal.operations;
  const { readsMs } = settledTo(journal);
  const all = rowsOf(journal, { load, action: nameIndex(journal, "read") });
  const rows = inOrderOf(
    startMs,
    all.filter((row) => outcome[row] === OK && (endMs[row] ?? 0) < readsMs),
  );
  const whole = Array.from(rows, (row, rank): WholeRead => ({
    rank,
    startMs: startMs[row] ?? 0,
    endMs: endMs[row] ?? 0,
    seen: [],
  }));
  const ranks = new NumberMap();
  rows.forEach((row, rank) => ranks.put(pairOf(client[row] ?? 0, value[row] ?? NONE), rank));
  const { reads } = journal;
  for (const row of readRowsOf(journal, load)) {
    const slot = ranks.slotOf(pairOf(reads.client[row] ?? 0, reads.assignment[row] ?? 0));
    whole[ranks.values[slot] ?? NONE]?.seen.push(row);
  }
  return whole;
}

function gatherAdds(journal: Journal, load: number, reads: number): Elements {
  const { operations } = journal;
  const rows = rowsOf(journal, { load, action: nameIndex(journal, "add") });
  const startMs = new Float64Array(rows.length).fill(Infinity);
  const adds = new NumberMap(rows.length);
  const knownMs = new Float64Array(rows.length).fill(Infinity);
  for (const row of rows) {
    const slot = putTry(adds, operations, operations.value[row] ?? NONE, row);
    startMs[slot] = Math.min(startMs[slot] ?? Infinity, operations.startMs[row] ?? 0);
    if (operations.outcome[row] !== OK) continue;
    knownMs[slot] = Math.min(knownMs[slot] ?? Infinity, operations.endMs[row] ?? 0);
  }
  const lastSeen = new Int32Array(adds.size).fill(NONE);
  // Until a read is found to have missed it, all reads down from the latest have seen it.
  const lastMissed = new Int32Array(adds.size).fill(reads - 1);
  return { adds, startMs, knownMs, lastSeen, lastMissed };
}

/** Goes through the reads from the latest to the first, and notes of each element who saw it, and who did not. */
function lookUp(journal: Journal, reads: readonly WholeRead[], elements: Elements, found: Anomalies<Kind>): void {
  const { outcome } = journal.operations;
  const { adds, startMs, knownMs, lastSeen, lastMissed } = elements;
  const foreign = new NumberMap();
  const flags = new Uint8Array(adds.size);
  const seenBy = new Int32Array(adds.size).fill(NONE);
  for (const { rank, endMs, seen } of reads.toReversed()) {
    for (const row of seen) {
      const value = journal.reads.value[row] ?? NONE;
      const slot = adds.slotOf(value);
      if (slot < 0) {
        const known = foreign.size;
        foreign.put(value, row);
        if (foreign.size > known && found.found("unwritten")) {
          found.show("unwritten", readEvidence(journal, row, `element ${value} was seen, and nobody added it`));
        }
        continue;
      }
      if (seenBy[slot] === rank) {
        if (((flags[slot] ?? 0) & DUPLICATE) === 0 && found.found("duplicate")) {
          found.show("duplicate", readEvidence(journal, row, `element ${value} was seen twice by one read`));
        }
        flags[slot] = (flags[slot] ?? 0) | DUPLICATE;
        continue;
      }
      seenBy[slot] = rank;
      if (endMs < (startMs[slot] ?? 0) && ((flags[slot] ?? 0) & EARLY) === 0) {
        flags[slot] = (flags[slot] ?? 0) | EARLY;
        if (found.found("early"))
          found.show(
            "early",
            readEvidence(journal, row, `element ${value} was seen by a read that ended before its add began`),
          );
      }
      if (lastMissed[slot] === rank) lastMissed[slot] = rank - 1;
      knownMs[slot] = Math.min(knownMs[slot] ?? Infinity, endMs);
      if (lastSeen[slot] !== NONE) continue;
      lastSeen[slot] = rank;
      if (outcome[adds.values[slot] ?? 0] === FAILED && found.found("aborted")) {
        found.show("aborted", readEvidence(journal, row, `element ${value} was seen, though its add had failed`));
      }
    }
  }
}
