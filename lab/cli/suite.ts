/** The reports of several runs together, for a CI job. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderJunit, renderSummary } from "../../reports/index.ts";
import type { RunRecord } from "../../reports/types.ts";
import { readRecordedRun, readVerdict } from "../run-folder/run-files.ts";

/** Writes `junit.xml` and `summary.md` of all these runs into the folder that holds them. */
export async function writeSuite(runs: string, folders: readonly string[]): Promise<void> {
  const records: RunRecord[] = [];
  for (const folder of folders) {
    const { plan, journal, history } = await readRecordedRun(folder);
    records.push({ plan, journal, history, verdict: await readVerdict(folder), logs: {} });
  }
  await writeFile(join(runs, "junit.xml"), renderJunit(records));
  await writeFile(join(runs, "summary.md"), renderSummary(records));
}
