/** Judges what a run folder holds. Needs no engine: `lab check` and `lab report` use it on any machine. */
import { BUILT_IN, reportRun, tellStory, type Reporter, type ReportFailure } from "../../reports/index.ts";
import { messageOf } from "../errors.ts";
import { readLogs, readRecordedRun, writeVerdict } from "../run-folder/run-files.ts";
import type { VerdictFile } from "../run-folder/run-folder.ts";
import { judge } from "./judge.ts";

export interface JudgedRun {
  readonly verdict: VerdictFile;
  /** What happened and what it means, a sentence each, as the reports tell it. Empty where it could not be told. */
  readonly story: readonly string[];
  /** What people should know of how it was judged, and that is no part of the verdict; a sentence each, mostly none. */
  readonly notes: readonly string[];
  /** Reports that could not be drawn; the verdict stands without them. */
  readonly reportFailures: readonly ReportFailure[];
  /** What reporters say on the terminal. */
  readonly terminal: readonly string[];
}

/**
 * Judges a run folder, writes its verdict.json and draws its reports; the same for a run of a moment ago and one of
 * last year. A verdict that was recorded before and is another is kept beside the new one. A folder that cannot be
 * written, and a history that cannot be read, cost no verdict: `notes` tells.
 * @throws LabError `bad-run-folder` where plan or journal cannot be read
 */
export async function judgeRun(folder: string, reporters: readonly Reporter[] = BUILT_IN): Promise<JudgedRun> {
  const { plan, journal, history, leftOut } = await readRecordedRun(folder);
  const verdict = judge(plan, journal, history);
  const written = await recordVerdict(folder, verdict);
  const logs = await readLogs(folder);
  const run = { plan, verdict, journal, logs: logs.texts, history, folder };
  const { failures, terminal } = await reportRun(folder, run, reporters);
  const notes = [...written, ...leftOut, ...logs.leftOut];
  return { verdict, story: tellStory(run), notes, reportFailures: failures, terminal };
}

/** Writes the verdict; gives what is to be told of it. */
async function recordVerdict(folder: string, verdict: VerdictFile): Promise<readonly string[]> {
  try {
    const { kept } = await writeVerdict(folder, verdict);
    if (kept === undefined) return [];
    const was = kept.verdict === verdict.verdict ? `${kept.verdict} for other reasons` : kept.verdict;
    return [`the verdict recorded before (${was}) is kept in ${kept.file}`];
  } catch (error) {
    return [`the verdict could not be written to ${folder}: ${messageOf(error)}`];
  }
}
