/** Which operations a check is about, and when. */
import { faultTimes } from "../journal/fault-times.ts";
import type { FaultTimes } from "../journal/fault-times.ts";
import { nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import type { Window } from "./types.ts";

/** A load and an action, by their numbers in the journal; −1 where they never occur. */
export interface Selection {
  readonly load: number;
  readonly action: number;
}

/** `events` means the load `events` and its `produce` operations; `admin.create-topic` names the action. */
export function selectionOf(journal: Journal, of: string): Selection {
  const [load = "", action = "produce"] = of.split(".");
  return { load: nameIndex(journal, load), action: nameIndex(journal, action) };
}

/** The rows of the selected operations, in the order of the journal. */
export function rowsOf({ operations }: Journal, { load, action }: Selection): Uint32Array {
  return matching(operations.length, (row) => operations.load[row] === load && operations.action[row] === action);
}

/** The rows of the records that were read under this name, a load's or a sink's, in the order of the journal. */
export function readRowsOf({ reads }: Journal, load: number): Uint32Array {
  return matching(reads.length, (row) => reads.load[row] === load);
}

function matching(length: number, fits: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row += 1) {
    if (!fits(row)) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}

/** From `fromMs` (included) to `toMs` (excluded). */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The spans of a window, in order, without overlaps. Without a window: all of time. What never ended goes on for ever. */
export function spansOf(journal: Journal, window: Window | undefined): readonly Span[] {
  if (window === undefined) return [{ fromMs: -Infinity, toMs: Infinity }];
  if ("step" in window) return united(stepSpans(journal, window.step));
  return united(faultTimes(journal).flatMap(inForce));
}

/** From when it was seen to be in effect until its undo was ordered: from then on, some of it may be gone. */
const inForce = ({ inEffectMs, healOrderedMs, healedMs = Infinity }: FaultTimes): Span[] =>
  inEffectMs === undefined ? [] : [{ fromMs: inEffectMs, toMs: healOrderedMs ?? healedMs }];

export const describeWindow = (window: Window | undefined): string =>
  window === undefined
    ? "in the whole run"
    : "step" in window
      ? `during step "${window.step}"`
      : "while faults were in force";

/** The place of the span that holds this moment, or −1. */
export function spanAt(spans: readonly Span[], atMs: number): number {
  return spans.findIndex(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}

function stepSpans(journal: Journal, step: string): Span[] {
  const spans: Span[] = [];
  let fromMs: number | undefined;
  for (const event of journal.events) {
    if (event.type === "step-started" && event.step === step) fromMs ??= event.atMs;
    if (event.type === "step-ended" && event.step === step && fromMs !== undefined) {
      spans.push({ fromMs, toMs: event.atMs });
      fromMs = undefined;
    }
  }
  if (fromMs !== undefined) spans.push({ fromMs, toMs: Infinity });
  return spans;
}

/** The same times, in order, those that touch or overlap as one. */
export function united(spans: readonly Span[]): readonly Span[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else joined.push({ ...span });
  }
  return joined;
}
