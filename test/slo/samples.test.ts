/** The samples of a journal, column by column. */
import { describe, expect, test } from "vitest";
import { journalOf, type JournalEvent, type JournalParts } from "../../lab/journal/index.ts";
import { OK, UNKNOWN } from "../../lab/journal/types.ts";
import { percentilesOf, samplesOf, type Samples } from "../../lab/slo/samples.ts";
import type { Subject } from "../../lab/slo/selector.ts";

const subject = (change: Partial<Subject> = {}): Subject => ({
  load: "events",
  measure: "operations",
  action: undefined,
  timely: undefined,
  lasting: undefined,
  when: undefined,
  settle: undefined,
  warmUp: undefined,
  ...change,
});
/** Each sample: when it was due, how long it took, and at least, whether that is a time, its outcome. */
function rows(parts: JournalParts, change: Partial<Subject> = {}): readonly (readonly (number | undefined)[])[] {
  const { length, atMs, tookMs, atLeastMs, timed, outcome } = samplesOf(journalOf(parts), subject(change));
  expect([atMs, tookMs, atLeastMs, timed, outcome].map((column) => column.length)).toEqual(Array(5).fill(length));
  return Array.from({ length }, (_, at) => [atMs[at], tookMs[at], atLeastMs[at], timed[at], outcome[at]]);
}

describe("operations", () => {
  const operations = [
    { load: "orders", action: "produce", intendedMs: 1, endMs: 2 },
    { load: "events", action: "produce", intendedMs: 10, startMs: 12, endMs: 15 },
    { load: "events", action: "commit", intendedMs: 20, endMs: 27, outcome: "unknown" },
    { load: "events", action: "produce", intendedMs: 30, endMs: 39, outcome: "failed" },
  ] as const;

  test("are of one load, and of one action where one is said", () => {
    const produce = [
      [10, 5, 5, 1, OK],
      [30, 9, 9, 1, 1],
    ];
    expect(rows({ operations })).toEqual([produce[0], [20, 7, 7, 1, UNKNOWN], produce[1]]);
    expect(rows({ operations }, { action: "produce" })).toEqual(produce);
    expect(rows({ operations }, { action: "write" })).toEqual([]);
    expect(rows({ operations }, { load: "elsewhere" })).toEqual([]);
    expect(rows({ operations }, { load: "orders" })).toEqual([[1, 1, 1, 1, OK]]);
  });
});

describe("delays", () => {
  const delays = (parts: JournalParts) => rows(parts, { measure: "end-to-end-delay" });
  const written = (value: number, intendedMs: number, change: object = {}) => ({
    ...{ value, intendedMs, endMs: intendedMs + 5 },
    ...change,
  });

  test("are of what was acknowledged, from when it was due to the first that read it", () => {
    expect(
      delays({
        operations: [
          written(7, 100),
          written(0, 200),
          written(8, 300, { outcome: "unknown" }),
          written(9, 400, { outcome: "failed" }),
          written(-1, 500),
          written(10, 600, { load: "orders" }),
        ],
        reads: [
          { value: 0, atMs: 900 },
          { value: 7, atMs: 800 },
          { value: 7, atMs: 150 },
          { value: 7, atMs: 160 },
          { value: 8, atMs: 301 },
          { value: -1, atMs: 501 },
          { load: "orders", value: 0, atMs: 201 },
        ],
      }),
    ).toEqual([
      [100, 50, 50, 1, OK],
      [200, 700, 700, 1, OK],
    ]);
  });

  test("of what was acknowledged twice count once, from the first", () => {
    const operations = [written(7, 100), written(7, 300)];
    expect(delays({ operations, reads: [{ value: 7, atMs: 350 }] })).toEqual([[100, 250, 250, 1, OK]]);
  });

  test("that never ended are at least as long as was recorded, unless all was read that will be", () => {
    const operations = [written(7, 100), written(8, 200)];
    const reads = [
      { value: 7, atMs: 400 },
      { load: "orders", value: 9, atMs: 600 },
    ];
    const note: JournalEvent = { type: "note", atMs: 550, level: "info", text: "" };
    const open = (events: readonly JournalEvent[], change: JournalParts = {}) =>
      delays({ operations, reads, events, finished: false, ...change })[1];
    expect(open([note])).toEqual([200, Infinity, 400, 1, OK]);
    expect(open([{ ...note, atMs: 700 }, note])).toEqual([200, Infinity, 500, 1, OK]);
    const late = [...operations, { load: "orders", value: 3, intendedMs: 100, endMs: 900 }];
    expect(open([note], { operations: late })).toEqual([200, Infinity, 700, 1, OK]);
    expect(open([note], { finished: true })).toEqual([200, Infinity, Infinity, 1, OK]);
    const drained: JournalEvent = { type: "drained", atMs: 550, load: "events", complete: true, measured: "" };
    expect(open([drained])).toEqual([200, Infinity, Infinity, 1, OK]);
    expect(open([{ ...drained, complete: false }])).toEqual([200, Infinity, 400, 1, OK]);
    expect(open([{ ...drained, load: "orders" }])).toEqual([200, Infinity, 400, 1, OK]);
    expect(open([{ ...drained, sink: "delta" }])).toEqual([200, Infinity, 400, 1, OK]);
    expect(open([{ ...drained, complete: false }, drained])).toEqual([200, Infinity, Infinity, 1, OK]);
  });
});

test("recoveries are one a fault; one that nobody noticed has no time", () => {
  const fault = (id: string, atMs: number): JournalEvent => ({
    ...{ type: "fault-injected", atMs, fault: id, kind: "kill", asked: "a", targets: ["a"] },
  });
  const operations = Array.from({ length: 200 }, (_, place) => ({
    ...{ value: place, intendedMs: place * 100, endMs: place * 100 + 5 },
    ...(place >= 10 && place < 20 ? { outcome: "failed" as const } : {}),
  }));
  expect(rows({ operations, events: [fault("a", 1_000), fault("b", 12_000)] }, { measure: "recovery-time" })).toEqual([
    [1_000, 1_005, 1_005, 1, OK],
    [12_000, 0, 0, 0, OK],
  ]);
});

describe("percentiles", () => {
  const of = (tookMs: readonly number[], change: Partial<Samples> = {}): Samples => ({
    length: tookMs.length,
    atMs: new Float64Array(tookMs.length),
    tookMs: Float64Array.from(tookMs),
    atLeastMs: Float64Array.from(tookMs),
    timed: new Uint8Array(tookMs.length).fill(1),
    outcome: new Uint8Array(tookMs.length),
    ...change,
  });
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => count - at);

  test.each([
    [1, [1, 1, 1, 1]],
    [2, [1, 2, 2, 2]],
    [20, [10, 19, 20, 20]],
    [100, [50, 95, 99, 100]],
    [101, [51, 96, 100, 101]],
  ])("of %i are those of the nearest rank", (count, [p50Ms, p95Ms, p99Ms, maxMs]) => {
    expect(percentilesOf(of(upTo(count)))).toEqual({ p50Ms, p95Ms, p99Ms, maxMs });
  });

  test("are of what ended ok, came at all and has a time", () => {
    const took = [9, 10, 2, Infinity, 1];
    expect(
      percentilesOf(of(took, { outcome: Uint8Array.of(1, 0, 0, 0, 0), timed: Uint8Array.of(1, 1, 1, 1, 0) })),
    ).toEqual({ p50Ms: 2, p95Ms: 10, p99Ms: 10, maxMs: 10 });
    expect(percentilesOf(of([Infinity]))).toEqual({});
    expect(percentilesOf(of([]))).toEqual({});
    expect(percentilesOf({ ...of([3, 4, 5]), length: 2 })).toMatchObject({ maxMs: 4 });
  });
});
