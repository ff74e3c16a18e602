import { expect, test } from "vitest";
import {
  formatBudget,
  formatBytes,
  formatDate,
  formatFigure,
  formatNumber,
  formatShare,
} from "../../reports/format.ts";

test("a share that is not whole never reads as 100 %", () => {
  expect([1, 0.999_999_99, 0.999, 0.9984, 0.5, 0.123_456, 0, -1.5, NaN].map(formatShare)).toEqual([
    "100 %",
    "99.9999 %",
    "99.9 %",
    "99.84 %",
    "50 %",
    "12.3 %",
    "0 %",
    "-150 %",
    "none",
  ]);
});

test("a figure's unit is read from its name", () => {
  expect(formatFigure("p99Ms", 3_214)).toEqual({ label: "p99", value: "3.2 s" });
  expect(formatFigure("lostSpanMs", 91)).toEqual({ label: "lost span", value: "91 ms" });
  expect(formatFigure("okShare", 0.5)).toEqual({ label: "ok", value: "50 %" });
  expect(formatFigure("offeredPerSecond", 512.25)).toEqual({ label: "offered", value: "512/s" });
  expect(formatFigure("lost", 12_345)).toEqual({ label: "lost", value: "12,345" });
});

test("numbers, bytes and dates", () => {
  expect(formatNumber(1_234_567)).toBe("1,234,567");
  expect(formatNumber(0.254)).toBe("0.254");
  expect(formatBytes(24 * 1_024 ** 3)).toBe("24 GiB");
  expect([0.4, 0, -23.75].map(formatBudget)).toEqual(["40 %", "0 %", "none: spent 24.8 times over"]);
  expect(formatBytes(0)).toBe("0 B");
  expect(formatDate("2026-11-23T06:51:00.123Z")).toBe("2026-11-23 06:51:00 UTC");
  expect(formatDate("yesterday")).toBe("yesterday");
});
