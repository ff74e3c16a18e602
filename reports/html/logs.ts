/** Lines of a node's log, placed on the run's clock, and what of them is worth reading first. */
import { parseTimestamp } from "../../lab/time.ts";

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

export type Level = "error" | "warning" | "other";

/** What was said: once or several times, with what followed it. */
export interface Saying {
  readonly level: Level;
  readonly atMs: number;
  readonly text: string;
  /** How often this was said, numbers apart, and when last. */
  readonly times: number;
  readonly lastMs: number;
  /** Lines that belong to it: a stack trace. */
  readonly trace: readonly string[];
}

export interface Digest {
  /** Errors, then warnings, each in the order of time; repeats are one. */
  readonly grave: readonly Saying[];
  /** What else was said, nearest to the fault's moments. */
  readonly other: readonly Saying[];
  /** How many lines of each level are not shown at all. */
  readonly leftOut: Readonly<Record<Level, number>>;
}

const MOST_GRAVE = 25;
const MOST_OTHER = 15;
const MOST_TRACE = 60;
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

/** How grave a line says it is itself: Java's and ClickHouse's words, JSON's `level`, a line that begins with `Error:`. */
export function levelOf(text: string): Level {
  const begins = text.slice(0, 160);
  if (/\b(FATAL|ERROR|SEVERE)\b|<(Error|Fatal)>|^\s*(Error|panic|Exception)\b|Exception:/.test(begins)) return "error";
  return /\bWARN(ING)?\b|<Warning>/.test(begins) ? "warning" : "other";
}

/** What belongs to the line before it: frames of a stack, its causes, what is set in. */
const isTrace = (text: string): boolean => /^\s+\S|^Caused by:|^\.\.\. \d+ more|^\d+\. 0x|^\d+\. \//.test(text);

/** Lines that differ by their numbers alone say the same. */
const sameness = (text: string): string => text.replaceAll(/[0-9a-f]*\d[0-9a-f]*/gi, "0");

/** The lines of a span, the gravest first; of what is no more than told, those nearest to one of the moments. */
export function digest(lines: readonly LogLine[], fromMs: number, toMs: number, momentsMs: readonly number[]): Digest {
  const sayings = sayingsOf(lines.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs));
  const of = (level: Level): readonly Saying[] => sayings.filter((saying) => saying.level === level);
  const grave = [...of("error"), ...of("warning")];
  const away = ({ atMs, lastMs }: Saying): number =>
    Math.min(
      ...momentsMs.map((at) => (at >= atMs && at <= lastMs ? 0 : Math.min(Math.abs(at - atMs), Math.abs(at - lastMs)))),
    );
  const near = of("other").toSorted((a, b) => away(a) - away(b));
  const rest = [...grave.slice(MOST_GRAVE), ...near.slice(MOST_OTHER)];
  const count = (level: Level): number =>
    rest.filter((saying) => saying.level === level).reduce((sum, { times, trace }) => sum + times + trace.length, 0);
  return {
    grave: grave.slice(0, MOST_GRAVE),
    other: near.slice(0, MOST_OTHER).toSorted((a, b) => a.atMs - b.atMs),
    leftOut: { error: count("error"), warning: count("warning"), other: count("other") },
  };
}

function sayingsOf(lines: readonly LogLine[]): readonly Saying[] {
  const said = new Map<
    string,
    { -readonly [K in keyof Saying]: Saying[K] extends readonly string[] ? string[] : Saying[K] }
  >();
  let last: string | undefined;
  let first = true;
  for (const { atMs, text } of lines) {
    const before = last === undefined ? undefined : said.get(last);
    if (before !== undefined && isTrace(text)) {
      // The trace of a repeat is the trace of the first.
      if (first && before.trace.length < MOST_TRACE) before.trace.push(text);
      continue;
    }
    const key = sameness(text);
    const known = said.get(key);
    last = key;
    first = known === undefined;
    if (known === undefined) said.set(key, { level: levelOf(text), atMs, text, times: 1, lastMs: atMs, trace: [] });
    else {
      known.times++;
      known.lastMs = atMs;
    }
  }
  return [...said.values()];
}
