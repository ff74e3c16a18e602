import { describe, expect, test } from "vitest";
import { LoadGenerator } from "../../lab/load/load-generator.ts";
import { Stalls, watchEventLoop, type Stall } from "../../lab/load/lateness.ts";
import { milliseconds, monotonicMs, perSecond, waitFor } from "../../lab/time.ts";

describe("stalls", () => {
  const told = (measures: readonly (readonly [nowMs: number, lateMs: number])[]): readonly Stall[] => {
    const stalls: Stall[] = [];
    const watch = new Stalls((stall) => stalls.push(stall));
    for (const [nowMs, lateMs] of measures) watch.measured(nowMs, lateMs);
    watch.end();
    return stalls;
  };

  test("begin at 200 ms; what is late without a punctual measure between is one", () => {
    expect(told([[1_000, 199.9]])).toEqual([]);
    expect(told([[1_000, 200]])).toEqual([{ fromMs: 800, maxMs: 200 }]);
    expect(
      told([
        [10_000, 6_000],
        [10_010, 5_000],
        [10_300, 250],
      ]),
    ).toEqual([{ fromMs: 4_000, maxMs: 6_000 }]);
    expect(
      told([
        [10_000, 300],
        [10_010, 0],
        [11_000, 400],
      ]),
    ).toEqual([
      { fromMs: 9_700, maxMs: 300 },
      { fromMs: 10_600, maxMs: 400 },
    ]);
  });
});

describe("a load generator", () => {
  const begin = () => {
    const events: unknown[] = [];
    const clock = { startedAt: "", nowMs: 0, now: () => clock.nowMs };
    const generator = new LoadGenerator({
      ...{ name: "events", rate: perSecond(100), part: { one: "partition", column: "partition" }, clock },
      recorder: { operation: () => undefined, read: () => undefined, event: (event) => events.push(event) },
    });
    generator.begin();
    const serve = (nowMs: number): number => {
      let count = 0;
      clock.nowMs = nowMs;
      generator.due(() => {
        count += 1;
        return true;
      });
      for (let settled = 0; settled < count; settled += 1) generator.settled(true);
      return count;
    };
    return { generator, events, serve };
  };

  test("tells when its own schedule was served late, however well its clients do", async () => {
    const { generator, events, serve } = begin();
    expect(serve(10)).toBe(2);
    expect(serve(20)).toBe(1);
    // The lab stands still for six seconds, then catches up within two ticks.
    expect(serve(6_020)).toBe(600);
    serve(6_031);
    await generator.ended(milliseconds(100));
    expect(events).toEqual([
      { type: "load-started", load: "events", ratePerSecond: 100, part: { one: "partition", column: "partition" } },
      { type: "lateness", of: "schedule", load: "events", fromMs: 30, maxMs: 5_990 },
      { type: "load-ended", load: "events", scheduled: 604, offered: 604, maxLatenessMs: 5_990 },
    ]);
  });

  test("tells of a stall when it is over, also where the next operation is far away", () => {
    const { events, serve } = begin();
    serve(1_000);
    expect(events).toHaveLength(1);
    serve(1_005);
    expect(events[1]).toEqual({ type: "lateness", of: "schedule", load: "events", fromMs: 0, maxMs: 1_000 });
  });

  test("says nothing of a load that is served in time, but how late it was at worst", async () => {
    const { generator, events, serve } = begin();
    for (let nowMs = 0; nowMs <= 1_000; nowMs += 25) serve(nowMs);
    await generator.ended(milliseconds(100));
    expect(events.slice(1)).toEqual([
      { type: "load-ended", load: "events", scheduled: 101, offered: 101, maxLatenessMs: 20 },
    ]);
  });
});

test("an event loop that something holds up is told of, with how long", async () => {
  const stalls: Stall[] = [];
  const startMs = monotonicMs();
  using _watch = watchEventLoop((stall) => stalls.push(stall));
  // A blocked process is the point: nothing else runs meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  await waitFor(
    "the stall to be told",
    () => Promise.resolve(stalls.length > 0 ? { reached: true } : { seen: "none" }),
    { within: milliseconds(5_000), every: milliseconds(20) },
  );
  expect(stalls[0]?.maxMs).toBeGreaterThanOrEqual(300);
  expect(stalls[0]?.fromMs).toBeGreaterThanOrEqual(startMs - 1);
});
