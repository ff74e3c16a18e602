import { describe, expect, test } from "vitest";
import { assertQuiet, dropsLate, LateException, rowsOf } from "../../../lab/systems/clickhouse/answer.ts";
import { errorName, isRefusal } from "../../../lab/systems/clickhouse/client.ts";

const ROWS = '{"n":1,"key":1}\n{"n":2,"key":2}\n';

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("an answer that began with success", () => {
  test("is its rows, and none are none", () => {
    expect(rowsOf(ROWS)).toEqual([
      { n: 1, key: 1 },
      { n: 2, key: 2 },
    ]);
    expect(rowsOf("")).toEqual([]);
    expect(rowsOf('{"exception":"no","n":1}\n{"exception":"none at all"}\n')).toHaveLength(2);
  });

  test.each([
    [
      "18.16",
      "Code: 241, e.displayText() = DB::Exception: Memory limit (for query) exceeded, e.what() = DB::Exception",
    ],
    ["23.8", "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 23.8.1.1)"],
    ["24.3", '{"exception": "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)"}\n'],
    [
      "25.11",
      "__exception__\r\nabcdefghijklmnop\r\nCode: 241. DB::Exception: Memory limit exceeded.\r\n58 abcdefghijklmnop\r\n__exception__\r\n",
    ],
  ])("with an exception behind its rows is an error, as %s writes it", (_, behind) => {
    const error = thrown(() => rowsOf(`${ROWS}${behind}`));
    expect(error).toBeInstanceOf(LateException);
    expect(errorName(error)).toBe("late-CODE_241");
    expect(thrown(() => rowsOf(behind))).toBeInstanceOf(LateException);
    expect(thrown(() => assertQuiet(behind))).toBeInstanceOf(LateException);
  });

  test("that breaks off within a row is an error", () => {
    expect(thrown(() => rowsOf(`${ROWS}{"n":3,"k`))).toBeInstanceOf(LateException);
  });

  test("proves no insert undone: not even a refusal's name does, once it comes late", () => {
    const refusal = "Code: 242. DB::Exception: Table is in readonly mode. (TABLE_IS_READ_ONLY)";
    expect(isRefusal(errorName(new Error(refusal)))).toBe(true);
    const late = thrown(() => assertQuiet(refusal));
    expect(errorName(late)).toBe("late-TABLE_IS_READ_ONLY");
    expect(isRefusal(errorName(late))).toBe(false);
  });

  test("of a statement is quiet", () => {
    expect(thrown(() => assertQuiet(""))).toBeUndefined();
    expect(thrown(() => assertQuiet("\n"))).toBeUndefined();
  });
});

test.each([
  ["18.16.1", false],
  ["20.9.7.11", false],
  ["20.10.1.1", true],
  ["24.8.4.13", true],
  ["26.9.1", true],
])("a server of version %s drops databases late: %s", (version, late) => {
  expect(dropsLate(version)).toBe(late);
});
