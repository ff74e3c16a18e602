import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Groups, NumberMap } from "../../lab/checks/number-map.ts";
import { countBelow, inOrderOf } from "../../lab/checks/order.ts";
import { PlaceMap } from "../../lab/checks/places.ts";

const key = fc.oneof(
  fc.integer({ min: -3, max: 40 }),
  fc.maxSafeInteger(),
  fc.integer({ min: 0, max: 9 }).map((n) => n * 2 ** 32),
);

describe("numbers in typed arrays", () => {
  test("property: NumberMap is a map that keeps the first", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.integer()), { maxLength: 200 }), fc.array(key), (entries, others) => {
        const map = new NumberMap();
        const expected = new Map<number, number>();
        for (const [k, v] of entries) {
          if (!expected.has(k)) expected.set(k, v);
          expect(map.values[map.put(k, v)]).toBe(expected.get(k));
        }
        expect(map.size).toBe(expected.size);
        expect([...map.keys.subarray(0, map.size)]).toEqual([...expected.keys()]);
        for (const k of [...expected.keys(), ...others]) {
          const slot = map.slotOf(k);
          expect(slot < 0 ? undefined : map.values[slot]).toBe(expected.get(k));
        }
      }),
    );
  });

  test("NumberMap grows: 200,000 neighbours, and 200,000 far apart", () => {
    const map = new NumberMap();
    for (let i = 0; i < 200_000; i += 1) map.put(i, i);
    for (let i = 1; i <= 200_000; i += 1) map.put(i * 2 ** 33, -i);
    expect(map.size).toBe(400_000);
    for (let i = 1; i < 200_000; i += 1) {
      if (map.values[map.slotOf(i)] !== i || map.values[map.slotOf(i * 2 ** 33)] !== -i)
        throw new Error(`${i} is lost`);
    }
  });

  test("Groups number combinations from 0", () => {
    const groups = new Groups();
    expect([groups.of(1, 2, 3), groups.of(1, 2, 4), groups.of(2, 1, 3), groups.of(1, 2, 3)]).toEqual([0, 1, 2, 0]);
    expect(groups.size).toBe(3);
  });

  test("PlaceMap tells a contradiction once", () => {
    const places = new PlaceMap();
    expect([places.note(0, 5, 1), places.note(0, 5, 1), places.note(1, 5, 2)]).toEqual([true, true, true]);
    expect([places.note(0, 5, 2), places.note(0, 5, 3)]).toEqual([false, true]);
    places.note(0, 2 ** 45, 9);
    expect(places.countBetween(0, 5, 2 ** 45)).toBe(1);
    expect(places.countBetween(0, 5, 2 ** 45 + 1)).toBe(2);
    expect(places.countBetween(7, 0, 9)).toBe(0);
  });

  test("property: inOrderOf sorts rows, and equal ones keep their order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (numbers) => {
        const rows = Uint32Array.from(numbers.keys());
        const expected = [...rows].sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b);
        expect([...inOrderOf(Float64Array.from(numbers), rows)]).toEqual(expected);
      }),
    );
  });

  test("countBelow", () => {
    const ascending = Float64Array.from([1, 3, 3, 7]);
    expect([0, 1, 2, 3, 4, 7, 8].map((limit) => countBelow(ascending, limit))).toEqual([0, 0, 1, 1, 3, 3, 4]);
  });
});
