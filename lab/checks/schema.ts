/** The JSON schema of checks, made from their definitions. */
import type { CheckDefinition } from "./define.ts";

type Json = Readonly<Record<string, unknown>>;

/** What `schemas/run-folder/check.schema.json` holds: a check, as plan.json and verdict.json hold it. */
export function checkSchema(checks: Iterable<CheckDefinition>): Json {
  const all = [...checks];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "check.schema.json",
    title: "a check, as plan.json and verdict.json of a run folder hold it",
    description: "What a scenario expects. Made from the definitions in lab/checks/, which docs/checks.md explains.",
    type: "object",
    required: ["check"],
    properties: { check: { enum: all.map(({ check }) => check) } },
    allOf: all.map((definition) => ({
      if: { properties: { check: { const: definition.check } }, required: ["check"] },
      then: schemaOf(definition),
    })),
  };
}

function schemaOf({ check, sentence, fields }: CheckDefinition): Json {
  const named = Object.entries(fields);
  const needed = named.filter(([, { fallback }]) => fallback === undefined).map(([field]) => field);
  return {
    description: sentence,
    type: "object",
    properties: {
      check: { const: check },
      ...Object.fromEntries(named.map(([field, { json, says }]) => [field, { description: says, ...json }])),
    },
    required: ["check", ...needed],
    additionalProperties: false,
  };
}
