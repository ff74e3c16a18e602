/** Randomness for the whole lab: every random choice comes from the run's seed, so that a run can be repeated. */
import { createHash, randomBytes } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

export interface Random {
  /** A whole number from 0 to `below` − 1. */
  integer(below: number): number;
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number;
  /** One of the given; throws a RangeError for none. */
  pick<T>(from: readonly T[]): T;
  /** The same elements in another order. */
  shuffle<T>(from: readonly T[]): T[];
  /**
   * A stream of its own, which follows from the seed and the labels alone (a fork of a fork has two): it is the same
   * however much was drawn here or from any other stream, and drawing from it moves no other. The same label gives the
   * same stream, from its beginning, each time.
   */
  fork(label: string): Random;
}

/** The same seed gives the same sequence, on every machine. */
export const seededRandom = (seed: number): Random => stream(seed, []);

/** The stream that a seed has under these labels; under none it is the seed's own. */
function stream(seed: number, labels: readonly string[]): Random {
  const generator = labels.length === 0 ? xoroshiro128plus(seed) : xoroshiro128plusFromState(stateOf(seed, labels));
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
    fork: (label) => stream(seed, [...labels, label]),
  };
}

/** 128 bits, in four words, so that no two streams of all the runs ever made start alike by chance. */
function stateOf(seed: number, labels: readonly string[]): number[] {
  // As JSON, no two lists of labels are the same text.
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...labels]))
    .digest();
  return [0, 4, 8, 12].map((at) => digest.readInt32LE(at));
}

/** A seed for a run that was given none. */
export const freshSeed = (): number => randomBytes(4).readUInt32LE() & 0x7fffffff;

/** A short name that no other run has. */
export const freshId = (): string => randomBytes(4).toString("hex");
