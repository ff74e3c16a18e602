import { expect, test } from "vitest";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { clientsTookPart } from "../../lab/judging/clients.ts";

type State = Extract<JournalEvent, { type: "client" }>["state"];

const judged = (...told: readonly (readonly [atMs: number, client: string, state: State, why?: string])[]) =>
  clientsTookPart(
    journalOf({
      events: told.map(([atMs, client, state, why = ""]) => ({
        ...{ type: "client", atMs, load: client.endsWith("b") ? "other" : "events", client, state, why },
      })),
    }),
  );

test("a run whose clients say nothing of it is not asked", () => {
  expect(clientsTookPart(journalOf({ events: [] }))).toEqual([]);
});

test("a client that never came back makes a run unknown, and the first reason is told", () => {
  expect(
    judged(
      [0, "reader-1", "taking part"],
      [0, "reader-2", "taking part"],
      [7_000, "reader-2", "ended", "its process was killed"],
      [12_000, "reader-2", "dropped", "no heartbeat was answered"],
      [13_000, "reader-1", "dropped", "no heartbeat was answered"],
      [15_000, "reader-1", "taking part"],
    ),
  ).toEqual([
    {
      name: "every client took part again",
      verdict: "unknown",
      summary: "reader-2 of events took no part from 7 s on, and never came back: its process was killed",
    },
  ]);
});

test("one that came back each time does not; its absences are told", () => {
  const absent = (fromMs: number) =>
    [
      [fromMs, "reader-1", "dropped", "its session ended"],
      [fromMs + 500, "reader-1", "taking part"],
    ] as const;
  expect(judged([0, "reader-1", "taking part"], ...absent(2_000))).toMatchObject([
    {
      verdict: "held",
      summary: "one client takes part; reader-1 of events took no part from 2 s on, for 500 ms: its session ended",
    },
  ]);
  const many = [1_000, 2_000, 3_000, 4_000, 5_000].flatMap(absent);
  expect(judged([0, "reader-1", "taking part"], ...many)[0]?.summary).toMatch(
    /^one client takes part; (reader-1 [^;]+; ){3}and 2 more such times$/,
  );
});

test("one that its group did not answer for a time is told as that, and not as one that took no part", () => {
  const unheard = [22_800, "reader-1", "unheard", "no heartbeat was answered"] as const;
  const before = [0, "reader-1", "taking part"] as const;
  expect(judged(before, unheard, [29_000, "reader-1", "taking part"])).toMatchObject([
    {
      verdict: "held",
      summary:
        "one client takes part; reader-1 of events had no answer of its group from 22.8 s on, for 6.2 s: no heartbeat was answered",
    },
  ]);
  expect(judged(before, unheard)[0]).toMatchObject({ verdict: "unknown" });
  expect(judged(before, unheard, [24_000, "reader-1", "dropped", "its group put it out"])[0]).toMatchObject({
    verdict: "unknown",
    summary:
      "reader-1 of events took no part from 22.8 s on, and never came back: no heartbeat was answered; then its group put it out",
  });
});

test("clients of one name in two loads are two", () => {
  expect(
    judged(
      [0, "reader-b", "taking part"],
      [1_000, "reader-b", "dropped", "its session ended"],
      [2_000, "reader-1", "taking part"],
    )[0]?.verdict,
  ).toBe("unknown");
});

test("several are told in the order in which they went, those that came back after the clients", () => {
  const both = [
    [0, "reader-1", "taking part"],
    [0, "reader-2", "taking part"],
    [1_000, "reader-2", "dropped", "b"],
    [2_000, "reader-1", "dropped", "a"],
  ] as const;
  const name = "every client took part again";
  expect(judged(...both)).toEqual([
    {
      name,
      verdict: "unknown",
      summary:
        "reader-2 of events took no part from 1 s on, and never came back: b; reader-1 of events took no part from 2 s on, and never came back: a",
    },
  ]);
  expect(judged(...both, [3_000, "reader-1", "taking part"], [5_000, "reader-2", "taking part"])).toEqual([
    {
      name,
      verdict: "held",
      summary:
        "2 clients take part; reader-2 of events took no part from 1 s on, for 4 s: b; reader-1 of events took no part from 2 s on, for 1 s: a",
    },
  ]);
});

test("three that ended are told one by one, and none as more", () => {
  const absent = (fromMs: number) =>
    [
      [fromMs, "reader-1", "dropped", "gone"],
      [fromMs + 500, "reader-1", "taking part"],
    ] as const;
  const told = judged([0, "reader-1", "taking part"], ...[1_000, 2_000, 3_000].flatMap(absent))[0]?.summary;
  expect(told).toMatch(/^one client takes part(; reader-1 of events took no part from \d s on, for 500 ms: gone){3}$/);
});

test("what came first says why, and that it took part once more begins anew", () => {
  expect(
    judged(
      [1_000, "reader-1", "ended", "it was killed"],
      [2_000, "reader-1", "dropped", "its group put it out"],
      [3_000, "reader-1", "unheard", "no answer"],
      [4_000, "reader-1", "taking part"],
      [5_000, "reader-1", "taking part"],
      [6_000, "reader-1", "unheard", "no answer"],
      [7_000, "reader-1", "ended", "it left"],
      [8_000, "reader-1", "dropped", "its group put it out"],
      [9_000, "reader-1", "taking part"],
    )[0]?.summary,
  ).toBe(
    "one client takes part; reader-1 of events took no part from 1 s on, for 3 s: it was killed; reader-1 of events took no part from 6 s on, for 3 s: no answer; then it left",
  );
});
