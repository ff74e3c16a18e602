/** What a check is made of. One file defines one check; `registry.ts` names it in one line. */
import { LabError } from "../errors.ts";
import type { Journal } from "../journal/types.ts";
import type { Duration } from "../time.ts";
import type { Field } from "./fields.ts";
import type { Finding } from "./types.ts";

/** What all specs have: which check it is. */
export interface AnySpec {
  readonly check: string;
}

/** A check of one load or cluster against one limit of time. */
export interface LimitSpec<C extends string> {
  readonly check: C;
  readonly of: string;
  readonly within: Duration;
}

type FieldsOf<S extends AnySpec> = Readonly<Required<Record<Exclude<keyof S, "check">, Field>>>;

interface Parts<S extends AnySpec> {
  readonly check: S["check"];
  /** What it promises when it holds, in one sentence; help and docs show it. */
  readonly sentence: string;
  readonly fields: FieldsOf<S>;
  /** As a scenario may write it, with every field; docs show it, and tests use it. */
  readonly example: Omit<S, "check">;
  /** Pure; may throw on a broken journal: `runCheck` makes that unknown. */
  readonly judge: (spec: S, journal: Journal) => Finding;
}

export interface CheckDefinition<S extends AnySpec = AnySpec> {
  readonly check: S["check"];
  readonly sentence: string;
  readonly fields: Readonly<Record<string, Field>>;
  readonly example: S;
  /** Whether the builder takes the load first: `check.delivery("events", { … })`. */
  readonly loadFirst: boolean;
  /** For a spec of this check only. */
  readonly judge: (spec: AnySpec, journal: Journal) => Finding;
}

/** A builder of this shape stands in `check`. @throws LabError `bad-scenario` that names the field. */
export type Build<S extends AnySpec> = (options: Omit<S, "check">) => S;
export type BuildOf<S extends AnySpec & { readonly of: string }> = (of: string, options?: Omit<S, "check" | "of">) => S;

/** A check whose builder takes its fields: `check.recovery({ of: "events", within: seconds(15) })`. */
export function defineCheck<S extends AnySpec>(parts: Parts<S>): CheckDefinition<S> & { readonly build: Build<S> } {
  return { ...definitionOf(parts, false), build: (options) => built(parts, options) };
}

/** A check that needs nothing but a load: `check.delivery("events", { duplicatesAllowed: true })`. */
export function defineCheckOf<S extends AnySpec & { readonly of: string }>(
  parts: Parts<S>,
): CheckDefinition<S> & { readonly build: BuildOf<S> } {
  return {
    ...definitionOf(parts, true),
    build: (of, options) => built(parts, { of, ...options } as Omit<S, "check">),
  };
}

function definitionOf<S extends AnySpec>(parts: Parts<S>, loadFirst: boolean): CheckDefinition<S> {
  const { check, sentence, fields, example, judge } = parts;
  return {
    check,
    sentence,
    fields,
    example: { check, ...example } as S,
    loadFirst,
    judge: (spec, journal) => judge(spec as S, journal),
  };
}

function built<S extends AnySpec>({ check, fields }: Parts<S>, options: Omit<S, "check">): S {
  const given: Readonly<Record<string, unknown>> = options;
  const known: Readonly<Record<string, Field>> = fields;
  const bad = (what: string, hint: string): LabError =>
    new LabError({ code: "bad-scenario", message: `check.${check}: ${what}`, hint });
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(known, field))
      throw bad(`${field} is not one of its fields`, `use ${Object.keys(known).join(", ")}`);
  }
  for (const [field, { fallback, problem }] of Object.entries(known)) {
    if (given[field] === undefined && fallback !== undefined) continue;
    const wrong = problem(given[field]);
    if (wrong !== undefined) throw bad(`${field} ${wrong.what}`, wrong.hint);
  }
  return { check, ...options } as unknown as S;
}
