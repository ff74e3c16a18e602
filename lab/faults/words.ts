/**
 * Faults in words, for the command line, the journal and the reports: `kill leader of events/0`,
 * `partition between a minority and others`, `loss 30% from kafka-1 to kafka-2`.
 * What `describeFault` writes, `parseFault` reads.
 */
import { LabError } from "../errors.ts";
import type { AnyFaultKind, FaultData } from "./define.ts";
import { permanent, type Problem } from "./fields.ts";
import { FAULT_KINDS, kindNamed, type FaultSpec } from "./registry.ts";
import type { Fields, Template } from "./template.ts";

type AnyVariant = AnyFaultKind["variants"][number];

/** What is broken, without the kind: `leader of events/0`, `between kafka-1 and kafka-2`, `30% from a to b`. */
export function describeTarget(spec: FaultData): string {
  const data: Readonly<Record<string, unknown>> = { ...spec };
  return variantOf(mustKnow(spec.kind), data).template.say(data);
}

/** The whole fault in words. */
export const describeFault = (spec: FaultData): string => `${spec.kind} ${describeTarget(spec)}`;

/**
 * Reads a fault as a person says it; quoted words of several words and single words are the same.
 * @throws LabError `bad-usage` with the corrected call.
 */
export function parseFault(words: readonly string[]): FaultSpec {
  const text = words.join(" ").trim().replaceAll(/\s+/g, " ");
  const [first = ""] = text.split(" ");
  const kind = mustKnow(first);
  const rest = text.slice(first.length).trim();
  for (const { template } of kind.variants) {
    const data = template.read(rest);
    if (data !== undefined) return checkFault({ kind: kind.kind, ...data });
  }
  throw new LabError({
    code: "bad-usage",
    message: `"${text}" does not say what to break`,
    hint: `say it as\n${usagesOf(kind)
      .map((usage) => `  lab fault ${usage}`)
      .join("\n")}\nfor example\n  lab fault ${kind.example}`,
  });
}

/** How a kind is said, for help texts and corrections; what is for good is for scenarios, and not said by hand. */
export const usagesOf = ({ kind, variants }: AnyFaultKind): readonly string[] =>
  variants.flatMap(({ template }) =>
    template.usages.map((usage) => `${kind} ${usage.replace(` [${permanent.usages[0] ?? ""}]`, "")}`),
  );

/**
 * A fault as data, of whatever source, is one that can be: a known kind, its fields and no others, within their bounds.
 * @throws LabError `bad-usage` that names the field
 */
export function checkFault(data: FaultData): FaultSpec {
  const problem = problemOf(data);
  if (problem !== undefined) throw new LabError({ code: "bad-usage", ...problem });
  // Its kind is in the registry, and it has that kind's fields: this is what the type says.
  return data as FaultSpec;
}

/** What is wrong with a fault as data; undefined for one that can be. Pure. */
export function problemOf(data: FaultData): Problem | undefined {
  const kind = kindNamed(data.kind);
  if (kind === undefined) return unknownKind(data.kind);
  const fields: Readonly<Record<string, unknown>> = { ...data };
  const variant = variantOf(kind, fields);
  for (const [name, field] of Object.entries(variant.fields)) {
    const value = fields[name];
    if (value === undefined && field.optional) continue;
    const problem = field.problem(value);
    if (problem === undefined) continue;
    const what =
      value === undefined ? `a ${kind.kind} needs ${name}: ${field.about}` : `${kind.kind}: ${problem.message}`;
    return { message: what, hint: problem.hint };
  }
  const known = ["kind", ...Object.keys(variant.fields)];
  const unknown = Object.keys(fields).find((name) => fields[name] !== undefined && !known.includes(name));
  if (unknown !== undefined) {
    return { message: `a ${kind.kind} has no ${unknown}`, hint: `it has: ${known.slice(1).join(", ")}` };
  }
  return kind.problem(data);
}

/** The variant whose fields the data has; else the one that comes nearest. */
function variantOf(kind: AnyFaultKind, data: Readonly<Record<string, unknown>>): AnyVariant {
  const missing = ({ fields }: { readonly fields: Fields; readonly template: Template }): number =>
    Object.entries(fields).filter(([name, field]) => !field.optional && data[name] === undefined).length;
  const [first, ...others] = kind.variants;
  if (first === undefined) throw new LabError({ code: "internal", message: `the fault ${kind.kind} has no words` });
  return others.reduce((best, each) => (missing(each) < missing(best) ? each : best), first);
}

function mustKnow(name: string): AnyFaultKind {
  const kind = kindNamed(name);
  if (kind !== undefined) return kind;
  throw new LabError({ code: "bad-usage", ...unknownKind(name) });
}

const unknownKind = (name: string): Problem => ({
  message: name === "" ? "no fault was named" : `there is no fault "${name}"`,
  hint: `one of:\n${FAULT_KINDS.map(({ example }) => `  lab fault ${example}`).join("\n")}`,
});
