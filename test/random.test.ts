import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom, type Random } from "../lab/random.ts";

const seeds = fc.integer({ min: 0, max: 0x7fffffff });
const labels = fc.array(fc.string(), { minLength: 1, maxLength: 3 });

const draw = (random: Random, count = 8): number[] => Array.from({ length: count }, () => random.integer(1_000_000));
const forked = (seed: number, path: readonly string[]): Random =>
  path.reduce((random, label) => random.fork(label), seededRandom(seed));

describe("a stream of random numbers", () => {
  test("is the same for the same seed, on every machine", () => {
    expect(draw(seededRandom(42), 3)).toMatchInlineSnapshot(`
      [
        483605,
        21225,
        151535,
      ]
    `);
    expect(draw(seededRandom(42).fork("faults"), 3)).toMatchInlineSnapshot(`
      [
        222439,
        850931,
        13055,
      ]
    `);
    expect(draw(seededRandom(42).fork("faults").fork("fault-1"), 3)).toMatchInlineSnapshot(`
      [
        24564,
        621466,
        7631,
      ]
    `);
  });

  test("keeps what it picks and shuffles within what it is given", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer(), { minLength: 1 }), (seed, from) => {
        const random = seededRandom(seed);
        expect(from).toContain(random.pick(from));
        const upwards = (a: number, b: number): number => a - b;
        expect(random.shuffle(from).toSorted(upwards)).toEqual(from.toSorted(upwards));
      }),
    );
    expect(() => seededRandom(1).pick([])).toThrow(RangeError);
  });
});

describe("a fork", () => {
  test("of the same seed and labels repeats, however much others drew in between", () => {
    fc.assert(
      fc.property(seeds, labels, fc.nat(50), (seed, path, draws) => {
        const root = seededRandom(seed);
        const before = draw(path.reduce((random, label) => random.fork(label), root));
        draw(root, draws);
        draw(root.fork("another"), draws);
        expect(draw(path.reduce((random, label) => random.fork(label), root))).toEqual(before);
        expect(draw(forked(seed, path))).toEqual(before);
      }),
    );
  });

  test("moves no other stream by its draws", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.array(fc.constantFrom("root", "faults", "load", "script"), { maxLength: 40 }),
        (seed, order) => {
          const streams = (): Readonly<Record<string, Random>> => {
            const root = seededRandom(seed);
            return { root, faults: root.fork("faults"), load: root.fork("load"), script: root.fork("script") };
          };
          const together = streams();
          const drawn: Record<string, number[]> = {};
          for (const name of order) (drawn[name] ??= []).push(together[name]?.integer(1_000_000) ?? Number.NaN);
          const alone = streams();
          for (const [name, numbers] of Object.entries(drawn)) {
            const random = alone[name];
            expect(random === undefined ? [] : draw(random, numbers.length)).toEqual(numbers);
          }
        },
      ),
    );
  });

  test("differs by seed, by label, by their order, and from what it was forked from", () => {
    const streams = [
      seededRandom(1),
      seededRandom(2),
      seededRandom(1).fork(""),
      seededRandom(1).fork("a"),
      seededRandom(2).fork("a"),
      seededRandom(1).fork("b"),
      seededRandom(1).fork("a").fork("b"),
      seededRandom(1).fork("b").fork("a"),
      seededRandom(1).fork("a,b"),
      seededRandom(1).fork('a","b'),
    ].map((random) => draw(random).join());
    expect(new Set(streams).size).toBe(streams.length);
  });
});
