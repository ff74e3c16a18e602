/**
 * The run folder: what a rehearsal leaves behind, and all that checks and reports read.
 *
 *   plan.json      what was to happen (`Plan`), written before anything starts
 *   journal.bin    what happened (lab/journal)
 *   verdict.json   what it came to (`VerdictFile`)
 *   report.html junit.xml summary.md   drawn from the three above
 *   logs/NODE.log  what the nodes said
 */
import type { CheckSpec, Finding, Verdict } from "../checks/index.ts";
import type { Comparison, SloResult } from "../slo/types.ts";
import type { MutantOutcome } from "./mutants.ts";

export const RUN_FOLDER_VERSION = 1;

/** Where and with what a run took place. */
export interface Environment {
  readonly lab: string;
  readonly node: string;
  readonly engine: string;
  readonly kernel: string;
  readonly machine: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Which code it was; plans of old did not say. */
  readonly code?: CodeVersion;
  /** Image reference and digest or id by component. */
  readonly images: Readonly<
    Record<string, { readonly reference: string; readonly id: string; readonly source: string }>
  >;
}

/** Which code rehearsed and judged. */
export interface CodeVersion {
  /** SHA-256 of all that decides how a rehearsal goes, as it lay there: the same hash is the same code, committed or not. */
  readonly hash: string;
  /** The git commit that was checked out, where there is one. */
  readonly commit?: string;
}

/** All of a scenario that is data, with the mutant's changes already made, and how this run came to be. */
export interface Plan {
  readonly version: typeof RUN_FOLDER_VERSION;
  readonly run: string;
  readonly scenario: string;
  readonly title: string;
  readonly description: string;
  /** Set in a mutant's run. */
  readonly mutant?: {
    readonly name: string;
    readonly change: Readonly<Record<string, unknown>>;
    readonly violates: string;
  };
  readonly seed: number;
  readonly startedAt: string;
  readonly topology: Readonly<Record<string, unknown>>;
  readonly load: Readonly<Record<string, unknown>>;
  /** The scenario's own switches. Plans of old have none. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Names for sets of nodes, and whom each means. Absent: there are none. */
  readonly regions?: Readonly<Record<string, string>>;
  /** What the experiment presupposes; plans of old have none. */
  readonly assume?: Readonly<Record<string, CheckSpec>>;
  readonly expect: Readonly<Record<string, CheckSpec>>;
  /** Whole SLO documents as read (YAML text), by file name: an old run is judged by the SLOs of its day. */
  readonly slos: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** The one command that repeats this run. */
  readonly repeat: string;
}

export interface ExpectationResult extends Finding {
  readonly name: string;
  readonly spec: CheckSpec;
}

/** What one of the lab's own conditions for trusting a run came to. */
export interface ConditionResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly summary: string;
}

/** What an assumption came to: a presupposition that is not met says nothing about the systems. */
export interface AssumptionResult extends ExpectationResult {
  readonly verdict: Exclude<Verdict, "violated">;
}

/** What a run came to. The JSON schema is schemas/run-folder/verdict.schema.json. */
export interface VerdictFile {
  readonly version: typeof RUN_FOLDER_VERSION;
  readonly run: string;
  readonly scenario: string;
  readonly mutant?: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly verdict: Verdict;
  /** Why, worst first: one sentence each. Empty when held. */
  readonly reasons: readonly string[];
  readonly expectations: readonly ExpectationResult[];
  readonly slos: readonly SloResult[];
  /** The lab's own conditions for trusting the run: faults had an effect, undos were verified, load was offered, the script ended, reading ended. */
  readonly conditions: readonly ConditionResult[];
  /** What the experiment presupposes: `held`, or `unknown` and so the run. Absent where the plan has none. */
  readonly assumptions?: readonly AssumptionResult[];
  /** What people must know to trust it, and that leaves it as it is: a sentence each. Absent where there is nothing. */
  readonly notes?: readonly string[];
  readonly comparisons: readonly Comparison[];
}

/** All that must be so for a run to prove anything, as people read it: the lab's own conditions, then what was assumed. */
export const conditionsOf = ({ conditions, assumptions = [] }: VerdictFile): readonly ConditionResult[] => [
  ...conditions,
  ...assumptions.map(({ name, verdict, summary }) => ({ name: `assumed: ${name}`, verdict, summary })),
];

/** One line of reports/runs/history.jsonl: the figures of one run, for baselines and trends. What old lines lack is optional. */
export interface HistoryEntry {
  readonly run: string;
  readonly scenario: string;
  /** The scenario's title. */
  readonly title?: string;
  readonly mutant?: string;
  /** In a mutant's run: the expectation that it must violate, and what came of it. */
  readonly violates?: string;
  readonly outcome?: MutantOutcome;
  readonly seed: number;
  readonly startedAt: string;
  /** From the beginning of the set-up to the last thing journalled; entries of old did not say. */
  readonly durationMs?: number;
  readonly verdict: Verdict;
  /** The first reason for a verdict that is not held, of the machine's or the lab's own only where there is no other. */
  readonly reason?: string;
  /** The names of the expectations and objectives that were violated. */
  readonly violated?: readonly string[];
  /** Which code it was: `CodeVersion`. */
  readonly code?: string;
  readonly commit?: string;
  /** Hash of all that is the same in each run of this scenario and mutant: not of seed, time or machine. */
  readonly plan?: string;
  /** The images' ids, by component. */
  readonly images?: Readonly<Record<string, string>>;
  /** The longest recovery, the highest 99th percentile of an objective's operations, the least error budget left of all. */
  readonly recoveryMs?: number;
  readonly p99Ms?: number;
  readonly budgetLeft?: number;
  /** Somebody accepted this run: baselines of its scenario begin with it. */
  readonly baseline?: AcceptedBaseline;
  readonly figures: Readonly<Record<string, number>>;
}

/** Why a run was accepted as the beginning of new baselines, and when. */
export interface AcceptedBaseline {
  readonly why: string;
  readonly acceptedAt: string;
}
