/** What a result says to people. */
import { formatDuration, type Duration } from "../time.ts";
import type { Budget } from "./budget.ts";
import type { BudgetingMethod } from "./documents.ts";

/** A share as per cent, rounded down to a hundredth: what misses a target never reads as if it had met it. */
export function percent(share: number): string {
  return `${String(Math.floor(share * 10_000 + 1e-6) / 100)} %`;
}

/** What good means: `acknowledged within 500 ms of the intended time`. */
export function writeIndicator(
  method: BudgetingMethod,
  timeSliceTarget: number | undefined,
  good: string,
  slice: Duration | undefined,
): string {
  if (method === "Occurrences" || slice === undefined) return good;
  const slices = `slices of ${formatDuration(slice)}`;
  if (method === "RatioTimeslices") return `${good}, averaged over ${slices}`;
  return `${slices} in which at least ${percent(timeSliceTarget ?? 1)} ${good}`;
}

/** `98.2 % of 12,345 produce operations of events acknowledged within 1 s of the intended time, wanted 99 %; …` */
export function writeSummary(
  method: BudgetingMethod,
  good: string,
  subject: string,
  target: number,
  { measured, total, budgetLeft }: Budget,
): string {
  if (measured === undefined || budgetLeft === undefined) return `no samples: the journal has no ${subject}`;
  const count = total.toLocaleString("en-US");
  const what = {
    Occurrences: `of ${count} ${subject} ${good}`,
    Timeslices: `of ${count} time slices good (${subject} ${good})`,
    RatioTimeslices: `of ${subject} ${good}, on average over ${count} time slices`,
  };
  const budget =
    budgetLeft < 0
      ? `error budget overspent by ${percent(-budgetLeft)}`
      : `${percent(budgetLeft)} of the error budget left`;
  return `${percent(measured)} ${what[method]}, wanted ${percent(target)}; ${budget}`;
}
