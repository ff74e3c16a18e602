/** The three figures that a run is known by, beside their medians. Pure. */
import { compare, earlierOf } from "../../lab/run-folder/baselines.ts";
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";
import type { Comparison } from "../../lab/slo/types.ts";
import { formatDuration } from "../../lab/time.ts";
import { formatNumber, formatShare } from "../format.ts";

/** Named so that a comparison knows which way is bad. */
export type KeyFigure = "recoveryMs" | "p99Ms" | "budgetShare";

export const KEY_FIGURES: readonly KeyFigure[] = ["recoveryMs", "p99Ms", "budgetShare"];

export const KEY_FIGURE_TITLES: Readonly<Record<KeyFigure, string>> = {
  recoveryMs: "recovery",
  p99Ms: "p99",
  budgetShare: "budget left",
};

/** Short, for a cell: `8.7 s`, `64 %`, and of an error budget that was overspent `spent 1.3×`. */
export function writeKeyFigure(figure: KeyFigure, value: number): string {
  if (figure !== "budgetShare") return formatDuration(value);
  return value < 0 ? `spent ${formatNumber(Number((1 - value).toPrecision(2)))}×` : formatShare(value);
}

/** How far runs lie from a median, which is no budget itself. */
export const writeSpread = (figure: KeyFigure, spread: number): string =>
  figure === "budgetShare" ? formatShare(spread) : formatDuration(spread);

/** What a run's key figures are, and how they compare; those of lines of old are found among all their figures. */
export function keyFiguresOf(entry: HistoryEntry): Readonly<Partial<Record<KeyFigure, number>>> {
  const { recoveryMs = ofOld(entry, "expectation", "recoveryMs"), p99Ms, budgetLeft } = entry;
  return {
    ...(recoveryMs === undefined ? {} : { recoveryMs }),
    ...(p99Ms === undefined ? {} : { p99Ms }),
    ...(budgetLeft === undefined ? {} : { budgetShare: budgetLeft }),
  };
}

function ofOld({ figures }: HistoryEntry, kind: string, figure: string): number | undefined {
  const values = Object.entries(figures)
    .filter(([name, value]) => name.startsWith(`${kind}/`) && name.endsWith(`/${figure}`) && value > 0)
    .map(([, value]) => value);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** A run's key figures beside those of the runs before it, as baselines compare. */
export function keyComparisons(entry: HistoryEntry, history: readonly HistoryEntry[]): readonly Comparison[] {
  const slim = (each: HistoryEntry): HistoryEntry => ({ ...each, figures: { ...keyFiguresOf(each) } });
  return compare(slim(entry), earlierOf(entry, history).map(slim));
}

/** How far a time lies from its median: `+44 %`. A budget's change is no share of it, and is not written. */
export function writeChange({ figure, now, median }: Comparison): string {
  if (figure === "budgetShare" || median === 0) return "";
  const share = Math.round((Math.abs(now - median) / median) * 100);
  return `${now < median ? "−" : "+"}${share} %`;
}
