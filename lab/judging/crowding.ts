/**
 * Others on the machine. Where they took most of its processors, what was late is a slow machine's doing, or may be.
 * What it excuses and what never: docs/decisions/051-what-others-on-the-machine-excuse.md.
 */
import type { Journal } from "../journal/types.ts";
import type { ConditionResult } from "../run-folder/run-folder.ts";
import { formatDuration, seconds } from "../time.ts";
import { eventsOf } from "../journal/types.ts";
import { condition, timesMore } from "./condition.ts";
import type { Blame } from "./excuses.ts";

/** What is observed of others every few seconds: percent of all processors since it was last observed. */
export const TAKEN_BY_OTHERS = "processors taken by others";

/**
 * From this share on, in percent, others had as much of the machine as the clusters, their clients and the lab together.
 * Beside a lab alone on its machine they take a few percent.
 */
export const CROWDED = 50;

/**
 * So much before and after is crowded too: a sample is the mean of a few seconds, so that those at its edges tell less
 * than was, and what has waited is worked off afterwards.
 */
const MARGIN = seconds(3);
/** A sample tells of no longer than this, whatever was not observed before it. */
const LONGEST_SAMPLE = seconds(10);

/** A time in which others had most of the machine. */
export interface Crowd {
  readonly fromMs: number;
  readonly toMs: number;
  /** The mean share that they took, in whole percent. */
  readonly percent: number;
}

interface Sample extends Crowd {
  readonly weightMs: number;
}

/** What was observed of others, in order; none in journals of old, or where the engine is on another machine. */
function samplesOf(journal: Journal): readonly Sample[] {
  const told = eventsOf(journal, "observation").flatMap(({ subject, value, atMs }) =>
    subject === TAKEN_BY_OTHERS && typeof value === "number" ? [{ atMs, percent: value }] : [],
  );
  return told.map(({ atMs, percent }, place) => {
    const sinceMs = told[place - 1]?.atMs ?? atMs - MARGIN;
    const fromMs = Math.max(sinceMs, atMs - LONGEST_SAMPLE, 0);
    return { fromMs, toMs: atMs, percent, weightMs: Math.max(atMs - fromMs, 1) };
  });
}

/** The times in which others took the bound or more, in order; what follows at once is one. Pure. */
export function crowdsOf(journal: Journal): readonly Crowd[] {
  const merged: Sample[] = [];
  for (const sample of samplesOf(journal).filter(({ percent }) => percent >= CROWDED)) {
    const last = merged.at(-1);
    if (last === undefined || sample.fromMs > last.toMs) {
      merged.push(sample);
      continue;
    }
    const weightMs = last.weightMs + sample.weightMs;
    const percent = (last.percent * last.weightMs + sample.percent * sample.weightMs) / weightMs;
    merged[merged.length - 1] = { fromMs: last.fromMs, toMs: sample.toMs, percent, weightMs };
  }
  return merged.map(({ fromMs, toMs, percent }) => ({ fromMs, toMs, percent: Math.round(percent) }));
}

/** The condition's name, and what is appended to what others excuse. */
export const MACHINE_WAS_THE_LABS = "the machine was the lab's";
export const OTHERS_HAD_IT = "; but others had most of the machine's processors meanwhile";

/** What others excuse: what was intended or under way while they had most of the machine, or shortly before or after. */
export const blameOfOthers = (journal: Journal): Blame => ({
  meanwhile: OTHERS_HAD_IT,
  spans: crowdsOf(journal).map(({ fromMs, toMs }) => ({ fromMs: fromMs - MARGIN, toMs: toMs + MARGIN })),
});

/** So many are told one by one. */
const MOST_TOLD = 3;

/**
 * Whether others took so much of the machine that something cannot be judged; asked where they were observed.
 * @param results all that was judged. Others alone leave nothing open: what held beside them held.
 */
export function machineWasTheLabs(
  results: readonly Pick<ConditionResult, "summary">[],
  journal: Journal,
): readonly ConditionResult[] {
  const samples = samplesOf(journal);
  if (samples.length === 0) return [];
  const excused = results.some(({ summary }) => summary.endsWith(OTHERS_HAD_IT));
  const crowds = excused ? crowdsOf(journal) : [];
  const told = crowds
    .slice(0, MOST_TOLD)
    .map(
      ({ fromMs, toMs, percent }) =>
        `others took ${String(percent)} % of the processors from ${formatDuration(fromMs)} to ${formatDuration(toMs)}`,
    );
  const rest = timesMore(crowds.length - MOST_TOLD);
  const most = Math.max(...samples.map(({ percent }) => percent));
  return [
    condition(MACHINE_WAS_THE_LABS, [...told, ...rest], `others took at most ${String(most)} % of its processors`),
  ];
}
