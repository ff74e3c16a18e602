/** What the flags of all commands take: each has a range, and its refusal shows a call that works. */
import { LabError } from "../errors.ts";
import { milliseconds, type Duration } from "../time.ts";

interface Range {
  readonly least: number;
  readonly most: number;
}

/** So many the generator tells apart: it takes 32 bits. */
export const SEEDS: Range = { least: 0, most: 2 ** 32 - 1 };
/** More rounds than that are a loop of one's own: the reports of a suite are drawn together. */
export const REPEATS: Range = { least: 1, most: 1_000 };
export const SHARDS: Range = { least: 1, most: 1_000 };
/** For how long a fault by hand may be in force: timers cannot count beyond 24.8 days. */
const FAULT_MS: Range = { least: 1, most: 24 * 3_600_000 };

const badFlag = (flag: string, wanted: string, got: string, call: string): LabError =>
  new LabError({
    code: "bad-usage",
    message: `${flag} wants ${wanted}, got ${JSON.stringify(got)}`,
    hint: `for example ${call}`,
  });

/** @throws LabError `bad-usage` for what is no whole number in decimal digits within the range */
export const wholeNumber =
  (flag: string, { least, most }: Range, example: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw badFlag(flag, `a whole number from ${least} to ${most}`, text, `${flag} ${example}`);
  };

export const seedFlag = wholeNumber("--seed", SEEDS, 42);
export const repeatFlag = wholeNumber("--repeat", REPEATS, 3);

/** The `index`-th of `of` parts, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** @throws LabError `bad-usage` for what is not `i/n` with 1 ≤ i ≤ n ≤ 1000 */
export function shardFlag(text: string): Shard {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index >= SHARDS.least && index <= of && of <= SHARDS.most) return { index, of };
  throw badFlag("--shard", `i/n with 1 ≤ i ≤ n ≤ ${SHARDS.most}`, text, "--shard 2/3: the second of three machines");
}

/** What else than a verdict may end a run with another code than 0. */
export type FailOn = "regression";

export const FAIL_ON_HELP = "regression: end with 5 where all held and a figure is worse than its baseline";

/** @throws LabError `bad-usage` for any other word */
export function failOnFlag(text: string): FailOn {
  if (text === "regression") return text;
  throw badFlag("--fail-on", "regression", text, "--fail-on regression");
}

const UNITS = { ms: 1, s: 1_000, m: 60_000 } as const;

/** @throws LabError `bad-usage` for what is no time, or not from 1 ms to 24 hours */
export function durationFlag(flag: string): (text: string) => Duration {
  return (text) => {
    const [, count = "", unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? [];
    const spanMs = Number(count) * UNITS[unit as keyof typeof UNITS];
    if (count !== "" && spanMs >= FAULT_MS.least && spanMs <= FAULT_MS.most) return milliseconds(spanMs);
    throw badFlag(flag, "a time from 1ms to 24 hours (1440m), such as 500ms, 20s or 2m", text, `${flag} 20s`);
  };
}
