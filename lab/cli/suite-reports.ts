/** The reports of several rehearsals together, beside their folders. */
import { basename, join } from "node:path";
import { reportSuite, type Reported, type Reporter } from "../../reports/index.ts";
import type { RunRecord } from "../../reports/types.ts";
import { collectRuns } from "../judging/collected-runs.ts";
import type { RehearsalResult } from "../rehearsal/rehearse.ts";
import { readRecordedRun } from "../run-folder/run-files.ts";
import type { SuiteCommand } from "../run-folder/suite-file.ts";

export interface SuiteReports {
  /** The folder of the run folders. */
  readonly runs: string;
  readonly command: SuiteCommand;
  readonly results: readonly Pick<RehearsalResult, "folder" | "verdict">[];
  readonly reporters: readonly Reporter[];
  /** Draw the page of all runs too. */
  readonly all: boolean;
}

/**
 * Draws the suite. The verdicts are those that were given: one that could not be written to its run folder counts as well.
 * @throws LabError `bad-run-folder` for a run that cannot be read
 */
export async function drawSuite({ runs, command, results, reporters, all }: SuiteReports): Promise<Reported> {
  const records: RunRecord[] = [];
  for (const { folder, verdict } of results) {
    const { plan, journal, history } = await readRecordedRun(folder);
    records.push({ plan, journal, history, verdict, logs: {}, folder });
  }
  const suite = { command, runs: records, ...(all ? { all: await collectRuns(runs) } : {}) };
  return reportSuite(runs, suite, reporters);
}

/** Draws the page of all runs alone, and gives its path. @throws what it cannot be drawn or written for */
export async function drawIndex(runs: string, reporters: readonly Reporter[]): Promise<string> {
  const suite = { command: "run" as const, runs: [], all: await collectRuns(runs) };
  const { failures } = await reportSuite(
    runs,
    suite,
    reporters.filter(({ name }) => name === "index"),
  );
  if (failures[0] !== undefined) throw failures[0].error;
  return join(runs, "index.html");
}

/** Results as a suite file has them. */
export const folderName = ({ folder }: Pick<RehearsalResult, "folder">): string => basename(folder);
