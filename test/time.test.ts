import { describe, expect, test } from "vitest";
import { formatDuration, milliseconds, seconds, waitFor, withLimit } from "../lab/time.ts";

const never = new Promise<never>(() => undefined);

describe("waiting for a state", () => {
  test("gives the value once it is reached", async () => {
    let looks = 0;
    const look = () => Promise.resolve(++looks < 3 ? { seen: `look ${looks}` } : { reached: "there" });
    expect(await waitFor("it", look, { within: seconds(5), every: milliseconds(1) })).toBe("there");
  });

  test("says what was expected, how long it waited, and what was seen last", async () => {
    const waiting = waitFor("the leader", () => Promise.resolve({ seen: "no leader" }), {
      within: milliseconds(30),
      every: milliseconds(5),
    });
    await expect(waiting).rejects.toThrow(/^waited \d+ ms for the leader; last seen: no leader$/);
  });

  test("keeps what was seen when the limit cuts the last look short", async () => {
    let looks = 0;
    const look = () => (++looks === 1 ? Promise.resolve({ seen: "no leader" }) : never);
    await expect(waitFor("the leader", look, { within: milliseconds(30), every: milliseconds(1) })).rejects.toThrow(
      "last seen: no leader",
    );
  });

  test("a look that throws is a look that saw that", async () => {
    const look = () => Promise.reject(new Error("connection refused"));
    await expect(waitFor("the leader", look, { within: milliseconds(20), every: milliseconds(5) })).rejects.toThrow(
      "last seen: connection refused",
    );
  });

  test("ends at once when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("interrupted"));
    await expect(waitFor("it", () => never, { within: seconds(60), signal })).rejects.toThrow("interrupted");
  });
});

test("a limit names the work", async () => {
  await expect(withLimit("the election", milliseconds(5), never)).rejects.toThrow(
    "the election did not end within 5.0 ms",
  );
});

test.each([
  [0.4, "0.4 ms"],
  [340, "340 ms"],
  [4_230, "4.2 s"],
  [200_000, "3 min 20 s"],
  [120_000, "2 min"],
  [Infinity, "never"],
])("%d ms reads %s", (spanMs, text) => {
  expect(formatDuration(spanMs)).toBe(text);
});
