import { describe, expect, test } from "vitest";
import { Holders, Membership } from "../../../../lab/systems/kafka/load/membership.ts";

/** Two readers of a load with a session of 6 s, and what was journalled of them. */
const group = () => {
  const told: string[] = [];
  const clock = { startedAt: "", nowMs: 0, now: () => clock.nowMs };
  const recorder = {
    operation: () => undefined,
    read: () => undefined,
    event: (event: { readonly type: string }) => {
      const { type, ...rest } = event;
      told.push([clock.nowMs, type, ...Object.values(rest)].join(" · "));
    },
  };
  const holders = new Holders((partition) => `reader of events/${partition}`, recorder);
  const member = (reader: string): Membership =>
    new Membership({
      ...{ load: "events", reader, sessionTimeoutMs: 6_000, joinLimitMs: 11_000, holders, recorder, clock },
    });
  const members = [member("reader-1"), member("reader-2")] as const;
  /** Lets time go by, as the lab's own ticks see it. */
  const until = (nowMs: number, step = 100): void => {
    while (clock.nowMs < nowMs) {
      clock.nowMs = Math.min(nowMs, clock.nowMs + step);
      for (const each of members) each.check();
    }
  };
  return { members, until, told, clock };
};

describe("a reader's membership", () => {
  test("ends when no heartbeat was answered for a session; nobody holds what it held, until another is given it", () => {
    const { members, until, told } = group();
    const [first, second] = members;
    first.joined([0, 1]);
    second.joined([2]);
    until(2_000);
    first.alive();
    second.alive();
    first.trouble("no answer from kafka-1");
    until(7_900);
    second.alive();
    until(8_100);
    second.joined([0, 1, 2]);
    expect(told).toEqual([
      "0 · client · events · reader-1 · taking part · its group gave it 2 partitions",
      "0 · role · reader of events/0 · reader-1",
      "0 · role · reader of events/1 · reader-1",
      "0 · client · events · reader-2 · taking part · its group gave it 1 partition",
      "0 · role · reader of events/2 · reader-2",
      "8000 · client · events · reader-1 · dropped · no heartbeat was answered for 6 s, its session: no answer from kafka-1",
      "8000 · role · reader of events/0 · ",
      "8000 · role · reader of events/1 · ",
      "8100 · role · reader of events/0 · reader-2",
      "8100 · role · reader of events/1 · reader-2",
    ]);
  });

  test("goes on through a rebalance, in which there are no heartbeats, but not for ever", () => {
    const { members, until, told } = group();
    members[0].joined([0]);
    until(1_000);
    members[0].rebalancing();
    until(11_900);
    expect(told).toHaveLength(2);
    until(12_000);
    expect(told[2]).toMatch(/^12000 · client · events · reader-1 · dropped/);
  });

  test("begins again when its group takes it back; what others were given meanwhile is not told twice", () => {
    const { members, until, told } = group();
    const [first, second] = members;
    first.joined([0]);
    first.gaveUp("Connection error; it joins again");
    second.joined([0]);
    until(500);
    first.joined([0]);
    expect(told).toEqual([
      "0 · client · events · reader-1 · taking part · its group gave it 1 partition",
      "0 · role · reader of events/0 · reader-1",
      "0 · client · events · reader-1 · dropped · its client library gave up and left the group: Connection error; it joins again",
      "0 · role · reader of events/0 · ",
      "0 · client · events · reader-2 · taking part · its group gave it 1 partition",
      "0 · role · reader of events/0 · reader-2",
      "500 · client · events · reader-1 · taking part · its group gave it 1 partition",
      "500 · role · reader of events/0 · reader-1",
    ]);
  });

  test("of a killed process lasts as long as its session", () => {
    const { members, until, told } = group();
    members[0].joined([0]);
    until(1_000);
    members[0].alive();
    members[0].ended("its process was killed");
    until(6_900);
    expect(told.slice(2)).toEqual(["1000 · client · events · reader-1 · ended · its process was killed"]);
    until(7_000);
    expect(told[3]).toBe(
      "7000 · client · events · reader-1 · dropped · no heartbeat was answered for 6 s, its session: its process was killed",
    );
  });

  test("is not lost because the lab itself stood still, and had not heard the heartbeats yet", () => {
    const { members, until, told, clock } = group();
    members[0].joined([0]);
    until(1_000);
    clock.nowMs = 9_000;
    members[0].check();
    // What the reader said meanwhile is heard only now.
    members[0].alive();
    until(12_000);
    expect(told).toHaveLength(2);
  });
});
