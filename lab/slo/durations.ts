/** The two ways in which an SLO document writes a span of time. */
import { milliseconds, minutes, type Duration } from "../time.ts";

/** OpenSLO's shorthand in minutes; months, quarters and years are counted as 30, 90 and 365 days. */
const MINUTES: Readonly<Record<string, number>> = {
  m: 1,
  h: 60,
  d: 1_440,
  w: 10_080,
  M: 43_200,
  Q: 129_600,
  Y: 525_600,
};

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration in OpenSLO's shorthand (`5m`, `4w`), or a number of minutes; undefined where it is neither, or nothing. */
export function openSloDuration(written: string | number = ""): Duration | undefined {
  if (typeof written === "number") return minutes(written);
  return durationOf(/^(?<count>\d+)(?<unit>[mhdwMQY])$/.exec(written), MINUTES, minutes);
}

/** What the lab's own annotations and fields accept. */
export const LAB_DURATION = "a whole number greater than 0 and one of ms s m h (500ms, 30s)";

/** A duration of the lab's extension (`500ms`, `30s`); undefined where it is none. */
export function labDuration(written: unknown): Duration | undefined {
  if (typeof written !== "string") return undefined;
  return durationOf(/^(?<count>[1-9]\d*)(?<unit>ms|s|m|h)$/.exec(written), MILLISECONDS, milliseconds);
}

/** What was matched, in units of which each is so many of what is made. */
function durationOf(
  matched: RegExpExecArray | null,
  units: Readonly<Record<string, number>>,
  made: (count: number) => Duration,
): Duration | undefined {
  const { count, unit = "" } = matched?.groups ?? {};
  const span = Number(count) * (units[unit] ?? Number.NaN);
  return Number.isNaN(span) ? undefined : made(span);
}
