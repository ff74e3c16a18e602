/** All runs of a folder, for the page that shows them: what the run folders say, and what only the history knows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { wakeOf } from "../../reports/index.ts";
import type { NightRecord, NightRun } from "../../reports/night/types.ts";
import { messageOf } from "../errors.ts";
import { readHistory } from "../run-folder/history.ts";
import { historyFile, listRuns, readPlan, readVerdict } from "../run-folder/run-files.ts";
import { disturbanceOf } from "./disturbance.ts";
import { wholeHistoryEntry } from "./history-entry.ts";

/**
 * Reads plans and verdicts, and no journal: of 500 runs within seconds. A run that was judged again counts with its newest
 * verdict. Never throws: a folder that cannot be read is left out, and told; one without a verdict was not judged yet.
 */
export async function collectRuns(runs: string): Promise<NightRecord> {
  const { entries, leftOut } = readHistory(historyFile(runs));
  const told = [...leftOut];
  const byRun = new Map(entries.map((entry): [string, NightRun] => [entry.run, { entry }]));
  for (const name of await listRuns(runs)) {
    const folder = join(runs, name);
    if (!existsSync(join(folder, "verdict.json"))) continue;
    try {
      const [plan, verdict] = await Promise.all([readPlan(folder), readVerdict(folder)]);
      const recorded = byRun.get(plan.run)?.entry.baseline;
      const entry = { ...wholeHistoryEntry(plan, verdict), ...(recorded === undefined ? {} : { baseline: recorded }) };
      const disturbed = disturbanceOf(verdict);
      byRun.set(plan.run, {
        ...{ entry, folder: name, repeat: plan.repeat, wake: wakeOf({ plan, verdict }) },
        ...(disturbed === undefined ? {} : { disturbed }),
      });
    } catch (error) {
      told.push(`a run was left out: ${messageOf(error)}`);
    }
  }
  return { runs: [...byRun.values()], leftOut: told };
}
