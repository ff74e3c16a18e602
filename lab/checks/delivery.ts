/** Delivery: what became of each record of a log. Definitions: docs/checks.md. */
import { sinkName } from "../journal/sinks.ts";
import { FAILED, NONE, OK, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { findLogOrder, findReaderOrder } from "./delivery-order.ts";
import type { Written } from "./delivery-order.ts";
import { countDoubtfulTails } from "./delivery-tail.ts";
import { Anomalies, count, counted, finding, listed, operationEvidence, readEvidence } from "./evidence.ts";
import { NumberMap } from "./number-map.ts";
import { PlaceMap, wasPlaced } from "./places.ts";
import { eventsOf } from "../journal/types.ts";
import { putTry } from "./tries.ts";
import { readRowsOf, rowsOf } from "./select.ts";
import { defineCheckOf } from "./define.ts";
import { flag, name, optional } from "./fields.ts";
import { undecided } from "./settled.ts";
import type { Finding } from "./types.ts";

/** A log of uniquely numbered records. */
export interface DeliverySpec {
  readonly check: "delivery";
  readonly of: string;
  readonly duplicatesAllowed?: boolean;
}

export const delivery = defineCheckOf<DeliverySpec>({
  check: "delivery",
  sentence: "every acknowledged record of a log is read, once, in order, where and as it was written",
  fields: {
    of: name("the load"),
    duplicatesAllowed: optional(flag("whether a record may lie at two places"), "false"),
  },
  example: { of: "events", duplicatesAllowed: true },
  judge: checkDelivery,
});

/** In the order in which they matter. */
const WORDS = {
  lost: ["acknowledged record lost", "acknowledged records lost"],
  unseen: ["acknowledged record never read", "acknowledged records never read"],
  inconsistent: ["place holds two records", "places hold two records"],
  aborted: ["record read though its write had failed", "records read though their writes had failed"],
  unwritten: ["record read that nobody wrote", "records read that nobody wrote"],
  early: ["record read before its write began", "records read before their writes began"],
  miskeyed: ["record read under another key", "records read under other keys"],
  duplicate: ["duplicate", "duplicates"],
  reordered: ["record out of order", "records out of order"],
  skipped: ["record skipped by a reader", "records skipped by a reader"],
} as const;
type Kind = keyof typeof WORDS;
const KINDS = Object.keys(WORDS) as Kind[];

/** In a record that ends early: the write that tells another outcome, or any, may be among what is missing. */
const MAY_BE_MENDED: ReadonlySet<Kind> = new Set(["aborted", "unwritten"]);

/** Flags of a written value. */
const SEEN = 1;
const DUPLICATE = 2;
const EARLY = 4;
const MISKEYED = 8;

/** What became of the acknowledged values. */
interface Fate {
  acknowledged: number;
  read: number;
  /** Neither read, nor proved absent. */
  unproven: number;
  firstAbsentMs: number;
  lastAbsentMs: number;
}

/**
 * Final in a record that ends early: two values of one place, duplicates, order, skipped, early and miskeyed records.
 * Not final: values read whose write may be among what is missing; and what was not read, unless the log was read to
 * its end (`drained`), which is the load's last word. Without that, what was not read is undecided in any record.
 */
function checkDelivery(spec: DeliverySpec, journal: Journal): Finding {
  const load = nameIndex(journal, spec.of);
  const rows = rowsOf(journal, { load, action: nameIndex(journal, "produce") });
  const found = new Anomalies<Kind>(KINDS);
  const places = new PlaceMap();

  const written = gatherWritten(journal, rows, places, found);
  const passed = gatherReads(journal, load, written, places, found);
  findLogOrder(journal, rows, written, found);
  findReaderOrder(journal, load, places, found);
  const drained = eventsOf(journal, "drained").findLast(({ load: from, sink }) => sinkName(from, sink) === spec.of);
  const readToMs = drained?.complete === true ? drained.atMs : -Infinity;
  const fate = findAbsent(journal, written, passed, readToMs, found);
  const doubtful = countDoubtfulTails(journal, load, readToMs);

  const forgiven = (kind: Kind): boolean =>
    (kind === "duplicate" && spec.duplicatesAllowed === true) || (!journal.finished && MAY_BE_MENDED.has(kind));
  const all = KINDS.filter((kind) => found.count(kind) > 0);
  const bad = all.filter((kind) => !forgiven(kind));
  const figures = {
    offered: rows.length,
    ...{ acknowledged: fate.acknowledged, read: fate.read, unproven: fate.unproven, doubtful },
    ...found.counts(),
    anomalies: bad.reduce((sum, kind) => sum + found.count(kind), 0),
    dataLossSpanMs: Math.max(0, fate.lastAbsentMs - fate.firstAbsentMs),
  };
  const told = `${count(fate.acknowledged)} acknowledged, ${fate.read === fate.acknowledged ? "all" : count(fate.read)} read`;
  const words = (kinds: readonly Kind[]): string =>
    listed(kinds.map((kind) => counted(found.count(kind), WORDS[kind][0], WORDS[kind][1])));
  const unknown = (summary: string): Finding => finding("unknown", summary, figures, found.evidence());
  if (bad.length > 0) return finding("violated", `${told}: ${words(bad)}`, figures, found.evidence());
  const mendable = all.filter((kind) => MAY_BE_MENDED.has(kind));
  if (mendable.length > 0) {
    return undecided(
      unknown(`${told}: ${words(mendable)}`),
      "the record ends early, and may lack the operation that wrote it",
    );
  }
  if (fate.acknowledged === 0) return unknown(`no record of ${spec.of} was acknowledged, so none could be lost`);
  if (fate.unproven > 0 || readToMs === -Infinity) {
    const rest =
      fate.unproven === 0 ? "" : `: whether ${counted(fate.unproven, "other")} would have been read is not known`;
    return unknown(`${told}, but the log was not read to its end${rest}`);
  }
  if (doubtful > 0) {
    return unknown(
      `${told}, but ${counted(doubtful, "record")} read once lay beyond where a later reader ended: whether they are still there is not known`,
    );
  }
  const duplicates = found.count("duplicate");
  const also = duplicates === 0 ? "no duplicates" : counted(duplicates, "allowed duplicate");
  return finding("held", `${told}, none lost, ${also}`, figures, found.evidence());
}

function gatherWritten(journal: Journal, rows: Uint32Array, places: PlaceMap, found: Anomalies<Kind>): Written {
  const { operations } = journal;
  const rowByValue = new NumberMap(rows.length);
  const written: Written = {
    rowByValue,
    flags: new Uint8Array(rows.length),
    firstRow: new Uint32Array(rows.length),
    startMs: new Float64Array(rows.length).fill(Infinity),
    partition: new Int32Array(rows.length).fill(NONE),
    offset: new Float64Array(rows.length),
  };
  for (const row of rows) {
    const value = operations.value[row] ?? NONE;
    if (value === NONE) continue;
    const before = rowByValue.size;
    const slot = putTry(rowByValue, operations, value, row);
    if (rowByValue.size > before) written.firstRow[slot] = row;
    written.startMs[slot] = Math.min(written.startMs[slot] ?? Infinity, operations.startMs[row] ?? 0);
    if (!wasPlaced(operations, row)) continue;
    const partition = operations.partition[row] ?? NONE;
    const offset = operations.offset[row] ?? NONE;
    if (isElsewhere(written, slot, partition, offset) && found.found("duplicate")) {
      found.show("duplicate", operationEvidence(journal, row, `value ${value} was acknowledged at a second place`));
    }
    if (!places.note(partition, offset, value) && found.found("inconsistent")) {
      found.show(
        "inconsistent",
        operationEvidence(journal, row, `value ${value} was acknowledged at a place that holds another`),
      );
    }
  }
  return written;
}

/** Sets a value's flag; true when it had not been set. */
function flagged(flags: Uint8Array, slot: number, flag: number): boolean {
  const known = flags[slot] ?? 0;
  flags[slot] = known | flag;
  return (known & flag) === 0;
}

/** Notes a place of a value; true the first time that it is another than the one known. */
function isElsewhere(written: Written, slot: number, partition: number, offset: number): boolean {
  if (written.partition[slot] === NONE) {
    written.partition[slot] = partition;
    written.offset[slot] = offset;
    return false;
  }
  if (written.partition[slot] === partition && written.offset[slot] === offset) return false;
  return flagged(written.flags, slot, DUPLICATE);
}

/** Gives the highest offset that was read, by partition. */
function gatherReads(
  journal: Journal,
  load: number,
  written: Written,
  places: PlaceMap,
  found: Anomalies<Kind>,
): NumberMap {
  const { operations, reads } = journal;
  const { rowByValue, flags } = written;
  const passed = new NumberMap();
  const foreign = new NumberMap();
  for (const row of readRowsOf(journal, load)) {
    const value = reads.value[row] ?? NONE;
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    const log = passed.put(partition, offset);
    passed.values[log] = Math.max(passed.values[log] ?? 0, offset);
    if (!places.note(partition, offset, value) && found.found("inconsistent")) {
      found.show("inconsistent", readEvidence(journal, row, `value ${value} was read at a place that holds another`));
    }
    const slot = rowByValue.slotOf(value);
    if (slot < 0) {
      const known = foreign.size;
      foreign.put(value, row);
      if (foreign.size > known && found.found("unwritten")) {
        found.show("unwritten", readEvidence(journal, row, `value ${value} was read, and nobody wrote it`));
      }
      continue;
    }
    const firstRow = written.firstRow[slot] ?? 0;
    if ((reads.atMs[row] ?? 0) < (written.startMs[slot] ?? 0) && flagged(flags, slot, EARLY) && found.found("early")) {
      found.show("early", readEvidence(journal, row, `value ${value} was read before its write began`));
    }
    if (reads.key[row] !== operations.key[firstRow] && flagged(flags, slot, MISKEYED) && found.found("miskeyed")) {
      const what = `value ${value} was read under key ${reads.key[row] ?? 0}, and written under ${operations.key[firstRow] ?? 0}`;
      found.show("miskeyed", readEvidence(journal, row, what));
    }
    if (((flags[slot] ?? 0) & SEEN) === 0) {
      flags[slot] = (flags[slot] ?? 0) | SEEN;
      if (operations.outcome[rowByValue.values[slot] ?? 0] === FAILED && found.found("aborted")) {
        found.show("aborted", readEvidence(journal, row, `value ${value} was read, though its write had failed`));
      }
    }
    if (isElsewhere(written, slot, partition, offset) && found.found("duplicate")) {
      const first = `${written.partition[slot] ?? NONE}/${written.offset[slot] ?? NONE}`;
      found.show("duplicate", readEvidence(journal, row, `value ${value} was read here, and lies at ${first} too`));
    }
  }
  return passed;
}

/** Looks for acknowledged values that were never read. The log was read to its end at `readToMs`. */
function findAbsent(
  journal: Journal,
  { rowByValue, flags }: Written,
  passed: NumberMap,
  readToMs: number,
  found: Anomalies<Kind>,
): Fate {
  const { outcome, partition, offset, endMs } = journal.operations;
  const fate: Fate = { acknowledged: 0, read: 0, unproven: 0, firstAbsentMs: Infinity, lastAbsentMs: -Infinity };
  for (let slot = 0; slot < rowByValue.size; slot += 1) {
    const row = rowByValue.values[slot] ?? 0;
    if (outcome[row] !== OK) continue;
    fate.acknowledged += 1;
    if (((flags[slot] ?? 0) & SEEN) !== 0) {
      fate.read += 1;
      continue;
    }
    const end = endMs[row] ?? 0;
    const at = offset[row] ?? NONE;
    const passedTo = passed.values[passed.slotOf(partition[row] ?? NONE)] ?? NONE;
    const wasPassed = at !== NONE && passedTo > at;
    if (readToMs === -Infinity || (!wasPassed && end > readToMs)) {
      fate.unproven += 1;
      continue;
    }
    fate.firstAbsentMs = Math.min(fate.firstAbsentMs, end);
    fate.lastAbsentMs = Math.max(fate.lastAbsentMs, end);
    const kind = wasPassed || at === NONE ? "lost" : "unseen";
    if (!found.found(kind)) continue;
    const value = rowByValue.keys[slot] ?? NONE;
    const how = wasPassed
      ? "was passed by readers and never read"
      : "was not there when the log had been read to its end";
    found.show(kind, operationEvidence(journal, row, `value ${value}, acknowledged, ${how}`));
  }
  return fate;
}
