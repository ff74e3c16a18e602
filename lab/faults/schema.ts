/** The JSON schema of a fault as data, made of the registry. */
import type { AnyFaultKind } from "./define.ts";
import { FAULT_KINDS } from "./registry.ts";

type Json = Readonly<Record<string, unknown>>;

/** Of any fault: one of the kinds, with its own fields and no others. Draft 2020-12. */
export const faultSchema = (): Json => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A fault",
  description:
    "Something broken on purpose, as data: what scenarios, journals and plans hold. Made of lab/faults/kinds.",
  oneOf: FAULT_KINDS.flatMap(schemasOf),
});

const schemasOf = ({ kind, variants, tells }: AnyFaultKind): Json[] =>
  variants.map(({ fields }) => ({
    type: "object",
    description: `${kind}: ${tells.effect}`,
    properties: {
      kind: { const: kind },
      ...Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
    },
    required: ["kind", ...Object.entries(fields).flatMap(([name, { optional }]) => (optional ? [] : [name]))],
    additionalProperties: false,
  }));
