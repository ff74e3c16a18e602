import { describe, expect, test } from "vitest";
import { faultTimes, journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/index.ts";

const ordered = (fault: string, atMs: number, target = "leader of events/0"): JournalEvent => ({
  type: "fault-ordered",
  atMs,
  fault,
  kind: "kill",
  target,
  targets: ["kafka-1"],
  spec: { kind: "kill", target },
});
const injected = (fault: string, atMs: number): JournalEvent => ({
  type: "fault-injected",
  atMs,
  fault,
  kind: "kill",
  asked: "leader of events/0",
  targets: ["kafka-1"],
});
const healed = (fault: string, atMs: number, verified = true): JournalEvent => ({
  type: "fault-healed",
  atMs,
  fault,
  verified,
  measured: verified ? "runs" : "does not answer",
});
const timesOf = (...events: readonly JournalEvent[]) => faultTimes(journalOf({ events }));

describe("when faults were ordered, in force and healed", () => {
  test("each moment is its own", () => {
    const receipt = { effective: true, measured: "gone after 3 ms", toEffectMs: 3 };
    const heal: JournalEvent = { type: "fault-heal-ordered", atMs: 40, fault: "fault-1" };
    const effect: JournalEvent = { type: "fault-effect", atMs: 14, fault: "fault-1", receipt };
    expect(timesOf(ordered("fault-1", 10), injected("fault-1", 13), effect, heal, healed("fault-1", 55))).toEqual([
      {
        fault: "fault-1",
        kind: "kill",
        target: "leader of events/0",
        targets: ["kafka-1"],
        spec: { kind: "kill", target: "leader of events/0" },
        called: "kill of leader of events/0",
        what: "kill of leader of events/0 (kafka-1)",
        orderedMs: 10,
        inEffectMs: 13,
        receipt,
        healOrderedMs: 40,
        healedMs: 55,
        healVerified: true,
        healMeasured: "runs",
      },
    ]);
  });

  test.each([
    ["leader of events/0", "kill of leader of events/0"],
    ["between kafka-1 and others", "kill between kafka-1 and others"],
    ["from kafka-1 to kafka-2", "kill from kafka-1 to kafka-2"],
    ["isolate leader", "kill: isolate leader"],
  ])("one of %s is called “%s”", (target, called) => {
    const [only] = timesOf({ type: "fault-injected", atMs: 1, fault: "f", kind: "kill", asked: target, targets: [] });
    expect(only?.called).toBe(called);
  });

  test("a journal of old says when it was in effect: it counts from there", () => {
    const [only] = timesOf(injected("fault-1", 13), healed("fault-1", 55));
    expect(only).toMatchObject({ orderedMs: 13, inEffectMs: 13, healedMs: 55 });
    expect(only).not.toHaveProperty("spec");
    expect(only).not.toHaveProperty("healOrderedMs");
  });

  test("one that never came into force has no moment of effect, and no heal", () => {
    expect(timesOf(ordered("fault-1", 10))[0]).not.toHaveProperty("inEffectMs");
    expect(timesOf(ordered("fault-1", 10))[0]).not.toHaveProperty("healedMs");
  });

  test("of two faults each has its own moments, whatever order they were healed in", () => {
    const events = [ordered("fault-1", 10), ordered("fault-2", 12), injected("fault-2", 13), injected("fault-1", 14)];
    const found = timesOf(...events, healed("fault-2", 20), healed("fault-1", 30));
    expect(found.map(({ fault, inEffectMs, healedMs }) => [fault, inEffectMs, healedMs])).toEqual([
      ["fault-1", 14, 30],
      ["fault-2", 13, 20],
    ]);
  });

  test("a second heal counts, not the first that failed", () => {
    const [only] = timesOf(ordered("fault-1", 10), healed("fault-1", 20, false), healed("fault-1", 35));
    expect(only).toMatchObject({ healedMs: 35, healVerified: true, healMeasured: "runs" });
  });

  test("a heal of a fault that nobody ordered is nobody's", () => {
    expect(timesOf(ordered("fault-1", 10), healed("fault-9", 20))[0]).not.toHaveProperty("healedMs");
  });

  test("a target that is a node's own name is said once", () => {
    expect(timesOf(ordered("fault-1", 10, "kafka-1"))[0]?.what).toBe("kill of kafka-1");
  });
});
