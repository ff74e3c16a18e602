/** Steps and faults, roles and observations, as lanes over time. */
import { eventsOf, type Journal } from "../../lab/journal/types.ts";
import { formatDuration } from "../../lab/time.ts";
import { formatMoment, formatNumber } from "../format.ts";
import { markup, type Markup } from "./markup.ts";
import { lanePlot, rowsOf, spanRow, type Lane, type Segment } from "./lanes.ts";
import { observedOverSteps, withDeaths } from "./seen.ts";
import { faultName } from "./plot.ts";
import type { Timeline } from "./timeline.ts";

/** Above this many, subjects that never changed are told in words instead of lanes. */
const MANY_LANES = 10;
const MAX_LANES = 40;
/** How many holders have a colour of their own before colours repeat. */
const HOLDER_COLOURS = 8;

/** What the script did and which faults were in force: the key to the marks in all plots below it. */
export function scriptPlot(timeline: Timeline): Markup {
  const steps = rowsOf(timeline.steps);
  const faults = rowsOf(timeline.faults);
  const stepLane = (row: (typeof steps)[number]): Segment[] =>
    row.map((step) => ({
      fromMs: step.fromMs,
      toMs: step.toMs,
      text: `${step.number} ${step.step}`,
      className: step.error === undefined ? "of-step" : "of-nobody",
    }));
  const faultLane = (row: (typeof faults)[number]): Segment[] =>
    row.map((fault) => ({
      fromMs: fault.fromMs,
      toMs: fault.toMs,
      text: `${faultName(fault)} ${fault.kind} ${fault.asked}`,
      className: "of-fault",
    }));
  return lanePlot({
    id: "script",
    title: "Steps and faults",
    unit: "in seconds of the run's clock, as in every plot below",
    description: `${timeline.steps.length} steps, ${timeline.faults.length} faults.`,
    timeline,
    lanes: [...named("steps", steps.map(stepLane)), ...named("faults in force", faults.map(faultLane))],
    table: {
      columns: ["what", "from", "to", "for", "ended"],
      rows: [
        ...timeline.steps.map((step) => [
          ...spanRow([`step ${step.number}: ${step.step}`], step.fromMs, step.toMs),
          step.error ?? (step.ended ? "as meant" : "did not end"),
        ]),
        ...timeline.faults.map((fault) => [
          ...spanRow([`fault ${faultName(fault)}: ${fault.kind} ${fault.asked}`], fault.fromMs, fault.toMs),
          fault.times.healVerified === true ? "healed and verified" : "not seen to be healed",
        ]),
      ],
    },
  });
}

const named = (name: string, rows: readonly (readonly Segment[])[]): Lane[] =>
  rows.map((segments, index) => (index === 0 ? { name, segments } : { segments }));

/** Who held each role when. A stretch without a holder is drawn as what it is: a gap. */
export function rolesPlot(journal: Journal, timeline: Timeline): Markup {
  const events = withDeaths(journal);
  if (events.length === 0) return markup`<p class="none">No role was watched in this run.</p>`;
  const holders = [...new Set(events.map(({ holder }) => holder))].filter((holder) => holder !== "").sort(naturally);
  const subjects = stretchesOf(events, timeline, ({ holder }) => holder);
  const { drawn, still } = choose(subjects);
  const gaps = subjects.flatMap(({ stretches }) => stretches).filter(({ value }) => value === "");
  const lostMs = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const picture = lanePlot({
    id: "roles",
    title: "Roles",
    unit: "who held each role; hatched where nobody did, or its holder was down",
    description: `${subjects.length} roles, ${holders.length} holders, ${gaps.length} stretches without a holder (${formatDuration(lostMs)} in all).`,
    timeline,
    lanes: drawn.map(({ subject, stretches }) => ({
      name: subject,
      segments: stretches.map(({ value, fromMs, toMs }) => ({
        fromMs,
        toMs,
        text: value === "" ? "nobody" : value,
        className: value === "" ? "of-nobody" : `of-holder h${holders.indexOf(value) % HOLDER_COLOURS}`,
      })),
    })),
    table: {
      columns: ["role", "holder", "from", "to", "for"],
      rows: subjects.flatMap(({ subject, stretches }) =>
        stretches.map(({ value, fromMs, toMs }) => spanRow([subject, value === "" ? "nobody" : value], fromMs, toMs)),
      ),
    },
  });
  return markup`${picture}${stillInWords(still)}`;
}

/** Watched values as steps: numbers by height, words by name. */
export function observationsPlot(journal: Journal, timeline: Timeline): Markup {
  const events = eventsOf(journal, "observation");
  if (events.length === 0) return markup`<p class="none">Nothing was observed in this run.</p>`;
  const ofSteps = observedOverSteps(journal, timeline);
  const subjects = [
    ...stretchesOf(
      events.filter(({ subject }) => !ofSteps.has(subject)),
      timeline,
      ({ value }) => value,
    ),
    ...[...ofSteps].map(([subject, stretches]) => ({ subject, stretches })),
  ].toSorted((a, b) => naturally(a.subject, b.subject));
  const { drawn, still } = choose(subjects);
  const picture = lanePlot({
    id: "observed",
    title: "Observations",
    unit: "each value from when it was seen until another was; a value that was seen at a step’s end, over that step",
    description: `${subjects.length} subjects watched.`,
    timeline,
    lanes: drawn.map(({ subject, stretches }) => {
      const highest = Math.max(...stretches.map(({ value }) => (typeof value === "number" ? value : 1)));
      return {
        name: subject,
        segments: stretches.map(({ value, fromMs, toMs }) => ({
          fromMs,
          toMs,
          text: typeof value === "number" ? formatNumber(value) : String(value),
          className: value === false ? "of-nobody" : "of-value",
          ...(typeof value === "number" && highest > 0 ? { level: Math.max(0, value) / highest } : {}),
        })),
      };
    }),
    table: {
      columns: ["subject", "value", "from", "to", "for"],
      rows: subjects.flatMap(({ subject, stretches }) =>
        stretches.map(({ value, fromMs, toMs }) => spanRow([subject, String(value)], fromMs, toMs)),
      ),
    },
  });
  return markup`${picture}${stillInWords(still)}`;
}

export interface Stretch<V> {
  readonly value: V;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Subject<V> {
  readonly subject: string;
  readonly stretches: readonly Stretch<V>[];
}

function stretchesOf<E extends { readonly subject: string; readonly atMs: number }, V>(
  events: readonly E[],
  timeline: Timeline,
  valueOf: (event: E) => V,
): Subject<V>[] {
  const bySubject = Map.groupBy(events, ({ subject }) => subject);
  return [...bySubject]
    .map(([subject, changes]) => ({
      subject,
      stretches: changes
        .map((change, index) => ({
          value: valueOf(change),
          fromMs: Math.max(change.atMs, timeline.fromMs),
          toMs: changes[index + 1]?.atMs ?? timeline.toMs,
        }))
        .filter(({ fromMs, toMs }) => toMs > fromMs),
    }))
    .filter(({ stretches }) => stretches.length > 0)
    .sort((a, b) => naturally(a.subject, b.subject));
}

/** With many subjects, only those that changed are worth a lane. */
function choose<V>(subjects: readonly Subject<V>[]): { drawn: readonly Subject<V>[]; still: readonly Subject<V>[] } {
  if (subjects.length <= MANY_LANES) return { drawn: subjects, still: [] };
  const changing = subjects.filter(({ stretches }) => stretches.length > 1);
  const drawn = (changing.length === 0 ? subjects : changing).slice(0, MAX_LANES);
  return { drawn, still: subjects.filter((subject) => !drawn.includes(subject)) };
}

const stillInWords = (still: readonly Subject<unknown>[]): Markup | false =>
  still.length > 0 &&
  markup`<p class="none">
    Not drawn, because they did not change (or are too many):
    ${still
      .slice(0, MAX_LANES)
      .map(
        ({ subject, stretches }) =>
          `${subject} (${String(stretches[0]?.value)}${stretches[0] === undefined ? "" : ` from ${formatMoment(stretches[0].fromMs)}`})`,
      )
      .join(", ")}.
    The table has them all.
  </p>`;

const naturally = new Intl.Collator("en", { numeric: true }).compare;
