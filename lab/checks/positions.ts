/** Positions: where readers begin after a change of hands. Definitions: docs/checks.md. */
import { FAILED, OK, UNKNOWN, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { Anomalies, counted, finding, listed, readEvidence } from "./evidence.ts";
import { Groups } from "./number-map.ts";
import { inOrderOf } from "./order.ts";
import { PlaceMap, wasPlaced } from "./places.ts";
import { readRowsOf, rowsOf } from "./select.ts";
import { defineCheckOf } from "./define.ts";
import { name } from "./fields.ts";
import { undecided } from "./settled.ts";
import type { Finding } from "./types.ts";

/** Where the readers of a group begin. */
export interface PositionsSpec {
  readonly check: "positions";
  readonly of: string;
}

export const positions = defineCheckOf<PositionsSpec>({
  check: "positions",
  sentence: "no reader begins before the group's last commit of a partition, nor beyond it",
  fields: { of: name("the load") },
  example: { of: "events" },
  judge: checkPositions,
});
const KINDS = ["rewound", "skippedOver"] as const;
/** Offsets that are named in a finding. */
const MOST_TOLD = 8;

/** Nothing is final in a record that ends early: a commit that was under way when a reader began may be missing. */
function checkPositions(spec: PositionsSpec, journal: Journal): Finding {
  const { reads } = journal;
  const load = nameIndex(journal, spec.of);
  const places = knownPlaces(journal, load);
  const found = new Anomalies<(typeof KINDS)[number]>(KINDS);
  let judged = 0;
  let unjudged = 0;
  for (const { row, allowed } of beginnings(journal, load)) {
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    if (allowed === undefined) {
      unjudged += 1;
      continue;
    }
    judged += 1;
    const nearest = Math.max(...allowed.filter((start) => start <= offset));
    if (nearest > -Infinity && places.countBetween(partition, nearest, offset) === 0) continue;
    const kind = nearest === -Infinity ? "rewound" : "skippedOver";
    if (!found.found(kind)) continue;
    const way = kind === "rewound" ? "behind" : "past records beyond";
    const some = [...new Set(allowed)].slice(0, MOST_TOLD).map(String);
    const what = `began at offset ${offset}, ${way} the group's last commit ${listed(some)}`;
    found.show(kind, readEvidence(journal, row, what));
  }
  const anomalies = found.count("rewound") + found.count("skippedOver");
  const figures = { judged, unjudged, ...found.counts(), anomalies };
  if (anomalies > 0) {
    const parts = [
      ...(found.count("rewound") > 0 ? [`${counted(found.count("rewound"), "start")} behind the last commit`] : []),
      ...(found.count("skippedOver") > 0
        ? [`${counted(found.count("skippedOver"), "start")} past unread records`]
        : []),
    ];
    const summary = `of ${counted(judged, "start")} after a commit: ${listed(parts)}`;
    const violated = finding("violated", summary, figures, found.evidence());
    return journal.finished ? violated : undecided(violated);
  }
  if (judged === 0) {
    return finding("unknown", `no reader of ${spec.of} began a partition that had been committed before`, figures);
  }
  return finding(
    "held",
    `${counted(judged, "start")} after a commit, none behind it and none past unread records`,
    figures,
  );
}

/** Where a reader began, and the offsets at which it may have; undefined when nothing had been committed. */
interface Beginning {
  readonly row: number;
  readonly allowed: readonly number[] | undefined;
}

/** The commits of a partition on the way through time. */
interface Group {
  /** By start and by end; and how many of each lie behind us. */
  readonly byStart: number[];
  readonly byEnd: number[];
  started: number;
  ended: number;
  /** The last that was acknowledged, by its end; and the latest start of all that were. */
  last: number | undefined;
  lastStartMs: number;
  /** Those that may have taken effect after the last: under way, or unknown and not surely earlier. */
  open: number[];
}

/**
 * The first record that each reader was given of each partition in each assignment, with where it may lie: at the last
 * commit acknowledged before, or at one that may have taken effect after it: under way at this moment, or of unknown
 * outcome and not ended before an acknowledged one began. One way through commits and beginnings, by time.
 */
function* beginnings(journal: Journal, load: number): Generator<Beginning> {
  const { outcome, offset, startMs, endMs } = journal.operations;
  const groups = commitsByPartition(journal, load);
  const rows = Uint32Array.from(firstReads(journal, load));
  for (const row of inOrderOf(journal.reads.atMs, rows)) {
    const atMs = journal.reads.atMs[row] ?? 0;
    const group = groups.get(journal.reads.partition[row] ?? 0);
    if (group === undefined) {
      yield { row, allowed: undefined };
      continue;
    }
    for (; (endMs[group.byEnd[group.ended] ?? -1] ?? Infinity) <= atMs; group.ended += 1) {
      const commit = group.byEnd[group.ended] ?? 0;
      if (outcome[commit] !== OK) continue;
      group.last = commit;
      group.lastStartMs = Math.max(group.lastStartMs, startMs[commit] ?? 0);
    }
    for (; (startMs[group.byStart[group.started] ?? -1] ?? Infinity) <= atMs; group.started += 1) {
      group.open.push(group.byStart[group.started] ?? 0);
    }
    group.open = group.open.filter((commit) =>
      outcome[commit] === UNKNOWN ? (endMs[commit] ?? 0) >= group.lastStartMs : (endMs[commit] ?? 0) > atMs,
    );
    const { last, open } = group;
    yield { row, allowed: last === undefined ? undefined : [last, ...open].map((commit) => offset[commit] ?? 0) };
  }
}

/** Commits that were or may have been done. */
function commitsByPartition(journal: Journal, load: number): ReadonlyMap<number, Group> {
  const { partition, outcome, startMs, endMs } = journal.operations;
  const rows = rowsOf(journal, { load, action: nameIndex(journal, "commit") }).filter((row) => outcome[row] !== FAILED);
  const groups = new Map<number, Group>();
  const groupOf = (row: number): Group => {
    const of = partition[row] ?? 0;
    const known = groups.get(of);
    if (known !== undefined) return known;
    const fresh: Group = {
      byStart: [],
      byEnd: [],
      started: 0,
      ended: 0,
      last: undefined,
      lastStartMs: -Infinity,
      open: [],
    };
    groups.set(of, fresh);
    return fresh;
  };
  for (const row of inOrderOf(startMs, rows)) groupOf(row).byStart.push(row);
  for (const row of inOrderOf(endMs, rows)) groupOf(row).byEnd.push(row);
  return groups;
}

/** Rows of the first record that each reader was given of each partition in each assignment. */
function firstReads(journal: Journal, load: number): number[] {
  const { reads } = journal;
  const assignments = new Groups();
  const first: number[] = [];
  for (const row of readRowsOf(journal, load)) {
    const known = assignments.size;
    assignments.of(reads.client[row] ?? 0, reads.assignment[row] ?? 0, reads.partition[row] ?? 0);
    if (assignments.size > known) first.push(row);
  }
  return first;
}

/** Where records are known to lie: acknowledged there, or read by anyone. */
function knownPlaces(journal: Journal, load: number): PlaceMap {
  const { operations, reads } = journal;
  const places = new PlaceMap();
  for (const row of rowsOf(journal, { load, action: nameIndex(journal, "produce") })) {
    if (wasPlaced(operations, row)) places.note(operations.partition[row] ?? 0, operations.offset[row] ?? 0, 0);
  }
  for (const row of readRowsOf(journal, load)) places.note(reads.partition[row] ?? 0, reads.offset[row] ?? 0, 0);
  return places;
}
