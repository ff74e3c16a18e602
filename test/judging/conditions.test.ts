import { describe, expect, test } from "vitest";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { judge } from "../../lab/judging/judge.ts";
import { ENGINE_GONE } from "../../lab/judging/voids.ts";
import { planOf } from "./runs.ts";

/** A rehearsal with one fault, in which all was well. */
const wellRun: readonly JournalEvent[] = [
  { type: "phase", atMs: 0, phase: "set-up" },
  { type: "load-started", atMs: 0, load: "events", ratePerSecond: 10 },
  { type: "phase", atMs: 1, phase: "run" },
  { type: "step-started", atMs: 1, step: "break" },
  { type: "fault-injected", atMs: 100, fault: "f1", kind: "kill", asked: "kafka-1", targets: ["kafka-1"] },
  {
    type: "fault-effect",
    atMs: 110,
    fault: "f1",
    receipt: { effective: true, measured: "exited with 137", toEffectMs: 10 },
  },
  { type: "step-ended", atMs: 120, step: "break" },
  { type: "fault-healed", atMs: 500, fault: "f1", verified: true, measured: "running and answering" },
  { type: "load-ended", atMs: 900, load: "events", scheduled: 100, offered: 100 },
  { type: "drained", atMs: 950, load: "events", complete: true, measured: "all 100 read" },
  { type: "phase", atMs: 1_000, phase: "done" },
];
const duringTheFault = [
  { load: "events", action: "produce", value: 1, intendedMs: 200, startMs: 200, endMs: 210 },
] as const;

const isDone = (event: JournalEvent): boolean => event.type === "phase" && event.phase === "done";

const judged = (
  events: readonly JournalEvent[],
  operations: readonly object[] = duringTheFault,
): Record<string, string> =>
  Object.fromEntries(
    judge(planOf(), journalOf({ events, operations, finished: events.some(isDone) }), []).conditions.flatMap(
      ({ verdict, name, summary }) => (verdict === "held" ? [] : [[name, summary]]),
    ),
  );

const without = (type: JournalEvent["type"]): readonly JournalEvent[] => wellRun.filter((event) => event.type !== type);
const changed = <K extends JournalEvent["type"]>(
  type: K,
  change: Partial<Extract<JournalEvent, { type: K }>>,
): readonly JournalEvent[] => wellRun.map((event) => (event.type === type ? { ...event, ...change } : event));

describe("the conditions for trusting a run", () => {
  test("hold for a run in which all was well", () => {
    expect(judged(wellRun)).toEqual({});
  });

  test.each([
    [
      "a fault without effect",
      changed("fault-effect", { receipt: { effective: false, measured: "no frame dropped", toEffectMs: 0 } }),
    ],
    ["a fault that was not measured", without("fault-effect")],
    ["a fault that was never healed", without("fault-healed")],
    ["an undo that was not seen to work", changed("fault-healed", { verified: false, measured: "still paused" })],
    ["a load that could not be offered", changed("load-ended", { offered: 90 })],
    ["a load that offered nothing", changed("load-ended", { scheduled: 0, offered: 0 })],
    ["a load that did not end", without("load-ended")],
    ["reading that gave up", changed("drained", { complete: false, measured: "99 of 100 read" })],
    ["reading that did not happen", without("drained")],
    ["a step that failed", changed("step-ended", { error: "waited 5 s for something" })],
    [
      "a script that stopped",
      [...wellRun, { type: "note", atMs: 1_001, level: "error", text: "the script stopped: broken" } as const],
    ],
    ["a run that was cut short", without("phase")],
  ])("make %s unknown, and say why", (_, events) => {
    expect(judged(events)).toMatchSnapshot();
    expect(Object.keys(judged(events)).length).toBeGreaterThan(0);
  });

  test("ask no undo of a fault that is permanent", () => {
    const order = (spec: object): JournalEvent => ({
      type: "fault-ordered",
      atMs: 99,
      fault: "f1",
      kind: "kill",
      target: "kafka-1",
      targets: ["kafka-1"],
      spec: { kind: "kill", target: "kafka-1", ...spec },
    });
    const withOrder = (spec: object): readonly JournalEvent[] =>
      without("fault-healed").flatMap((event) => (event.type === "fault-injected" ? [order(spec), event] : [event]));
    expect(judged(withOrder({ permanent: true }))).toEqual({});
    expect(Object.keys(judged(withOrder({})))).toContain("every undo was verified");
  });

  test("make a fault that met no operation unknown", () => {
    const before = [{ ...duringTheFault[0], intendedMs: 1, startMs: 1, endMs: 2 }];
    const after = [{ ...duringTheFault[0], intendedMs: 600, startMs: 600, endMs: 610 }];
    expect(judged(wellRun, [...before, ...after])).toEqual({
      "every fault met the load": "no operation was under way during kill of kafka-1",
    });
    const stillUnderWay = [{ ...duringTheFault[0], intendedMs: 1, startMs: 1, endMs: 101 }];
    expect(judged(wellRun, stillUnderWay)).toEqual({});
  });

  test("ask that every sink of a load was read to its end", () => {
    const sink = { type: "drained", load: "events", sink: "delta" } as const;
    const short = { ...sink, atMs: 960, complete: false, measured: "98 of 100 read" };
    // That another sink was read later, to its end, says nothing about this one.
    expect(judged([...wellRun, short, { ...wellRun[9], atMs: 970 } as JournalEvent])).toEqual({
      "all was read": "load events@delta was not read to its end: 98 of 100 read",
    });
    const again = { ...short, atMs: 980, complete: true, measured: "all 100 read" };
    expect(judged([...wellRun, short, again])).toEqual({});
  });

  test("make a run unknown whose container engine was lost, whatever failed from then on", () => {
    const lost = [...wellRun, { type: "observation", atMs: 12_000, ...ENGINE_GONE } as const];
    expect(judged(lost)).toEqual({
      "the container engine stayed": "it was gone after 12 s: what failed from then on says nothing about the clusters",
    });
  });

  test("make a torn journal unknown", () => {
    const torn = { ...journalOf({ events: wellRun, operations: duringTheFault }), torn: { atByte: 10, lostBytes: 3 } };
    const { conditions } = judge(planOf(), torn, []);
    expect(conditions.find(({ verdict }) => verdict === "unknown")?.summary).toContain("3 bytes");
  });
});
