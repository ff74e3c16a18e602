import { describe, expect, test } from "vitest";
import { journalOf, type JournalEvent, type Operation } from "../../lab/journal/index.ts";
import { recoveriesOf } from "../../lab/slo/recoveries.ts";
import type { Subject } from "../../lab/slo/selector.ts";
import { milliseconds, seconds } from "../../lab/time.ts";
import { evaluateOne, sloText } from "./slos.ts";

const subject: Subject = {
  load: "events",
  measure: "recovery-time",
  action: undefined,
  timely: undefined,
  lasting: undefined,
  when: undefined,
  settle: undefined,
  warmUp: undefined,
};

const injected = (fault: string, atMs: number): JournalEvent => ({
  type: "fault-injected",
  atMs,
  fault,
  kind: "kill",
  asked: "kafka-1",
  targets: ["kafka-1"],
});
const healed = (fault: string, atMs: number): JournalEvent => ({
  type: "fault-healed",
  atMs,
  fault,
  verified: true,
  measured: "",
});

/** An operation every 100 ms up to `toMs`; `change` says what differs at its intended time. */
function everyTenth(
  toMs: number,
  change: (intendedMs: number) => Partial<Operation> = () => ({}),
): Partial<Operation>[] {
  return Array.from({ length: toMs / 100 + 1 }, (_, i) => ({
    value: i,
    intendedMs: i * 100,
    endMs: i * 100 + 5,
    ...change(i * 100),
  }));
}

const failing =
  (fromMs: number, toMs: number) =>
  (intendedMs: number): Partial<Operation> =>
    intendedMs >= fromMs && intendedMs < toMs ? { outcome: "failed" } : {};

describe("recovery after a fault", () => {
  test("is the end of the first success that no failure follows for three seconds", () => {
    const journal = journalOf({
      operations: everyTenth(20_000, failing(1_000, 5_000)),
      events: [injected("f", 1_000)],
    });
    expect(recoveriesOf(journal, subject)).toEqual([
      { atMs: 1_000, noticed: true, recoveryMs: 4_005, atLeastMs: 4_005 },
    ]);
  });

  test("a failure within the three seconds puts it off; one after them does not", () => {
    const again = (atMs: number) => (intendedMs: number) =>
      intendedMs === atMs ? { outcome: "unknown" as const } : failing(1_000, 5_000)(intendedMs);
    const events = [injected("f", 1_000)];
    const soon = journalOf({ operations: everyTenth(20_000, again(8_000)), events });
    expect(recoveriesOf(soon, subject)).toEqual([{ atMs: 1_000, noticed: true, recoveryMs: 7_105, atLeastMs: 7_105 }]);
    const late = journalOf({ operations: everyTenth(20_000, again(8_100)), events });
    expect(recoveriesOf(late, subject)).toEqual([{ atMs: 1_000, noticed: true, recoveryMs: 4_005, atLeastMs: 4_005 }]);
  });

  test("0 where nothing went ill; open where the load ended too soon to show it", () => {
    const events = [injected("f", 1_000)];
    expect(recoveriesOf(journalOf({ operations: everyTenth(4_000), events }), subject)).toEqual([
      { atMs: 1_000, noticed: false, recoveryMs: 0, atLeastMs: 0 },
    ]);
    expect(recoveriesOf(journalOf({ operations: everyTenth(3_900), events }), subject)).toEqual([
      { atMs: 1_000, noticed: true, recoveryMs: Infinity, atLeastMs: 0 },
    ]);
  });

  test("never, where it was not seen", () => {
    const events = [injected("f", 1_000)];
    const stayed = journalOf({ operations: everyTenth(9_000, failing(1_000, 20_000)), events });
    expect(recoveriesOf(stayed, subject)).toEqual([
      { atMs: 1_000, noticed: true, recoveryMs: Infinity, atLeastMs: 8_000 },
    ]);
    const ended = journalOf({ operations: everyTenth(9_000, failing(1_000, 7_000)), events });
    // From 7 s on all was well, but not for long enough: it may have been the recovery, or not.
    expect(recoveriesOf(ended, subject)).toEqual([
      { atMs: 1_000, noticed: true, recoveryMs: Infinity, atLeastMs: 6_005 },
    ]);
  });

  test("open where the success that came was too thin to be called lasting", () => {
    const thin = (intendedMs: number): boolean => intendedMs < 4_000 || intendedMs === 5_000 || intendedMs >= 8_100;
    const operations = everyTenth(20_000, failing(1_000, 4_000)).filter(({ intendedMs = 0 }) => thin(intendedMs));
    const journal = journalOf({ operations, events: [injected("f", 1_000)] });
    expect(recoveriesOf(journal, subject)).toEqual([
      { atMs: 1_000, noticed: true, recoveryMs: Infinity, atLeastMs: 4_005 },
    ]);
  });

  test("with `timely`, what was acknowledged too late is not yet service", () => {
    const stalled = (intendedMs: number): Partial<Operation> =>
      intendedMs >= 1_000 && intendedMs < 9_000 ? { endMs: 9_000 } : {};
    const journal = journalOf({ operations: everyTenth(20_000, stalled), events: [injected("f", 1_000)] });
    expect(recoveriesOf(journal, subject)).toEqual([{ atMs: 1_000, noticed: false, recoveryMs: 0, atLeastMs: 0 }]);
    expect(recoveriesOf(journal, { ...subject, timely: seconds(1) })).toEqual([
      { atMs: 1_000, noticed: true, recoveryMs: 8_000, atLeastMs: 8_000 },
    ]);
  });

  test("harm that begins after the heal is counted from the heal", () => {
    const events = [injected("f", 1_000), healed("f", 6_000)];
    const journal = journalOf({ operations: everyTenth(20_000, failing(7_000, 8_000)), events });
    expect(recoveriesOf(journal, subject)).toEqual([
      { atMs: 1_000, noticed: true, recoveryMs: 2_005, atLeastMs: 2_005 },
    ]);
  });

  test("each of two faults has its own", () => {
    const both = (intendedMs: number): Partial<Operation> => ({
      ...failing(1_000, 2_000)(intendedMs),
      ...failing(10_000, 13_000)(intendedMs),
    });
    const journal = journalOf({
      operations: everyTenth(20_000, both),
      events: [injected("a", 1_000), injected("b", 10_000)],
    });
    expect(recoveriesOf(journal, subject).map(({ recoveryMs }) => recoveryMs)).toEqual([1_005, 3_005]);
  });
});

describe("which operations recover", () => {
  const events = [injected("f", 1_000)];

  test("those of the action that is named", () => {
    const operations = everyTenth(20_000).flatMap((one) => [
      one,
      { ...one, action: "write", ...failing(1_000, 2_000)(one.intendedMs ?? 0) },
    ]);
    const journal = journalOf({ operations, events });
    expect(recoveriesOf(journal, subject)).toMatchObject([{ noticed: false }]);
    expect(recoveriesOf(journal, { ...subject, action: "write" })).toMatchObject([{ recoveryMs: 1_005 }]);
  });

  test("none, where there are no such operations", () => {
    const journal = journalOf({ operations: everyTenth(20_000), events });
    expect(recoveriesOf(journal, { ...subject, action: "write" })).toEqual([]);
    expect(recoveriesOf(journal, { ...subject, load: "orders" })).toEqual([]);
    expect(recoveriesOf(journalOf({ events }), subject)).toEqual([]);
  });

  test("with `lasting`, success that goes on for as long", () => {
    const again = (intendedMs: number): Partial<Operation> => ({
      ...failing(1_000, 2_000)(intendedMs),
      ...failing(3_000, 3_100)(intendedMs),
    });
    const journal = journalOf({ operations: everyTenth(20_000, again), events });
    expect(recoveriesOf(journal, { ...subject, lasting: seconds(1) })).toMatchObject([{ recoveryMs: 2_105 }]);
    expect(recoveriesOf(journal, { ...subject, lasting: milliseconds(900) })).toMatchObject([{ recoveryMs: 1_005 }]);
  });
});

describe("an SLO on recovery", () => {
  const source = (fields: string): string =>
    `{ metricSource: { type: resilience-lab-journal, spec: { load: events, measure: recovery-time${fields} } } }`;
  const indicator = `{ ratioMetric: { good: ${source(", within: 5s")}, total: ${source("")} } }`;
  const evaluate = (events: JournalEvent[]) =>
    evaluateOne(sloText({ indicator }), journalOf({ operations: everyTenth(20_000, failing(1_000, 7_000)), events }));

  test("counts faults", () => {
    const result = evaluate([injected("a", 1_000), injected("b", 12_000)]);
    expect(result).toMatchObject({ verdict: "violated", good: 1, total: 2, figures: { p50Ms: 6_005, maxMs: 6_005 } });
    expect(result.summary).toBe(
      "50 % of 2 faults recovered within 5 s of the fault, wanted 90 %; error budget overspent by 400 %",
    );
  });

  test("has no median of a fault that was not noticed, which counts as good", () => {
    const unnoticed = journalOf({ operations: everyTenth(20_000), events: [injected("a", 1_000)] });
    const result = evaluateOne(sloText({ indicator }), unnoticed);
    expect(result).toMatchObject({ verdict: "held", good: 1, total: 1 });
    expect(result.figures).toEqual({ goodRatio: 1 });
  });

  test("is undecided where the load ended before a fault's limit had passed, and violated once it had", () => {
    const until = (toMs: number) =>
      evaluateOne(
        sloText({ indicator }),
        journalOf({ operations: everyTenth(toMs, failing(1_000, 20_000)), events: [injected("a", 1_000)] }),
      );
    expect(until(6_000)).toMatchObject({ verdict: "unknown", measured: 0 });
    expect(until(6_000).summary).toContain("but what was open when the record ended decides");
    expect(until(6_100).verdict).toBe("violated");
    // One that was lasting in time, and one of which nobody can tell yet.
    const two = journalOf({
      operations: everyTenth(12_000, failing(1_000, 2_000)),
      events: [injected("a", 1_000), injected("b", 11_000)],
    });
    expect(evaluateOne(sloText({ indicator }), two)).toMatchObject({ verdict: "unknown", good: 1, total: 2 });
  });

  test("is unknown without a fault", () => {
    expect(evaluate([])).toMatchObject({ verdict: "unknown", summary: "no samples: the journal has no faults" });
  });
});
