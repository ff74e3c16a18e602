/** Checks: pure functions from a journal to findings. Definitions: docs/checks.md. */
import { messageOf } from "../errors.ts";
import type { Journal } from "../journal/types.ts";
import type { CheckDefinition } from "./define.ts";
import * as registry from "./registry.ts";
import type { Finding } from "./types.ts";

export { worst } from "./verdict.ts";
export type { Evidence, Finding, Verdict, Window } from "./types.ts";

type Registry = typeof registry;

/**
 * A check with its parameters, as data: it is kept in the run folder, so that an old run can be judged again.
 * `of` names a load, or a load's action (`events`, `admin.create-topic`).
 */
export type CheckSpec = Registry[keyof Registry]["example"];

/** Every check, by its name. */
export const CHECKS: ReadonlyMap<string, CheckDefinition> = new Map(
  Object.values(registry).map((definition) => [definition.check, definition]),
);

/**
 * The checks as a scenario writes them: each call gives plain data, kept in the run folder. Definitions: docs/checks.md.
 * Each throws LabError `bad-scenario`, which names the field, for a parameter that cannot be meant.
 */
export const check = Object.fromEntries(
  Object.entries(registry).map(([name, { build }]) => [name, build]),
) as unknown as { readonly [C in keyof Registry]: Registry[C]["build"] };

/**
 * Judges a journal by one check. Never throws: a check that crashed has proved nothing and comes to `unknown`,
 * and so does one that would hold on a record that ends early.
 */
export function runCheck(spec: CheckSpec, journal: Journal): Finding {
  try {
    const definition = CHECKS.get(spec.check);
    if (definition === undefined) throw new TypeError(`this lab knows no check "${spec.check}"`);
    const found = definition.judge(spec, journal);
    if (found.verdict !== "held" || journal.finished) return found;
    return { ...found, verdict: "unknown", summary: `${found.summary}, but the record ends early` };
  } catch (error) {
    const summary = `the check ${spec.check} could not judge: ${messageOf(error)}`;
    return { verdict: "unknown", summary, figures: {}, evidence: [] };
  }
}
