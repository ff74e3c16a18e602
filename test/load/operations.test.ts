import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Operation } from "../../lab/journal/types.ts";
import { startOperations } from "../../lab/load/operations.ts";
import type { Outcomes, OperationsOptions } from "../../lab/load/operations.ts";
import { milliseconds, perSecond, seconds, sleep, startClock } from "../../lab/time.ts";

const done = (number: number): Outcomes => [{ action: "write", outcome: "ok", value: number }];

/** A load of 10 operations a second by two clients, and what it journalled. */
function loadOf(
  perform: OperationsOptions["perform"],
  sinks: OperationsOptions["sinks"] = [{ finalReads: () => Promise.resolve("read all") }],
) {
  const operations: Operation[] = [];
  const events: unknown[] = [];
  const load = startOperations({
    name: "registers",
    part: { one: "register", column: "key" },
    rate: perSecond(10),
    clients: ["client-1", "client-2"],
    timeout: seconds(1),
    clock: startClock(),
    recorder: {
      operation: (operation) => operations.push(operation),
      read: () => undefined,
      event: (event) => events.push(event),
    },
    perform,
    unfinished: ({ number }, outcome, error) => [{ action: "write", outcome, error, value: number }],
    sinks,
    close: () => Promise.resolve(),
  });
  return { load, operations, events };
}

describe("a load of single operations", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("each operation that was scheduled has one outcome, also those that never began", async () => {
    // The third and all later ones hang: their clients are busy until the deadline.
    const { load, operations, events } = loadOf(async ({ number, signal }) => {
      if (number >= 2) await sleep(seconds(60), signal);
      return done(number);
    });
    await vi.advanceTimersByTimeAsync(950);
    const stopped = load.stop();
    await vi.advanceTimersByTimeAsync(3_000);
    await stopped;
    const outcomes = operations.map(({ value, outcome, error }) => [value, outcome, error]);
    expect(outcomes.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
      [0, "ok", ""],
      [1, "ok", ""],
      [2, "unknown", "timeout"],
      [3, "unknown", "timeout"],
      // Begun after the end, as they were due before it; the others waited longer than an operation may take.
      [4, "unknown", "timeout"],
      [5, "unknown", "timeout"],
      ...[6, 7, 8, 9].map((number) => [number, "failed", "not-started"]),
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "load-ended", load: "registers", scheduled: 10, offered: 10 }),
    );
  });

  test("an operation that waited for its client is timed from when it was intended", async () => {
    const { load, operations } = loadOf(async ({ number, signal }) => {
      if (number === 0) await sleep(milliseconds(500), signal);
      return done(number);
    });
    await vi.advanceTimersByTimeAsync(600);
    const late = operations.find(({ value }) => value === 2);
    expect(late).toMatchObject({ outcome: "ok", intendedMs: 200 });
    expect(late?.startMs).toBeGreaterThanOrEqual(500);
    await load[Symbol.asyncDispose]();
  });

  test("what throws has an unknown outcome and says why", async () => {
    const { load, operations } = loadOf(() => Promise.reject(new Error("no such bucket")));
    await vi.advanceTimersByTimeAsync(50);
    expect(operations).toMatchObject([{ value: 0, outcome: "unknown", error: "no such bucket" }]);
    await load[Symbol.asyncDispose]();
  });

  test("every sink is read to its end, and each is told of by its name", async () => {
    const { load, events } = loadOf(
      ({ number }) => Promise.resolve(done(number)),
      [
        { finalReads: () => Promise.resolve("3 read") },
        { name: "delta", finalReads: () => Promise.reject(new Error("no such table")) },
      ],
    );
    await vi.advanceTimersByTimeAsync(200);
    const ended = load.stop().then(() => load.drain({ within: seconds(2) }));
    await vi.advanceTimersByTimeAsync(5_000);
    await ended;
    expect(events).toContainEqual({ type: "drained", load: "registers", complete: true, measured: "3 read" });
    expect(events).toContainEqual({
      type: "drained",
      load: "registers",
      sink: "delta",
      complete: false,
      measured: expect.stringMatching(/final reads of registers@delta; last seen: no such table/) as string,
    });
    await load[Symbol.asyncDispose]();
  });

  test("who waits for a load that is disposed is told", async () => {
    const { load } = loadOf(({ number }) => Promise.resolve(done(number)));
    const waiting = expect(load.acknowledged(1_000, { within: seconds(30) })).rejects.toThrow(
      "load registers has ended",
    );
    await vi.advanceTimersByTimeAsync(100);
    await load[Symbol.asyncDispose]();
    await waiting;
  });
});
