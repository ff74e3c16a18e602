/**
 * What the lab or its machine may have made late, and not the platform: one way of asking again for all such times.
 * What is excused and what never: docs/decisions/055-one-way-of-excusing.md.
 */
import type { CheckSpec } from "../checks/index.ts";
import { OK, type Journal } from "../journal/types.ts";
import type { ConditionResult } from "../run-folder/run-folder.ts";

/** A time, both ends included. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Why something that was violated may be nobody's fault. */
export interface Excuse {
  /** Appended to what was found and rests on it. */
  readonly meanwhile: string;
  /** The journal as it would be at best, had this not been, nor any excuse before it. */
  readonly atBest: Journal;
}

/** One kind of excuse: how its times are told, and which they are, with what they may have left behind. */
export interface Blame {
  readonly meanwhile: string;
  readonly spans: readonly Span[];
}

/** The excuses that this journal has, in the order in which they are to be asked; a kind without any time is none. */
export const excusesOf = (journal: Journal, blames: readonly Blame[]): readonly Excuse[] =>
  blames.flatMap(({ meanwhile, spans }, place) => {
    if (spans.length === 0) return [];
    const all = blames.slice(0, place + 1).flatMap((blame) => blame.spans);
    let made: Journal | undefined;
    // Only what was violated asks for it, and a journal is long.
    return [
      {
        meanwhile,
        get atBest() {
          return (made ??= atBest(journal, all));
        },
      },
    ];
  });

/**
 * What was judged, and unknown instead of violated where an excuse is enough: the first one that is, is told.
 * @param isViolatedIn whether the same is violated in a journal as it would be at best
 */
export function unlessExcused<R extends Pick<ConditionResult, "verdict" | "summary">>(
  result: R,
  excuses: readonly Excuse[],
  isViolatedIn: (atBest: Journal) => boolean,
): R {
  if (result.verdict !== "violated") return result;
  const excuse = excuses.find((one) => !isViolatedIn(one.atBest));
  return excuse === undefined
    ? result
    : { ...result, verdict: "unknown", summary: `${result.summary}${excuse.meanwhile}` };
}

/** Whether slowness alone can make this check find something: it sets a limit in time, or asks what was seen. */
export const isJudgedByTime = (spec: CheckSpec): boolean =>
  "within" in spec || "limit" in spec || spec.check === "observed";

/** Whether all that the check finds is in single operations, so that it can be asked again as they would be at best. */
export const isJudgedByOperations = ({ check }: CheckSpec): boolean => check === "availability" || check === "recovery";

/**
 * The journal as it would be at best: each operation that was intended or under way in one of the spans ended ok at
 * once, and each record that waited for a reader in one was read at once. What is violated in it is so however those
 * would have gone. For what is judged by time only.
 */
export function atBest(journal: Journal, spans: readonly Span[]): Journal {
  const { operations, reads } = journal;
  const isExcused = (fromMs: number, toMs: number): boolean =>
    spans.some((span) => fromMs <= span.toMs && toMs >= span.fromMs);
  const outcome = operations.outcome.slice();
  const value = operations.value.slice();
  const endMs = operations.endMs.slice();
  /** By load, the intended start of the operation that wrote each value. */
  const intended = new Map<number, Map<number, number>>();
  for (let row = 0; row < operations.length; row += 1) {
    const startMs = operations.intendedMs[row] ?? 0;
    const load = operations.load[row] ?? 0;
    const ofLoad = intended.get(load) ?? new Map<number, number>();
    intended.set(load, ofLoad.set(value[row] ?? 0, startMs));
    if (!isExcused(startMs, endMs[row] ?? 0)) continue;
    // It wrote nothing that anybody must have read.
    if (outcome[row] !== OK) value[row] = -1;
    outcome[row] = OK;
    endMs[row] = startMs;
  }
  const atMs = reads.atMs.slice();
  for (let row = 0; row < reads.length; row += 1) {
    // What nobody is on record to have written was never waited for.
    const startMs = intended.get(reads.load[row] ?? 0)?.get(reads.value[row] ?? 0) ?? Number.NaN;
    if (isExcused(startMs, atMs[row] ?? 0)) atMs[row] = startMs;
  }
  return { ...journal, operations: { ...operations, outcome, value, endMs }, reads: { ...reads, atMs } };
}
