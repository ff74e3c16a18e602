/** Sessions as the reference counts them, beside a slow and obvious way. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { closedBy, sessionsOf } from "../../../lab/platform/streaming/sessions.ts";
import type { Session, Visit } from "../../../lab/platform/streaming/sessions.ts";

const GAP = 10;

/** Each event is a session of its own; two that touch become one, until none touch. */
function slowly(visits: readonly Visit[]): readonly Session[] {
  const seen = visits.filter((visit, i) => visits.findIndex(({ n }) => n === visit.n) === i);
  let sessions: Session[] = seen.map(({ visitor, timeMs, bytes }) => ({
    visitor,
    startMs: timeMs,
    lastMs: timeMs,
    events: 1,
    bytes,
  }));
  const touch = (a: Session, b: Session): boolean =>
    a.visitor === b.visitor && a.startMs < b.lastMs + GAP && b.startMs < a.lastMs + GAP;
  for (;;) {
    const pair = sessions
      .flatMap((a, i) => sessions.slice(i + 1).map((b) => [a, b] as const))
      .find(([a, b]) => touch(a, b));
    if (pair === undefined) break;
    const [a, b] = pair;
    const one: Session = {
      visitor: a.visitor,
      startMs: Math.min(a.startMs, b.startMs),
      lastMs: Math.max(a.lastMs, b.lastMs),
      events: a.events + b.events,
      bytes: a.bytes + b.bytes,
    };
    sessions = [...sessions.filter((each) => each !== a && each !== b), one];
  }
  return sessions.sort((a, b) => (a.visitor === b.visitor ? a.startMs - b.startMs : a.visitor < b.visitor ? -1 : 1));
}

const visits = fc
  .array(
    fc.record({
      n: fc.nat({ max: 30 }),
      visitor: fc.constantFrom("a", "b", "c"),
      timeMs: fc.nat({ max: 80 }),
      bytes: fc.nat({ max: 5 }),
    }),
    { maxLength: 25 },
  )
  // One event has one content, however often it comes.
  .map((all) => all.map((visit) => all.find(({ n }) => n === visit.n) ?? visit));

test("the reference agrees with the slow way, in any order, and with events that come twice", () => {
  fc.assert(
    fc.property(visits, (all) => {
      const expected = slowly(all);
      expect(sessionsOf(all, GAP)).toEqual(expected);
      expect(sessionsOf([...all, ...all].reverse(), GAP)).toEqual(expected);
    }),
    { seed: 11, numRuns: 300 },
  );
});

const visit = (n: number, timeMs: number, visitor = "a"): Visit => ({ n, visitor, timeMs, bytes: 2 });

test("an event less than a gap later is in the session, one exactly a gap later is not", () => {
  expect(sessionsOf([visit(1, 0), visit(2, GAP - 1)], GAP)).toEqual([
    { visitor: "a", startMs: 0, lastMs: 9, events: 2, bytes: 4 },
  ]);
  expect(sessionsOf([visit(1, 0), visit(2, GAP)], GAP)).toHaveLength(2);
});

test("visitors have sessions of their own, and a late event joins two", () => {
  expect(sessionsOf([visit(1, 0), visit(2, 1, "b")], GAP)).toHaveLength(2);
  expect(sessionsOf([visit(1, 0), visit(2, 18)], GAP)).toHaveLength(2);
  expect(sessionsOf([visit(1, 0), visit(2, 18), visit(3, 9)], GAP)).toEqual([
    { visitor: "a", startMs: 0, lastMs: 18, events: 3, bytes: 6 },
  ]);
});

test("a session is closed when the watermark is a gap behind its last event", () => {
  const all = sessionsOf([visit(1, 0), visit(2, 30)], GAP);
  expect(closedBy(all, GAP - 1, GAP)).toEqual([]);
  expect(closedBy(all, GAP, GAP).map(({ startMs }) => startMs)).toEqual([0]);
  expect(closedBy(all, 40, GAP)).toHaveLength(2);
});
