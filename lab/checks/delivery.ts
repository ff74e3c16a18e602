/** Delivery: what became of each record of a log. Definitions: docs/checks.md. */
import { FAILED, OK, UNKNOWN, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { findReaderOrder, findWriterOrder } from "./delivery-order.ts";
import { Anomalies, count, counted, finding, listed, operationEvidence, readEvidence } from "./evidence.ts";
import { NumberMap } from "./number-map.ts";
import { PlaceMap } from "./places.ts";
import { eventsOf, rowsOf } from "./select.ts";
import { defineCheckOf } from "./define.ts";
import { flag, name, optional } from "./fields.ts";
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
  duplicate: ["duplicate", "duplicates"],
  reordered: ["record out of order", "records out of order"],
  skipped: ["record skipped by a reader", "records skipped by a reader"],
} as const;
type Kind = keyof typeof WORDS;
const KINDS = Object.keys(WORDS) as Kind[];

/** Flags of a written value. */
const SEEN = 1;
const DUPLICATE = 2;
const NO_PLACE = -1;

/** What is known of each written value; arrays by its slot in `rowByValue`. */
interface Written {
  /** The row of the operation that tells the most of the value: an ok one, else an unknown one. */
  readonly rowByValue: NumberMap;
  readonly flags: Uint8Array;
  /** The first place at which the value was acknowledged or read. */
  readonly partition: Int32Array;
  readonly offset: Float64Array;
}

/** What became of the acknowledged values. */
interface Fate {
  acknowledged: number;
  read: number;
  /** Neither read, nor proved absent. */
  unproven: number;
  firstAbsentMs: number;
  lastAbsentMs: number;
}

function checkDelivery(spec: DeliverySpec, journal: Journal): Finding {
  const load = nameIndex(journal, spec.of);
  const rows = rowsOf(journal, { load, action: nameIndex(journal, "produce") });
  const found = new Anomalies<Kind>(KINDS);
  const places = new PlaceMap();

  const written = gatherWritten(journal, rows, places, found);
  const passed = gatherReads(journal, load, written, places, found);
  findWriterOrder(journal, rows, found);
  findReaderOrder(journal, load, places, found);
  const drained = eventsOf(journal, "drained").findLast((event) => event.load === spec.of);
  const readToMs = drained?.complete === true ? drained.atMs : -Infinity;
  const fate = findAbsent(journal, written, passed, readToMs, found);

  const forgiven: readonly Kind[] = spec.duplicatesAllowed === true ? ["duplicate"] : [];
  const bad = KINDS.filter((kind) => found.count(kind) > 0 && !forgiven.includes(kind));
  const figures = {
    offered: rows.length,
    ...{ acknowledged: fate.acknowledged, read: fate.read, unproven: fate.unproven },
    ...found.counts(),
    anomalies: bad.reduce((sum, kind) => sum + found.count(kind), 0),
    dataLossSpanMs: fate.lastAbsentMs >= fate.firstAbsentMs ? fate.lastAbsentMs - fate.firstAbsentMs : 0,
  };
  const told = `${count(fate.acknowledged)} acknowledged, ${fate.read === fate.acknowledged ? "all" : count(fate.read)} read`;
  if (bad.length > 0) {
    const anomalies = bad.map((kind) => counted(found.count(kind), WORDS[kind][0], WORDS[kind][1]));
    return finding("violated", `${told}: ${listed(anomalies)}`, figures, found.evidence());
  }
  if (fate.acknowledged === 0) {
    return finding(
      "unknown",
      `no record of ${spec.of} was acknowledged, so none could be lost`,
      figures,
      found.evidence(),
    );
  }
  if (fate.unproven > 0 || readToMs === -Infinity) {
    const rest =
      fate.unproven === 0 ? "" : `: whether ${counted(fate.unproven, "other")} would have been read is not known`;
    return finding("unknown", `${told}, but the log was not read to its end${rest}`, figures, found.evidence());
  }
  const duplicates = found.count("duplicate");
  const also = duplicates === 0 ? "no duplicates" : counted(duplicates, "allowed duplicate");
  return finding("held", `${told}, none lost, ${also}`, figures, found.evidence());
}

/** How little an outcome tells of whether its value is in the log. */
const vagueness = (outcome: number | undefined): number => (outcome === OK ? 0 : outcome === UNKNOWN ? 1 : 2);

function gatherWritten(journal: Journal, rows: Uint32Array, places: PlaceMap, found: Anomalies<Kind>): Written {
  const { operations } = journal;
  const rowByValue = new NumberMap(rows.length);
  const written: Written = {
    rowByValue,
    flags: new Uint8Array(rows.length),
    partition: new Int32Array(rows.length).fill(NO_PLACE),
    offset: new Float64Array(rows.length),
  };
  for (const row of rows) {
    const value = operations.value[row] ?? -1;
    if (value < 0) continue;
    const outcome = operations.outcome[row];
    const slot = rowByValue.put(value, row);
    const known = rowByValue.values[slot] ?? row;
    if (vagueness(outcome) < vagueness(operations.outcome[known])) rowByValue.values[slot] = row;
    const partition = operations.partition[row] ?? NO_PLACE;
    const offset = operations.offset[row] ?? -1;
    if (outcome !== OK || partition < 0 || offset < 0) continue;
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

/** Notes a place of a value; true the first time that it is another than the one known. */
function isElsewhere(written: Written, slot: number, partition: number, offset: number): boolean {
  if (written.partition[slot] === NO_PLACE) {
    written.partition[slot] = partition;
    written.offset[slot] = offset;
    return false;
  }
  if (written.partition[slot] === partition && written.offset[slot] === offset) return false;
  const flags = written.flags[slot] ?? 0;
  written.flags[slot] = flags | DUPLICATE;
  return (flags & DUPLICATE) === 0;
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
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== load) continue;
    const value = reads.value[row] ?? -1;
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    const log = passed.put(partition, offset);
    if (offset > (passed.values[log] ?? 0)) passed.values[log] = offset;
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
    if (((flags[slot] ?? 0) & SEEN) === 0) {
      flags[slot] = (flags[slot] ?? 0) | SEEN;
      if (operations.outcome[rowByValue.values[slot] ?? 0] === FAILED && found.found("aborted")) {
        found.show("aborted", readEvidence(journal, row, `value ${value} was read, though its write had failed`));
      }
    }
    if (isElsewhere(written, slot, partition, offset) && found.found("duplicate")) {
      const first = `${written.partition[slot] ?? -1}/${written.offset[slot] ?? -1}`;
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
    const at = offset[row] ?? -1;
    const log = at < 0 ? -1 : passed.slotOf(partition[row] ?? -1);
    const wasPassed = log >= 0 && (passed.values[log] ?? -1) > at;
    if (!wasPassed && end > readToMs) {
      fate.unproven += 1;
      continue;
    }
    fate.firstAbsentMs = Math.min(fate.firstAbsentMs, end);
    fate.lastAbsentMs = Math.max(fate.lastAbsentMs, end);
    const kind = wasPassed || at < 0 ? "lost" : "unseen";
    if (!found.found(kind)) continue;
    const value = rowByValue.keys[slot] ?? -1;
    const how = wasPassed
      ? "was passed by readers and never read"
      : "was not there when the log had been read to its end";
    found.show(kind, operationEvidence(journal, row, `value ${value}, acknowledged, ${how}`));
  }
  return fate;
}
