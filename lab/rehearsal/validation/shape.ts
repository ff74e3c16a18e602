/** Whether a scenario has the shape of one: what types say, for those whom no compiler told. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { nearest, type Path, type Problem } from "./problems.ts";

const text = { type: "string", minLength: 1 } as const;
const mapOf = (additionalProperties: object) => ({ type: "object", additionalProperties }) as const;
const named = (field: string) => mapOf({ type: "object", required: [field], properties: { [field]: text } });

/** Longer ids make names of run folders that file systems refuse. */
const LONGEST_ID = 100;

const isShaped = new Ajv2020({ allErrors: true, strictTypes: false, strictNumbers: false }).compile({
  type: "object",
  additionalProperties: false,
  required: ["id", "title", "description", "topology", "load", "settings", "expect", "slos", "mutants"],
  properties: {
    id: { type: "string", minLength: 1, maxLength: LONGEST_ID },
    title: text,
    description: text,
    topology: named("system"),
    load: named("kind"),
    settings: mapOf({ type: ["string", "number", "boolean"] }),
    regions: mapOf(text),
    tools: { type: "array", items: text },
    assume: named("check"),
    expect: named("check"),
    slos: { type: "array", items: text },
    mutants: mapOf({
      type: "object",
      required: ["change", "violates"],
      properties: { change: { type: "object" }, violates: text },
    }),
    run: {},
  },
});

const KNOWN = ["title", "description", "topology", "load", "settings", "regions", "tools", "assume", "expect", "slos"];

/** What is of another type than a scenario's field wants, by field; empty: it can be looked into. Pure. */
export function shapeProblems(scenario: unknown): readonly Problem[] {
  if (isShaped(scenario)) return [];
  return (isShaped.errors ?? []).map(({ instancePath, keyword, message = "is wrong", params }) => {
    const path: Path = instancePath
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const given = params as Readonly<Record<string, string | undefined>>;
    const hint = "docs/write-a-scenario.md shows a whole one";
    if (keyword === "additionalProperties") {
      const key = given["additionalProperty"] ?? "";
      const meant = nearest(key, KNOWN);
      const what = "is no field of a scenario";
      return { path: [key], what, hint: meant === undefined ? hint : `did you mean ${meant}?` };
    }
    if (keyword === "required") return { path: [...path, given["missingProperty"] ?? ""], what: "is missing", hint };
    return { path, what: message, hint };
  });
}
