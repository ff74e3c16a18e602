/** What makes a record void, and the near miss of each. */
import { expect, test } from "vitest";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, JournalHead } from "../../lab/journal/types.ts";
import { ENGINE_GONE, voidsOf } from "../../lab/judging/voids.ts";
import { planHash } from "../../lab/run-folder/plan-hash.ts";
import { planOf } from "./runs.ts";

const plan = planOf();
const HASH = planHash(plan);
const voids = (events: readonly JournalEvent[], head?: JournalHead) =>
  voidsOf(plan, { ...journalOf({ events }), ...(head === undefined ? {} : { head }) });
const why = (...told: Parameters<typeof voids>): readonly string[] => voids(...told).map(({ summary }) => summary);

test("a journal of old, and one of this run and plan, are not void", () => {
  expect(voids([])).toEqual([]);
  expect(voids([], { run: plan.run, planHash: HASH })).toEqual([]);
});

test("a journal of another run, or another plan, is; the run is told first", () => {
  const name = "the journal is of this plan";
  const other = `it is of the run another, the plan of ${plan.run}`;
  const unknown = { name, verdict: "unknown" };
  expect(voids([], { run: "another", planHash: HASH })).toEqual([{ ...unknown, summary: other }]);
  expect(voids([], { run: "another", planHash: "0" })).toEqual([{ ...unknown, summary: other }]);
  expect(voids([], { run: plan.run, planHash: "0" })).toEqual([
    { ...unknown, summary: "plan.json was changed since the run, or is another's" },
  ]);
});

test("only the engine that went voids a record, from when it first did", () => {
  const seen = (atMs: number, change: Partial<typeof ENGINE_GONE> | object = {}): JournalEvent => ({
    ...{ type: "observation", atMs, ...ENGINE_GONE },
    ...change,
  });
  expect(why([seen(1_000, { value: "back" }), seen(2_000, { subject: "kafka leader" })])).toEqual([]);
  expect(voids([seen(1_000, { value: "back" }), seen(3_000), seen(4_000)])).toEqual([
    {
      name: "the container engine stayed",
      verdict: "unknown",
      summary: "it was gone after 3 s: what failed from then on says nothing about the clusters",
    },
  ]);
});

test("containers that were removed void a record, each told; those that exited do not", () => {
  const node = (name: string, atMs: number, state: string): JournalEvent => ({
    ...{ type: "node-state", atMs, node: name, state },
  });
  expect(why([node("kafka-1", 1_000, "exited")])).toEqual([]);
  expect(
    voids([node("kafka-1", 1_000, "removed"), node("kafka-2", 2_000, "exited"), node("kafka-3", 3_000, "removed")]),
  ).toEqual([
    {
      name: "nobody else removed containers",
      verdict: "unknown",
      summary: "kafka-1 was removed from outside after 1 s; kafka-3 was removed from outside after 3 s",
    },
  ]);
});
