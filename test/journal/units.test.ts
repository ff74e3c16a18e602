import { expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/memory.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { scheduledInWords, unitSaid } from "../../lab/journal/units.ts";

const started = (part?: { unit: string; operation: string }): JournalEvent => ({
  ...{ type: "load-started", atMs: 0, load: "rows", ratePerSecond: 1 },
  ...(part === undefined ? {} : { part: { one: "shard", column: "partition", ...part } }),
});
const blocks = journalOf({ events: [started({ unit: "row", operation: "a block of rows" })] });
const records = journalOf({ events: [started({ unit: "record", operation: "a record" })] });
const ofOld = journalOf({ events: [started()] });

test("what the schedule offered is counted as what it is", () => {
  expect(scheduledInWords(blocks, "rows", 1_380)).toBe("1,380 (each a block of rows)");
  expect(scheduledInWords(records, "rows", 1)).toBe("1 record");
  expect(scheduledInWords(ofOld, "rows", 2)).toBeUndefined();
  expect(scheduledInWords(blocks, "others", 2)).toBeUndefined();
});

test("what is in the journal has the load's own unit, which old journals do not say", () => {
  expect([unitSaid(blocks, "rows"), unitSaid(ofOld, "rows")]).toEqual(["row", undefined]);
});

test("a set's elements are called what the load calls them", () => {
  const lost = (part?: { unit: string; operation: string }) =>
    runCheck(
      check.set("rows"),
      journalOf({
        events: [started(part)],
        operations: [
          { load: "rows", action: "add", value: 7, startMs: 1, endMs: 2 },
          { load: "rows", action: "read", value: 1, startMs: 10, endMs: 11 },
        ],
      }),
    ).summary;
  expect(lost({ unit: "row", operation: "a block of rows" })).toBe("1 row acknowledged, 1 whole read: 1 row lost");
  expect(lost()).toBe("1 element acknowledged, 1 whole read: 1 element lost");
});
