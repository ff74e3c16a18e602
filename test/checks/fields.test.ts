/** What may stand in a field of a check, and what is said of what may not. */
import { expect, test } from "vitest";
import { defineCheck, defineCheckOf } from "../../lab/checks/define.ts";
import { duration, flag, name, names, optional, share, values, wholeNumber, window } from "../../lab/checks/fields.ts";
import type { Field } from "../../lab/checks/fields.ts";
import { finding } from "../../lab/checks/evidence.ts";
import { checkTable } from "../../lab/checks/page.ts";
import { checkSchema } from "../../lab/checks/schema.ts";
import { journalOf } from "../../lab/journal/index.ts";
import { refusal } from "../refusal.ts";

const fine = ({ problem }: Field, ...given: unknown[]): unknown[] => given.map((value) => problem(value));
/** What is said of each; undefined where it may stand. */
const whats = ({ problem }: Field, ...given: unknown[]): (string | undefined)[] =>
  given.map((value) => problem(value)?.what);

test("each takes what it is for, to the boundary", () => {
  const taken = [
    fine(name(""), "events", " "),
    fine(duration(""), 0, 0.5, 1e9),
    fine(share(""), Number.MIN_VALUE, 0.99, 1),
    fine(wholeNumber("", 2), 2, 3, Number.MAX_SAFE_INTEGER),
    fine(flag(""), true, false),
    fine(names(""), ["a"], ["a", "b"]),
    fine(values(""), [0], ["a"], [""], [false], [3, "x", true]),
    fine(window(""), { step: "s" }, { phase: "faults" }, { step: "s", phase: undefined }),
  ].flat();
  expect(taken).toEqual(taken.map(() => undefined));
});

test("each refuses the nearest miss, and what else there is", () => {
  expect(whats(name(""), "", 5, ["a"], null, undefined)).toEqual([
    ...['is ""', "is 5", 'is ["a"]', "is null", "is missing"],
  ]);
  expect(whats(duration(""), -0.1, Infinity, Number.NaN, "5", [5], undefined)).toEqual([
    ...["is -0.1", "is Infinity", "is NaN", 'is "5"', "is [5]", "is missing"],
  ]);
  expect(whats(share(""), 0, 1.01, Number.NaN, "0.5", [0.5])).toEqual([
    ...["is 0", "is 1.01", "is NaN", 'is "0.5"', "is [0.5]"],
  ]);
  expect(whats(wholeNumber("", 2), 1, 2.5, 2 ** 53, "2", Number.NaN)).toEqual([
    ...["is 1", "is 2.5", "is 9007199254740992", 'is "2"', "is NaN"],
  ]);
  expect(whats(flag(""), 0, "true", null, undefined)).toEqual(["is 0", 'is "true"', "is null", "is missing"]);
  expect(whats(names(""), [], "abc", ["a", ""], [""], [5], null)).toEqual([
    ...["is []", 'is "abc"', 'is ["a",""]', 'is [""]', "is [5]", "is null"],
  ]);
  expect(whats(values(""), [], "abc", [Number.NaN], ["a", null], [{}], 3)).toEqual([
    ...["is []", 'is "abc"', "is [null]", 'is ["a",null]', "is [{}]", "is 3"],
  ]);
  const wrong = [
    ...[{}, { step: "" }, { step: 5 }, { phase: "heal" }, { step: "s", phase: "faults" }],
    ...[{ step: "s", at: 1 }, { phase: "faults", at: 1 }, null, "faults", 5],
  ];
  expect(whats(window(""), ...wrong)).toEqual(wrong.map((value) => `is ${JSON.stringify(value)}`));
  expect(whats(window(""), undefined)).toEqual(["is missing"]);
});

test("a problem comes with the way to write it", () => {
  const hints = [name(""), duration(""), share(""), wholeNumber("", 2), flag(""), names(""), values(""), window("")];
  expect(hints.map(({ problem }) => problem(undefined)?.hint)).toMatchInlineSnapshot(`
    [
      "use a name: "events"",
      "use a span of time that is not negative: seconds(15)",
      "use a share above 0 and up to 1: 99 % is written 0.99",
      "use a whole number from 2 up",
      "use true or false",
      "name at least one: ["NOT_ENOUGH_REPLICAS"]",
      "name at least one, in their order: [3, 2, 3]",
      "use { step: "the name of a step" } or { phase: "faults" }",
    ]
  `);
});

const toy = {
  check: "toy",
  sentence: "all is well",
  fields: { of: name("the load"), least: optional(wholeNumber("how many", 1), "1") },
  example: { of: "events", least: 3 },
  judge: ({ of, least = 1 }: { check: "toy"; of: string; least?: number }) =>
    finding("held", `${of} has ${least}`, { least }),
} as const;

test("a check is built with its fields, or with its load first", () => {
  const plain = defineCheck<Parameters<typeof toy.judge>[0]>(toy);
  const loadFirst = defineCheckOf<Parameters<typeof toy.judge>[0]>(toy);
  const { check, sentence, fields } = toy;
  const same = { check, sentence, fields, example: { check: "toy", of: "events", least: 3 } };
  expect(plain).toMatchObject({ ...same, loadFirst: false });
  expect(loadFirst).toMatchObject({ ...same, loadFirst: true });
  expect(plain.build({ of: "events" })).toEqual({ check: "toy", of: "events" });
  expect(loadFirst.build("events")).toEqual({ check: "toy", of: "events" });
  expect(loadFirst.build("events", { least: 2 })).toEqual({ check: "toy", of: "events", least: 2 });
  expect(plain.judge(plain.build({ of: "events", least: 2 }), journalOf({}))).toEqual({
    ...{ verdict: "held", summary: "events has 2", figures: { least: 2 }, evidence: [] },
  });
});

test("a builder names the field that is wrong, missing or not its own", () => {
  const { build } = defineCheck<Parameters<typeof toy.judge>[0]>(toy);
  const told = (given: object): string => refusal(() => build(given as { of: string }));
  expect([
    told({ of: "events", least: 0 }),
    told({ least: 2 }),
    told({ of: "events", most: 2 }),
    // Every object has this one, and no check has.
    told({ of: "events", constructor: 2 }),
    told({ of: "events", least: undefined }),
    told({ of: undefined }),
  ]).toMatchInlineSnapshot(`
    [
      "bad-scenario: check.toy: least is 0; use a whole number from 1 up",
      "bad-scenario: check.toy: of is missing; use a name: "events"",
      "bad-scenario: check.toy: most is not one of its fields; use of, least",
      "bad-scenario: check.toy: constructor is not one of its fields; use of, least",
      "accepted",
      "bad-scenario: check.toy: of is missing; use a name: "events"",
    ]
  `);
});

test("its page and its schema name its fields, and which may be left out", () => {
  const check = defineCheck<Parameters<typeof toy.judge>[0]>(toy);
  expect(checkTable([check])).toMatchInlineSnapshot(`
    "| check | held when | fields (default) |
    | --- | --- | --- |
    | [toy](#toy) | all is well | \`of\`: the load<br>\`least\`: how many (1) |"
  `);
  expect(checkSchema([check])).toMatchInlineSnapshot(`
    {
      "$id": "check.schema.json",
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "allOf": [
        {
          "if": {
            "properties": {
              "check": {
                "const": "toy",
              },
            },
            "required": [
              "check",
            ],
          },
          "then": {
            "additionalProperties": false,
            "description": "all is well",
            "properties": {
              "check": {
                "const": "toy",
              },
              "least": {
                "description": "how many",
                "minimum": 1,
                "type": "integer",
              },
              "of": {
                "description": "the load",
                "minLength": 1,
                "type": "string",
              },
            },
            "required": [
              "check",
              "of",
            ],
            "type": "object",
          },
        },
      ],
      "description": "What a scenario expects. Made from the definitions in lab/checks/, which docs/checks.md explains.",
      "properties": {
        "check": {
          "enum": [
            "toy",
          ],
        },
      },
      "required": [
        "check",
      ],
      "title": "a check, as plan.json and verdict.json of a run folder hold it",
      "type": "object",
    }
  `);
});
