import { describe, expect, test } from "vitest";
import { describeSuite, describeTime, expectedTime } from "../../lab/cli/durations.ts";
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";

const ran = (scenario: string, durationMs: number | undefined, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  run: `r${String(durationMs)}`,
  scenario,
  seed: 1,
  startedAt: "2026-11-23T06:51:00.000Z",
  verdict: "held",
  figures: {},
  ...(durationMs === undefined ? {} : { durationMs }),
  ...more,
});
const mine = { scenario: { id: "my/own" } };
const shipped = { scenario: { id: "kafka/leader-kill" } };

describe("the time that a rehearsal takes", () => {
  test("is the median of its last ten runs here that held and say how long they took", () => {
    const history = [
      ran("my/own", 900_000),
      ...Array.from({ length: 9 }, () => ran("my/own", 40_000)),
      ran("my/own", 20_000),
      ran("my/own", undefined),
      ran("my/own", 1_000, { verdict: "unknown" }),
      ran("my/own", 2_000, { verdict: "violated", mutant: "m" }),
      ran("my/other", 3_000),
    ];
    expect(expectedTime(mine, history)).toEqual({ span: 40_000, runs: 10 });
    expect(expectedTime({ ...mine, mutant: "m" }, history)).toEqual({ span: 2_000, runs: 1 });
    expect(expectedTime({ ...mine, mutant: "another" }, history)).toEqual({ span: 40_000, runs: 10 });
  });

  test("is an estimate where nothing was recorded here, and unknown where nothing was anywhere", () => {
    expect(describeTime(expectedTime(shipped, []))).toMatch(
      /^about \d+ s \(estimate: as recorded on two shared cores\)$/,
    );
    expect(describeTime(expectedTime(shipped, [ran("kafka/leader-kill", 51_400)]))).toBe(
      "about 51 s (median of 1 run here)",
    );
    expect(describeTime(expectedTime(mine, []))).toBe("not measured yet");
  });

  test("of a suite is the sum of what is known, and says what is not", () => {
    const history = [ran("my/own", 40_000), ran("my/other", 59_000)];
    const other = { scenario: { id: "my/other" } };
    expect(describeSuite([mine, other], history)).toBe("2 rehearsals, about 99 s");
    expect(describeSuite([mine, other, other], history)).toBe("3 rehearsals, about 3 min");
    expect(describeSuite([mine, { scenario: { id: "my/third" } }], history)).toBe(
      "2 rehearsals, about 40 s, 1 of unknown time",
    );
    expect(describeSuite([mine], [])).toBe("1 rehearsal, 1 of unknown time");
  });
});
