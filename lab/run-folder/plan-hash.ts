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
