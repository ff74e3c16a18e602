/** Which events of a request are taken, and what the others are told. */
import { expect, test } from "vitest";
import { eventReader } from "../../../lab/platform/ingest/image/events.ts";
import { readEventSchema } from "../../../lab/platform/ingest/layout.ts";

const event = {
  n: 7,
  id: 1,
  time: "2015-05-17T10:05:00Z",
  visitor: "e7d524b842e625e2",
  method: "GET",
  path: "/",
  status: 200,
  bytes: 25_230,
  referrer: null,
  agent: "bot",
};

const reader = eventReader({
  schema: JSON.parse(readEventSchema("web-access")) as object,
  keyField: "visitor",
  mostBytes: 300,
});
const json = (value: unknown): string => JSON.stringify(value);

test("one event, a list, or one a line", () => {
  const taken = { index: 0, key: event.visitor, value: json(event) };
  expect(reader.read("application/json", json(event))).toEqual({ taken: [taken], refused: [] });
  expect(reader.read("application/json; charset=utf-8", json([event, event]))).toEqual({
    taken: [taken, { ...taken, index: 1 }],
    refused: [],
  });
  expect(reader.read("application/x-ndjson", `${json(event)}\n\n${json(event)}\r\n`)).toEqual({
    taken: [taken, { ...taken, index: 1 }],
    refused: [],
  });
});

test("what is wrong is refused by itself, and the rest is taken", () => {
  const { taken, refused } = reader.read(
    "application/ndjson",
    [json(event), json({ ...event, status: 99 }), "{", json({ ...event, path: "/".repeat(200) }), json(event)].join(
      "\n",
    ),
  );
  expect(taken.map(({ index }) => index)).toEqual([0, 4]);
  expect(refused.map(({ index, code }) => [index, code])).toEqual([
    [1, "wrong-shape"],
    [2, "not-json"],
    [3, "too-large"],
  ]);
  expect(refused[0]?.reason).toBe("/status must be >= 100");
});

test("a field that is missing, unknown, or no event at all", () => {
  const { n: _, ...without } = event;
  const reasons = reader.read("application/json", json([without, { ...event, more: 1 }, 3, null])).refused;
  expect(reasons.map(({ reason }) => reason)).toEqual([
    "the event must have required property 'n'",
    "the event must NOT have additional properties",
    "the event must be object",
    "the event must be object",
  ]);
});

test("a body that is no JSON is one refusal; an empty list holds nothing", () => {
  expect(reader.read("application/json", "{")).toMatchObject({ taken: [], refused: [{ index: 0, code: "not-json" }] });
  expect(reader.read("application/json", "")).toMatchObject({ taken: [], refused: [{ index: 0, code: "not-json" }] });
  expect(reader.read("application/json", "[]")).toEqual({ taken: [], refused: [] });
});

test("an event of exactly the most bytes is taken, one byte more is not; bytes, not characters, are counted", () => {
  const room = (text: string): { readonly taken: number } => {
    const small = eventReader({ schema: {}, keyField: "k", mostBytes: Buffer.byteLength(json({ k: "ab" })) });
    return { taken: small.read("application/json", json({ k: text })).taken.length };
  };
  expect(room("ab")).toEqual({ taken: 1 });
  expect(room("abc")).toEqual({ taken: 0 });
  expect(room("ä")).toEqual({ taken: 1 });
  expect(room("ää")).toEqual({ taken: 0 });
});

test("the key must be there, whatever the schema asks", () => {
  const any = eventReader({ schema: {}, keyField: "k", mostBytes: 100 });
  expect(any.read("application/json", json([{ k: 5 }, { k: "" }, {}, { k: null }]))).toMatchObject({
    taken: [{ key: "5" }, { key: "" }],
    refused: [{ index: 2 }, { index: 3 }],
  });
});
