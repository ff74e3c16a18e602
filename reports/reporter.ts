/**
 * What a reporter is. The lab's own (report.html, junit.xml, summary.md, index.html, what the terminal says) are made so, and
 * so is one that `--reporter FILE` adds. How to write one: docs/reporters.md.
 */
import type { NightRecord } from "./night/types.ts";
import type { RunRecord } from "./types.ts";

/** What a reporter made. It writes nothing itself: the lab writes each file whole or not at all. */
export interface Drawn {
  /** Texts by the names of files: plain names, without folders. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines for the terminal, without colours; left out where a command was told to print JSON. */
  readonly terminal?: string;
}

/** Several rehearsals of one command, when all are over. */
export interface SuiteRecord {
  /** `run`: scenarios. `prove`: mutants. */
  readonly command: "run" | "prove";
  /** In the order in which they took place. */
  readonly runs: readonly RunRecord[];
  /** All runs of the folder, those of earlier nights too. Absent where one alone was rehearsed. */
  readonly all?: NightRecord;
}

/** Functions from what was recorded to texts: they may be called again for a run of last year, and keep nothing. */
export interface Reporter {
  /** What it is called where it failed: `html`, `slack`. */
  readonly name: string;
  /** Called for each run once it was judged; its files go into the run's folder. */
  readonly run?: (run: RunRecord) => Drawn | Promise<Drawn>;
  /** Called when all rehearsals of a command are over; its files go beside the run folders. */
  readonly suite?: (suite: SuiteRecord) => Drawn | Promise<Drawn>;
  /** What stands in its files where it crashed, so that a failure is never silence, nor an old file taken for a new one. */
  readonly crashed?: (message: string, during: "run" | "suite", command: SuiteRecord["command"]) => Drawn;
}

/** `junit.xml`, and `prove-junit.xml` for a suite of mutants: `prove` must not write over what `run` left. */
export const suiteFile = (file: string, command: SuiteRecord["command"]): string =>
  command === "prove" ? `prove-${file}` : file;
