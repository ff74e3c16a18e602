/** Whether faults met the load: each edge, of one load and of two. */
import { describe, expect, test } from "vitest";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation } from "../../lab/journal/types.ts";
import { faultsMetLoad } from "../../lab/judging/faults-met.ts";
import type { Plan } from "../../lab/run-folder/run-folder.ts";
import { twoPlan } from "./two-of-each.ts";

const BOTH = ["events", "orders"];
const started = (load: string, atMs: number): JournalEvent => ({ type: "load-started", atMs, load, ratePerSecond: 1 });
const ended = (load: string, atMs: number): JournalEvent => ({
  ...{ type: "load-ended", atMs, load, scheduled: 1, offered: 1 },
});
/** Ordered at `fromMs` − 10, in force from `fromMs`, healed at `toMs`. */
function fault(target: string, fromMs: number | undefined, toMs?: number): readonly JournalEvent[] {
  const at = { fault: target, kind: "kill", targets: [target] };
  return [
    { ...at, type: "fault-ordered", atMs: (fromMs ?? 100) - 10, target, spec: {} },
    ...(fromMs === undefined ? [] : [{ ...at, type: "fault-injected", atMs: fromMs, asked: target } as const]),
    ...(toMs === undefined
      ? []
      : [{ type: "fault-healed", atMs: toMs, fault: target, verified: true, measured: "" } as const]),
  ];
}
const operation = (load: string, intendedMs: number, endMs: number): Partial<Operation> => ({
  load,
  intendedMs,
  endMs,
});

function met(
  events: readonly JournalEvent[],
  operations: readonly Partial<Operation>[],
  slos: readonly string[] = BOTH,
  plan: Partial<Plan> = { expect: {} },
): string {
  const { name, verdict, summary } = faultsMetLoad(twoPlan(plan), slos, journalOf({ events, operations }));
  expect(name).toBe("every fault met the load");
  return `${verdict}: ${summary}`;
}

const on = [started("events", 0), started("orders", 0), ended("events", 9_000), ended("orders", 9_000)];
const MET = "held: operations were under way during each";
const none = (load: string, target: string): string =>
  `unknown: no operation of ${load} was under way during kill of ${target}`;

test("where no load was started there is none to meet, and where there was no fault none to be met", () => {
  expect(met(fault("kafka-1", 1_000), [])).toBe("held: no load to meet");
  expect(met(on, [])).toBe("held: no fault to meet");
});

test("a fault that was never in force need not be met", () => {
  expect(met([...on, ...fault("kafka-1", undefined)], [])).toBe(MET);
});

describe("an operation meets a fault", () => {
  const during = [...on, ...fault("kafka-1", 1_000, 2_000)];
  test.each([
    ["over before it was in force, though after its order", 500, 999, false],
    ["over as it came into force", 500, 1_000, true],
    ["due as it was healed", 2_000, 2_005, true],
    ["due after that", 2_001, 2_005, false],
    ["all around", 500, 2_500, true],
  ])("%s", (_, intendedMs, endMs, isMet) => {
    expect(met(during, [operation("events", intendedMs, endMs)])).toBe(isMet ? MET : none("events", "kafka-1"));
    // It may be the last of many.
    const many = [operation("events", 1, 2), operation("orders", 1_500, 1_600), operation("events", intendedMs, endMs)];
    expect(met(during, many)).toBe(isMet ? MET : none("events", "kafka-1"));
  });

  test("one that is not healed, at any later time", () => {
    const broken = [...on, ...fault("kafka-1", 1_000)];
    expect(met(broken, [operation("events", 8_000, 8_001)])).toBe(MET);
    expect(met(broken, [operation("events", 998, 999)])).toBe(none("events", "kafka-1"));
  });

  test("where one load is judged, it goes without saying which", () => {
    expect(met(during, [], ["events"])).toBe("unknown: no operation was under way during kill of kafka-1");
  });

  test("each fault, and each load that it touches, must be met", () => {
    const shared = { expect: {}, load: { events: { to: "kafka.a" }, orders: { to: "kafka.b" } } } as unknown as Plan;
    const two = [...during, ...fault("kafka-2", 4_000, 5_000)];
    expect(met(two, [operation("events", 1_500, 4_500)], BOTH, shared)).toBe(
      `${none("orders", "kafka-1")}; ${none("orders", "kafka-2").replace("unknown: ", "")}`,
    );
    expect(met(two, [operation("events", 1_500, 4_500), operation("orders", 1_500, 4_500)], BOTH, shared)).toBe(MET);
  });
});

describe("a load that was not on while the fault was in force", () => {
  const spans = (eventsSpan: readonly [number, number], ordersSpan: readonly [number, number]) => {
    const plan = { expect: {}, load: { events: { to: "kafka.a" }, orders: { to: "kafka.b" } } } as unknown as Plan;
    const events = [
      started("events", eventsSpan[0]),
      started("orders", ordersSpan[0]),
      ended("events", eventsSpan[1]),
      ended("orders", ordersSpan[1]),
      ...fault("kafka-1", 1_000, 2_000),
    ];
    return met(events, [operation("events", 1_000, 2_000)], BOTH, plan);
  };
  const missed = none("orders", "kafka-1");

  test.each([
    ["over before", [0, 999], MET],
    ["over as it came into force", [0, 1_000], missed],
    ["begun as it was healed", [2_000, 3_000], missed],
    ["begun after", [2_001, 3_000], MET],
  ] as const)("is not asked for, if another was: %s", (_, span, told) => {
    expect(spans([0, 3_000], span)).toBe(told);
  });

  test("is told where none was", () => {
    expect(spans([0, 999], [2_001, 3_000])).toBe("unknown: events and orders was not under way during kill of kafka-1");
  });

  test("is on from its start to its last end; one without a start is not, one without an end still is", () => {
    const at = fault("kafka-1", 1_000, 2_000);
    const asked = (...events: readonly JournalEvent[]) => met([...events, ...at], [], ["events"]);
    const off = "unknown: events was not under way during kill of kafka-1";
    const unmet = "unknown: no operation was under way during kill of kafka-1";
    expect(asked(started("orders", 0), ended("events", 9_000))).toBe(off);
    expect(asked(started("events", 0))).toBe(unmet);
    expect(asked(started("events", 0), ended("events", 500), ended("events", 1_500))).toBe(unmet);
    expect(asked(started("events", 0), ended("events", 1_500), ended("events", 500))).toBe(off);
    expect(asked(started("events", 0), ended("orders", 500))).toBe(unmet);
  });
});

describe("a fault on what no judged load uses", () => {
  const fine = [operation("events", 1_000, 2_000), operation("orders", 1_000, 2_000)];
  const of = (target: string, slos: readonly string[] = BOTH) =>
    met([...on, ...fault(target, 1_000, 2_000)], fine, slos);

  test("touched nothing", () => {
    expect(of("zookeeper-1", ["events"])).toBe("unknown: kill of zookeeper-1 touched nothing that events uses");
    expect(of("kafka-1", ["orders"])).toBe("unknown: kill of kafka-1 touched nothing that orders uses");
    expect(of("zookeeper-1", ["orders"])).toBe(MET);
  });

  test("touched it by its client", () => {
    expect(of("reader-1 of orders", ["orders"])).toBe(MET);
    expect(of("reader-1 of orders", ["events"])).toBe(
      "unknown: kill of reader-1 of orders touched nothing that events uses",
    );
  });

  test("is not held against it where nobody can tell", () => expect(of("something", ["orders"])).toBe(MET));
});

test("where a plan says of no load, all that were started are asked", () => {
  const events = [...on, ...fault("kafka-1", 1_000, 2_000)];
  const plan = { expect: {}, load: {} } as unknown as Plan;
  expect(met(events, [operation("events", 1_000, 2_000)], [], plan)).toBe(none("orders", "kafka-1"));
});
