/** From the kernel's and the engine's counts to what others took of the processors. */
import { describe, expect, test } from "vitest";
import {
  machineTicks,
  ownProcesses,
  processTicks,
  takenByOthers,
  type ProcessorReading,
  type ProcessTicks,
} from "../../lab/engine/processor-time.ts";

describe("the counts of the machine", () => {
  test("leave out interrupts and the wait for disks, and take in what other machines took", () => {
    const text = "cpu  900 100 200 5000 300 7 40 60 30 0\ncpu0 450 50 100 2500 150 3 20 30 15 0\nintr 1 2 3\n";
    // The times of guests are in those of users already.
    expect(machineTicks(text)).toEqual({ used: 1_260, all: 6_607 });
  });

  test("of an old kernel end earlier; other texts have none", () => {
    expect(machineTicks("cpu 1 2 3 4\n")).toEqual({ used: 6, all: 10 });
    expect(machineTicks("")).toBeUndefined();
    expect(machineTicks("cpu0 1 2 3 4")).toBeUndefined();
    expect(machineTicks("cpu 1 2 x 4")).toBeUndefined();
  });
});

/** A line of /proc/PID/stat, as proc(5) numbers its fields. */
const line = (pid: number, name: string, parent: number, times: readonly number[], started: number): string =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 10 20 1 2 ${times.join(" ")} 20 0 27 0 ${started} 204 245 18\n`;

describe("the counts of a process", () => {
  test("take in its children that have ended, and names of any form", () => {
    expect(processTicks(line(12, "a (b) c", 7, [5, 6, 70, 80], 900))).toEqual({
      ...{ pid: 12, name: "a (b) c", parent: 7, started: 900, used: 161 },
    });
  });

  test("of a container's shim are its own alone: what it reaps is the container's", () => {
    expect(processTicks(line(12, "containerd-shim", 1, [5, 6, 70, 80], 900))?.used).toBe(11);
  });

  test("are none of one that has gone", () => {
    expect(processTicks("")).toBeUndefined();
    expect(processTicks("12 (sh) S 1")).toBeUndefined();
  });
});

const each = (pid: number, parent: number, used: number, name = "sh", started = pid): ProcessTicks => ({
  ...{ pid, name, parent, started, used },
});

test("the lab's processes are it, all below it, and the engine's", () => {
  const all = [
    each(1, 0, 0, "init"),
    each(10, 1, 0, "node"),
    each(11, 10, 0),
    each(12, 11, 0),
    each(20, 1, 0, "dockerd"),
    each(21, 20, 0, "docker-proxy"),
    each(22, 1, 0, "containerd-shim"),
    each(30, 1, 0, "stress"),
    // A process can be told as its own ancestor when ids are used again while they are read.
    each(40, 41, 0),
    each(41, 40, 0),
  ];
  expect(ownProcesses(all, 10).map(({ pid }) => pid)).toEqual([10, 11, 12, 20, 21, 22]);
});

describe("what others took", () => {
  const reading = (used: number, all: number, more: Partial<ProcessorReading> = {}): ProcessorReading => ({
    machine: { used, all },
    own: [],
    containers: new Map(),
    ...more,
  });
  const before = reading(1_000, 10_000, { own: [each(10, 1, 50), each(11, 10, 30)], containers: new Map([["a", 3]]) });

  test("is what is left of the machine's without the run's and the lab's", () => {
    // 600 ticks of 1,000: a container had 2 s, the lab 100 ticks, of which its child 20.
    const after = reading(1_600, 11_000, {
      own: [each(10, 1, 130), each(11, 10, 50)],
      containers: new Map([["a", 5]]),
    });
    expect(takenByOthers(before, after)).toBe(30);
  });

  test("does not lose a child that ended, which its parent's count has then", () => {
    const after = reading(1_600, 11_000, { own: [each(10, 1, 180)], containers: new Map([["a", 5]]) });
    expect(takenByOthers(before, after)).toBe(30);
  });

  test("does not lose a grandchild that ended together with the child between", () => {
    const deep = { ...before, own: [...before.own, each(12, 11, 300)] };
    const after = reading(1_600, 11_000, { own: [each(10, 1, 480)], containers: new Map([["a", 5]]) });
    expect(takenByOthers(deep, after)).toBe(30);
  });

  test("does not take one that ended elsewhere for time given back, nor another with its id for the same", () => {
    const orphan = { ...before, own: [...before.own, each(22, 1, 400, "containerd-shim")] };
    const own = [each(10, 1, 130), each(11, 10, 50), each(22, 1, 0, "containerd-shim", 99)];
    expect(takenByOthers(orphan, reading(1_600, 11_000, { own, containers: new Map([["a", 5]]) }))).toBe(30);
  });

  test("knows a container that was started since", () => {
    const containers = new Map([
      ["a", 4],
      ["b", 1],
    ]);
    expect(takenByOthers(before, reading(1_600, 11_000, { own: before.own, containers }))).toBe(40);
  });

  test("is not known where a container took its count along, nor of no time", () => {
    expect(takenByOthers(before, reading(1_600, 11_000, { containers: new Map([["a", 0]]) }))).toBeUndefined();
    expect(takenByOthers(before, before)).toBeUndefined();
  });

  test("is never less than nothing, nor more than all", () => {
    expect(takenByOthers(before, reading(1_100, 11_000, { containers: new Map([["a", 50]]) }))).toBe(0);
    expect(takenByOthers(reading(0, 0), reading(120, 100))).toBe(100);
  });
});
