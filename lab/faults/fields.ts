/**
 * The fields that a fault's data is made of. Each knows its type, its bounds, its JSON schema, and how it is said in
 * words and read back; a kind of fault lists its fields, and all else follows.
 */
import type { Target } from "./who.ts";

/** What is wrong with a value, and what it may be. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

export interface Field<T, Optional extends boolean = boolean> {
  readonly optional: Optional;
  /** One line for help texts and docs, with unit and bounds. */
  readonly about: string;
  /** What stands for it in a usage line; several where it can be said in several ways. */
  readonly usages: readonly string[];
  readonly schema: Readonly<Record<string, unknown>>;
  /** A regular expression, without groups, of all ways to say it. */
  readonly pattern: string;
  /** Undefined for what the pattern takes and means nothing. */
  read(text: string): T | undefined;
  say(value: T): string;
  problem(value: unknown): Problem | undefined;
}

/** The same field, which may be left out. */
export const optional = <T>(field: Field<T>): Field<T, true> => ({ ...field, optional: true });

const wanted = (what: string, value: unknown, hint: string): Problem => ({
  message: `${what} cannot be ${typeof value === "string" ? JSON.stringify(value) : String(value)}`,
  hint,
});

/** Whom a fault means, as a phrase. */
export const target = (about = "whom it means, as a phrase"): Field<Target, false> => ({
  optional: false,
  about,
  usages: ["TARGET"],
  schema: { type: "string", minLength: 1, description: about },
  pattern: ".+?",
  read: (text) => text,
  say: (value) => value,
  problem: (value) =>
    typeof value === "string" && value.trim() !== ""
      ? undefined
      : wanted("whom it means", value, 'a phrase, such as "leader of events/0"'),
});

/** A word without spaces: the name of a cluster, a pattern of files. */
export function word(about: string, usage: string, pattern = String.raw`\S+`): Field<string, false> {
  const whole = new RegExp(`^(?:${pattern})$`);
  return {
    optional: false,
    about,
    usages: [usage],
    schema: { type: "string", pattern: `^(?:${pattern})$`, description: about },
    pattern,
    read: (text) => text,
    say: (value) => value,
    problem: (value) =>
      typeof value === "string" && whole.test(value) ? undefined : wanted(about, value, "one word without spaces"),
  };
}

/** One of a node's drives. */
export const disk = (): Field<string, true> =>
  optional(word("one of its drives, by its path; none: all of them", "DISK", String.raw`/\S*`));

/** One of a few words. */
export const oneOf = <const W extends string>(about: string, words: readonly W[]): Field<W, false> => ({
  optional: false,
  about: `${about}: ${words.join(", ")}`,
  usages: [words.join("|")],
  schema: { enum: words, description: about },
  pattern: words.join("|"),
  read: (text) => words.find((each) => each === text),
  say: (value) => value,
  problem: (value) =>
    (words as readonly unknown[]).includes(value) ? undefined : wanted(about, value, `one of ${words.join(", ")}`),
});

/** Said, or not said: `also from clients`. */
export const flag = (about: string, words: string): Field<true, true> => ({
  optional: true,
  about,
  usages: [words],
  schema: { const: true, description: about },
  pattern: words,
  read: () => true,
  say: () => words,
  problem: (value) => (value === true ? undefined : wanted(words, value, "true, or left out")),
});

/** A fault that is neither healed nor waited for: a lost region. */
export const permanent = flag("it is neither healed nor waited for", "for good");

const grouped = (value: number): string => value.toLocaleString("en");

export interface WholeNumber {
  /** `the bytes per second` */
  readonly what: string;
  readonly usage: string;
  readonly least: number;
  readonly most: number;
}

/** A whole number within bounds. */
export const whole = ({ what, usage, least, most }: WholeNumber): Field<number, false> => {
  const bounds =
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${grouped(least)} on`
      : `a whole number from ${grouped(least)} to ${grouped(most)}`;
  return {
    optional: false,
    about: `${what}, ${bounds}`,
    usages: [usage],
    schema: { type: "integer", minimum: least, maximum: most, description: what },
    pattern: String.raw`\d+`,
    read: Number,
    say: String,
    problem: (value) =>
      Number.isInteger(value) && Number(value) >= least && Number(value) <= most
        ? undefined
        : wanted(what, value, bounds),
  };
};

export interface Share {
  readonly what: string;
  /** How the bounds are told: `from 0.01% to 100%, in hundredths`. */
  readonly bounds: string;
  readonly least: number;
  readonly most: number;
  /** How many of the value's units make one percent as it is said: 1 for percents, 0.01 for shares of one. */
  readonly percent: number;
}

/** A share, said in percent with up to two decimals; a `%` follows it in the words. */
export const share = ({ what, bounds, least, most, percent }: Share): Field<number, false> => ({
  optional: false,
  about: `${what}, ${bounds}`,
  usages: ["PERCENT"],
  schema: { type: "number", minimum: least, maximum: most, description: what },
  pattern: String.raw`\d+(?:\.\d+)?`,
  // Rounded to the last digit that is said: 0.07 × 100 is not 7 to a computer.
  read: (text) => Math.round(Number(text) * 100 * percent * 1e6) / 1e8,
  say: (value) => String(Number((value / percent).toFixed(2))),
  problem: (value) =>
    typeof value === "number" && value >= least && value <= most ? undefined : wanted(what, value, bounds),
});
