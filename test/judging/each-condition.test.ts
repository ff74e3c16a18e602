/** Each condition by itself: what it says of two of each, and where it begins to be unknown. */
import { describe, expect, test } from "vitest";
import { journalOf, type JournalParts } from "../../lab/journal/index.ts";
import type { EventOf, Journal, JournalEvent } from "../../lab/journal/types.ts";
import { judgeConditions, type Judged } from "../../lab/judging/conditions.ts";
import { twoEvents, twoParts, twoPlan } from "./two-of-each.ts";

const ALL: Judged = { expectations: 3, objectives: 1, loadsOfSlos: ["events"] };

function asked(name: string, parts: JournalParts = {}, judged: Judged = ALL, change: Partial<Journal> = {}) {
  const journal = { ...journalOf(twoParts(parts)), ...change };
  const found = judgeConditions(twoPlan(), judged, journal).find((one) => one.name === name);
  return found && `${found.verdict}: ${found.summary}`;
}
const of = (...events: readonly JournalEvent[]): JournalParts => ({ events });

test("all that are asked, and what they say where all is well", () => {
  const found = judgeConditions(twoPlan(), ALL, journalOf(twoParts()));
  expect(found.map(({ name, verdict, summary }) => `${name}: ${verdict}: ${summary}`)).toMatchInlineSnapshot(`
    [
      "something was judged: held: 3 expectations, 1 objectives",
      "the journal is whole: held: written to its end",
      "the lab itself kept going: held: no stall of 1 s or more was recorded",
      "the script ran to its end: held: 1 steps, none failed",
      "every fault had a measured effect: held: 2 of 2",
      "every undo was verified: held: 2 of 2",
      "every fault met the load: held: operations were under way during each",
      "the load was offered: held: 400 operations",
      "all was read: held: 2 of 2 loads read to their end",
    ]
  `);
});

test.each([
  [0, 0, "unknown: nothing was judged: the plan has no expectations and no SLOs"],
  [1, 0, "held: 1 expectations, 0 objectives"],
  [0, 1, "held: 0 expectations, 1 objectives"],
  [1, 1, "held: 1 expectations, 1 objectives"],
])("%i expectations and %i objectives", (expectations, objectives, told) => {
  expect(asked("something was judged", {}, { ...ALL, expectations, objectives })).toBe(told);
});

test("a journal is whole that is neither torn nor without its end; that it is torn is told first", () => {
  const told = (change: Partial<Journal>) => asked("the journal is whole", {}, ALL, change);
  const torn = { atByte: 10, lostBytes: 3 };
  expect(told({ finished: true })).toBe("held: written to its end");
  expect(told({ finished: false })).toBe("unknown: the rehearsal did not get to its end");
  expect(told({ torn })).toBe("unknown: the journal is torn: its last 3 bytes could not be read");
  expect(told({ torn, finished: false })).toBe("unknown: the journal is torn: its last 3 bytes could not be read");
});

test("a script ran to its end where no step failed and no error was noted, whatever else was", () => {
  const step = (name: string, error?: string): JournalEvent => ({
    ...{ type: "step-ended", atMs: 1, step: name },
    ...(error === undefined ? {} : { error }),
  });
  const note = (level: EventOf<"note">["level"], text: string): JournalEvent => ({
    type: "note",
    atMs: 1,
    level,
    text,
  });
  const told = (...events: readonly JournalEvent[]) => asked("the script ran to its end", of(...events));
  expect(told(step("a"), step("b"), note("info", "i"), note("warning", "w"))).toBe("held: 2 steps, none failed");
  expect(told()).toBe("held: 0 steps, none failed");
  expect(told(step("a", "x"), step("b"), note("error", "n"), step("c", "z"))).toBe(
    'unknown: step "a" failed: x; step "c" failed: z; n',
  );
});

describe("faults", () => {
  interface Told {
    readonly spec?: Record<string, unknown>;
    readonly inForce?: boolean;
    readonly effective?: boolean;
    readonly verified?: boolean;
  }
  const fault = (id: string, { spec, inForce = true, effective, verified }: Told): readonly JournalEvent[] => {
    const at = { atMs: 1, fault: id };
    const targets = [`${id}-1`];
    const receipt = { measured: "seen", toEffectMs: 1 };
    return [
      { ...at, type: "fault-ordered", kind: "kill", target: id, targets, spec: spec ?? {} },
      ...(inForce ? [{ ...at, type: "fault-injected", kind: "kill", asked: id, targets } as const] : []),
      ...(effective === undefined
        ? []
        : [{ ...at, type: "fault-effect", receipt: { ...receipt, effective } } as const]),
      ...(verified === undefined ? [] : [{ ...at, type: "fault-healed", verified, measured: "looked" } as const]),
    ];
  };
  const two = (name: string, a: Told, b: Told) => asked(name, of(...fault("a", a), ...fault("b", b)));
  const fine = { effective: true, verified: true };

  test.each<[string, Told, string]>([
    ["had one", fine, "held: 2 of 2"],
    ["had none", { effective: false }, "unknown: kill of a had no effect: seen"],
    ["was not measured", {}, "unknown: kill of a: its effect was not measured"],
    ["was never in force", { inForce: false }, "unknown: kill of a was ordered and never in force"],
    [
      "was measured, and never in force",
      { inForce: false, effective: true },
      "unknown: kill of a was ordered and never in force",
    ],
  ])("the effect of one that %s", (_, told, came) => {
    expect(two("every fault had a measured effect", told, fine)).toBe(came);
    expect(two("every fault had a measured effect", fine, told)).toBe(came.replace("kill of a", "kill of b"));
  });

  test("no effect is asked where there was no fault, and all that lack one are told", () => {
    expect(asked("every fault had a measured effect", of())).toBe("held: no fault was injected");
    expect(two("every fault had a measured effect", {}, { effective: false })).toBe(
      "unknown: kill of a: its effect was not measured; kill of b had no effect: seen",
    );
  });

  const permanent = { spec: { permanent: true } };
  test.each<[string, Told, string]>([
    ["verified", fine, "held: 2 of 2"],
    ["not seen to work", { verified: false }, "unknown: the undo of kill of a was not seen to work: looked"],
    ["never tried", {}, "unknown: kill of a was never healed"],
    ["not to be", permanent, "held: 1 of 1"],
    ["not to be, by another word", { spec: { permanent: "true" } }, "unknown: kill of a was never healed"],
    ["not to be, and yet seen to work", { ...permanent, verified: true }, "held: 2 of 2"],
    [
      "not to be, and yet tried",
      { ...permanent, verified: false },
      "unknown: the undo of kill of a was not seen to work: looked",
    ],
    ["not needed", { inForce: false }, "held: 1 of 1"],
    ["not needed, for good", { ...permanent, inForce: false }, "held: 1 of 1"],
    [
      "not needed, and yet tried",
      { inForce: false, verified: false },
      "unknown: the undo of kill of a was not seen to work: looked",
    ],
  ])("the undo that was %s", (_, told, came) => {
    expect(two("every undo was verified", told, fine)).toBe(came);
    expect(two("every undo was verified", fine, told)).toBe(came.replace("kill of a", "kill of b"));
  });

  test("no undo is asked where there was no fault, or nothing to undo", () => {
    expect(asked("every undo was verified", of())).toBe("held: nothing to undo");
    expect(two("every undo was verified", permanent, { inForce: false })).toBe("held: nothing to undo");
  });

  test("of a journal of old, which has no orders, each has an undo", () => {
    const old = fault("a", {}).filter(({ type }) => type !== "fault-ordered");
    expect(asked("every undo was verified", of(...old))).toBe("unknown: kill of a was never healed");
  });
});

describe("loads", () => {
  const started = (load: string): JournalEvent => ({ type: "load-started", atMs: 1, load, ratePerSecond: 1 });
  const ended = (load: string, scheduled: number, offered: number): JournalEvent => ({
    ...{ type: "load-ended", atMs: 2, load, scheduled, offered },
  });
  const offered = (...events: readonly JournalEvent[]) =>
    asked("the load was offered", of(started("a"), started("b"), ...events));
  const enough = ended("b", 1_000, 990);

  test.each([
    ["99 %", ended("a", 1_000, 990), "held: 1980 operations"],
    ["less", ended("a", 1_000, 989), "unknown: load a: only 98.9 % of 1000 scheduled operations were offered"],
    ["more than was scheduled", ended("a", 1_000, 1_001), "held: 1991 operations"],
    ["nothing, of nothing", ended("a", 0, 0), "unknown: load a offered nothing"],
    ["one of one", ended("a", 1, 1), "held: 991 operations"],
    ["nothing of one", ended("a", 1, 0), "unknown: load a: only 0.0 % of 1 scheduled operations were offered"],
    ["what another did", ended("c", 1_000, 1_000), "unknown: load a did not end"],
  ])("offered %s", (_, end, told) => {
    expect(offered(end, enough)).toBe(told);
    expect(offered(enough, end)).toBe(told);
  });

  test("of which two were not offered, both are told; where none was started, none is asked", () => {
    expect(offered(ended("a", 0, 0))).toBe("unknown: load a offered nothing; load b did not end");
    expect(asked("the load was offered", of(ended("a", 0, 0)))).toBe("held: 0 operations");
  });

  const drained = (load: string, complete: boolean, sink?: string): JournalEvent => ({
    ...{ type: "drained", atMs: 3, load, complete, measured: "9 of 10" },
    ...(sink === undefined ? {} : { sink }),
  });
  const read = (...events: readonly JournalEvent[]) => asked("all was read", of(started("a"), started("b"), ...events));

  test("were read where each was, and each of their sinks, when it was last said", () => {
    expect(read(drained("a", true), drained("b", true))).toBe("held: 2 of 2 loads read to their end");
    expect(read(drained("a", true))).toBe("unknown: load b was never read to its end");
    expect(read(drained("a", false), drained("b", true))).toBe("unknown: load a was not read to its end: 9 of 10");
    expect(read(drained("a", false), drained("b", true), drained("a", true))).toMatch(/^held/);
    expect(read(drained("a", true), drained("b", true), drained("a", false))).toMatch(/^unknown: load a was not/);
    expect(read(drained("a", false, "delta"), drained("b", true), drained("a", true))).toBe(
      "unknown: load a@delta was not read to its end: 9 of 10",
    );
    expect(read(drained("a", false, "delta"), drained("a", true, "delta"), drained("b", true))).toMatch(/^held/);
    expect(read(drained("b", false), drained("b", false, "delta"))).toBe(
      "unknown: load a was never read to its end; load b was not read to its end: 9 of 10; load b@delta was not read to its end: 9 of 10",
    );
  });
});

test("clients are asked where they say whether they take part", () => {
  const client: JournalEvent = { type: "client", atMs: 1, load: "events", client: "r", state: "taking part", why: "" };
  expect(asked("every client took part again")).toBeUndefined();
  expect(asked("every client took part again", of(...twoEvents, client))).toBe("held: one client takes part");
});
