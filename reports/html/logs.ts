/** Lines of a node's log, placed on the run's clock. */
import { parseTimestamp } from "../../lab/time.ts";

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

const AROUND_MS = 3_000;
const MOST_LINES = 40;
const LONGEST_LINE = 400;

/**
 * A log's lines with their time on the run's clock, whose zero is `zeroMs` (milliseconds since 1970).
 * A line without a timestamp of its own has the time of the line before it; before the first, it is dropped.
 */
export function splitLog(log: string, zeroMs: number): LogLine[] {
  const lines: LogLine[] = [];
  let atMs = NaN;
  for (const line of log.split("\n")) {
    const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/.exec(line);
    if (stamp?.[1] !== undefined) atMs = parseTimestamp(stamp[1]) - zeroMs;
    const text = line.slice(stamp?.[0].length ?? 0).replace(/\r$/, "");
    if (!Number.isFinite(atMs) || text === "") continue;
    lines.push({ atMs, text: text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text });
  }
  return lines;
}

/** The lines within three seconds of any of the moments: at most forty, those nearest to a moment, in the log's order. */
export function linesAround(
  lines: readonly LogLine[],
  momentsMs: readonly number[],
): { readonly lines: readonly LogLine[]; readonly leftOut: number } {
  const near = lines
    .map((line, index) => ({
      line,
      index,
      awayMs: Math.min(...momentsMs.map((moment) => Math.abs(line.atMs - moment))),
    }))
    .filter(({ awayMs }) => awayMs <= AROUND_MS);
  const nearest = near.toSorted((a, b) => a.awayMs - b.awayMs || a.index - b.index).slice(0, MOST_LINES);
  const kept = nearest.toSorted((a, b) => a.index - b.index).map(({ line }) => line);
  return { lines: kept, leftOut: near.length - kept.length };
}
