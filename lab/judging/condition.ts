/** What the lab asks of a run before it trusts it. */
import type { ConditionResult } from "../run-folder/run-folder.ts";

/** Held where there is no problem, else unknown: a condition alone makes nothing violated. */
export const condition = (name: string, problems: readonly string[], fine: string): ConditionResult =>
  problems.length === 0
    ? { name, verdict: "held", summary: fine }
    : { name, verdict: "unknown", summary: problems.join("; ") };
