import { describe, expect, test } from "vitest";
import type { JournalEvent, Operation } from "../../../lab/journal/types.ts";
import { journalOf, type JournalParts } from "../../../lab/journal/memory.ts";
import type { ExpectationResult, VerdictFile } from "../../../lab/run-folder/run-folder.ts";
import { impactOf, wakeOf } from "../../../reports/story/impact.ts";
import { storyOf, type Told } from "../../../reports/story/story.ts";
import { tellStory } from "../../../reports/story/tell.ts";
import { heldRun, samplePlan } from "../sample-runs.ts";

const held = heldRun(10).verdict;

const delivered: ExpectationResult = {
  name: "no acknowledged record is lost",
  spec: { check: "delivery", of: "events" },
  verdict: "held",
  summary: "all there",
  figures: { lost: 0 },
  evidence: [],
};

const calmly: VerdictFile = { ...held, expectations: [delivered], slos: [], conditions: [] };

const told = (parts: JournalParts, verdict: Partial<VerdictFile> = {}, plan: Partial<Told["plan"]> = {}): Told => ({
  plan: { ...samplePlan, expect: {}, ...plan },
  verdict: { ...calmly, ...verdict },
  journal: journalOf(parts),
});

const linesOf = (...args: Parameters<typeof told>): readonly string[] => storyOf(told(...args)).lines;

const loaded = (load = "events", part?: object): JournalEvent[] => [
  { type: "load-started", atMs: 0, load, ratePerSecond: 10, ...(part === undefined ? {} : { part }) } as JournalEvent,
  { type: "load-ended", atMs: 60_000, load, scheduled: 600, offered: 600 },
];

interface FaultOptions {
  readonly number?: number;
  readonly healedMs?: number;
  readonly spec?: object;
  readonly kind?: string;
  readonly target?: string;
  readonly node?: string;
}

function fault(atMs: number, options: FaultOptions = {}): JournalEvent[] {
  const { number = 1, healedMs, kind = "kill", target = "leader of events/0", node = "kafka-1", spec = {} } = options;
  const id = `fault-${number}`;
  const receipt = { effective: true, measured: "gone", toEffectMs: 300 };
  return [
    { type: "fault-ordered", atMs, fault: id, kind, target, targets: [node], spec: { kind, target, ...spec } },
    { type: "fault-injected", atMs: atMs + 300, fault: id, kind, asked: target, targets: [node] },
    { type: "fault-effect", atMs: atMs + 300, fault: id, receipt },
    ...(healedMs === undefined
      ? []
      : ([
          { type: "fault-heal-ordered", atMs: healedMs - 1_000, fault: id },
          { type: "fault-healed", atMs: healedMs, fault: id, verified: true, measured: "runs" },
        ] satisfies JournalEvent[])),
  ];
}

/** Ten operations a second for a minute; those that `change` names something for are otherwise. */
const steadily = (change: (atMs: number, place: number) => Partial<Operation> = () => ({})): Partial<Operation>[] =>
  Array.from({ length: 600 }, (_, place) => {
    const intendedMs = place * 100;
    return { value: place, intendedMs, startMs: intendedMs, endMs: intendedMs + 20, ...change(intendedMs, place) };
  }).toSorted((a, b) => a.endMs - b.endMs);

/** What is due from one moment to another ends at the other. */
const waiting =
  (fromMs: number, toMs: number) =>
  (atMs: number): Partial<Operation> =>
    atMs >= fromMs && atMs < toMs ? { endMs: toMs + 5 } : {};

const roles: JournalEvent[] = [
  { type: "role", atMs: 0, subject: "kafka leader of events/0", holder: "kafka-1" },
  { type: "role", atMs: 0, subject: "kafka leader of events/1", holder: "kafka-2" },
  { type: "role", atMs: 0, subject: "kafka active controller", holder: "kafka-1" },
];
const elected: JournalEvent[] = [
  { type: "role", atMs: 11_000, subject: "kafka active controller", holder: "" },
  { type: "role", atMs: 12_000, subject: "kafka active controller", holder: "kafka-3" },
  { type: "role", atMs: 18_500, subject: "kafka leader of events/0", holder: "kafka-2" },
];

describe("the story of a run", () => {
  test("one fault: what was broken, what that did, who took over, when it was well again, what was lost", () => {
    const events = [...loaded(), ...roles, ...fault(10_000, { healedMs: 30_000 }), ...elected];
    expect(linesOf({ events, operations: steadily(waiting(10_000, 18_600)) })).toEqual([
      "F1 kill of leader of events/0 (kafka-1) at 10.0 s → writes stalled 8.6 s → kafka-3 took over as active controller at 12.0 s, kafka-2 took over as leader of events/0 at 18.5 s → well again at 18.6 s (8.6 s after the fault) → healed at 30.0 s → no acknowledged record was lost",
    ]);
  });

  test("a fault that nobody noticed says so, and gives no times", () => {
    const story = storyOf(
      told({ events: [...loaded(), ...fault(10_000, { healedMs: 20_000 })], operations: steadily() }),
    );
    expect(story.lines).toEqual([
      "F1 kill of leader of events/0 (kafka-1) at 10.0 s → not noticed by writes (slowest 20 ms) → healed at 20.0 s → no acknowledged record was lost",
    ]);
    expect(story.faults[0]).not.toHaveProperty("firstFailureMs");
    expect(story.faults[0]).not.toHaveProperty("lastingMs");
  });

  test("two faults have a line each, and what was lost is said once", () => {
    const events = [
      ...loaded(),
      ...fault(10_000, { healedMs: 15_000 }),
      ...fault(30_000, {
        number: 2,
        healedMs: 40_000,
        kind: "partition",
        target: "between kafka-1 and others",
        node: "kafka-1 ⇄ kafka-2",
      }),
    ];
    const refused = (atMs: number): Partial<Operation> =>
      atMs >= 30_000 && atMs < 34_000 ? { outcome: "failed", error: "NOT_LEADER" } : {};
    expect(linesOf({ events, operations: steadily(refused) })).toEqual([
      "F1 kill of leader of events/0 (kafka-1) at 10.0 s → not noticed by writes (slowest 20 ms) → healed at 15.0 s",
      "F2 partition between kafka-1 and others (kafka-1 ⇄ kafka-2) at 30.0 s → writes found no success for 4 s (40 records of 41 failed) → well again at 34.0 s (4 s after the fault) → healed at 40.0 s",
      "No acknowledged record was lost.",
    ]);
  });

  describe("faults that follow each other closely", () => {
    const refused = (atMs: number): Partial<Operation> =>
      atMs >= 12_000 && atMs < 24_000 ? { outcome: "failed", error: "e" } : {};
    const pair = (secondMs: number, healedMs = 30_000): readonly string[] =>
      linesOf({
        events: [
          ...loaded(),
          ...fault(10_000, { healedMs }),
          ...fault(secondMs, { number: 2, healedMs: 40_000, target: "kafka-2", node: "kafka-2" }),
        ],
        operations: steadily(refused),
      });

    test("a failure is counted once, under the last fault before it, and no fault is measured through the next one's trouble", () => {
      expect(pair(20_000).slice(0, 2)).toEqual([
        "F1 kill of leader of events/0 (kafka-1) at 10.0 s → writes found no success for 8 s (80 records of 100 failed) → not well again before F2 → healed at 30.0 s",
        "F2 kill of kafka-2 at 20.0 s, with F1 still in force → writes found no success for 4 s (40 records of 41 failed) → well again at 24.0 s (4 s after the fault) → healed at 40.0 s",
      ]);
    });

    test("what failed only after the second was ordered is told there alone", () => {
      expect(pair(11_000).slice(0, 2)).toEqual([
        "F1 kill of leader of events/0 (kafka-1) at 10.0 s → not noticed by writes before F2 (slowest 20 ms) → healed at 30.0 s",
        "F2 kill of kafka-2 at 11.0 s, with F1 still in force → writes found no success for 12 s (120 records of 131 failed) → well again at 24.0 s (13 s after the fault) → healed at 40.0 s",
      ]);
    });

    test("nor is it told twice where the two came too close to be told apart", () => {
      const [first, second] = pair(10_150);
      expect(first).toContain("→ not noticed by writes before F2 → healed at 30.0 s");
      expect(second).toContain("→ writes found no success for 12 s (120 records");
    });

    test("a fault that was over is not said to be in force, though its trouble went on", () => {
      const [first, second] = pair(20_000, 15_000);
      expect(first).toContain("→ healed at 15.0 s → not well again before F2");
      expect(second).toContain("F2 kill of kafka-2 at 20.0 s → writes");
    });
  });

  test("two loads are told apart, and what did not notice is named", () => {
    const other = steadily().map((one) => ({ ...one, load: "rows", action: "add" }));
    const events = [...loaded(), ...loaded("rows"), ...fault(10_000, { healedMs: 30_000 })];
    expect(linesOf({ events, operations: [...steadily(waiting(10_000, 18_600)), ...other] })[0]).toContain(
      "→ writes of events stalled 8.6 s; inserts of rows went on →",
    );
  });

  test("where only some parts stood still, they are counted", () => {
    const part = { one: "partition", column: "partition" };
    const events = [...loaded("events", part), ...fault(10_000, { healedMs: 30_000 })];
    const operations = steadily((atMs, place) => ({
      partition: place % 3,
      ...(place % 3 === 1 ? waiting(10_000, 18_600)(atMs) : {}),
    }));
    expect(linesOf({ events, operations })[0]).toContain("→ writes to partition 1 stalled 8.6 s →");
  });

  test("what failed here and there is a share", () => {
    const events = [...loaded(), ...fault(10_000, { healedMs: 30_000 })];
    const some = (atMs: number, place: number): Partial<Operation> =>
      atMs >= 10_000 && atMs < 20_000 && place % 4 === 0 ? { outcome: "failed", error: "e" } : {};
    expect(linesOf({ events, operations: steadily(some) })[0]).toMatch(
      /→ 25(\.\d+)? % of writes failed \(25 of \d+ records\) →/,
    );
  });

  test("what was well only after the heal counts from there, and is told in the order of time", () => {
    const events = [...loaded(), ...fault(10_000, { healedMs: 30_000 })];
    expect(linesOf({ events, operations: steadily(waiting(10_000, 36_000)) })[0]).toContain(
      "→ healed at 30.0 s → well again at 36.0 s (6 s after the heal) →",
    );
  });

  test("what was late is counted in its own unit, and as what was tried", () => {
    const part = { one: "insert", unit: "row", operation: "a block of rows" };
    const events = [...loaded("rows", part), ...fault(10_000, { healedMs: 45_000 })];
    const inserts = Array.from({ length: 60 }, (_, place) => {
      const intendedMs = Math.floor(place / 10) * 10_000;
      const endMs = intendedMs === 10_000 ? 29_500 : intendedMs === 20_000 ? 29_800 : intendedMs + 50;
      return { load: "rows", action: "add", value: place, intendedMs, startMs: intendedMs, endMs };
    }).toSorted((a, b) => a.endMs - b.endMs);
    expect(linesOf({ events, operations: inserts })[0]).toContain(
      "20 of 30 rows, in 2 of 3 inserts, were late; the longest took 19.5 s → well again at 30.1 s (20.1 s after the fault)",
    );
  });

  test("a permanent fault is never healed, and what was not well again is said so", () => {
    const events = [...loaded(), ...fault(40_000, { spec: { permanent: true } })];
    const gone = (atMs: number): Partial<Operation> => (atMs >= 40_000 ? { outcome: "unknown", error: "timeout" } : {});
    expect(linesOf({ events, operations: steadily(gone) })[0]).toMatch(
      /→ writes found no success for 19\.9 s \(200 records of 200 failed or ended unknown\) → not well again before the load ended → never to be healed →/,
    );
  });

  test("a fault that was ordered and never came into force says so", () => {
    const events = [...loaded(), ...fault(10_000).slice(0, 1)];
    expect(linesOf({ events, operations: steadily() })[0]).toMatch(/at 10\.0 s, never in force → .* → nothing to heal/);
  });

  test("a restart is over by itself", () => {
    const events = [...loaded(), ...fault(10_000, { kind: "restart", target: "kafka-1", healedMs: 59_000 })];
    expect(linesOf({ events, operations: steadily() })[0]).toContain(
      "F1 restart of kafka-1 at 10.0 s → not noticed by writes (slowest 20 ms) → running again at 10.3 s",
    );
  });

  test("of several links that one node has in common, that node is named", () => {
    const cut = fault(10_000, { kind: "partition", target: "isolate leader of events/0", healedMs: 20_000 }).map(
      (event) => ("targets" in event ? { ...event, targets: ["kafka-2 ⇄ kafka-1", "kafka-2 ⇄ kafka-3"] } : event),
    );
    expect(linesOf({ events: [...loaded(), ...cut], operations: steadily() })[0]).toContain(
      "F1 partition: isolate leader of events/0 (kafka-2) at 10.0 s →",
    );
  });

  test("a role that nobody took over", () => {
    const events = [
      ...loaded(),
      ...roles,
      ...fault(10_000, { healedMs: 30_000 }),
      { type: "role", atMs: 10_500, subject: "kafka leader of events/0", holder: "" } as const,
    ];
    expect(linesOf({ events, operations: steadily() })[0]).toContain("→ nobody took over as leader of events/0 →");
  });

  test("readers who read along are told of by how long records waited for them", () => {
    const events = [
      ...loaded(),
      ...fault(10_000, { healedMs: 30_000, target: "reader-1", node: "reader-1 of events" }),
    ];
    const reads = Array.from({ length: 600 }, (_, value) => {
      const atMs = value * 100 + 30;
      return { value, atMs: atMs >= 10_000 && atMs < 16_000 ? 16_000 + value / 1_000 : atMs };
    }).toSorted((a, b) => a.atMs - b.atMs);
    expect(linesOf({ events, operations: steadily(), reads })[0]).toContain(
      "F1 kill of reader-1 at 10.0 s → readers waited up to 6 s for a record; writes went on → well again at 16.0 s",
    );
  });

  test("final read-backs are no part of it", () => {
    const events = [...loaded("events"), ...fault(10_000, { healedMs: 30_000 })];
    const late = { action: "read", intendedMs: 70_000, startMs: 70_000, endMs: 79_000 };
    expect(
      storyOf(told({ events, operations: [...steadily(), late, late, late] })).tracks.map(({ action }) => action),
    ).toEqual(["produce"]);
  });

  test("a record that ends early says where, and why where that is known", () => {
    const operations = steadily().slice(0, 200);
    const events = [...loaded().slice(0, 1), ...fault(10_000)];
    expect(linesOf({ events, operations, finished: false }).at(-1)).toBe(
      "The record ends at 10.3 s, before the rehearsal did.",
    );
    const failed = {
      type: "step-ended",
      atMs: 15_000,
      step: "calm",
      error: "kafka-2 was removed from outside",
    } as const;
    expect(linesOf({ events: [...events, failed], operations, finished: false }).at(-1)).toBe(
      "Step “calm” failed at 15.0 s: kafka-2 was removed from outside.",
    );
  });

  test("without a fault, without a load, without anything", () => {
    expect(linesOf({})).toEqual(["No fault was injected.", "No acknowledged request was lost."]);
    expect(linesOf({ events: fault(10_000) })[0]).toContain("→ no load ran that could show what it did →");
  });
});

describe("the impact of a run", () => {
  const lost: ExpectationResult = { ...delivered, verdict: "violated", figures: { lost: 37, anomalies: 37 } };
  const impact = (verdict: Partial<VerdictFile>, plan: Partial<Told["plan"]> = {}) => {
    const run = told({ operations: [{ value: 1 }] }, verdict, plan);
    const found = impactOf(run, storyOf(run).loss);
    // Whoever reads no journal says the same.
    expect(wakeOf(run).told).toBe(found.wake);
    expect(wakeOf(run).isAnybody).toBe(!found.wake.startsWith("Wake nobody"));
    return found;
  };

  test("data first, then promises, objectives, presuppositions and the lab, and whom to wake", () => {
    const [slo] = held.slos;
    const { points, wake } = impact({
      expectations: [lost],
      slos: slo === undefined ? [] : [{ ...slo, verdict: "violated" }],
      assumptions: [{ ...delivered, name: "parts are merged", verdict: "unknown" }],
      conditions: [{ name: "the journal is whole", verdict: "unknown", summary: "torn" }],
    });
    expect(points.map(({ state, told: words }) => `${state}: ${words}`)).toEqual([
      "bad: 37 acknowledged records lost",
      "bad: 1 promise broken: no acknowledged record is lost",
      "bad: 1 objective missed: Produce availability",
      "open: 1 presupposition not met: parts are merged",
      "open: a problem of the lab, not of the systems; conditions of trust not met: the journal is whole",
    ]);
    expect(wake).toBe("Wake whoever answers for the data, now.");
  });

  test("where all held, nobody is woken; where only the lab had trouble, nobody of the platform", () => {
    expect(impact({}).wake).toBe("Wake nobody.");
    const trouble = [{ name: "the lab itself kept going", verdict: "unknown", summary: "stood still" }] as const;
    expect(impact({ conditions: trouble }).wake).toContain("whoever runs the lab");
  });

  test("a mutant wakes nobody, caught or not", () => {
    const mutant = { name: "one replica", change: {}, violates: delivered.name };
    expect(impact({ verdict: "violated", expectations: [lost] }, { mutant }).wake).toContain(
      "on purpose, and that was seen",
    );
    expect(impact({}, { mutant }).wake).toContain("the scenario’s author");
    const open: ExpectationResult = { ...delivered, verdict: "unknown" };
    expect(impact({ verdict: "unknown", expectations: [open] }, { mutant }).wake).toContain(
      "the rehearsal is repeated",
    );
  });

  test("what broke a promise and lost nothing that was counted is not called a loss", () => {
    const stale = { ...lost, figures: { duplicate: 3 }, summary: "9 acknowledged, 1 read: 3 records seen twice" };
    expect(impact({ expectations: [stale] }).points[0]?.told).toBe("3 records seen twice");
    const counted = { ...stale, figures: { lost: 0, duplicate: 3 } };
    expect(impact({ expectations: [counted] }).points[0]?.told).toBe("3 records seen twice, none lost");
  });

  test("what is gone and what was never read are counted apart", () => {
    const told = (figures: Record<string, number>): string | undefined =>
      impact({ expectations: [{ ...lost, figures }] }).points[0]?.told;
    expect(told({ lost: 511, unseen: 2_423 })).toBe("511 acknowledged records lost, 2,423 never read");
    expect(told({ lost: 0, unseen: 1 })).toBe("1 acknowledged record never read");
  });
});

test("the terminal tells six faults at most, and what it means", () => {
  const events = [
    ...loaded(),
    ...Array.from({ length: 9 }, (_, place) =>
      fault(place * 5_000 + 5_000, { number: place + 1, healedMs: place * 5_000 + 7_000 }),
    ).flat(),
  ];
  const lines = tellStory(told({ events, operations: steadily() }));
  expect(lines).toHaveLength(8);
  expect(lines[6]).toBe("… and 4 more in the report");
  expect(lines[7]).toBe("Impact: no acknowledged record was lost. Wake nobody.");
});
