/** Judges what a run folder holds. Needs no engine: `lab check` and `lab report` use it on any machine. */
import { writeReports, type ReportFailure } from "../../reports/index.ts";
import { judge } from "./judge.ts";
import { readLogs, readRecordedRun, writeVerdict } from "../run-folder/run-files.ts";
import type { VerdictFile } from "../run-folder/run-folder.ts";

export interface JudgedRun {
  readonly verdict: VerdictFile;
  /** Reports that could not be drawn; the verdict stands without them. */
  readonly reportFailures: readonly ReportFailure[];
}

/**
 * Judges a run folder and draws its reports; the same for a run of a moment ago and one of last year.
 * @throws LabError `bad-run-folder`
 */
export async function judgeRun(folder: string): Promise<JudgedRun> {
  const { plan, journal, history } = await readRecordedRun(folder);
  const verdict = judge(plan, journal, history);
  await writeVerdict(folder, verdict);
  const logs = await readLogs(folder);
  return { verdict, reportFailures: await writeReports(folder, { plan, verdict, journal, logs, history }) };
}
