import { describe, expect, test } from "vitest";
import { figureName, partsOf } from "../../lab/checks/parts.ts";
import { rowsOf, selectionOf } from "../../lab/checks/select.ts";
import { journalOf, type JournalEvent, type Operation } from "../../lab/journal/index.ts";

type Part = Extract<JournalEvent, { type: "load-started" }>["part"];

const names = (of: string, part: Part, operations: readonly Partial<Operation>[]): readonly string[] => {
  const started = { type: "load-started", atMs: 0, ratePerSecond: 1 } as const;
  const journal = journalOf({
    events: [
      { ...started, load: "other", part: { one: "thing", column: "client" } },
      { ...started, load: "events", ...(part === undefined ? {} : { part }) },
    ],
    operations: operations.map((operation, value) => ({ load: "events", value, ...operation })),
  });
  const selection = selectionOf(journal, of);
  return partsOf(journal, selection, rowsOf(journal, selection)).map(({ name }) => name);
};

const produced = [
  { partition: 0, key: 5, client: "one" },
  { partition: 1, key: 6, client: "two" },
];
const written = produced.map((operation) => ({ ...operation, partition: -1, action: "put" }));

test("a load says what it falls into, whatever its actions are called", () => {
  expect(names("events", { one: "shard", column: "partition" }, produced)).toEqual(["shard 0", "shard 1"]);
  expect(names("events", { one: "driver", column: "client" }, produced)).toEqual(["one", "two"]);
  expect(names("events.put", { one: "object", column: "key" }, written)).toEqual(["object 5", "object 6"]);
});

test("operations that have no such partition fall into their clients", () => {
  expect(names("events.put", { one: "partition", column: "partition" }, written)).toEqual(["one", "two"]);
});

test("in a journal that does not say, the actions' names and columns tell", () => {
  expect(names("events", undefined, produced)).toEqual(["partition 0", "partition 1"]);
  expect(
    names(
      "events.put",
      undefined,
      produced.map((each) => ({ ...each, action: "put" })),
    ),
  ).toEqual(["shard 0", "shard 1"]);
  expect(
    names(
      "events.cas",
      undefined,
      written.map((each) => ({ ...each, action: "cas" })),
    ),
  ).toEqual(["register 5", "register 6"]);
  expect(names("events.put", undefined, written)).toEqual(["one", "two"]);
});

describe("the rows of each part", () => {
  const parts = (operations: readonly Partial<Operation>[], of = "events"): [string, number[]][] => {
    const journal = journalOf({ operations });
    const selection = selectionOf(journal, of);
    return partsOf(journal, selection, rowsOf(journal, selection)).map(({ name, rows }) => [name, [...rows]]);
  };
  test("are in the order of the journal, and the parts in that of their numbers", () => {
    const rows = [{ partition: 10 }, { partition: 2 }, { partition: 10 }, { action: "commit" }, { partition: 2 }];
    expect(parts(rows)).toEqual([
      ["partition 2", [1, 4]],
      ["partition 10", [0, 2]],
    ]);
  });
  test("are in none where an operation has no place", () => {
    expect(parts([{ partition: -1 }, { partition: 0 }, { partition: 1 }])).toEqual([
      ["partition 0", [1]],
      ["partition 1", [2]],
    ]);
  });
  test("there are none where there are not two: of one partition, of one client, of nothing", () => {
    expect(
      parts([
        { partition: 0, client: "one" },
        { partition: 0, client: "two" },
      ]),
    ).toEqual([]);
    expect(parts([{ partition: -1 }, { partition: -1 }])).toEqual([]);
    expect(parts([])).toEqual([]);
  });
  test("of one register, they are its clients'", () => {
    const registers = (key: number): [string, number[]][] =>
      parts(
        [
          { action: "read", key: 5, client: "one" },
          { action: "read", key, client: "two" },
        ],
        "events.read",
      );
    expect(registers(5)).toEqual([
      ["one", [0]],
      ["two", [1]],
    ]);
    expect(registers(0)).toEqual([
      ["register 0", [1]],
      ["register 5", [0]],
    ]);
  });
});

test("a part's name as part of a figure's", () => {
  expect(["partition 3", "producer-2", "a -- b", "a-_b", "shard-", "register7"].map(figureName)).toEqual([
    ...["partition3", "producer2", "aB", "aB", "shard", "register7"],
  ]);
});
