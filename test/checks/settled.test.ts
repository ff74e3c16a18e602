/** How far a record that ends early can be trusted. */
import { expect, test } from "vitest";
import { settledTo, undecided } from "../../lab/checks/settled.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalParts } from "../../lab/journal/index.ts";

const settled = (parts: JournalParts): number[] => {
  const { operationsMs, readsMs, eventsMs } = settledTo(journalOf({ finished: false, ...parts }));
  return [operationsMs, readsMs, eventsMs];
};
const operations = (...ends: number[]): JournalParts => ({ operations: ends.map((endMs) => ({ startMs: 0, endMs })) });
const reads = (...times: number[]): JournalParts => ({ reads: times.map((atMs) => ({ atMs })) });
const events = (...times: number[]): JournalParts => ({
  events: times.map((atMs) => ({ type: "phase", atMs, phase: "run" })),
});

test("a finished record is settled for ever", () => {
  expect(settled({ finished: true, ...operations(5) })).toEqual([Infinity, Infinity, Infinity]);
});
test("one that ends early is settled to the last row of a kind, or the last event, if that is later", () => {
  expect(settled({ ...operations(20, 10), ...reads(15, 30, 25), ...events(5, 8, 6) })).toEqual([20, 30, 30]);
  expect(settled({ ...operations(20), ...reads(15), ...events(18, 17) })).toEqual([20, 18, 20]);
  expect(settled({ ...operations(20), ...reads(15), ...events(40) })).toEqual([40, 40, 40]);
});
test("one without anything is settled to nothing, though its columns hold zeros behind the last row", () => {
  expect(settled({})).toEqual([-Infinity, -Infinity, -Infinity]);
  expect(settled(operations(-5))).toEqual([-5, -Infinity, -5]);
  expect(settled(reads(-5))).toEqual([-Infinity, -5, -5]);
});

test("an undecided finding keeps what was found, and says why", () => {
  const found = { verdict: "violated", summary: "1 lost", figures: { lost: 1 }, evidence: [{ what: "x" }] } as const;
  expect(undecided(found)).toEqual({
    ...{ ...found, verdict: "unknown" },
    summary: "1 lost; undecided: the record ends early, and what is missing could mend it",
  });
  expect(undecided(found, "it is late").summary).toBe("1 lost; undecided: it is late");
});
