/**
 * The lab's own conditions for trusting a run. A run in which nothing was really broken, really offered or really
 * read proves nothing: each of these can make a verdict `unknown`, none can make it `held`.
 */
import { sinkName } from "../journal/sinks.ts";
import { faultTimes, type FaultTimes } from "../journal/fault-times.ts";
import type { Journal } from "../journal/types.ts";
import type { ConditionResult, Plan } from "../run-folder/run-folder.ts";
import { clientsTookPart } from "./clients.ts";
import { eventsOf } from "../journal/types.ts";
import { scheduledInWords } from "../journal/units.ts";
import { condition } from "./condition.ts";
import { faultsMetLoad } from "./faults-met.ts";
import { labKeptGoing } from "./stalls.ts";

/** What was judged: how many expectations and objectives, and whose events the objectives count. */
export interface Judged {
  readonly expectations: number;
  readonly objectives: number;
  readonly loadsOfSlos: readonly string[];
}

/** Judges all conditions that any run is asked; pure. */
export function judgeConditions(plan: Plan, judged: Judged, journal: Journal): readonly ConditionResult[] {
  return [
    somethingWasJudged(judged),
    wholeJournal(journal),
    labKeptGoing(journal),
    scriptEnded(journal),
    faultsHadEffect(journal),
    undosVerified(journal),
    faultsMetLoad(plan, judged.loadsOfSlos, journal),
    loadWasOffered(journal),
    readingEnded(journal),
    ...clientsTookPart(journal),
  ];
}

function somethingWasJudged({ expectations, objectives }: Judged): ConditionResult {
  const problems =
    expectations + objectives === 0 ? ["nothing was judged: the plan has no expectations and no SLOs"] : [];
  return condition("something was judged", problems, `${expectations} expectations, ${objectives} objectives`);
}

/** A journal that only looks whole, and has no mark of its end, is not. */
function wholeJournal(journal: Journal): ConditionResult {
  const problems: string[] = [];
  if (journal.torn) problems.push(`the journal is torn: its last ${journal.torn.lostBytes} bytes could not be read`);
  else if (!journal.finished) problems.push("the rehearsal did not get to its end");
  return condition("the journal is whole", problems, "written to its end");
}

function scriptEnded(journal: Journal): ConditionResult {
  const problems = [
    ...eventsOf(journal, "step-ended").flatMap((event) =>
      event.error === undefined ? [] : [`step "${event.step}" failed: ${event.error}`],
    ),
    ...eventsOf(journal, "note").flatMap((event) => (event.level === "error" ? [event.text] : [])),
  ];
  const steps = eventsOf(journal, "step-ended").length;
  return condition("the script ran to its end", problems, `${steps} steps, none failed`);
}

function faultsHadEffect(journal: Journal): ConditionResult {
  const faults = faultTimes(journal);
  const problems = faults.flatMap((fault) => {
    const problem = effectProblem(fault);
    return problem === undefined ? [] : [`${fault.called}${problem}`];
  });
  return condition("every fault had a measured effect", problems, ofAll(faults, "no fault was injected"));
}

function effectProblem({ inEffectMs, receipt }: FaultTimes): string | undefined {
  if (inEffectMs === undefined) return " was ordered and never in force";
  if (receipt === undefined) return ": its effect was not measured";
  return receipt.effective ? undefined : ` had no effect: ${receipt.measured}`;
}

/** What was never in force has nothing to undo, unless its undo was tried; nor has what is broken for good. */
function undosVerified(journal: Journal): ConditionResult {
  const faults = faultTimes(journal).filter(
    ({ inEffectMs, healVerified, spec }) =>
      (inEffectMs !== undefined && spec?.["permanent"] !== true) || healVerified !== undefined,
  );
  const problems = faults.flatMap(({ called, healVerified, healMeasured = "" }) => {
    if (healVerified === undefined) return [`${called} was never healed`];
    return healVerified ? [] : [`the undo of ${called} was not seen to work: ${healMeasured}`];
  });
  return condition("every undo was verified", problems, ofAll(faults, "nothing to undo"));
}

const ofAll = (faults: readonly FaultTimes[], none: string): string =>
  faults.length === 0 ? none : `${faults.length} of ${faults.length}`;

/** Below this share of the schedule, the load was not the load that was asked for. */
const OFFERED_SHARE = 0.99;

function loadWasOffered(journal: Journal): ConditionResult {
  const started = eventsOf(journal, "load-started");
  const ended = eventsOf(journal, "load-ended");
  const problems = started.flatMap(({ load }) => {
    const end = ended.find((event) => event.load === load);
    if (end === undefined) return [`load ${load} did not end`];
    if (end.scheduled === 0) return [`load ${load} offered nothing`];
    const share = end.offered / end.scheduled;
    return share >= OFFERED_SHARE
      ? []
      : [`load ${load}: only ${(100 * share).toFixed(1)} % of ${end.scheduled} scheduled operations were offered`];
  });
  const total = ended.reduce((sum, event) => sum + event.offered, 0);
  const told = ended.flatMap(({ load, offered }) => scheduledInWords(journal, load, offered) ?? []);
  const all = told.length > 0 && told.length === ended.length ? told.join(" and ") : `${total} operations`;
  return condition("the load was offered", problems, all);
}

function readingEnded(journal: Journal): ConditionResult {
  const started = eventsOf(journal, "load-started");
  const drained = eventsOf(journal, "drained");
  const problems = started.flatMap(({ load }) => {
    const ends = new Map(drained.filter((event) => event.load === load).map((event) => [event.sink, event]));
    if (ends.size === 0) return [`load ${load} was never read to its end`];
    return [...ends.values()]
      .filter(({ complete }) => !complete)
      .map(({ sink, measured }) => `load ${sinkName(load, sink)} was not read to its end: ${measured}`);
  });
  return condition("all was read", problems, `${started.length} of ${started.length} loads read to their end`);
}
