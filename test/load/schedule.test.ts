import fc from "fast-check";
import { expect, test } from "vitest";
import { openLoop } from "../../lab/load/schedule.ts";

test("operations are intended at start + k / rate", () => {
  const schedule = openLoop(200, 1_000);
  expect([0, 1, 2, 200].map((k) => schedule.intendedMs(k))).toEqual([1_000, 1_005, 1_010, 2_000]);
  expect([999, 1_000, 1_004.9, 1_005, 2_000].map((now) => schedule.dueBy(now))).toEqual([0, 1, 1, 2, 201]);
});

test("what is due are exactly the operations whose time has come", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 50_000, noNaN: true }),
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: -10, max: 1e6, noNaN: true }),
      (rate, startMs, afterMs) => {
        const schedule = openLoop(rate, startMs);
        const now = startMs + afterMs;
        const due = schedule.dueBy(now);
        if (due > 0) expect(schedule.intendedMs(due - 1)).toBeLessThanOrEqual(now);
        expect(schedule.intendedMs(due)).toBeGreaterThan(now);
      },
    ),
  );
});
