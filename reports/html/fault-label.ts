/** Where a fault's name stands in the overview: where most of it fits, and on no mark; and how much of it is shown. */
import { markup, type Markup } from "./markup.ts";
import { percent } from "./plot.ts";

/** A fault in a row of the overview. Places are fractions of the axis. */
export interface Labelled {
  readonly from: number;
  /** Its marks, beside which the name stands: in effect first, then well again. */
  readonly marks: readonly number[];
}

export interface LabelPlace {
  readonly from: number;
  readonly to: number;
  /** Before its bar, with its end at the bar. */
  readonly before: boolean;
}

/** So much of the axis holds most names; where the first free place is so wide, no other is looked for. */
const ENOUGH = 0.2;

/**
 * The free place of the fault at `place` in its row: the first after its mark that is wide enough, or else the widest,
 * up to the row's next fault; before its bar where it is the row's first and there is more room.
 */
export function labelPlace(row: readonly Labelled[], place: number): LabelPlace {
  const fault = row[place] ?? { from: 0, marks: [] };
  const endAt = row[place + 1]?.from ?? 1;
  const start = Math.min(endAt, Math.max(fault.from, fault.marks[0] ?? fault.from));
  const marks = row.flatMap((one) => one.marks).filter((mark) => mark > start && mark < endAt);
  const edges = [start, ...marks.toSorted((a, b) => a - b), endAt];
  const free = edges.slice(1).map((to, index) => ({ from: edges[index] ?? start, to, before: false }));
  if (place === 0) free.push({ from: 0, to: fault.from, before: true });
  const width = ({ from, to }: LabelPlace): number => to - from;
  return (
    free.find((one) => width(one) >= ENOUGH) ??
    free.toSorted((a, b) => width(b) - width(a))[0] ?? { from: start, to: endAt, before: false }
  );
}

/** The words that fit, each whole: a cut name would be another node's. Without room there is only `F1` (style-head.ts). */
export function faultLabel(
  { from, to, before }: LabelPlace,
  words: readonly string[],
  y: number,
  height: number,
): Markup {
  return markup`<foreignObject class="fault-label" x="${percent(from)}" width="${percent(to - from)}" y="${y}" height="${height}"><div class="fault-words${before ? " before" : ""}">${words.map((word) => markup`<span>${word}</span>`)}</div></foreignObject>`;
}
