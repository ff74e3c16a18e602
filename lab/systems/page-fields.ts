/** The options of a builder as rows of a table: name, what it is, what it takes, its default. */
import type { Field, Schema } from "../fields.ts";

/** A row a field; a field in a field is told by its path: `topics.NAME.partitions`. */
export function fieldRows(fields: Readonly<Record<string, Field<unknown>>>): readonly (readonly string[])[] {
  return Object.entries(fields).flatMap(([name, { schema, otherwise, optional }]) =>
    rowsOf(name, schema, optional ? "none" : told(otherwise)),
  );
}

function rowsOf(name: string, schema: Schema, otherwise: string): readonly (readonly string[])[] {
  const { properties, additionalProperties, required } = schema as {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | false;
    readonly required?: readonly string[];
  };
  const own = [`\`${name}\``, textOf(schema["description"]), takes(schema), otherwise];
  if (properties !== undefined) {
    const inner = Object.entries(properties).flatMap(([field, each]) =>
      rowsOf(`${name}.${field}`, each, required?.includes(field) === false ? "none" : told(each["default"])),
    );
    return [own, ...inner];
  }
  const one = typeof additionalProperties === "object" ? additionalProperties["properties"] : undefined;
  if (one === undefined || typeof additionalProperties !== "object") return [own];
  return [own, ...rowsOf(`${name}.NAME`, additionalProperties, "—").slice(1)];
}

function takes(schema: Schema): string {
  const { type, minimum, maximum, anyOf, pattern } = schema as {
    readonly type?: string;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly anyOf?: readonly Schema[];
    readonly pattern?: string;
  };
  if (anyOf !== undefined) return anyOf.map(takes).join(", or ");
  if (Array.isArray(schema["enum"])) return schema["enum"].map((word) => `\`${String(word)}\``).join(", ");
  if (minimum !== undefined && maximum !== undefined) {
    return `${type === "integer" ? "a whole number, " : ""}${minimum} to ${maximum}`;
  }
  if (type === "boolean") return "true or false";
  if (type === "object") return "an object";
  return pattern === undefined ? (type ?? "") : "text";
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function told(value: unknown): string {
  if (value === undefined) return "—";
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0 ? "none" : "as below";
  return `\`${JSON.stringify(value)}\``;
}
