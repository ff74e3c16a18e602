/**
 * The lab's own metric source: which events of the journal an indicator counts.
 * The fields are explained in docs/slos.md; their schema is schemas/slo/journal-source.schema.json.
 */
import type { Outcome } from "../journal/types.ts";
import { formatDuration, type Duration } from "../time.ts";
import type { Metric, RatioMetric, SliSpec } from "./documents.ts";
import { labDuration } from "./durations.ts";
import type { FieldPath, Problem } from "./problems.ts";
import { journalSourceProblems } from "./schema-problems.ts";

/** The `type` of a metric source, or of a DataSource, that the journal answers. */
export const JOURNAL_SOURCE = "resilience-lab-journal";

/** What one event is. */
export type Measure = "operations" | "end-to-end-delay" | "recovery-time";

/** A part of a run: outside faults and what they leave behind, or while one is in force. */
export type When = "steady" | "faults";

/** Which events are measured. */
export interface Subject {
  readonly load: string;
  readonly measure: Measure;
  readonly action: string | undefined;
  /** How late an operation may end and still count as served; for recovery-time only. */
  readonly timely: Duration | undefined;
  /** How long success must go on to be a recovery; for recovery-time only. */
  readonly lasting: Duration | undefined;
  /** The part of the run that is meant; all of it where it is not said. */
  readonly when: When | undefined;
  /** How long after a fault's undo it may still be felt; for `steady` only. */
  readonly settle: Duration | undefined;
  /** How long after the load's start clients may be slow; for `steady` only. */
  readonly warmUp: Duration | undefined;
}

/** Which of them are selected. */
export interface Selector extends Subject {
  readonly outcome: Outcome | undefined;
  readonly within: Duration | undefined;
}

/** The selector that a valid `spec` says. */
export function selectorOf(spec: Readonly<Record<string, unknown>>): Selector {
  const written = spec as {
    load: string;
    measure?: Measure;
    action?: string;
    outcome?: Outcome;
    within?: string;
    timely?: string;
    lasting?: string;
    when?: When;
    settle?: string;
    warmUp?: string;
  };
  return {
    load: written.load,
    measure: written.measure ?? "operations",
    action: written.action,
    timely: labDuration(written.timely),
    lasting: labDuration(written.lasting),
    when: written.when,
    settle: labDuration(written.settle),
    warmUp: labDuration(written.warmUp),
    outcome: written.outcome,
    within: labDuration(written.within),
  };
}

/**
 * What is wrong with an indicator that the journal is to answer: unknown fields, or parts that do not fit together.
 * Metric sources of other types are not looked at.
 * @param isJournal tells whether a metric is the journal's, by its type or its DataSource.
 */
export function indicatorProblems(spec: SliSpec, at: FieldPath, isJournal: (metric: Metric) => boolean): Problem[] {
  const parts = [
    { metric: spec.thresholdMetric, path: [...at, "thresholdMetric"] },
    ...(["good", "bad", "total", "raw"] as const).map((name) => ({
      metric: spec.ratioMetric?.[name],
      path: [...at, "ratioMetric", name],
    })),
  ].flatMap(({ metric, path }) => (metric !== undefined && isJournal(metric) ? [{ metric, path }] : []));
  const fieldProblems = parts.flatMap(({ metric, path }) =>
    journalSourceProblems(metric.metricSource.spec).map((problem) => ({
      ...problem,
      path: [...path, "metricSource", "spec", ...problem.path],
    })),
  );
  if (parts.length === 0 || fieldProblems.length > 0) return fieldProblems;
  return fitProblems(spec, at);
}

function fitProblems(spec: SliSpec, at: FieldPath): Problem[] {
  const { thresholdMetric, ratioMetric } = spec;
  if (thresholdMetric !== undefined) {
    const { outcome, within } = selectorOf(thresholdMetric.metricSource.spec);
    if (outcome === undefined && within === undefined) return [];
    const path = [...at, "thresholdMetric", "metricSource", "spec", within === undefined ? "outcome" : "within"];
    return [{ path, text: "belongs to a ratioMetric; here the objective's op and value say what is good" }];
  }
  const { raw, good, bad, total: whole }: RatioMetric = ratioMetric ?? {};
  if (raw !== undefined) {
    const path = [...at, "ratioMetric", "raw"];
    return [{ path, text: "the journal keeps events, not ratios: give total, and good or bad" }];
  }
  const name = good === undefined ? "bad" : "good";
  const part = good ?? bad;
  if (part === undefined || whole === undefined) return [];
  const path = [...at, "ratioMetric", name, "metricSource", "spec"];
  const selected = selectorOf(part.metricSource.spec);
  const total = selectorOf(whole.metricSource.spec);
  if (subjectKey(selected) !== subjectKey(total))
    return [
      {
        path,
        text: "must name the same load, measure, action, timely, lasting and time (when, settle, warmUp) as total",
      },
    ];
  if (selected.outcome === undefined && selected.within === undefined)
    return [{ path, text: `must have an outcome or a within, else all of total is ${name}` }];
  return isNarrower(selected, total)
    ? []
    : [
        {
          path,
          text: `must narrow total by an outcome or a within that total does not have, else all of total is ${name}`,
        },
      ];
}

/** Whether a part selects less than the whole and nothing beside it. */
function isNarrower(part: Selector, whole: Selector): boolean {
  const isWithin = whole.outcome === undefined || part.outcome === whole.outcome;
  const limits = { part: part.within ?? Infinity, whole: whole.within ?? Infinity };
  const isLess = (whole.outcome === undefined && part.outcome !== undefined) || limits.part < limits.whole;
  return isWithin && limits.part <= limits.whole && isLess;
}

/** The same text for the same subject. */
export const subjectKey = ({
  load,
  measure,
  action = null,
  timely = null,
  lasting = null,
  when = null,
  settle = null,
  warmUp = null,
}: { readonly [F in keyof Subject]: Subject[F] | null }): string =>
  JSON.stringify([load, measure, action, timely, lasting, when, settle, warmUp]);

const TIME: Readonly<Record<When, string>> = { steady: " in calm", faults: " under faults" };

/** `produce operations of events in calm`. */
export function writeSubject({ load, measure, action, when }: Subject): string {
  const time = when === undefined ? "" : TIME[when];
  if (measure === "operations") return `${action === undefined ? "" : `${action} `}operations of ${load}${time}`;
  if (measure === "end-to-end-delay") return `acknowledged records of ${load}${time}`;
  return "faults";
}

/** From when an event's time is taken. */
const SINCE: Readonly<Record<Measure, string>> = {
  operations: "the intended time",
  "end-to-end-delay": "the intended time of writing",
  "recovery-time": "the fault",
};

const REACHED: Readonly<Record<Measure, string>> = {
  operations: "ended",
  "end-to-end-delay": "read",
  "recovery-time": "recovered",
};

/** `read at most 2 s after the intended time of writing`. */
export const writeThreshold = ({ measure }: Subject, says: string, limit: Duration): string =>
  `${REACHED[measure]}${measure === "operations" ? " ok" : ""} ${says} ${formatDuration(limit)} after ${SINCE[measure]}`;

/** `acknowledged within 500 ms of the intended time`. */
export function writeSelection({ measure, action, outcome, within }: Selector): string {
  const reached =
    outcome === "ok" && action === "produce"
      ? "acknowledged"
      : `${REACHED[measure]}${outcome === undefined ? "" : ` ${outcome}`}`;
  return within === undefined ? reached : `${reached} within ${formatDuration(within)} of ${SINCE[measure]}`;
}
