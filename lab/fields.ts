/**
 * Fields of a spec of a cluster or a load, as data: what may stand in one, and what stands in it when a scenario leaves it out.
 * A builder's defaults, its error messages and the JSON schema of what it builds all come from them. Pure.
 */
import { formatDuration, type Duration, type Rate } from "./time.ts";

/** Why a field cannot be as it is, and what would do. */
export interface Problem {
  /** `readers.members` */
  readonly field: string;
  /** `is 0` */
  readonly what: string;
  readonly hint: string;
}

/** A JSON schema, draft 7. */
export type Schema = Readonly<Record<string, unknown>>;

/** One field. `T` is what it holds. */
export interface Field<T> {
  /** What it is when a scenario leaves it out; undefined: it may not be left out, or it may be absent (`optional`). */
  readonly otherwise: T | undefined;
  /** Whether the spec may be without it. */
  readonly optional: boolean;
  /** With `description` naming the unit where it is not plain. */
  readonly schema: Schema;
  /** Fills in the defaults of what lies inside. */
  fill(given: unknown): unknown;
  /** What is wrong with a value; empty when nothing is. */
  problems(field: string, value: unknown): readonly Problem[];
}

/** A field for each of a spec's, but for the one that says of what kind it is. */
export type Fields<S> = { readonly [F in keyof Omit<S, "kind" | "system">]-?: Field<NonNullable<S[F]>> };

interface Limits<T> {
  readonly least: number;
  readonly most: number;
  readonly otherwise?: T;
}

/** Text of a shape; `hint` shows what would do. */
export const text = (pattern: RegExp, hint: string, otherwise?: string): Field<string> =>
  field({ schema: { type: "string", pattern: pattern.source }, otherwise }, (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : { what: `is ${shown(value)}`, hint },
  );

/** A whole number. */
export const whole = ({ least, most, otherwise }: Limits<number>): Field<number> =>
  field({ schema: { type: "integer", minimum: least, maximum: most }, otherwise }, (value) =>
    Number.isInteger(value) && isWithin(value, least, most)
      ? undefined
      : { what: `is ${shown(value)}`, hint: `use a whole number from ${least} to ${most}` },
  );

/** A number, fractions included. */
export const number = ({ least, most, otherwise }: Limits<number>): Field<number> =>
  field({ schema: { type: "number", minimum: least, maximum: most }, otherwise }, (value) =>
    isWithin(value, least, most) ? undefined : { what: `is ${shown(value)}`, hint: `use ${least} to ${most}` },
  );

/** How many a second, of what: `records`. */
export const rate = (of: string, { least, most, otherwise }: Limits<Rate>): Field<Rate> => {
  const schema = { type: "number", minimum: least, maximum: most, description: `${of} a second` };
  return field({ schema, otherwise }, (value) =>
    isWithin(value, least, most)
      ? undefined
      : { what: `is ${shown(value)}`, hint: `use ${least} to ${most} ${of} a second` },
  );
};

/** A span of time; in the schema, milliseconds. */
export const duration = ({
  least,
  most,
  otherwise,
}: {
  readonly least: Duration;
  readonly most: Duration;
  readonly otherwise?: Duration;
}): Field<Duration> => {
  const schema = { type: "number", minimum: least, maximum: most, description: "milliseconds" };
  return field({ schema, otherwise }, (value) =>
    isWithin(value, least, most)
      ? undefined
      : {
          what: `is ${typeof value === "number" ? formatSpan(value) : shown(value)}`,
          hint: `use ${formatDuration(least)} to ${formatDuration(most)}`,
        },
  );
};

/** One of several words. */
export const choice = <const W extends string>(words: readonly W[], otherwise?: NoInfer<W>): Field<W> =>
  field({ schema: { type: "string", enum: words }, otherwise }, (value) =>
    words.some((word) => word === value)
      ? undefined
      : { what: `is ${shown(value)}`, hint: `use ${words.join(", ").replace(/, ([^,]*)$/, " or $1")}` },
  );

/** True or false. */
export const flag = (otherwise: boolean): Field<boolean> =>
  field({ schema: { type: "boolean" }, otherwise }, (value) =>
    typeof value === "boolean" ? undefined : { what: `is ${shown(value)}`, hint: "use true or false" },
  );

/** The same field, and what it is for: docs and schema show it. */
export const about = <T>(says: string, inner: Field<T>): Field<T> => {
  const { description: unit } = inner.schema;
  const description = typeof unit === "string" ? `${says}; ${unit}` : says;
  return { ...inner, schema: { ...inner.schema, description } };
};

/** What one field takes, or another: `"combined"`, or a number. */
export const either = <A, B>(one: Field<A>, other: Field<B>): Field<A | B> => ({
  otherwise: one.otherwise ?? other.otherwise,
  optional: false,
  schema: { anyOf: [one.schema, other.schema] },
  fill: (given) => given,
  problems(name, value) {
    const first = one.problems(name, value);
    const [wrong] = first.length === 0 ? [] : other.problems(name, value);
    if (wrong === undefined) return [];
    return [{ ...wrong, hint: `${first[0]?.hint ?? ""}, or ${wrong.hint}` }];
  },
});

/** At least one, in their order. */
export const list = <T>(inner: Field<T>): Field<readonly T[]> => ({
  otherwise: undefined,
  optional: false,
  schema: { type: "array", items: inner.schema, minItems: 1 },
  fill: (given) => given,
  problems: (name, value) =>
    Array.isArray(value) && value.length > 0
      ? value.flatMap((one, place) => inner.problems(`${name}.${place}`, one))
      : [{ field: name, what: `is ${shown(value)}`, hint: "name at least one, in square brackets" }],
});

/** A field for each name that a scenario chooses: topics, backends. */
export function named<T>(pattern: RegExp, hint: string, inner: Field<T>): Field<Readonly<Record<string, T>>> {
  return {
    otherwise: undefined,
    optional: false,
    schema: { type: "object", propertyNames: { pattern: pattern.source }, additionalProperties: inner.schema },
    fill: (given) =>
      isRecord(given) ? Object.fromEntries(Object.entries(given).map(([key, one]) => [key, inner.fill(one)])) : given,
    problems: (name, value) =>
      isRecord(value)
        ? Object.entries(value).flatMap(([key, one]) =>
            pattern.test(key)
              ? inner.problems(`${name}.${key}`, one)
              : [{ field: `${name}.${key}`, what: "has no such name", hint }],
          )
        : [{ field: name, what: `is ${shown(value)}`, hint: "use { NAME: … }" }],
  };
}

/** Settings in a system's own names, none by default. */
export const settings = (): Field<Readonly<Record<string, string>>> => ({ ...ownSettings(), otherwise: {} });

/** Settings in a system's own names. */
export const ownSettings = (): Field<Readonly<Record<string, string>>> =>
  named(/^\S+$/, "use a name without spaces", text(/^[^\r\n]*$/, "use one line of text"));

/** The same field, which the spec may be without. */
export const optional = <T>(inner: Field<T>): Field<T> => ({ ...inner, otherwise: undefined, optional: true });

/** Fields in a field: `readers: { members: 2 }`. */
export function group<G extends object>(fields: Fields<G>): Field<G> {
  return {
    otherwise: fillAll(fields, {}) as G,
    optional: false,
    schema: schemaOf(fields),
    fill: (given) => (isRecord(given) ? fillAll(fields, given) : given),
    problems: (name, value) =>
      isRecord(value)
        ? problemsOf(fields, value, `${name}.`)
        : [{ field: name, what: `is ${shown(value)}`, hint: `use { ${Object.keys(fields).join(", ")} }` }],
  };
}

/** What was given, with every field that was left out filled in; names that are no fields stay, for `problemsOf`. */
export function fillAll(
  fields: Readonly<Record<string, Field<unknown>>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const filled: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(fields)) {
    const value = given[name] === undefined ? each.otherwise : each.fill(given[name]);
    if (value !== undefined) filled[name] = value;
  }
  return { ...given, ...filled };
}

/** All that is wrong with a value, in the order of the fields; `path` is what stands before each field's name. */
export function problemsOf(
  fields: Readonly<Record<string, Field<unknown>>>,
  value: Readonly<Record<string, unknown>>,
  path = "",
): readonly Problem[] {
  const found = Object.entries(fields).flatMap(([name, each]) => {
    const held = value[name];
    if (held !== undefined) return each.problems(`${path}${name}`, held);
    return each.optional ? [] : [{ ...firstOf(each), field: `${path}${name}`, what: "is missing" }];
  });
  const strangers = Object.keys(value)
    .filter((name) => !(name in fields))
    .map((name) => ({
      field: `${path}${name}`,
      what: "is no field",
      hint: `there is: ${Object.keys(fields).join(", ")}`,
    }));
  return [...found, ...strangers];
}

/** The schema of an object with these fields. */
export function schemaOf(fields: Readonly<Record<string, Field<unknown>>>): Schema {
  const entries = Object.entries(fields);
  return {
    type: "object",
    required: entries.filter(([, { optional: mayLack }]) => !mayLack).map(([name]) => name),
    additionalProperties: false,
    properties: Object.fromEntries(
      entries.map(([name, { schema, otherwise }]) => [
        name,
        otherwise === undefined || typeof otherwise === "object" ? schema : { ...schema, default: otherwise },
      ]),
    ),
  };
}

function field<T>(
  { schema, otherwise }: { readonly schema: Schema; readonly otherwise?: T | undefined },
  wrong: (value: unknown) => Omit<Problem, "field"> | undefined,
): Field<T> {
  return {
    schema,
    otherwise,
    optional: false,
    fill: (given) => given,
    problems(name, value) {
      const problem = wrong(value);
      return problem === undefined ? [] : [{ field: name, ...problem }];
    },
  };
}

/** What would do where nothing stands. */
const firstOf = (each: Field<unknown>): Omit<Problem, "field"> =>
  each.problems("", null)[0] ?? { what: "is missing", hint: "name it" };

const isWithin = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && value >= least && value <= most;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `formatDuration` says "never" of what is no number of milliseconds, which a reader would not look for here. */
const formatSpan = (value: number): string => (Number.isFinite(value) ? formatDuration(value) : String(value));

const shown = (value: unknown): string =>
  typeof value === "number" || typeof value === "bigint"
    ? String(value)
    : (value === undefined ? "nothing" : JSON.stringify(value)).slice(0, 80);
