/** What may stand in a field of a check: once for its builder, its JSON schema and its page in the docs. */

/** What is wrong with a value, and how to write it rightly. */
export interface Problem {
  readonly what: string;
  readonly hint: string;
}

export interface Field {
  /** What it means, in a few words. */
  readonly says: string;
  /** The part of the JSON schema that describes it. */
  readonly json: Readonly<Record<string, unknown>>;
  /** May be left out; then it is what this says: `3 s`. */
  readonly fallback?: string;
  readonly problem: (value: unknown) => Problem | undefined;
}

export const optional = (field: Field, fallback: string): Field => ({ ...field, fallback });

const unless = (fine: boolean, value: unknown, hint: string): Problem | undefined =>
  fine ? undefined : { what: `is ${told(value)}`, hint };

const told = (value: unknown): string => {
  if (value === undefined) return "missing";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
};

const isFinite = (value: unknown): value is number => Number.isFinite(value);
const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

/** A name that is not empty. */
export const name = (says: string): Field => ({
  says,
  json: { type: "string", minLength: 1 },
  problem: (value) => unless(isName(value), value, 'use a name: "events"'),
});

/** A span of time in milliseconds, made by `seconds` and its like. */
export const duration = (says: string): Field => ({
  says,
  json: { type: "number", minimum: 0 },
  problem: (value) =>
    unless(isFinite(value) && value >= 0, value, "use a span of time that is not negative: seconds(15)"),
});

/** A share above 0 and up to 1. */
export const share = (says: string): Field => ({
  says,
  json: { type: "number", exclusiveMinimum: 0, maximum: 1 },
  problem: (value) =>
    unless(isFinite(value) && value > 0 && value <= 1, value, "use a share above 0 and up to 1: 99 % is written 0.99"),
});

export const wholeNumber = (says: string, least: number): Field => ({
  says,
  json: { type: "integer", minimum: least },
  problem: (value) =>
    unless(Number.isSafeInteger(value) && Number(value) >= least, value, `use a whole number from ${least} up`),
});

export const flag = (says: string): Field => ({
  says,
  json: { type: "boolean" },
  problem: (value) => unless(typeof value === "boolean", value, "use true or false"),
});

/** At least one name. */
export const names = (says: string): Field => ({
  says,
  json: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
  problem: (value) =>
    unless(
      Array.isArray(value) && value.length > 0 && value.every(isName),
      value,
      'name at least one: ["NOT_ENOUGH_REPLICAS"]',
    ),
});

/** At least one number, text or boolean. */
export const values = (says: string): Field => ({
  says,
  json: { type: "array", items: { type: ["number", "string", "boolean"] }, minItems: 1 },
  problem: (value) =>
    unless(
      Array.isArray(value) &&
        value.length > 0 &&
        value.every((one) => ["string", "boolean"].includes(typeof one) || isFinite(one)),
      value,
      "name at least one, in their order: [3, 2, 3]",
    ),
});

/** A part of the run. */
export const window = (says: string): Field => ({
  says,
  json: {
    oneOf: [
      {
        type: "object",
        properties: { step: { type: "string", minLength: 1 } },
        required: ["step"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: { phase: { const: "faults" } },
        required: ["phase"],
        additionalProperties: false,
      },
    ],
  },
  problem: (value) => {
    const { step, phase, ...rest } = Object(value) as Readonly<Record<string, unknown>>;
    const isWindow = phase === undefined ? isName(step) : phase === "faults" && step === undefined;
    return unless(
      isWindow && Object.keys(rest).length === 0,
      value,
      'use { step: "the name of a step" } or { phase: "faults" }',
    );
  },
});
