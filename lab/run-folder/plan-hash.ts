/** What ties a journal to its plan: `plan.json` as it is written, and the hash of that in the journal's head. */
import { createHash } from "node:crypto";
import type { Plan } from "./run-folder.ts";

/** `plan.json`, byte by byte. */
export const planText = (plan: Plan): string => `${JSON.stringify(plan, null, 2)}\n`;

/**
 * SHA-256 of the plan's bytes as written, in hexadecimal. A plan that was read back has the same: what an editor or a
 * version control did to the ends of its lines does not matter, any change of a value does.
 */
export const planHash = (plan: Plan): string => createHash("sha256").update(planText(plan)).digest("hex");

/**
 * Hash of what every run of one scenario (and mutant) has in common: two runs with the same were the same experiment,
 * whatever their seeds, times and machines. Short, for it stands in each line of the history.
 */
export function experimentHash(plan: Plan): string {
  const { scenario, mutant, topology, load, settings, regions, assume, expect, slos } = plan;
  const common = { scenario, change: mutant?.change, topology, load, settings, regions, assume, expect, slos };
  return createHash("sha256").update(JSON.stringify(common)).digest("hex").slice(0, 16);
}
