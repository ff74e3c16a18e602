/**
 * Words with fields in them, read both ways: `[{disk} of ]{target} leaving {leaveBytes} bytes` tells how a fault's data
 * is said, how it is read back, and what its usage line is. In square brackets stands what is said only when the
 * optional field in it is there; `bit(s)` is said as `bits` and read as either.
 */
import type { Field } from "./fields.ts";

export type Fields = Readonly<Record<string, Field<unknown>>>;

export interface Template {
  /** The words for this data. */
  say(data: Readonly<Record<string, unknown>>): string;
  /** The data that these words say; undefined where they do not fit. */
  read(text: string): Readonly<Record<string, unknown>> | undefined;
  /** How it may be said, with placeholders. */
  readonly usages: readonly string[];
}

type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "field"; readonly name: string; readonly field: Field<unknown> }
  | { readonly type: "optional"; readonly parts: readonly Part[]; readonly name: string };

/** @throws RangeError for a template that names a field that is not there, twice, or not at all */
export function template(says: string, fields: Fields): Template {
  const named: string[] = [];
  const partsOf = (text: string): Part[] =>
    text.split(/(\[[^\]]*\]|\{\w+\})/).flatMap((piece): Part[] => {
      if (piece === "") return [];
      if (piece.startsWith("[")) {
        const parts = partsOf(piece.slice(1, -1));
        const field = parts.find((part) => part.type === "field");
        if (field?.field.optional !== true) throw new RangeError(`"${piece}" of "${says}" has no optional field`);
        return [{ type: "optional", parts, name: field.name }];
      }
      if (!piece.startsWith("{")) return [{ type: "text", text: piece }];
      const name = piece.slice(1, -1);
      const field = fields[name];
      if (field === undefined || named.includes(name)) throw new RangeError(`"${says}" cannot say ${name}`);
      named.push(name);
      return [{ type: "field", name, field }];
    });
  const parts = partsOf(says);
  const unsaid = Object.keys(fields).filter((name) => !named.includes(name));
  if (unsaid.length > 0) throw new RangeError(`"${says}" does not say ${unsaid.join(", ")}`);
  const whole = new RegExp(`^${patternOf(parts)}$`);
  return {
    say: (data) => sayAll(parts, data),
    read: (text) => readAll(whole.exec(text)?.groups, fields),
    usages: usagesOf(parts).map((usage) => usage.trim()),
  };
}

const sayAll = (parts: readonly Part[], data: Readonly<Record<string, unknown>>): string =>
  parts
    .map((part) => {
      if (part.type === "text") return part.text.replaceAll("(s)", "s");
      if (part.type === "field") return part.field.say(data[part.name]);
      return data[part.name] === undefined ? "" : sayAll(part.parts, data);
    })
    .join("");

function readAll(
  groups: Readonly<Record<string, string | undefined>> | undefined,
  fields: Fields,
): Readonly<Record<string, unknown>> | undefined {
  if (groups === undefined) return undefined;
  const data: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const text = groups[name];
    if (text === undefined) continue;
    const value = field.read(text);
    if (value === undefined) return undefined;
    data[name] = value;
  }
  return data;
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** After a number, a space before its unit may be there or not: `30%`, `30 %`, `100ms`. */
const patternOf = (parts: readonly Part[]): string =>
  parts
    .map((part, place) => {
      if (part.type === "field") return `(?<${part.name}>${part.field.pattern})`;
      if (part.type === "optional") return `(?:${patternOf(part.parts)})?`;
      const before = parts[place - 1];
      const text = escaped(part.text).replaceAll(String.raw`\(s\)`, "s?");
      const afterNumber = before?.type === "field" && before.field.pattern.startsWith(String.raw`\d`);
      return afterNumber ? text.replace(/^ ?(?=%|\w)/, " ?") : text;
    })
    .join("");

/** One line for each way to say a field that has several. */
function usagesOf(parts: readonly Part[]): string[] {
  let lines = [""];
  for (const part of parts) {
    const ways =
      part.type === "text"
        ? [part.text.replaceAll("(s)", "s")]
        : part.type === "field"
          ? part.field.usages
          : usagesOf(part.parts).map((usage) => usage.replace(/^(\s*)(.*?)(\s*)$/, "$1[$2]$3"));
    lines = lines.flatMap((line) => ways.map((way) => line + way));
  }
  return lines;
}
