/** When the lab stood still, from what its own clocks and its loads say. */
import { describe, expect, test } from "vitest";
import { journalOf } from "../../lab/journal/index.ts";
import type { EventOf, JournalEvent } from "../../lab/journal/types.ts";
import { blameOfStalls, labKeptGoing, stallsOf } from "../../lab/judging/stalls.ts";

const late = (part: Partial<EventOf<"lateness">>): JournalEvent => ({
  ...{ type: "lateness", atMs: 0, of: "event-loop", fromMs: 10_000, maxMs: 2_000 },
  ...part,
});
const started = (load: string, atMs: number): JournalEvent => ({ type: "load-started", atMs, load, ratePerSecond: 1 });
const ended = (load: string, atMs: number, maxLatenessMs?: number): JournalEvent => ({
  ...{ type: "load-ended", atMs, load, scheduled: 1, offered: 1 },
  ...(maxLatenessMs === undefined ? {} : { maxLatenessMs }),
});

const stalls = (...events: readonly JournalEvent[]) => stallsOf(journalOf({ events }));

describe("stalls", () => {
  test.each([
    ["the lab's event loop", {}, "the load generator"],
    ["the event loop of the lab while it served a load", { load: "events" }, "the load generator"],
    ["a load's schedule", { of: "schedule", load: "events" }, "the schedule of events"],
    ["a schedule of no load", { of: "schedule" }, "the load generator"],
    ["a client of a load", { client: "reader-1", load: "events" }, "reader-1 of events"],
    ["a client of a load's schedule", { of: "schedule", client: "reader-1", load: "events" }, "reader-1 of events"],
    ["a client", { client: "reader-1" }, "reader-1"],
  ] as const)("%s", (_, part, who) => {
    expect(stalls(late(part))).toEqual([{ who, fromMs: 10_000, toMs: 12_000 }]);
  });

  test("last until the worst lateness has passed, or until they were told", () => {
    expect(stalls(late({ atMs: 11_999 }))).toMatchObject([{ toMs: 12_000 }]);
    expect(stalls(late({ atMs: 12_001 }))).toMatchObject([{ toMs: 12_001 }]);
  });

  test("are those of a second or more, in the order in which they began", () => {
    expect(
      stalls(
        late({ fromMs: 30_000, maxMs: 1_000 }),
        late({ fromMs: 20_000, maxMs: 999 }),
        late({ fromMs: 10_000, maxMs: 5_000 }),
        late({ fromMs: 20_000, maxMs: 1_001 }),
      ).map(({ fromMs }) => fromMs),
    ).toEqual([10_000, 20_000, 30_000]);
  });

  test("that were over before the first of the loads began are left out", () => {
    const before = [started("orders", 12_500), started("events", 12_000)];
    expect(stalls(late({}), ...before)).toEqual([]);
    expect(stalls(late({ maxMs: 2_001 }), ...before)).toHaveLength(1);
    expect(stalls(late({}))).toHaveLength(1);
  });
});

describe("a load that only says how late it was at worst", () => {
  const schedule = (load: string) => `the schedule of ${load}`;
  const both = [started("events", 1_000), started("orders", 2_000)];

  test("is in doubt from its start to its end", () => {
    expect(stalls(...both, ended("events", 60_000, 1_500), ended("orders", 50_000, 1_000))).toEqual([
      { who: schedule("events"), fromMs: 1_000, toMs: 60_000 },
      { who: schedule("orders"), fromMs: 2_000, toMs: 50_000 },
    ]);
    expect(stalls(...both, ended("events", 60_000, 999), ended("orders", 50_000))).toEqual([]);
  });

  test("of which no start is on record, from the first moment on", () => {
    expect(stalls(ended("events", 60_000, 1_500))).toEqual([{ who: schedule("events"), fromMs: 0, toMs: 60_000 }]);
  });

  test("is not where a stall of that load, or of the lab, says when it was", () => {
    const worst = ended("orders", 50_000, 1_500);
    const times = (part: Partial<EventOf<"lateness">>) => stalls(...both, late(part), worst).map(({ who }) => who);
    expect(times({ of: "schedule", load: "orders" })).toEqual([schedule("orders")]);
    expect(times({ of: "event-loop" })).toEqual(["the load generator"]);
    expect(times({ of: "schedule", load: "events" })).toEqual([schedule("orders"), schedule("events")]);
    // A stall below the bound says when it was as well; it is none.
    expect(times({ of: "event-loop", maxMs: 300 })).toEqual([]);
  });
});

test("a stall excuses what was due in it, and for as long again", () => {
  const events = [late({}), late({ fromMs: 20_000, maxMs: 1_500 })];
  expect(blameOfStalls(journalOf({ events })).spans).toEqual([
    { fromMs: 10_000, toMs: 14_000 },
    { fromMs: 20_000, toMs: 23_000 },
  ]);
});

describe("the lab itself", () => {
  const told = (count: number) =>
    labKeptGoing(journalOf({ events: Array.from({ length: count }, (_, i) => late({ fromMs: 10_000 * (i + 1) })) }));
  const name = "the lab itself kept going";
  const one = (at: string) => `the load generator stood still for 2 s at ${at}`;

  test("kept going where there was no stall", () => {
    expect(told(0)).toEqual({ name, verdict: "held", summary: "no stall of 1 s or more was recorded" });
  });

  test("did not where there was one; three are told", () => {
    const three = `${one("10 s")}; ${one("20 s")}; ${one("30 s")}`;
    expect(told(1)).toEqual({ name, verdict: "unknown", summary: one("10 s") });
    expect(told(3)).toEqual({ name, verdict: "unknown", summary: three });
    expect(told(4).summary).toBe(`${three}; and once more`);
    expect(told(5)).toEqual({ name, verdict: "unknown", summary: `${three}; and 2 times more` });
  });
});
