import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { journalOf } from "../../lab/journal/memory.ts";
import { OUTCOMES, type Operation } from "../../lab/journal/types.ts";
import { seriesOf } from "../../reports/html/series.ts";
import { timelineOf } from "../../reports/html/timeline.ts";

const operation = fc.record({
  action: fc.constantFrom("produce", "commit"),
  outcome: fc.constantFrom(...OUTCOMES),
  intendedMs: fc.double({ min: 0, max: 50_000, noNaN: true }),
  tookMs: fc.double({ min: 0, max: 9_000, noNaN: true }),
});

describe("buckets over time", () => {
  test("agree with counting and sorting by hand", () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 200 }), (drawn) => {
        const operations = drawn.map(
          ({ tookMs, ...rest }): Partial<Operation> & { intendedMs: number; endMs: number; action: string } => ({
            ...rest,
            startMs: rest.intendedMs,
            endMs: rest.intendedMs + tookMs,
          }),
        );
        const journal = journalOf({ operations });
        const timeline = timelineOf(journal);
        expect(timeline.buckets).toBeLessThanOrEqual(300);
        for (const series of seriesOf(journal, timeline)) {
          const mine = operations.filter(({ action }) => action === series.action);
          expect(series.total).toBe(mine.length);
          const { bucketMs } = series;
          const buckets = series.offered.length;
          expect(bucketMs).toBeGreaterThanOrEqual(timeline.bucketMs);
          for (let bucket = 0; bucket < buckets; bucket++) {
            const inside = (atMs: number): boolean =>
              Math.min(buckets - 1, Math.floor((atMs - timeline.fromMs) / bucketMs)) === bucket;
            const offered = mine.filter(({ intendedMs }) => inside(intendedMs));
            const ok = offered.filter(({ outcome }) => outcome === "ok");
            const sorted = ok.map(({ intendedMs, endMs }) => endMs - intendedMs).sort((a, b) => a - b);
            expect(series.offered[bucket]).toBe(offered.length);
            expect(series.achieved[bucket]).toBe(
              mine.filter(({ outcome, endMs }) => outcome === "ok" && inside(endMs)).length,
            );
            expect(series.failedIn[bucket]).toBe(offered.filter(({ outcome }) => outcome === "failed").length);
            expect(series.unknownIn[bucket]).toBe(offered.filter(({ outcome }) => outcome === "unknown").length);
            expect(series.p95Ms[bucket]).toBe(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? NaN);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test("a journal without anything has one second of nothing", () => {
    const timeline = timelineOf(journalOf({}));
    expect([timeline.fromMs, timeline.toMs]).toEqual([0, 1_000]);
    expect(seriesOf(journalOf({}), timeline)).toEqual([]);
  });
});
