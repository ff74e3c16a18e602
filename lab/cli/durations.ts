/** How long rehearsals take: as recorded here, or else as recorded once on another machine. */
import shipped from "../../scenarios/durations.json" with { type: "json" };
import type { HistoryEntry } from "../run-folder/run-folder.ts";
import { median } from "../statistics.ts";
import { formatDuration, milliseconds, seconds, type Duration } from "../time.ts";
import type { Item } from "./turns.ts";

/** What is rehearsed: all that is needed of it. */
type Rehearsed = Pick<Item, "mutant"> & { readonly scenario: Pick<Item["scenario"], "id"> };

/** So many of the last runs count. */
const MOST_RUNS = 10;

/** A rehearsal's expected time, set-up included; `runs` is of how many runs here it is the median: 0 is as shipped. */
export interface Expected {
  readonly span: Duration;
  readonly runs: number;
}

/**
 * The median of the last runs that held here. Without any: for a mutant its scenario's, for a scenario what
 * scenarios/durations.json says: seconds, medians of held runs on two shared cores. Undefined: nothing is known.
 */
export function expectedTime(
  { scenario: { id }, mutant }: Rehearsed,
  history: readonly HistoryEntry[],
): Expected | undefined {
  // A mutant is there to be violated; a scenario's run that did not hold may have waited for what did not come.
  const counts = (entry: HistoryEntry): boolean => (mutant === undefined ? entry.verdict === "held" : true);
  const spans = history
    .filter((entry) => entry.scenario === id && entry.mutant === mutant && counts(entry))
    .flatMap(({ durationMs }) => durationMs ?? [])
    .slice(-MOST_RUNS);
  if (spans.length > 0) return { span: milliseconds(median(spans)), runs: spans.length };
  if (mutant !== undefined) return expectedTime({ scenario: { id } }, history);
  const recorded = Object.entries(shipped).find(([scenario]) => scenario === id)?.[1];
  return recorded === undefined ? undefined : { span: seconds(recorded), runs: 0 };
}

/** `44 s, median of 3 runs here`, or with the label of an estimate. */
export function describeTime(expected: Expected | undefined): string {
  if (expected === undefined) return "not measured yet";
  const { span, runs } = expected;
  const from =
    runs === 0 ? "estimate: as recorded on two shared cores" : `median of ${runs} run${runs === 1 ? "" : "s"} here`;
  return `about ${formatDuration(Math.round(span / 1_000) * 1_000)} (${from})`;
}

/** A suite in a line: `28 rehearsals, about 38 min`. */
export function describeSuite(items: readonly Rehearsed[], history: readonly HistoryEntry[]): string {
  const known = items.flatMap((item) => expectedTime(item, history) ?? []);
  const sumMs = known.reduce((sum, { span }) => sum + span, 0);
  const unknown = items.length - known.length;
  const time =
    known.length === 0
      ? ""
      : `, about ${formatDuration(sumMs < 100_000 ? Math.round(sumMs / 1_000) * 1_000 : Math.ceil(sumMs / 60_000) * 60_000)}`;
  return `${items.length} rehearsal${items.length === 1 ? "" : "s"}${time}${unknown === 0 ? "" : `, ${unknown} of unknown time`}`;
}
