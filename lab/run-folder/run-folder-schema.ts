/** The files of a run folder, checked against their JSON schemas in schemas/run-folder/. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import eventSchema from "../../schemas/run-folder/event.schema.json" with { type: "json" };
import historyEntrySchema from "../../schemas/run-folder/history-entry.schema.json" with { type: "json" };
import planSchema from "../../schemas/run-folder/plan.schema.json" with { type: "json" };
import suiteSchema from "../../schemas/run-folder/suite.schema.json" with { type: "json" };
import verdictSchema from "../../schemas/run-folder/verdict.schema.json" with { type: "json" };
import { CHECKS } from "../checks/index.ts";
import { checkSchema } from "../checks/schema.ts";
import { LabError } from "../errors.ts";
import type { JournalEvent } from "../journal/types.ts";
import type { HistoryEntry, Plan, VerdictFile } from "./run-folder.ts";
import type { SuiteFile } from "./suite-file.ts";

const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  strictTypes: false,
  schemas: [checkSchema(CHECKS.values())],
});
const isPlan = ajv.compile<Plan>(planSchema);
const isVerdict = ajv.compile<VerdictFile>(verdictSchema);
const isHistoryEntry = ajv.compile<HistoryEntry>(historyEntrySchema);
const isSuite = ajv.compile<SuiteFile>(suiteSchema);
const isEvent = ajv.compile<JournalEvent>(eventSchema);

/** @throws LabError `bad-run-folder` with the path of each field that is wrong. */
export const validatePlan = (value: unknown): Plan => checked(value, isPlan, "plan.json");

/** @throws LabError `bad-run-folder` with the path of each field that is wrong. */
export const validateVerdict = (value: unknown): VerdictFile => checked(value, isVerdict, "verdict.json");

/** @throws LabError `bad-run-folder` with the path of each field that is wrong. */
export const validateHistoryEntry = (value: unknown): HistoryEntry => checked(value, isHistoryEntry, "history entry");

/** @throws LabError `bad-run-folder` with the path of each field that is wrong. */
export const validateEvent = (value: unknown): JournalEvent => checked(value, isEvent, "event");

/** @param text the JSON of a suite file @throws LabError `bad-run-folder` with the file, and the path of each field that is wrong. */
export function validateSuite(text: string, file: string): SuiteFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const hint = "the file was cut off or changed; run the suite again, or leave its folder out";
    throw new LabError({ code: "bad-run-folder", message: `${file}: it is no JSON`, hint, cause });
  }
  return checked(value, isSuite, file);
}

function checked<T>(value: unknown, isValid: ValidateFunction<T>, what: string): T {
  if (isValid(value)) return value;
  const errors = (isValid.errors ?? []).filter(({ keyword }) => keyword !== "if");
  const sentences = errors.map(({ instancePath, keyword, message, params }) => {
    const named = params as Readonly<Record<string, string | undefined>>;
    const field = named["missingProperty"] ?? named["additionalProperty"];
    const path = field === undefined ? instancePath : `${instancePath}/${field}`;
    const told =
      keyword === "required" ? "is missing" : keyword === "additionalProperties" ? "is not a known field" : message;
    return `${path === "" ? "the whole" : path} ${told ?? "is wrong"}`;
  });
  throw new LabError({
    code: "bad-run-folder",
    message: `${what}: ${sentences.join("; ")}`,
    hint: "the file was changed, or written by another version of the lab; its schema is in schemas/run-folder/",
  });
}
