import { describe, expect, test } from "vitest";
import { linesAround, splitLog } from "../../reports/html/logs.ts";
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

  test("around a moment: three seconds to each side, the forty nearest lines, in their order", () => {
    const lines = Array.from({ length: 100 }, (_, index) => ({ atMs: index * 100, text: String(index) }));
    const { lines: near, leftOut } = linesAround(lines, [5_000]);
    expect([near.length, leftOut, near[0]?.text, near.at(-1)?.text]).toEqual([40, 21, "30", "69"]);
    expect(linesAround(lines, [50_000])).toEqual({ lines: [], leftOut: 0 });
  });
});
