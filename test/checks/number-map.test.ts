import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Groups, NumberMap, pairOf } from "../../lab/checks/number-map.ts";
import { countBelow, inOrderOf } from "../../lab/checks/order.ts";
import { PlaceMap, wasPlaced } from "../../lab/checks/places.ts";
import { putTry } from "../../lab/checks/tries.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Outcome } from "../../lab/journal/index.ts";

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

  test("NumberMap grows: 20,000 neighbours, and 20,000 far apart", () => {
    const map = new NumberMap();
    for (let i = 0; i < 20_000; i += 1) map.put(i, i);
    for (let i = 1; i <= 20_000; i += 1) map.put(i * 2 ** 33, -i);
    expect(map.size).toBe(40_000);
    const wrong = Array.from({ length: 20_000 }, (_, i) => i).filter(
      (i) => map.values[map.slotOf(i)] !== i || map.values[map.slotOf((i + 1) * 2 ** 33)] !== -(i + 1),
    );
    expect(wrong).toEqual([]);
    for (let i = 20_000; i < 40_000; i += 1) if (map.slotOf(i) !== -1) throw new Error(`${i} was never put`);
  });

  test("NumberMap has room for as many as it is told, in powers of two, and doubles it when that is full", () => {
    const roomOf = ({ keys, values }: NumberMap): number[] => [keys.length, values.length];
    expect([undefined, 0, 16, 17, 600].map((room) => roomOf(new NumberMap(room)))).toEqual([
      ...[
        [512, 512],
        [16, 16],
        [16, 16],
        [32, 32],
        [1_024, 1_024],
      ],
    ]);
    const map = new NumberMap(16);
    for (let key = 0; key < 16; key += 1) expect(map.put(key * 7, key)).toBe(key);
    expect(roomOf(map)).toEqual([16, 16]);
    expect([map.put(14, 99), map.values[2]]).toEqual([2, 2]);
    expect(map.put(1_000, 16)).toBe(16);
    expect(roomOf(map)).toEqual([32, 32]);
    expect([...map.keys.subarray(0, 17)]).toEqual([...Array.from({ length: 16 }, (_, key) => key * 7), 1_000]);
    expect([...map.values.subarray(0, 17)]).toEqual(Array.from({ length: 17 }, (_, slot) => slot));
    expect([0, 7, 105, 1_000, 1, 112].map((key) => map.slotOf(key))).toEqual([0, 1, 15, 16, -1, -1]);
  });

  test("two numbers as one", () => {
    expect([pairOf(0, 0), pairOf(0, 7), pairOf(1, 2), pairOf(3, 2 ** 32 - 1)]).toEqual([
      ...[0, 7, 2 ** 32 + 2, 2 ** 34 - 1],
    ]);
  });

  test("Groups number combinations from 0", () => {
    const groups = new Groups();
    expect([groups.of(1, 2, 3), groups.of(1, 2, 4), groups.of(2, 1, 3), groups.of(1, 2, 3)]).toEqual([0, 1, 2, 0]);
    expect(groups.size).toBe(3);
  });

  test("PlaceMap tells a contradiction once", () => {
    const places = new PlaceMap();
    expect([places.note(0, 5, 1), places.note(0, 5, 1), places.note(1, 5, 2)]).toEqual([true, true, true]);
    expect([places.note(0, 5, 2), places.note(0, 5, 3), places.note(0, 5, 1)]).toEqual([false, true, true]);
    expect([places.note(1, 5, 2), places.note(1, 5, 1)]).toEqual([true, false]);
  });

  test("PlaceMap counts the places between two offsets, each once, in whatever order they were noted", () => {
    const places = new PlaceMap();
    for (const offset of [9, 2 ** 45, 4, 5, 5]) places.note(3, offset, offset);
    places.note(0, 6, 1);
    const between = (from: number, to: number): number => places.countBetween(3, from, to);
    expect([between(4, 9), between(5, 10), between(6, 9), between(9, 9), between(0, 4)]).toEqual([2, 2, 0, 0, 0]);
    expect([between(5, 2 ** 45), between(5, 2 ** 45 + 1)]).toEqual([2, 3]);
    expect([places.countBetween(0, 0, 9), places.countBetween(7, 0, 9)]).toEqual([1, 0]);
  });

  test("an operation was placed where it was acknowledged with a partition and an offset", () => {
    const { operations } = journalOf({
      operations: [
        { partition: 0, offset: 0 },
        { partition: -1, offset: 0 },
        { partition: 0, offset: -1 },
        { partition: 0, offset: 0, outcome: "unknown" },
        { partition: 0, offset: 0, outcome: "failed" },
        { partition: 3, offset: 5 },
      ],
    });
    expect([0, 1, 2, 3, 4, 5].map((row) => wasPlaced(operations, row))).toEqual([
      ...[true, false, false, false, false, true],
    ]);
  });

  test("of several tries of a value, the one that tells the most stands for it, of equals the first", () => {
    const stands = (...outcomes: Outcome[]): number[] => {
      const { operations } = journalOf({ operations: [{}, ...outcomes.map((outcome) => ({ outcome }))] });
      const rows = new NumberMap();
      const slots = outcomes.map((_, i) => putTry(rows, operations, 7, i + 1));
      expect(slots).toEqual(outcomes.map(() => 0));
      return [...rows.values.subarray(0, rows.size)];
    };
    expect(stands("failed", "unknown", "ok", "ok")).toEqual([3]);
    expect(stands("ok", "unknown", "failed")).toEqual([1]);
    expect(stands("unknown", "failed", "unknown")).toEqual([1]);
    expect(stands("failed", "failed", "unknown")).toEqual([3]);
    expect(stands("failed", "ok")).toEqual([2]);
  });

  test("inOrderOf merges runs that are in order, whatever their number and length", () => {
    const sorted = (...numbers: number[]): number[] => [
      ...inOrderOf(Float64Array.from(numbers), Uint32Array.from(numbers.keys())),
    ];
    expect(sorted(3, 1)).toEqual([1, 0]);
    expect(sorted(1, 3, 1, 3)).toEqual([0, 2, 1, 3]);
    expect(sorted(5, 6, 1, 2, 3)).toEqual([2, 3, 4, 0, 1]);
    expect(sorted(5, 6, 7, 1)).toEqual([3, 0, 1, 2]);
    expect(sorted(9, 7, 5, 3, 1)).toEqual([4, 3, 2, 1, 0]);
    expect(sorted(4, 4, 2, 2, 4, 2, 0)).toEqual([6, 2, 3, 5, 0, 1, 4]);
    expect(sorted(-1, -3, -2)).toEqual([1, 2, 0]);
  });
  test("inOrderOf leaves rows as they are that are in order already, and no others", () => {
    const column = Float64Array.from([5, 5, 2, 9, 1]);
    const inOrder = Uint32Array.from([2, 0, 1, 3]);
    expect(inOrderOf(column, inOrder)).toBe(inOrder);
    const rows = Uint32Array.from([3, 4, 0]);
    expect([...inOrderOf(column, rows)]).toEqual([4, 0, 3]);
    expect([...rows]).toEqual([3, 4, 0]);
    expect([...inOrderOf(column, new Uint32Array())]).toEqual([]);
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
    expect(countBelow([-3, -1], -2)).toBe(1);
    expect(countBelow([], 1)).toBe(0);
  });
});
