/** Randomness for the whole lab: every random choice comes from the run's seed, so that a run can be repeated. */
import { randomBytes } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Random {
  /** A whole number from 0 to `below` − 1. */
  integer(below: number): number;
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number;
  /** One of the given; throws a RangeError for none. */
  pick<T>(from: readonly T[]): T;
  /** The same elements in another order. */
  shuffle<T>(from: readonly T[]): T[];
}

/** The same seed gives the same sequence, on every machine. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const integer = (below: number): number => uniformInt(generator, 0, below - 1);
  return {
    integer,
    fraction: () => uniformFloat64(generator),
    pick(from) {
      const element = from[integer(from.length)];
      if (from.length === 0 || element === undefined) throw new RangeError("nothing to pick from");
      return element;
    },
    shuffle(from) {
      const rest = [...from];
      const shuffled: typeof rest = [];
      while (rest.length > 0) shuffled.push(...rest.splice(integer(rest.length), 1));
      return shuffled;
    },
  };
}

/** A seed for a run that was given none. */
export const freshSeed = (): number => randomBytes(4).readUInt32LE() & 0x7fffffff;

/** A short name that no other run has. */
export const freshId = (): string => randomBytes(4).toString("hex");
