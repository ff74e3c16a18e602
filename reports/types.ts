import type { Journal } from "../lab/journal/types.ts";
import type { HistoryEntry, Plan, VerdictFile } from "../lab/run-folder/run-folder.ts";

/** All that a report is drawn from: one run folder, read whole, and the history of the runs before it. */
export interface RunRecord {
  readonly plan: Plan;
  readonly verdict: VerdictFile;
  readonly journal: Journal;
  /** What each node said, by node; lines carry RFC 3339 timestamps (as the engine writes them). */
  readonly logs: Readonly<Record<string, string>>;
  readonly history: readonly HistoryEntry[];
  /** Where the run's folder is; absent for a run that is in none. */
  readonly folder?: string;
}
