/** From SLO documents and a journal to what each objective came to. */
import type { Verdict } from "../checks/types.ts";
import { LabError } from "../errors.ts";
import { eventsOf, OUTCOMES, type Journal } from "../journal/types.ts";
import { formatDuration, milliseconds, seconds, type Duration } from "../time.ts";
import { spendBudget, tally, type Budget } from "./budget.ts";
import type {
  DataSource,
  IndicatorOrRef,
  Metric,
  Objective,
  RatioMetric,
  Sli,
  SliSpec,
  Slo,
  SloDocument,
} from "./documents.ts";
import { labDuration, openSloDuration } from "./durations.ts";
import { badSlo } from "./problems.ts";
import { BURN_WINDOW, TIME_SLICE_WINDOW } from "./read.ts";
import { percentilesOf, samplesOf, type Samples } from "./samples.ts";
import {
  indicatorProblems,
  JOURNAL_SOURCE,
  selectorOf,
  subjectKey,
  writeSelection,
  writeSubject,
  writeThreshold,
  type Selector,
  type Subject,
} from "./selector.ts";
import type { SloResult } from "./types.ts";
import { writeIndicator, writeSummary } from "./wording.ts";

const DEFAULT_BURN_WINDOW = seconds(5);
/** More slices than this is a slip of the pen, not a wish. */
const MOST_SLICES = 100_000;
/** Sums of shares are exact to about this. */
const ROUNDING = 1e-12;

/** What to count: which events there are, which of them are counted, and which of those are good. */
interface Indicator {
  readonly subject: Subject;
  readonly text: string;
  readonly isCounted: (samples: Samples, event: number) => boolean;
  readonly isGood: (samples: Samples, event: number) => boolean;
}

/** What several objectives may share. */
interface Measured {
  readonly samples: Samples;
  readonly percentiles: Readonly<Record<string, number>>;
}

function measure(journal: Journal, subject: Subject): Measured {
  const samples = samplesOf(journal, subject);
  return { samples, percentiles: percentilesOf(samples) };
}

/**
 * Measures every objective of every SLO in the documents; SLIs and DataSources are looked up among them.
 * An objective held exactly when the measured share of good is at least its target. It is `unknown` without a
 * sample, with a metric source that the journal does not answer, and where the missing end of a record decides.
 * The whole rehearsal is the period of the budget. The objectives of a composite SLO are judged one by one.
 * Pure: the same documents and journal give the same results.
 * @throws LabError `bad-slo` for an indicator that is only found wrong once its DataSource is known.
 */
export function evaluateSlos(documents: readonly SloDocument[], journal: Journal): SloResult[] {
  const bySubject = new Map<string, Measured>();
  const measured = (subject: Subject): Measured => {
    const key = subjectKey(subject);
    const known = bySubject.get(key) ?? measure(journal, subject);
    bySubject.set(key, known);
    return known;
  };
  const slos = documents.filter((document) => document.kind === "SLO");
  return slos.flatMap((slo) =>
    slo.spec.objectives.map((objective, place) => evaluate(slo, objective, place, documents, journal, measured)),
  );
}

function evaluate(
  slo: Slo,
  objective: Objective,
  place: number,
  documents: readonly SloDocument[],
  journal: Journal,
  measured: (subject: Subject) => Measured,
): SloResult {
  const target = targetOf(objective);
  const head = { ...namesOf(slo, objective, place), target };
  const found = indicatorOf(slo, objective, place, documents);
  if ("missing" in found) {
    const nothing = { good: 0, total: 0, windows: [], figures: {} };
    return { ...head, verdict: "unknown", summary: found.missing, indicator: "", ...nothing };
  }
  const { samples, percentiles } = measured(found.subject);
  const budget = budgetOf(slo, objective, target, found, samples, journal);
  const indicator = writeIndicator(
    slo.spec.budgetingMethod,
    objective.timeSliceTarget,
    found.text,
    sliceOf(slo, objective),
  );
  const figures = {
    ...(budget.measured === undefined ? {} : { goodRatio: budget.measured }),
    ...percentiles,
  };
  const atBest = budgetOf(slo, objective, target, found, { ...samples, tookMs: samples.atLeastMs }, journal);
  const { verdict, but = "" } = verdictOf(budget, atBest, target, isSettled(journal, found.subject), isWhole(journal));
  const summary = writeSummary(slo.spec.budgetingMethod, found.text, writeSubject(found.subject), target, budget);
  return {
    ...head,
    verdict,
    summary: `${summary}${but}`,
    indicator,
    ...budget,
    figures,
  };
}

/**
 * What an objective came to. It is held where the record is whole and enough was good, what is open counted as bad; and
 * violated where no more events can come and too little was good, what is open counted as good. Else it is undecided.
 */
function verdictOf(
  { measured }: Budget,
  atBest: Budget,
  target: number,
  settled: boolean,
  finished: boolean,
): { readonly verdict: Verdict; readonly but?: string } {
  if (measured === undefined) return { verdict: "unknown" };
  const isMet = (share = Number.NaN): boolean => share >= target - ROUNDING;
  if (isMet(measured))
    return finished ? { verdict: "held" } : { verdict: "unknown", but: ", but the journal's end is missing" };
  if (!settled) return { verdict: "unknown", but: ", but what is missing of the record could still have met it" };
  if (isMet(atBest.measured)) return { verdict: "unknown", but: ", but what was open when the record ended decides" };
  return { verdict: "violated" };
}

const isWhole = ({ finished, torn }: Journal): boolean => finished && torn === undefined;

/** Whether no event of this subject can be missing: the load, or for faults the script, has ended in the record. */
const isSettled = (journal: Journal, { load, measure }: Subject): boolean =>
  isWhole(journal) ||
  (measure === "recovery-time"
    ? eventsOf(journal, "phase").some(({ phase }) => phase === "heal")
    : eventsOf(journal, "load-ended").some((event) => event.load === load));

function namesOf(
  slo: Slo,
  objective: Objective,
  place: number,
): { readonly name: string; readonly displayName: string } {
  const { name, displayName = name } = slo.metadata;
  if (slo.spec.objectives.length === 1) return { name, displayName };
  const own = objective.displayName ?? `objective ${String(place + 1)}`;
  const isTaken = slo.spec.objectives.slice(0, place).some((earlier) => earlier.displayName === objective.displayName);
  const slug = own
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const unique = slug === "" || isTaken ? `${slug === "" ? "objective" : slug}-${String(place + 1)}` : slug;
  return { name: `${name}/${unique}`, displayName: `${displayName}: ${own}` };
}

/** Per cent are turned into a share by their decimals, so that 99.95 is 0.9995 and not the double below it. */
function targetOf({ target, targetPercent }: Objective): number {
  return target ?? Number(((targetPercent ?? 0) / 100).toPrecision(15));
}

/** The length of a time slice: the lab's annotation, else `timeSliceWindow`; undefined for Occurrences. */
function sliceOf(slo: Slo, { timeSliceWindow }: Objective): Duration | undefined {
  if (slo.spec.budgetingMethod === "Occurrences") return undefined;
  const annotated = labDuration(slo.metadata.annotations?.[TIME_SLICE_WINDOW]);
  return annotated ?? openSloDuration(timeSliceWindow);
}

function budgetOf(
  slo: Slo,
  objective: Objective,
  target: number,
  indicator: Indicator,
  samples: Samples,
  journal: Journal,
): Budget {
  const { length, atMs } = samples;
  if (length === 0) return { good: 0, total: 0, windows: [] };
  let startMs = loadStart(journal, indicator.subject.load);
  let endMs = -Infinity;
  for (const dueMs of atMs) {
    startMs = Math.min(startMs, dueMs);
    endMs = Math.max(endMs, dueMs);
  }
  const burnWindow = labDuration(slo.metadata.annotations?.[BURN_WINDOW]) ?? DEFAULT_BURN_WINDOW;
  const sliceMs = sliceOf(slo, objective) ?? burnWindow;
  if ((endMs - startMs) / sliceMs > MOST_SLICES)
    throw new LabError({
      code: "bad-slo",
      message: `${slo.source.file}: slices of ${formatDuration(sliceMs)} over ${formatDuration(endMs - startMs)} are more than ${String(MOST_SLICES)}`,
      hint: `make ${TIME_SLICE_WINDOW} or ${BURN_WINDOW} longer`,
    });
  const counts = tally(
    atMs,
    (event) => indicator.isCounted(samples, event),
    (event) => indicator.isGood(samples, event),
    { startMs, endMs, sliceMs },
  );
  return spendBudget(counts, {
    method: slo.spec.budgetingMethod,
    target,
    timeSliceTarget: objective.timeSliceTarget ?? 1,
    slicesPerWindow: Math.max(1, Math.ceil(burnWindow / sliceMs)),
  });
}

/** When the load was started; Infinity where the journal does not say. */
function loadStart(journal: Journal, load: string): number {
  const starts = eventsOf(journal, "load-started").filter((event) => event.load === load);
  return Math.min(...starts.map(({ atMs }) => atMs));
}

/** The indicator of an objective, ready to count; or why the journal cannot be asked for it. */
function indicatorOf(
  slo: Slo,
  objective: Objective,
  place: number,
  documents: readonly SloDocument[],
): Indicator | { readonly missing: string } {
  const isOwn = objective.indicator !== undefined || objective.indicatorRef !== undefined;
  const holder: IndicatorOrRef = isOwn ? objective : slo.spec;
  const sli = documents.find(
    (document): document is Sli => document.kind === "SLI" && document.metadata.name === holder.indicatorRef,
  );
  const spec = holder.indicator?.spec ?? sli?.spec;
  if (spec === undefined)
    return { missing: `its indicator, the SLI "${holder.indicatorRef ?? ""}", is not among the documents` };

  const isJournal = (metric: Metric): boolean => typeOf(metric, documents) === JOURNAL_SOURCE;
  const other = Object.values({ ...spec.ratioMetric, threshold: spec.thresholdMetric })
    .filter((part): part is Metric => typeof part === "object")
    .find((metric) => !isJournal(metric));
  if (other !== undefined)
    return {
      missing: `its metric source is ${typeOf(other, documents) ?? "unknown"}, which the journal does not answer`,
    };
  const at = isOwn ? ["spec", "objectives", place, "indicator", "spec"] : ["spec", "indicator", "spec"];
  const problems = indicatorProblems(spec, holder.indicator === undefined ? ["spec"] : at, isJournal);
  const { file, line } = (sli ?? slo).source;
  if (problems.length > 0)
    throw badSlo(
      file,
      problems.map((problem) => ({ ...problem, line })),
    );
  return counting(spec, objective);
}

/** The type of a metric source: its own, or that of the DataSource that it names. */
function typeOf({ metricSource }: Metric, documents: readonly SloDocument[]): string | undefined {
  if (metricSource.type !== undefined) return metricSource.type;
  const named = (document: SloDocument): document is DataSource =>
    document.kind === "DataSource" && document.metadata.name === metricSource.metricSourceRef;
  return documents.find(named)?.spec.type;
}

function counting(spec: SliSpec, objective: Objective): Indicator | { readonly missing: string } {
  const { thresholdMetric, ratioMetric } = spec;
  if (thresholdMetric !== undefined)
    return thresholdIndicator(selectorOf(thresholdMetric.metricSource.spec), objective);
  const { good, bad, total: whole }: RatioMetric = ratioMetric ?? {};
  const part = good ?? bad;
  if (part === undefined || whole === undefined) return { missing: "it has no good and total, nor a threshold" };
  const selected = selectorOf(part.metricSource.spec);
  const total = selectorOf(whole.metricSource.spec);
  const isBadPart = good === undefined;
  return {
    subject: total,
    text: `${isBadPart ? "not " : ""}${writeSelection(selected)}`,
    isCounted: (samples, event) => selects(total, samples, event),
    isGood: (samples, event) => selects(selected, samples, event) !== isBadPart,
  };
}

/** A threshold compares the milliseconds that an event took; what did not end ok is bad, whatever the operator. */
function thresholdIndicator(selector: Selector, { op, value }: Objective): Indicator | { readonly missing: string } {
  if (op === undefined || value === undefined)
    return { missing: "its indicator is a threshold, and the objective has no op and value" };
  const comparisons = {
    lte: { says: "at most", holds: (tookMs: number) => tookMs <= value },
    lt: { says: "less than", holds: (tookMs: number) => tookMs < value },
    gte: { says: "at least", holds: (tookMs: number) => tookMs >= value },
    gt: { says: "more than", holds: (tookMs: number) => tookMs > value },
  };
  const { says, holds } = comparisons[op];
  return {
    subject: selector,
    text: writeThreshold(selector, says, milliseconds(value)),
    isCounted: () => true,
    isGood: ({ tookMs, outcome }, event) => {
      const took = tookMs[event] ?? Infinity;
      return OUTCOMES[outcome[event] ?? 0] === "ok" && took !== Infinity && holds(took);
    },
  };
}

function selects({ outcome, within }: Selector, samples: Samples, event: number): boolean {
  if (outcome !== undefined && OUTCOMES[samples.outcome[event] ?? 0] !== outcome) return false;
  return within === undefined || (samples.tookMs[event] ?? Infinity) <= within;
}
