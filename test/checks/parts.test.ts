import { expect, test } from "vitest";
import { partsOf } from "../../lab/checks/parts.ts";
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
