/** Positions: where readers begin after a change of hands. Definitions: docs/checks.md. */
import { FAILED, NONE, OK, nameIndex } from "../journal/types.ts";
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
  /** The latest start of all that were acknowledged; what ended before it is surely no longer the last. */
  lastStartMs: number;
  /** Those that may be the last to have taken effect. */
  open: number[];
}

/**
 * The first record that each reader was given of each partition in each assignment, with where it may lie: at a commit
 * that had begun, and that did not end before an acknowledged one began. Those that overlap may have taken effect in
 * either order, and one under way or of unknown outcome may have, or not. One way through commits and beginnings, by
 * time.
 */
function* beginnings(journal: Journal, load: number): Generator<Beginning> {
  const { atMs, partition } = journal.reads;
  const groups = commitsByPartition(journal, load);
  for (const row of inOrderOf(atMs, Uint32Array.from(firstReads(journal, load)))) {
    const group = groups.get(partition[row] ?? 0);
    yield { row, allowed: group === undefined ? undefined : positionsAt(journal, group, atMs[row] ?? 0) };
  }
}

/** Goes on with the commits to this moment; undefined as long as none was acknowledged. */
function positionsAt(journal: Journal, group: Group, atMs: number): readonly number[] | undefined {
  const { outcome, offset, startMs, endMs } = journal.operations;
  for (; (endMs[group.byEnd[group.ended] ?? NONE] ?? Infinity) <= atMs; group.ended += 1) {
    const commit = group.byEnd[group.ended] ?? 0;
    if (outcome[commit] === OK) group.lastStartMs = Math.max(group.lastStartMs, startMs[commit] ?? 0);
  }
  for (; (startMs[group.byStart[group.started] ?? NONE] ?? Infinity) <= atMs; group.started += 1) {
    group.open.push(group.byStart[group.started] ?? 0);
  }
  group.open = group.open.filter((commit) => (endMs[commit] ?? 0) >= group.lastStartMs);
  return group.lastStartMs === -Infinity ? undefined : group.open.map((commit) => offset[commit] ?? 0);
}

/** Commits that were or may have been done. */
function commitsByPartition(journal: Journal, load: number): ReadonlyMap<number, Group> {
  const { partition, outcome, startMs, endMs } = journal.operations;
  const rows = rowsOf(journal, { load, action: nameIndex(journal, "commit") }).filter((row) => outcome[row] !== FAILED);
  const of = (row: number): number => partition[row] ?? 0;
  const groups = [...Map.groupBy(inOrderOf(startMs, rows), of)].map(([number, byStart]): [number, Group] => [
    number,
    {
      byStart,
      byEnd: [...inOrderOf(endMs, Uint32Array.from(byStart))],
      started: 0,
      ended: 0,
      lastStartMs: -Infinity,
      open: [],
    },
  ]);
  return new Map(groups);
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
