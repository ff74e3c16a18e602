import { describe, expect, test } from "vitest";
import { durationFlag, repeatFlag, seedFlag, shardFlag } from "../../lab/cli/flags.ts";
import { refusal } from "../refusal.ts";

describe("numbers", () => {
  test("are taken within their range", () => {
    expect(["0", "42", "4294967295"].map(seedFlag)).toEqual([0, 42, 4_294_967_295]);
    expect(["1", "1000"].map(repeatFlag)).toEqual([1, 1_000]);
  });

  test.each([
    "",
    " ",
    "-1",
    "1.5",
    "1e3",
    "0x10",
    "1e308",
    "NaN",
    "Infinity",
    "4294967296",
    "9007199254740993",
    "four",
  ])("no seed is %o", (text) => {
    expect(refusal(() => seedFlag(text))).toBe(
      `bad-usage: --seed wants a whole number from 0 to 4294967295, got ${JSON.stringify(text)}; for example --seed 42`,
    );
  });

  test.each(["0", "1001", "1e9", "1000000000", "2.0", "-3", ""])("no repetition is %o", (text) => {
    expect(refusal(() => repeatFlag(text))).toBe(
      `bad-usage: --repeat wants a whole number from 1 to 1000, got ${JSON.stringify(text)}; for example --repeat 3`,
    );
  });
});

describe("shards", () => {
  test("are i of n", () => {
    expect(["1/1", "2/3", "1000/1000"].map(shardFlag)).toEqual([
      { index: 1, of: 1 },
      { index: 2, of: 3 },
      { index: 1_000, of: 1_000 },
    ]);
  });

  test.each(["1/2/3", "0/3", "4/3", "1", "/3", "1/", "a/b", "1.5/2", "-1/3", "1/1001", "1e0/3", " 1/3", ""])(
    "%o is none",
    (text) => {
      expect(refusal(() => shardFlag(text))).toBe(
        `bad-usage: --shard wants i/n with 1 ≤ i ≤ n ≤ 1000, got ${JSON.stringify(text)}; for example --shard 2/3: the second of three machines`,
      );
    },
  );
});

describe("times", () => {
  const time = durationFlag("--for");

  test("are milliseconds, seconds, or minutes", () => {
    expect(["1ms", "500ms", "20s", "1.5s", "2m", "1440m"].map(time)).toEqual([
      1, 500, 20_000, 1_500, 120_000, 86_400_000,
    ]);
  });

  // A timer of 25 days fires at once: 2³¹ ms are 24.86 days.
  test.each(["", "20", "0s", "0ms", "-1s", "1441m", "36000m", "2147484s", "1e9s", "99999999999s", "1h", "s", " 1s"])(
    "%o is refused",
    (text) => {
      expect(refusal(() => time(text))).toBe(
        `bad-usage: --for wants a time from 1ms to 24 hours (1440m), such as 500ms, 20s or 2m, got ${JSON.stringify(text)}; for example --for 20s`,
      );
    },
  );
});
