/**
 * Error budgets: arithmetic on counts of good events, without a journal.
 * The three budgeting methods are those of OpenSLO v1 (github.com/OpenSLO/OpenSLO, README, SLO and
 * examples/budgeting-method); burn rate as in Google's SRE Workbook, chapter 5: the share of bad over the share of
 * bad that the target allows.
 */
import type { BudgetingMethod } from "./documents.ts";
import type { BudgetWindow } from "./types.ts";

/** Good and all events by slice of time: slice i goes from `startMs + i · sliceMs` for `sliceMs`. */
export interface Tally {
  readonly startMs: number;
  readonly sliceMs: number;
  readonly good: Float64Array;
  readonly total: Float64Array;
}

export interface BudgetRules {
  readonly method: BudgetingMethod;
  /** From 0 to 1, 1 excluded: without any budget there is no share of it. */
  readonly target: number;
  /** Share of good from which a slice is good; for Timeslices only. */
  readonly timeSliceTarget: number;
  /** How many slices make one window of the result. */
  readonly slicesPerWindow: number;
}

/**
 * What a budget came to. `good` and `total` are counted in what the method counts: events for Occurrences, slices
 * for Timeslices, and for RatioTimeslices the sum of the slices' shares of good, and slices.
 * A slice without events says nothing and is not counted.
 */
export interface Budget {
  readonly good: number;
  readonly total: number;
  readonly measured?: number;
  readonly budgetLeft?: number;
  readonly windows: readonly BudgetWindow[];
}

/** Counts events into slices. `isGood` is asked once for each event, by its place. */
export function tally(
  atMs: Float64Array,
  isCounted: (event: number) => boolean,
  isGood: (event: number) => boolean,
  { startMs, endMs, sliceMs }: { readonly startMs: number; readonly endMs: number; readonly sliceMs: number },
): Tally {
  const slices = Math.floor((endMs - startMs) / sliceMs) + 1;
  const good = new Float64Array(slices);
  const total = new Float64Array(slices);
  for (let event = 0; event < atMs.length; event += 1) {
    if (!isCounted(event)) continue;
    const slice = Math.floor(((atMs[event] ?? 0) - startMs) / sliceMs);
    total[slice] = (total[slice] ?? 0) + 1;
    if (isGood(event)) good[slice] = (good[slice] ?? 0) + 1;
  }
  return { startMs, sliceMs, good, total };
}

/** Counts the budget of the whole tally, and of each window of it. */
export function spendBudget(counts: Tally, rules: BudgetRules): Budget {
  const { startMs, sliceMs } = counts;
  const slices = counts.total.length;
  const windowMs = sliceMs * rules.slicesPerWindow;
  const windows: BudgetWindow[] = [];
  let good = 0;
  let total = 0;
  for (let first = 0; first < slices; first += rules.slicesPerWindow) {
    let windowGood = 0;
    let windowTotal = 0;
    for (let slice = first; slice < Math.min(first + rules.slicesPerWindow, slices); slice += 1) {
      const counted = countSlice(counts.good[slice] ?? 0, counts.total[slice] ?? 0, rules);
      windowGood += counted.good;
      windowTotal += counted.total;
    }
    const fromMs = startMs + windows.length * windowMs;
    const burnRate = windowTotal === 0 ? 0 : spent(windowGood, windowTotal, rules.target);
    windows.push({ fromMs, toMs: fromMs + windowMs, good: windowGood, total: windowTotal, burnRate });
    good += windowGood;
    total += windowTotal;
  }
  if (total === 0) return { good, total, windows };
  return {
    good,
    total,
    measured: good / total,
    budgetLeft: withoutDust(1 - spent(good, total, rules.target)),
    windows,
  };
}

/** What one slice adds, by the budgeting method. */
function countSlice(
  good: number,
  total: number,
  rules: BudgetRules,
): { readonly good: number; readonly total: number } {
  if (rules.method === "Occurrences" || total === 0) return { good, total };
  if (rules.method === "RatioTimeslices") return { good: good / total, total: 1 };
  return { good: good / total >= rules.timeSliceTarget ? 1 : 0, total: 1 };
}

/** The share of the error budget that so much bad spends; also the burn rate. */
const spent = (good: number, total: number, target: number): number =>
  withoutDust((total - good) / total / (1 - target));

/** Rounded where doubles are no longer exact, so that a target met exactly leaves 0 and not a hair below it. */
const withoutDust = (share: number): number => Math.round(share * 1e12) / 1e12;
