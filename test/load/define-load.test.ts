import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { defineSpec, operationRandom, shortestFor, type Given } from "../../lab/load/define-load.ts";
import { choice, duration, flag, group, number, optional, rate, text, whole } from "../../lab/fields.ts";
import type { AnyLoadSpec } from "../../lab/load/types.ts";
import { seededRandom } from "../../lab/random.ts";
import { milliseconds, perSecond, seconds, type Duration } from "../../lab/time.ts";
import { refusal } from "../refusal.ts";

interface PostSpec extends AnyLoadSpec {
  readonly kind: "post";
  readonly letters: number;
  readonly weight: number;
  readonly by: "foot" | "rail";
  readonly insured: boolean;
  readonly stamps?: number;
  readonly box: { readonly opened: Duration; readonly slots: number };
}

const spec = defineSpec<PostSpec>({
  kind: "post",
  fields: {
    to: text(/^[^.]+\.box$/, 'use "town.box"'),
    rate: rate("letters", { least: 0.1, most: 10, otherwise: perSecond(2) }),
    timeout: duration({ least: seconds(1), most: seconds(60), otherwise: seconds(5) }),
    letters: whole({ least: 1, most: 9, otherwise: 3 }),
    weight: number({ least: 0, most: 1, otherwise: 0.5 }),
    by: choice(["foot", "rail"], "foot"),
    insured: flag(false),
    stamps: optional(whole({ least: 1, most: 4 })),
    box: group<PostSpec["box"]>({
      opened: duration({ least: seconds(1), most: seconds(9), otherwise: seconds(2) }),
      slots: whole({ least: 0, most: 4, otherwise: 1 }),
    }),
  },
  together: ({ letters, box }) =>
    letters > 8 && box.slots === 0 ? { field: "letters", what: "do not fit", hint: "give the box a slot" } : undefined,
});

describe("a spec of a load", () => {
  test("has every field, whatever was left out", () => {
    expect(spec.build({ to: "town.box", box: { slots: 4 } })).toEqual({
      kind: "post",
      to: "town.box",
      rate: 2,
      timeout: 5_000,
      letters: 3,
      weight: 0.5,
      by: "foot",
      insured: false,
      box: { opened: 2_000, slots: 4 },
    });
  });

  test("is refused by the first field that cannot be", () => {
    const build = (given: object): string => refusal(() => spec.build({ to: "town.box", ...given }));
    expect([
      refusal(() => spec.build({} as Given<PostSpec, "to">)),
      build({ to: "town" }),
      build({ rate: Number.NaN }),
      build({ rate: 10.1 }),
      build({ timeout: Number.POSITIVE_INFINITY }),
      build({ timeout: 0 }),
      build({ letters: 1.5 }),
      build({ weight: -0.1 }),
      build({ by: "air" }),
      build({ insured: "yes" }),
      build({ stamps: 5 }),
      build({ box: 3 }),
      build({ box: { slots: 5 } }),
      build({ box: { depth: 1 } }),
      build({ colour: "red" }),
      build({ letters: 9, box: { slots: 0 } }),
      build({ letters: 9, box: { slots: 1 } }),
    ]).toMatchInlineSnapshot(`
      [
        "bad-scenario: post: to is missing; use "town.box"",
        "bad-scenario: post: to is "town"; use "town.box"",
        "bad-scenario: post: rate is NaN; use 0.1 to 10 letters a second",
        "bad-scenario: post: rate is 10.1; use 0.1 to 10 letters a second",
        "bad-scenario: post: timeout is Infinity; use 1 s to 60 s",
        "bad-scenario: post: timeout is 0.0 ms; use 1 s to 60 s",
        "bad-scenario: post: letters is 1.5; use a whole number from 1 to 9",
        "bad-scenario: post: weight is -0.1; use 0 to 1",
        "bad-scenario: post: by is "air"; use foot or rail",
        "bad-scenario: post: insured is "yes"; use true or false",
        "bad-scenario: post: stamps is 5; use a whole number from 1 to 4",
        "bad-scenario: post: box is 3; use { opened, slots }",
        "bad-scenario: post: box.slots is 5; use a whole number from 0 to 4",
        "bad-scenario: post: box.depth is no field; there is: opened, slots",
        "bad-scenario: post: colour is no field; there is: to, rate, timeout, letters, weight, by, insured, stamps, box",
        "bad-scenario: post: letters do not fit; give the box a slot",
        "accepted",
      ]
    `);
  });

  test("tells all that is wrong at once", () => {
    const wrong = { ...spec.build({ to: "town.box" }), rate: -1, box: { opened: 0, slots: 1 }, extra: 1 };
    expect(spec.problems(wrong).map(({ field, what }) => `${field} ${what}`)).toEqual([
      "rate is -1",
      "box.opened is 0.0 ms",
      "extra is no field",
    ]);
    expect(spec.problems(spec.build({ to: "town.box" }))).toEqual([]);
  });

  test("is what its schema says: both take and refuse the same", () => {
    const valid = new Ajv().compile(spec.schema);
    const anything = fc.record(
      {
        to: fc.constantFrom("town.box", "town"),
        rate: fc.double({ min: -1, max: 12, noNaN: true }),
        timeout: fc.integer({ min: 0, max: 70_000 }),
        letters: fc.integer({ min: 0, max: 8 }),
        weight: fc.double({ min: -0.5, max: 1.5, noNaN: true }),
        by: fc.constantFrom("foot", "rail", "air"),
        insured: fc.constantFrom(true, false, 1),
        stamps: fc.integer({ min: 0, max: 5 }),
        box: fc.record({ opened: fc.integer({ min: 0, max: 10_000 }), slots: fc.integer({ min: -1, max: 5 }) }),
        extra: fc.constant(1),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (changed) => {
        const held = { ...spec.build({ to: "town.box" }), ...changed };
        expect(valid(held)).toBe(spec.problems(held).length === 0);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test("does not compile with a field that is not there, or of another kind", () => {
    expectTypeOf<Given<PostSpec, "to">["box"]>().toEqualTypeOf<Partial<PostSpec["box"]> | undefined>();
    // @ts-expect-error a box has no depth
    expect(refusal(() => spec.build({ to: "town.box", box: { depth: 1 } }))).toContain("box.depth is no field");
    // @ts-expect-error a rate is made by perSecond
    expect(spec.build({ to: "town.box", rate: 1 }).rate).toBe(1);
  });
});

test("what an operation draws follows from seed, load and number alone, in whatever order they come", () => {
  const drawn = (load: string, numbers: readonly number[]): Map<number, string> => {
    const random = seededRandom(42).fork(`load ${load}`);
    return new Map(numbers.map((k) => [k, `${operationRandom(random, k).fraction()}`]));
  };
  const inOrder = drawn("events", [0, 1, 2, 3]);
  expect([...drawn("events", [3, 1, 0, 2])].sort(([a], [b]) => a - b)).toEqual([...inOrder]);
  expect(new Set(inOrder.values()).size).toBe(4);
  expect(drawn("other", [0]).get(0)).not.toBe(inOrder.get(0));
});

test("so many operations need at least so long", () => {
  const pace = { perSecond: perSecond(0.2), usual: seconds(5), longest: seconds(60) };
  expect(shortestFor(3, pace)).toBe(20_000);
  expect(shortestFor(3, { ...pace, perSecond: perSecond(300), usual: milliseconds(20) })).toBe(30);
});
