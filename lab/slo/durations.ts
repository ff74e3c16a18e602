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

/** A duration in OpenSLO's shorthand (`5m`, `4w`), or a number of minutes; undefined where it is neither. */
export function openSloDuration(written: string | number): Duration | undefined {
  if (typeof written === "number") return minutes(written);
  const [, count, unit] = /^(\d+)([mhdwMQY])$/.exec(written) ?? [];
  const unitMinutes = MINUTES[unit ?? ""];
  return count === undefined || unitMinutes === undefined ? undefined : minutes(Number(count) * unitMinutes);
}

/** What the lab's own annotations and fields accept. */
export const LAB_DURATION = "a whole number greater than 0 and one of ms s m h (500ms, 30s)";

/** A duration of the lab's extension (`500ms`, `30s`); undefined where it is none. */
export function labDuration(written: unknown): Duration | undefined {
  if (typeof written !== "string") return undefined;
  const [, count, unit] = /^([1-9]\d*)(ms|s|m|h)$/.exec(written) ?? [];
  const unitMs = MILLISECONDS[unit ?? ""];
  return count === undefined || unitMs === undefined ? undefined : milliseconds(Number(count) * unitMs);
}
