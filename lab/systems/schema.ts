/** The JSON schema of topologies, made from the systems' specs. */
import type { System } from "./define.ts";

type Json = Readonly<Record<string, unknown>>;

/** What `schemas/run-folder/topology.schema.json` holds: the clusters of a rehearsal by name, as plan.json has them. */
export function topologySchema(systems: Iterable<System>): Json {
  const all = [...systems];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "topology.schema.json",
    title: "the topology of a rehearsal, as plan.json of a run folder holds it",
    description: "Clusters by name. Made from the systems in lab/systems/, which docs/systems.md lists.",
    type: "object",
    propertyNames: { pattern: "^[a-z][a-zA-Z0-9-]*$" },
    additionalProperties: {
      type: "object",
      required: ["system"],
      properties: { system: { enum: all.map(({ system }) => system) } },
      allOf: all.map(({ system, sentence, spec }) => ({
        if: { properties: { system: { const: system } }, required: ["system"] },
        then: { description: sentence, ...spec.schema },
      })),
    },
  };
}
