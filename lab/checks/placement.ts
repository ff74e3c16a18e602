/** Placement: each row lies on the shard that its key names, and on no other. Definitions: docs/checks.md. */
import { nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { Anomalies, count, counted, finding, listed, readEvidence } from "./evidence.ts";
import { defineCheck } from "./define.ts";
import { name, wholeNumber } from "./fields.ts";
import type { Finding } from "./types.ts";

/** Every row that was read with its shard lies on the one of so many that its key names: key modulo shards, counted from 1. */
export interface PlacementSpec {
  readonly check: "placement";
  readonly of: string;
  readonly shards: number;
}

export const placement = defineCheck<PlacementSpec>({
  check: "placement",
  sentence: "each row lies on the shard that its key names, and on no other",
  fields: { of: name("the load"), shards: wholeNumber("how many shards there are", 2) },
  example: { of: "rows", shards: 3 },
  judge: checkPlacement,
});
const WORDS = {
  misplaced: ["row on another shard than its key names", "rows on another shard than their keys name"],
  scattered: ["row on two shards", "rows on two shards"],
} as const;
type Kind = keyof typeof WORDS;
const KINDS = Object.keys(WORDS) as Kind[];

/** All that is found is final: a row that lay on a shard did. */
function checkPlacement(spec: PlacementSpec, journal: Journal): Finding {
  const { reads } = journal;
  const load = nameIndex(journal, spec.of);
  const found = new Anomalies<Kind>(KINDS);
  const shardOf = new Map<number, number>();
  const scattered = new Set<number>();
  const used = new Set<number>();
  for (let row = 0; row < reads.length; row += 1) {
    const shard = reads.partition[row] ?? -1;
    if (reads.load[row] !== load || shard < 0) continue;
    used.add(shard);
    const value = reads.value[row] ?? 0;
    const key = reads.key[row] ?? 0;
    const named = (key % spec.shards) + 1;
    const first = shardOf.get(value);
    if (first === undefined) {
      shardOf.set(value, shard);
      if (shard !== named && found.found("misplaced")) {
        const what = `row ${value} lies on shard ${shard}; its key ${key} names shard ${named}`;
        found.show("misplaced", readEvidence(journal, row, what));
      }
    } else if (first !== shard && !scattered.has(value)) {
      scattered.add(value);
      if (found.found("scattered"))
        found.show("scattered", readEvidence(journal, row, `row ${value} lies on shards ${first} and ${shard}`));
    }
  }
  const anomalies = KINDS.reduce((sum, kind) => sum + found.count(kind), 0);
  const figures = { rows: shardOf.size, shards: used.size, ...found.counts(), anomalies };
  const told = `${counted(shardOf.size, "row")} on ${counted(used.size, "shard")}`;
  if (anomalies > 0) {
    const parts = KINDS.filter((kind) => found.count(kind) > 0).map((kind) =>
      counted(found.count(kind), WORDS[kind][0], WORDS[kind][1]),
    );
    return finding("violated", `${told}: ${listed(parts)}`, figures, found.evidence());
  }
  if (shardOf.size === 0) return finding("unknown", `no row of ${spec.of} was read with the shard it lies on`, figures);
  if (used.size < spec.shards) {
    return finding("unknown", `${told}: ${count(spec.shards)} were to be used, so the key was hardly tried`, figures);
  }
  return finding("held", `${told}, each where its key names`, figures);
}
