import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shardOf } from "../../lab/cli/shards.ts";
import { scenarioFiles } from "../../lab/cli/scenario-files.ts";
import shipped from "../../scenarios/durations.json" with { type: "json" };

const rehearsal = (id: string): { readonly scenario: { readonly id: string } } => ({ scenario: { id } });
const all = scenarioFiles().map(({ id }) => rehearsal(id));
const partsOf = <T extends { readonly scenario: { readonly id: string } }>(
  items: readonly T[],
  of: number,
): (readonly T[])[] => Array.from({ length: of }, (_, place) => shardOf(items, { index: place + 1, of }));
const secondsOf = (items: readonly { readonly scenario: { readonly id: string } }[]): number =>
  items.reduce((sum, { scenario }) => sum + (Object.entries(shipped).find(([id]) => id === scenario.id)?.[1] ?? 0), 0);

describe("shards", () => {
  test("together are everything, once, each in its order", () => {
    const ids = fc.array(fc.constantFrom(...Object.keys(shipped), "my/own", "my/other"), { maxLength: 80 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9 }), (chosen, of) => {
        const items = chosen.map((id, place) => ({ ...rehearsal(id), place }));
        const parts = partsOf(items, of);
        expect(
          parts
            .flat()
            .map(({ place }) => place)
            .sort((a, b) => a - b),
        ).toEqual(items.map(({ place }) => place));
        for (const part of parts)
          expect(part.map(({ place }) => place)).toEqual(part.map(({ place }) => place).toSorted((a, b) => a - b));
      }),
    );
  });

  test("take about as long as each other by what was recorded", () => {
    const sums = partsOf(all, 3).map(secondsOf);
    expect(Math.max(...sums) - Math.min(...sums)).toBeLessThan(30);
  });

  test("are the same wherever they are computed: no part is all, and all is one part", () => {
    expect(shardOf(all, undefined)).toEqual(all);
    expect(shardOf(all, { index: 1, of: 1 })).toEqual(all);
    expect(partsOf(all, 4)).toEqual(partsOf([...all], 4));
  });
});
