/** Positions: where readers begin after a change of hands. Definitions: docs/checks.md. */
import { FAILED, OK, UNKNOWN, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { Anomalies, counted, finding, listed, readEvidence } from "./evidence.ts";
import { Groups } from "./number-map.ts";
import { inOrderOf } from "./order.ts";
import { PlaceMap } from "./places.ts";
import { rowsOf } from "./select.ts";
import { defineCheckOf } from "./define.ts";
import { name } from "./fields.ts";
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

function checkPositions(spec: PositionsSpec, journal: Journal): Finding {
  const { reads } = journal;
  const load = nameIndex(journal, spec.of);
  const commits = commitsByPartition(journal, load);
  const places = knownPlaces(journal, load);
  const found = new Anomalies<(typeof KINDS)[number]>(KINDS);
  let judged = 0;
  let unjudged = 0;
  for (const row of firstReads(journal, load)) {
    const partition = reads.partition[row] ?? 0;
    const offset = reads.offset[row] ?? 0;
    const allowed = allowedStarts(journal, commits.get(partition) ?? [], reads.atMs[row] ?? 0);
    if (allowed === undefined) {
      unjudged += 1;
      continue;
    }
    judged += 1;
    if (allowed.some((start) => start <= offset && places.countBetween(partition, start, offset) === 0)) continue;
    const kind = allowed.every((start) => offset < start) ? "rewound" : "skippedOver";
    if (!found.found(kind)) continue;
    const way = kind === "rewound" ? "behind" : "past records beyond";
    const what = `began at offset ${offset}, ${way} the group's last commit ${listed(allowed.map(String))}`;
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
    return finding(
      "violated",
      `of ${counted(judged, "start")} after a commit: ${listed(parts)}`,
      figures,
      found.evidence(),
    );
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

/** Rows of commits that were or may have been done, by partition, in the order of their ends. */
function commitsByPartition(journal: Journal, load: number): ReadonlyMap<number, readonly number[]> {
  const { partition, outcome, endMs } = journal.operations;
  const rows = inOrderOf(endMs, rowsOf(journal, { load, action: nameIndex(journal, "commit") }));
  const commits = new Map<number, number[]>();
  for (const row of rows) {
    if (outcome[row] === FAILED) continue;
    const of = partition[row] ?? 0;
    const list = commits.get(of);
    if (list === undefined) commits.set(of, [row]);
    else list.push(row);
  }
  return commits;
}

/**
 * Offsets at which a reader may begin at this moment: that of the last commit acknowledged before, and those of
 * commits that may have taken effect after it (under way at this moment, or of unknown outcome and not surely
 * earlier). Undefined when nothing had been committed.
 */
function allowedStarts(journal: Journal, commits: readonly number[], atMs: number): readonly number[] | undefined {
  const { outcome, offset, startMs, endMs } = journal.operations;
  const start = (row: number): number => startMs[row] ?? 0;
  const end = (row: number): number => endMs[row] ?? 0;
  const last = commits.findLast((row) => outcome[row] === OK && end(row) <= atMs);
  if (last === undefined) return undefined;
  const mayCount = commits.filter(
    (row) => start(row) <= atMs && (outcome[row] === UNKNOWN ? end(row) >= start(last) : end(row) > atMs),
  );
  return [...new Set([last, ...mayCount].map((row) => offset[row] ?? 0))];
}

/** Rows of the first record that each reader was given of each partition in each assignment. */
function firstReads(journal: Journal, load: number): number[] {
  const { reads } = journal;
  const groups = new Groups();
  const first: number[] = [];
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] !== load) continue;
    const known = groups.size;
    groups.of(reads.client[row] ?? 0, reads.assignment[row] ?? 0, reads.partition[row] ?? 0);
    if (groups.size > known) first.push(row);
  }
  return first;
}

/** Where records are known to lie: acknowledged there, or read by anyone. */
function knownPlaces(journal: Journal, load: number): PlaceMap {
  const { operations, reads } = journal;
  const places = new PlaceMap();
  for (const row of rowsOf(journal, { load, action: nameIndex(journal, "produce") })) {
    const offset = operations.offset[row] ?? -1;
    if (operations.outcome[row] === OK && offset >= 0) places.note(operations.partition[row] ?? 0, offset, 0);
  }
  for (let row = 0; row < reads.length; row += 1) {
    if (reads.load[row] === load) places.note(reads.partition[row] ?? 0, reads.offset[row] ?? 0, 0);
  }
  return places;
}
