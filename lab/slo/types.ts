import type { Verdict } from "../checks/types.ts";

/** A point of a measured figure over the run, for plots. */
export interface BudgetWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly good: number;
  readonly total: number;
  /** How fast the error budget was spent: 1 spends exactly all of it over the whole period. */
  readonly burnRate: number;
}

/** What one objective of one SLO came to in one run. */
export interface SloResult {
  /** `metadata.name` of the SLO, plus `/objective` where it has several. */
  readonly name: string;
  readonly displayName: string;
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly summary: string;
  /** What good means: `acknowledged within 500 ms of the intended time`. */
  readonly indicator: string;
  /** Wanted and measured share of good, from 0 to 1. `measured` is absent when there was no sample. */
  readonly target: number;
  readonly measured?: number;
  readonly good: number;
  readonly total: number;
  /** Share of the error budget that is left: 1 untouched, 0 spent, negative overspent. Absent without samples. */
  readonly budgetLeft?: number;
  readonly windows: readonly BudgetWindow[];
  /** Figures for baselines, unit in the name: `p99Ms`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** A figure of this run beside the same figure of earlier runs. */
export interface Comparison {
  /** `slo/kafka-produce-latency/p99Ms`, `expectation/writes recover/recoveryMs`. */
  readonly figure: string;
  readonly now: number;
  readonly median: number;
  /** How far runs lie from the median: 1.4826 times the median absolute deviation. Absent with fewer than three runs, and in verdicts of old. */
  readonly spread?: number;
  readonly runs: number;
  readonly standing: "as before" | "better" | "worse" | "too few runs";
}
