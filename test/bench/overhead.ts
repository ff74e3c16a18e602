/**
 * How much of a suite's time is neither load nor fault: set-up, resets, final reads, judging, reports, teardown. Read from
 * the run folders of the latest suite that was recorded here; nothing is run for it.
 */
import { join } from "node:path";
import { readJournal } from "../../lab/journal/index.ts";
import { journalFile, listRuns, readVerdict, runsFolder } from "../../lab/run-folder/run-files.ts";
import { minutes, parseTimestamp } from "../../lab/time.ts";
import type { Measurement } from "./measurement.ts";

/** Two runs with more between them belong to two suites. */
const LONGEST_GAP_MS = minutes(2);
/** Of fewer, set-up without reuse would be all that is seen. */
const FEWEST_RUNS = 5;

interface Run {
  readonly fromMs: number;
  readonly toMs: number;
  /** From the first load's start to the last load's end. */
  readonly underLoadMs: number;
}

/** Share of the latest suite's time, from its first run's start to its last run's end. @throws when none was recorded */
export async function benchOverhead(): Promise<Measurement[]> {
  const runs = runsFolder();
  const recorded: Run[] = [];
  for (const name of await listRuns(runs)) {
    const run = await runOf(join(runs, name)).catch(() => undefined);
    if (run !== undefined) recorded.push(run);
  }
  const suite = latestSuite(recorded);
  if (suite.length < FEWEST_RUNS) {
    throw new Error(`no suite of ${FEWEST_RUNS} runs is in ${runs}: npm run lab -- run 'kafka/*', or run --all`);
  }
  const wholeMs = (suite.at(-1)?.toMs ?? 0) - (suite[0]?.fromMs ?? 0);
  const underLoadMs = suite.reduce((sum, run) => sum + run.underLoadMs, 0);
  const share = 100 * (1 - underLoadMs / wholeMs);
  const name = `overhead of the latest suite (${suite.length} runs): time not under load or fault`;
  return [{ name, unit: "%", value: Number(share.toFixed(1)), goal: "≤ 20" }];
}

/** The last runs without a long gap between them, oldest first. */
function latestSuite(runs: readonly Run[]): readonly Run[] {
  const newestFirst = runs.toSorted((a, b) => b.fromMs - a.fromMs);
  const suite: Run[] = [];
  for (const run of newestFirst) {
    const next = suite.at(-1);
    if (next !== undefined && next.fromMs - run.toMs > LONGEST_GAP_MS) break;
    suite.push(run);
  }
  return suite.toReversed();
}

async function runOf(folder: string): Promise<Run> {
  const { startedAt, durationMs } = await readVerdict(folder);
  const { events } = readJournal(journalFile(folder));
  const fromMs = parseTimestamp(startedAt);
  const times = (type: "load-started" | "load-ended"): number[] =>
    events.flatMap((event) => (event.type === type ? [event.atMs] : []));
  const ended = Math.max(...times("load-ended"));
  const started = Math.min(...times("load-started"));
  const underLoadMs = Number.isFinite(ended - started) ? ended - started : 0;
  return { fromMs, toMs: fromMs + durationMs, underLoadMs };
}
