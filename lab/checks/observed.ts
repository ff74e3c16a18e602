/** Observed: what is watched took these values, in this order. Definitions: docs/checks.md. */
import { faultTimes } from "../journal/fault-times.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { finding } from "./evidence.ts";
import { defineCheck } from "./define.ts";
import { duration, name, optional, values } from "./fields.ts";
import { settledTo, undecided } from "./settled.ts";
import { whereabouts } from "./whereabouts.ts";
import type { Evidence, Finding } from "./types.ts";

/** The watched subject took these values, in this order (others may lie between); each within `within` of the one before. */
export interface ObservedSpec {
  readonly check: "observed";
  readonly subject: string;
  readonly values: readonly (number | string | boolean)[];
  readonly within?: Duration;
}

export const observed = defineCheck<ObservedSpec>({
  check: "observed",
  sentence: "what is watched took these values, in this order",
  fields: {
    subject: name("what is watched, as the journal names it"),
    values: values("what it must have been, one after another"),
    within: optional(duration("from the fault to the first value, and from each to the next, at most"), "any time"),
  },
  example: { subject: "in-sync replicas of events/0", values: [3, 2, 3], within: seconds(30) },
  judge: checkObserved,
});

interface Sighting {
  readonly value: number | string | boolean;
  readonly atMs: number;
}

/** Final in a record that ends early: the time in which the next value had to come is over. Without `within` nothing is. */
function checkObserved(spec: ObservedSpec, journal: Journal): Finding {
  const everything = sightingsOf(journal, spec.subject);
  const [first] = everything;
  if (first === undefined) return finding("unknown", `${spec.subject} was never observed`);
  if (spec.values.length === 0) return finding("unknown", `no value of ${spec.subject} was asked for`);
  const faultMs = faultTimes(journal)[0]?.orderedMs;
  if (faultMs === undefined && spec.within !== undefined) {
    return finding("unknown", `no fault was injected, so there is no moment from which ${spec.subject} had to change`);
  }
  const sightings = faultMs === undefined ? everything : sinceFault(everything, faultMs);
  const evidence = sightings.map(({ value, atMs }): Evidence => ({
    what: `${spec.subject}: ${told(value)}`,
    atMs,
    detail: { value: String(value) },
  }));

  const reached = latestWays(spec, sightings, faultMs);
  const end = reached[spec.values.length - 1];
  const matched = reached.length;
  const wanted = spec.values.map(told).join(", ");
  const seen = shortened(sightings.map(({ value }) => told(value))).join(", ");
  if (end !== undefined) {
    const tookMs = end - (faultMs ?? first.atMs);
    const figures = { matched, lastMatchMs: tookMs, anomalies: 0 };
    return finding("held", `${spec.subject} went ${wanted} in ${formatDuration(tookMs)}`, figures, evidence);
  }
  const limit = spec.within === undefined ? "" : `, each within ${formatDuration(spec.within)} of the one before`;
  const summary = `${spec.subject} was to go ${wanted}${limit}; it got to ${matched} of ${spec.values.length}, seen: ${seen}${unwantedIn(spec, sightings, journal)}`;
  const missed = finding("violated", summary, { matched, anomalies: 1 }, evidence);
  return isFinal(spec, journal, [faultMs ?? Infinity, ...reached]) ? missed : undecided(missed);
}

/** Where the values were seen that nobody asked for; three are told. */
function unwantedIn({ values }: ObservedSpec, sightings: readonly Sighting[], journal: Journal): string {
  const unwanted = sightings
    .filter(({ value }) => !values.includes(value))
    .map(({ value, atMs }) => ({ value, where: whereabouts(journal, atMs) }))
    .filter(({ where }) => where !== "")
    .slice(0, 3);
  return unwanted.map(({ value, where }) => `; ${told(value)}${where}`).join("");
}

/** Whether the next value, whichever of these moments it had to follow, would come too late after the end of the record. */
function isFinal({ within }: ObservedSpec, journal: Journal, moments: readonly number[]): boolean {
  if (journal.finished) return true;
  const { eventsMs } = settledTo(journal);
  return moments.every((atMs) => eventsMs > atMs + (within ?? Infinity));
}

function sightingsOf(journal: Journal, subject: string): Sighting[] {
  const sightings: Sighting[] = [];
  for (const event of journal.events) {
    if (event.type === "observation" && event.subject === subject)
      sightings.push({ value: event.value, atMs: event.atMs });
    if (event.type === "role" && event.subject === subject) sightings.push({ value: event.holder, atMs: event.atMs });
  }
  return sightings.toSorted((a, b) => a.atMs - b.atMs);
}

/** What came before the first fault proves nothing about it, but for the value that stood when it struck. */
function sinceFault(sightings: readonly Sighting[], faultMs: number): Sighting[] {
  const standing = sightings.findLast(({ atMs }) => atMs < faultMs);
  const later = sightings.filter(({ atMs }) => atMs >= faultMs);
  return standing === undefined ? later : [{ value: standing.value, atMs: faultMs }, ...later];
}

/**
 * For each place in the wanted values, the latest moment at which all up to it have been matched in order and in
 * time; the latest is the best for what must follow within a limit.
 */
function latestWays(
  { values, within }: ObservedSpec,
  sightings: readonly Sighting[],
  faultMs: number | undefined,
): readonly number[] {
  const reached: number[] = [];
  for (const { value, atMs } of sightings) {
    for (let place = values.length - 1; place >= 0; place -= 1) {
      if (values[place] !== value) continue;
      const beforeMs = place === 0 ? (faultMs ?? atMs) : reached[place - 1];
      if (beforeMs !== undefined && (within === undefined || atMs - beforeMs <= within)) reached[place] = atMs;
    }
  }
  return reached;
}

const told = (value: Sighting["value"]): string => (value === "" ? "nobody" : String(value));

const shortened = (values: readonly string[]): readonly string[] =>
  values.length <= 12 ? values : [...values.slice(0, 11), `… (${values.length} in all)`];
