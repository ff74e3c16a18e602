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
  test("is in doubt when no heartbeat was answered for a session; it holds what it held until another is given it", () => {
    const { members, until, told } = group();
    const [first, second] = members;
    first.joined([0, 1]);
    second.joined([2]);
    until(2_000);
    first.alive("a heartbeat");
    second.alive("a heartbeat");
    first.trouble("no answer from kafka-1");
    until(7_900);
    second.alive("a heartbeat");
    until(8_100);
    second.joined([0, 1, 2]);
    expect(told).toEqual([
      "0 · client · events · reader-1 · taking part · its group gave it 2 partitions",
      "0 · role · reader of events/0 · reader-1",
      "0 · role · reader of events/1 · reader-1",
      "0 · client · events · reader-2 · taking part · its group gave it 1 partition",
      "0 · role · reader of events/2 · reader-2",
      "8000 · client · events · reader-1 · unheard · no heartbeat was answered for 6 s, its session: no answer from kafka-1",
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
    expect(told[2]).toBe(
      "12000 · client · events · reader-1 · unheard · its group gave it nothing for 11 s after it came together anew: it noticed nothing wrong",
    );
  });

  test.each(["a heartbeat", "a commit"] as const)("goes on as it was when its group answers %s again", (what) => {
    const { members, until, told } = group();
    members[0].joined([0]);
    members[0].trouble("no answer from kafka-2");
    until(9_000);
    members[0].alive(what);
    until(14_900);
    expect(told.slice(2)).toEqual([
      "6000 · client · events · reader-1 · unheard · no heartbeat was answered for 6 s, its session: no answer from kafka-2",
      `9000 · client · events · reader-1 · taking part · its group answered ${what} of it again, as that of a member`,
    ]);
    until(15_000);
    expect(told[4]).toMatch(/^15000 · client · events · reader-1 · unheard · .*: it noticed nothing wrong$/);
  });

  test("begins again by joining when its group answers that it knows no such member", () => {
    const { members, until, told } = group();
    members[0].joined([0]);
    until(9_000);
    members[0].unknownToGroup();
    expect(told.slice(3)).toEqual([
      "9000 · client · events · reader-1 · dropped · its group put it out: UNKNOWN_MEMBER_ID",
      "9000 · role · reader of events/0 · ",
    ]);
    members[0].joined([0]);
    expect(told[5]).toBe("9000 · client · events · reader-1 · taking part · its group gave it 1 partition");
  });

  test("is not shown by an answer to a request of a client library that has left, or of a process that has ended", () => {
    const { members, told } = group();
    members[0].joined([0]);
    members[0].gaveUp("Connection error; it joins again");
    members[0].alive("a heartbeat");
    members[1].joined([1]);
    members[1].ended("its process was killed");
    members[1].alive("a commit");
    expect(told.filter((line) => line.includes("client")).map((line) => line.split(" · ")[4])).toEqual([
      ...["taking part", "dropped", "taking part", "ended"],
    ]);
  });

  test("of a process that is started again and joins within its session begins again", () => {
    const { members, until, told } = group();
    members[0].joined([0]);
    members[0].ended("its process ended by itself");
    until(2_000);
    members[0].joined([0]);
    expect(told.slice(2)).toEqual([
      "0 · client · events · reader-1 · ended · its process ended by itself",
      "2000 · client · events · reader-1 · taking part · its group gave it 1 partition",
    ]);
  });

  test("is over when the process of an unheard reader ends", () => {
    const { members, until, told } = group();
    members[0].joined([0]);
    until(8_000);
    members[0].ended("its process was killed");
    until(8_100);
    expect(told.slice(2).map((line) => line.split(" · ")[4])).toEqual(["unheard", "ended", "dropped", undefined]);
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
    members[0].alive("a heartbeat");
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
    members[0].alive("a heartbeat");
    until(12_000);
    expect(told).toHaveLength(2);
  });
});
