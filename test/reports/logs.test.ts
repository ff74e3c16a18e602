import { describe, expect, test } from "vitest";
import { digest, levelOf, splitLog } from "../../reports/html/logs.ts";
import { parseTimestamp } from "../../lab/time.ts";

const zeroMs = parseTimestamp("2026-11-23T06:51:00.000Z");

describe("a node's log", () => {
  test("is placed on the run's clock; a line without a time belongs to the one before it", () => {
    const log = [
      "lost: it has no time",
      "2026-11-23T06:51:01.500000000Z started\r",
      "\tat somewhere",
      "2026-11-23T07:51:02.25+01:00 elected",
      "",
    ].join("\n");
    expect(splitLog(log, zeroMs)).toEqual([
      { atMs: 1_500, text: "started" },
      { atMs: 1_500, text: "\tat somewhere" },
      { atMs: 2_250, text: "elected" },
    ]);
  });

  test.each([
    ["2026-11-25T18:05:40.624Z WARN  NetworkClient: no answer", "warning"],
    ["2026.11.25 18:45:09.8 [ 1 ] {} <Error> executeQuery: Code: 60", "error"],
    ["Error: Write quorum could not be established", "error"],
    ["java.io.IOException: Connection to kafka-1 failed.", "error"],
    ["INFO [Partition events-0 broker=2] Leader with leader epoch 1", "other"],
  ])("%s is %s", (text, level) => {
    expect(levelOf(text)).toBe(level);
  });

  test("errors come first, then warnings; repeats are counted, traces folded into what they belong to", () => {
    const { grave, other } = digest(
      [
        { atMs: 1, text: "INFO started" },
        { atMs: 2, text: "WARN node 1 is away" },
        { atMs: 3, text: "ERROR cannot append" },
        { atMs: 3, text: "\tat Log.append(Log.java:71)" },
        { atMs: 4, text: "WARN node 2 is away" },
        { atMs: 5, text: "ERROR cannot append" },
        { atMs: 5, text: "\tat Log.append(Log.java:71)" },
      ],
      0,
      10,
      [3],
    );
    expect(grave.map(({ text, times, lastMs, trace }) => [text, times, lastMs, trace.length])).toEqual([
      ["ERROR cannot append", 2, 5, 1],
      ["WARN node 1 is away", 2, 4, 0],
    ]);
    expect(other.map(({ text }) => text)).toEqual(["INFO started"]);
  });

  test("what is left out is counted by its level, and is what lies farthest from the moments", () => {
    const words = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const lines = Array.from({ length: 40 }, (_, place) => ({
      atMs: place * 100,
      text: `${words.slice(place, place + 2)} is said`,
    }));
    const { other, leftOut } = digest(lines, 0, 10_000, [2_000]);
    expect([other.length, other[0]?.atMs, other.at(-1)?.atMs]).toEqual([15, 1_300, 2_700]);
    expect(leftOut).toEqual({ error: 0, warning: 0, other: 25 });
    expect(digest(lines, 50_000, 60_000, [2_000]).other).toEqual([]);
  });
});
