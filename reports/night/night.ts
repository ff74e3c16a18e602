/** Nights: the runs of a folder put together as a reader of a morning thinks of them. Pure. */
import type { MutantOutcome } from "../../lab/run-folder/mutants.ts";
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";
import { parseTimestamp } from "../../lab/time.ts";
import type { CameTo, NightRun } from "./types.ts";

/** Runs belong to one night until nothing ran for so long. */
const PAUSE_MS = 4 * 3_600_000;

/** What ran without a long pause. */
export interface Night {
  /** `2026-11-25`, and with its hour where two begin on one day. */
  readonly name: string;
  readonly runs: readonly NightRun[];
  readonly has: (run: NightRun) => boolean;
}

/** A scenario, or a mutant of one, with all its runs. */
export interface Subject {
  readonly scenario: string;
  readonly mutant?: string;
  /** The scenario's title as its newest run has it, or else its id. */
  readonly title: string;
  /** Oldest first. */
  readonly runs: readonly NightRun[];
}

/** The nights, newest first. */
export function nightsOf(runs: readonly NightRun[]): readonly Night[] {
  const groups: NightRun[][] = [];
  let endedMs = Number.NEGATIVE_INFINITY;
  for (const run of inOrder(runs)) {
    const startedMs = parseTimestamp(run.entry.startedAt);
    const group = groups.at(-1);
    if (group === undefined || startedMs - endedMs > PAUSE_MS) groups.push([run]);
    else group.push(run);
    endedMs = Math.max(endedMs, startedMs + (run.entry.durationMs ?? 0));
  }
  const days = groups.map((group) => (group[0]?.entry.startedAt ?? "").slice(0, 10));
  return groups
    .map((group, place): Night => {
      const day = days[place] ?? "";
      const isOnly = days.filter((each) => each === day).length === 1;
      const members = new Set(group);
      const name = isOnly ? day : `${day} ${(group[0]?.entry.startedAt ?? "").slice(11, 16)}`;
      return { name, runs: group, has: (run) => members.has(run) };
    })
    .toReversed();
}

/** By the moment at which they began; those of one moment as they came. */
export const inOrder = (runs: readonly NightRun[]): readonly NightRun[] =>
  runs.toSorted((a, b) => parseTimestamp(a.entry.startedAt) - parseTimestamp(b.entry.startedAt));

/** Scenarios and mutants, each once, by name; a scenario before its mutants. */
export function subjectsOf(runs: readonly NightRun[]): readonly Subject[] {
  const groups = Map.groupBy(inOrder(runs), ({ entry }) => subjectName(entry));
  return [...groups.values()]
    .flatMap((group): readonly Subject[] => {
      const newest = group.at(-1)?.entry;
      if (newest === undefined) return [];
      const { scenario, mutant } = newest;
      const title = group.findLast(({ entry }) => entry.title !== undefined)?.entry.title ?? scenario;
      return [{ scenario, ...(mutant === undefined ? {} : { mutant }), title, runs: group }];
    })
    .toSorted((a, b) => compareText(a.scenario, b.scenario) || compareText(a.mutant ?? "", b.mutant ?? ""));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const subjectName = ({ scenario, mutant }: Pick<HistoryEntry, "scenario" | "mutant">): string =>
  JSON.stringify([scenario, mutant]);

/** `kafka` of `kafka/leader-kill`. */
export const systemOf = ({ scenario }: Pick<HistoryEntry, "scenario">): string =>
  scenario.includes("/") ? scenario.slice(0, scenario.indexOf("/")) : scenario;

/** Lines of old do not say what became of a mutant: one that was violated counts as killed. */
const OUTCOME_OF_OLD: Readonly<Record<HistoryEntry["verdict"], MutantOutcome>> = {
  violated: "killed",
  held: "survived",
  unknown: "unknown",
};

export const cameTo = ({ mutant, verdict, outcome }: HistoryEntry): CameTo =>
  mutant === undefined ? verdict : (outcome ?? OUTCOME_OF_OLD[verdict]);

const WORST_FIRST: readonly CameTo[] = ["violated", "survived", "unknown", "held", "killed"];

export const isWell = (came: CameTo): boolean => came === "held" || came === "killed";

/** How bad it is: the lowest is the worst. */
export const badness = (came: CameTo): number => WORST_FIRST.indexOf(came);

/** The worst of these runs, the newest of equals; undefined of none. */
export const worstRun = (runs: readonly NightRun[]): NightRun | undefined =>
  inOrder(runs)
    .toReversed()
    .toSorted((a, b) => badness(cameTo(a.entry)) - badness(cameTo(b.entry)))[0];

/** A subject's runs in one night. */
export const runsIn = (night: Night, subject: Subject): readonly NightRun[] => subject.runs.filter(night.has);

/** Runs of one subject, with the same code, images and plan, that did not all come to the same. */
export interface Flaky {
  readonly subject: Subject;
  readonly runs: readonly NightRun[];
}

/** Those whose verdict changed and nothing else did that is known of, each once; lines of old do not say, and are passed over. */
export function flakyOf(subjects: readonly Subject[]): readonly Flaky[] {
  return subjects.flatMap((subject) => {
    const alike = [...Map.groupBy(subject.runs, ({ entry }) => sameness(entry))];
    const newest = alike.findLast(
      ([key, runs]) => key !== undefined && new Set(runs.map(({ entry }) => cameTo(entry))).size > 1,
    );
    return newest === undefined ? [] : [{ subject, runs: newest[1] }];
  });
}

function sameness({ code, plan, images }: HistoryEntry): string | undefined {
  if (code === undefined || plan === undefined || images === undefined) return undefined;
  const sorted = Object.entries(images).toSorted(([a], [b]) => compareText(a, b));
  return JSON.stringify([code, plan, sorted]);
}

/** How a subject's newest night is beside the one before it. */
export type Change =
  | { readonly kind: "new"; readonly now: CameTo }
  | { readonly kind: "gone"; readonly before: CameTo }
  | { readonly kind: "changed"; readonly before: CameTo; readonly now: CameTo };

/** What is new since the night before; undefined where nothing is. */
export function changeOf(subject: Subject, tonight: Night, before: Night): Change | undefined {
  const now = worstRun(runsIn(tonight, subject));
  const then = worstRun(runsIn(before, subject));
  if (now === undefined) return then === undefined ? undefined : { kind: "gone", before: cameTo(then.entry) };
  const came = cameTo(now.entry);
  const isFirst = subject.runs.every(tonight.has);
  if (isFirst) return { kind: "new", now: came };
  const last = then ?? subject.runs.findLast((run) => !tonight.has(run));
  if (last === undefined || cameTo(last.entry) === came) return undefined;
  return { kind: "changed", before: cameTo(last.entry), now: came };
}

/** For how many runs in a row, the newest included, a subject has not been well. */
export function failingFor({ runs }: Subject): number {
  const lastWell = runs.findLastIndex(({ entry }) => isWell(cameTo(entry)));
  return runs.length - 1 - lastWell;
}

/** The names of a run's expectations, from all that its entry says of them: lines of old have figures alone. */
export const expectationsIn = (entry: HistoryEntry): readonly string[] => [
  ...new Set([
    ...(entry.violates === undefined ? [] : [entry.violates]),
    ...Object.keys(entry.figures).flatMap((name) => /^expectation\/(.*)\/[^/]+$/.exec(name)?.[1] ?? []),
  ]),
];
