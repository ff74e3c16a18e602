/** From JSON schema to sentences: validates a value and says what is wrong, for the person who wrote it. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import journalSourceSchema from "../../schemas/slo/journal-source.schema.json" with { type: "json" };
import openSloSchema from "../../schemas/slo/openslo-v1.schema.json" with { type: "json" };
import { quote, type FieldPath, type Problem } from "./problems.ts";

const ajv = new Ajv2020({ allErrors: true, verbose: true, strictTypes: false });
ajv.addVocabulary(["x-says"]);
ajv.addFormat("openslo-date-time", isDateTime);
ajv.addFormat("iana-time-zone", isTimeZone);
const validateOpenSlo = ajv.compile(openSloSchema);
const validateJournalSource = ajv.compile(journalSourceSchema);

/** What keeps a value from being an OpenSLO v1 object. */
export const openSloProblems = (value: unknown): readonly Problem[] => problemsOf(validateOpenSlo, value);

/** What keeps a value from being the `spec` of a metric source of type `resilience-lab-journal`. */
export const journalSourceProblems = (value: unknown): readonly Problem[] => problemsOf(validateJournalSource, value);

function problemsOf(validate: ValidateFunction, value: unknown): readonly Problem[] {
  validate(value);
  return (validate.errors ?? []).filter(isCause).map(sentence);
}

/** Leaves out what only repeats another error: the tried branches of a choice, and the `if` around a failed `then`. */
function isCause(error: ErrorObject): boolean {
  if (error.keyword === "if" || error.propertyName !== undefined) return false;
  return !/\/(oneOf|anyOf)\/\d/.test(error.schemaPath);
}

function sentence(error: ErrorObject): Problem {
  const path = pathOf(error);
  const { "x-says": says, properties = {} } = (error.parentSchema ?? {}) as { "x-says"?: string; properties?: object };
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "required":
    case "dependentRequired":
      return { path: [...path, String(params["missingProperty"])], text: "is missing" };
    case "additionalProperties":
      return {
        path: [...path, String(params["additionalProperty"])],
        text: `is not a known field; known here: ${Object.keys(properties).join(", ")}`,
      };
    case "propertyNames":
      return { path: [...path, String(params["propertyName"])], text: "is not an allowed key" };
    case "not":
    case "oneOf":
    case "anyOf":
      return { path, text: says ?? "is not one of the allowed forms" };
    case "enum":
      return {
        path,
        text: `must be one of ${(params["allowedValues"] as string[]).join(", ")}; got ${quote(error.data)}`,
      };
    case "type":
      return { path, text: `${says ?? `must be ${nameOfType(params["type"])}`}, got ${quote(error.data)}` };
    case "const":
      return { path, text: `must be ${quote(params["allowedValue"])}, got ${quote(error.data)}` };
    case "minItems":
    case "maxItems":
    case "minProperties":
      return { path, text: says ?? error.message ?? "has the wrong number of parts" };
    case "minLength":
      return { path, text: "must not be empty" };
    default:
      return { path, text: `${says ?? error.message ?? "is not allowed"}, got ${quote(error.data)}` };
  }
}

function nameOfType(type: unknown): string {
  const names: Readonly<Record<string, string>> = {
    string: "a text",
    number: "a number",
    boolean: "true or false",
    array: "a list",
    object: "a map",
  };
  return names[String(type)] ?? `of type ${String(type)}`;
}

/** The path of a JSON pointer; a place in a list becomes a number. */
function pathOf(error: ErrorObject): FieldPath {
  return error.instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** `2020-01-21 12:30:00`, of a day that exists. */
function isDateTime(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.exec(text) ?? [];
  const isLeap = (Number(year) % 4 === 0 && Number(year) % 100 !== 0) || Number(year) % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return Number(day) >= 1 && Number(day) <= (lengths[Number(month) - 1] ?? 0);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
