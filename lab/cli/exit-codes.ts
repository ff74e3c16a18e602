/**
 * How the command line ends: every code, and what several results come to. Documented in README.md and docs/nightly.md.
 * 1 means that a promise was broken, and nothing else: whatever goes wrong in the lab itself ends with another code.
 */
import type { Verdict } from "../checks/types.ts";
import { LabError, type ErrorCode } from "../errors.ts";
import type { MutantOutcome } from "../run-folder/mutants.ts";

export const EXIT = {
  held: 0,
  violated: 1,
  unknown: 2,
  /** The lab could not do its work: no engine, no image, no memory, a file that could not be written. */
  setUpFailed: 3,
  /** What is there is not as it is written: tables, buckets, topics, the compose file. */
  differs: 4,
  /** All held, and a figure is worse than its baseline, where `--fail-on regression` makes that count. No promise was broken. */
  regressed: 5,
  badUsage: 64,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The worst first. Interrupted: what was asked for did not take place. Violated outweighs all that went wrong beside
 * it, because what one run has proved stays proved. What could not take place outweighs what showed nothing, and that a
 * figure that is worse than it was, in a run that held.
 */
const WORST_FIRST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.violated,
  EXIT.badUsage,
  EXIT.setUpFailed,
  EXIT.differs,
  EXIT.unknown,
  EXIT.regressed,
  EXIT.held,
];

/** The worst of several; `held` of none. */
export const worstOf = (codes: readonly ExitCode[]): ExitCode =>
  WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.held;

export const exitOfVerdict = (verdict: Verdict): ExitCode => EXIT[verdict];

/** Which way anything thrown ends the command: never with 1. */
export function exitOfError(error: unknown): ExitCode {
  return error instanceof LabError ? exitOfCode(error.code) : EXIT.setUpFailed;
}

function exitOfCode(code: ErrorCode): ExitCode {
  switch (code) {
    case "bad-usage":
    case "bad-scenario":
    case "bad-slo":
    case "bad-run-folder":
      return EXIT.badUsage;
    case "interrupted":
      return EXIT.interrupted;
    default:
      return EXIT.setUpFailed;
  }
}

/** What one rehearsal came to, as far as the exit code needs it. */
export interface Ended {
  readonly verdict: { readonly verdict: Verdict };
  /** Why it did not get as far as its script. */
  readonly setUpError?: unknown;
}

/** A violation that was seen stays one, whatever failed later. */
export const exitOfRun = ({ verdict, setUpError }: Ended): ExitCode =>
  verdict.verdict === "violated" || setUpError === undefined ? exitOfVerdict(verdict.verdict) : exitOfError(setUpError);

/** With `--fail-on regression`: the same, but a run that held is `regressed` where a figure is worse than its baseline. */
export const exitOfRegression = (code: ExitCode, comparisons: readonly { readonly standing: string }[]): ExitCode =>
  code === EXIT.held && comparisons.some(({ standing }) => standing === "worse") ? EXIT.regressed : code;

/** A code that was written down; one that this lab does not know counts as work that could not be done. */
export const exitOfRecorded = (code: number): ExitCode =>
  WORST_FIRST.find((known) => known === code) ?? EXIT.setUpFailed;

/** What one mutant's rehearsal came to. */
export interface Proving extends Ended {
  readonly outcome: MutantOutcome;
}

/** 0: killed. 1: survived. Unknown, also where something else was violated: as its rehearsal, which proves nothing either way. */
export function exitOfProof({ outcome, ...ended }: Proving): ExitCode {
  if (outcome === "killed") return EXIT.held;
  if (outcome === "unknown") return ended.setUpError === undefined ? EXIT.unknown : exitOfError(ended.setUpError);
  const code = exitOfRun(ended);
  return code === EXIT.held ? EXIT.violated : code;
}

/** A fault by hand without effect showed nothing. */
export const exitOfFault = (receipt: { readonly effective: boolean }): ExitCode =>
  receipt.effective ? EXIT.held : EXIT.unknown;

/** How one cluster's tables, buckets or topics were found, or left. */
export type SchemaFound = "as written" | "differs" | "failed";

export const exitOfSchema = (states: readonly { readonly state: SchemaFound }[]): ExitCode =>
  worstOf(
    states.map(({ state }) => (state === "failed" ? EXIT.setUpFailed : state === "differs" ? EXIT.differs : EXIT.held)),
  );

export const exitOfComparison = (same: boolean): ExitCode => (same ? EXIT.held : EXIT.differs);

/** Something that a rehearsal needs and cannot have is missing. */
export const exitOfDoctor = (rows: readonly { readonly status: string }[]): ExitCode =>
  rows.some(({ status }) => status === "missing") ? EXIT.setUpFailed : EXIT.held;

/** `report` is there to draw. */
export const exitOfDrawing = (failures: readonly unknown[]): ExitCode =>
  failures.length === 0 ? EXIT.held : EXIT.setUpFailed;
