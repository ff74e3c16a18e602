/** What the lab asks of a run before it trusts it. */
import type { ConditionResult } from "../run-folder/run-folder.ts";

/** Held where there is no problem, else unknown: a condition alone makes nothing violated. */
export const condition = (name: string, problems: readonly string[], fine: string): ConditionResult =>
  problems.length === 0
    ? { name, verdict: "held", summary: fine }
    : { name, verdict: "unknown", summary: problems.join("; ") };

/** What follows the first few of what happened `count` times more; nothing where there was no more. */
export function timesMore(count: number): readonly string[] {
  if (count <= 0) return [];
  return [count === 1 ? "and once more" : `and ${String(count)} times more`];
}
