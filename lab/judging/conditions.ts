/**
 * The lab's own conditions for trusting a run. A run in which nothing was really broken, really offered or really
 * read proves nothing: each of these can make a verdict `unknown`, none can make it `held`.
 */
import type { Verdict } from "../checks/types.ts";
import type { Journal, JournalEvent } from "../journal/types.ts";
import { formatDuration } from "../time.ts";

export interface Condition {
  readonly name: string;
  readonly verdict: Verdict;
  readonly summary: string;
}

type EventOf<K extends JournalEvent["type"]> = Extract<JournalEvent, { type: K }>;

const eventsOf = <K extends JournalEvent["type"]>(journal: Journal, type: K): EventOf<K>[] =>
  journal.events.filter((event): event is EventOf<K> => event.type === type);

/** What is observed when nobody listens any more where the container engine was. */
export const ENGINE_GONE = { subject: "container engine", value: "gone" } as const;

/** When the container engine was seen to be gone; undefined: it stayed. Nothing that was seen after it shows anything. */
export const engineGoneMs = (journal: Journal): number | undefined =>
  eventsOf(journal, "observation").find(
    ({ subject, value }) => subject === ENGINE_GONE.subject && value === ENGINE_GONE.value,
  )?.atMs;

/** Judges all conditions; pure. */
export function judgeConditions(journal: Journal): readonly Condition[] {
  return [
    ...engineStayed(journal),
    wholeJournal(journal),
    scriptEnded(journal),
    faultsHadEffect(journal),
    undosVerified(journal),
    faultsMetLoad(journal),
    loadWasOffered(journal),
    readingEnded(journal),
  ];
}

const condition = (name: string, problems: readonly string[], fine: string): Condition =>
  problems.length === 0
    ? { name, verdict: "held", summary: fine }
    : { name, verdict: "unknown", summary: problems.join("; ") };

/** Told only where it did not. */
function engineStayed(journal: Journal): Condition[] {
  const goneMs = engineGoneMs(journal);
  if (goneMs === undefined) return [];
  const problem = `it was gone after ${formatDuration(goneMs)}: what failed from then on says nothing about the clusters`;
  return [condition("the container engine stayed", [problem], "")];
}

function wholeJournal(journal: Journal): Condition {
  const problems: string[] = [];
  if (journal.torn) problems.push(`the journal is torn: its last ${journal.torn.lostBytes} bytes could not be read`);
  if (!eventsOf(journal, "phase").some((event) => event.phase === "done"))
    problems.push("the rehearsal did not get to its end");
  return condition("the journal is whole", problems, "written to its end");
}

function scriptEnded(journal: Journal): Condition {
  const problems = [
    ...eventsOf(journal, "step-ended").flatMap((event) =>
      event.error === undefined ? [] : [`step "${event.step}" failed: ${event.error}`],
    ),
    ...eventsOf(journal, "note").flatMap((event) => (event.level === "error" ? [event.text] : [])),
  ];
  const steps = eventsOf(journal, "step-ended").length;
  return condition("the script ran to its end", problems, `${steps} steps, none failed`);
}

function faultsHadEffect(journal: Journal): Condition {
  const injected = eventsOf(journal, "fault-injected");
  const effects = eventsOf(journal, "fault-effect");
  const problems = injected.flatMap((fault) => {
    const effect = effects.find((event) => event.fault === fault.fault);
    const name = `${fault.kind} of ${fault.asked}`;
    if (effect === undefined) return [`${name}: its effect was not measured`];
    return effect.receipt.effective ? [] : [`${name} had no effect: ${effect.receipt.measured}`];
  });
  return condition(
    "every fault had a measured effect",
    problems,
    injected.length === 0 ? "no fault was injected" : `${injected.length} of ${injected.length}`,
  );
}

function undosVerified(journal: Journal): Condition {
  const injected = eventsOf(journal, "fault-injected");
  const healed = eventsOf(journal, "fault-healed");
  const problems = injected.flatMap((fault) => {
    const heal = healed.find((event) => event.fault === fault.fault);
    const name = `${fault.kind} of ${fault.asked}`;
    if (heal === undefined) return [`${name} was never healed`];
    return heal.verified ? [] : [`the undo of ${name} was not seen to work: ${heal.measured}`];
  });
  return condition(
    "every undo was verified",
    problems,
    injected.length === 0 ? "nothing to undo" : `${injected.length} of ${injected.length}`,
  );
}

/** A fault that healed before anything ran into it proves nothing. */
function faultsMetLoad(journal: Journal): Condition {
  const { operations } = journal;
  const healed = eventsOf(journal, "fault-healed");
  const offered = eventsOf(journal, "load-started").length > 0;
  const problems = eventsOf(journal, "fault-injected").flatMap((fault) => {
    const untilMs = healed.find((event) => event.fault === fault.fault)?.atMs ?? Number.POSITIVE_INFINITY;
    for (let row = 0; row < operations.length; row++) {
      if ((operations.endMs[row] ?? 0) >= fault.atMs && (operations.startMs[row] ?? Infinity) <= untilMs) return [];
    }
    return [`no operation was under way during ${fault.kind} of ${fault.asked}`];
  });
  return condition(
    "every fault met the load",
    offered ? problems : [],
    offered ? "operations were under way during each" : "no load to meet",
  );
}

/** Below this share of the schedule, the load was not the load that was asked for. */
const OFFERED_SHARE = 0.99;

function loadWasOffered(journal: Journal): Condition {
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
  return condition("the load was offered", problems, `${total} operations`);
}

function readingEnded(journal: Journal): Condition {
  const started = eventsOf(journal, "load-started");
  const drained = eventsOf(journal, "drained");
  const problems = started.flatMap(({ load }) => {
    const end = drained.findLast((event) => event.load === load);
    if (end === undefined) return [`load ${load} was never read to its end`];
    return end.complete ? [] : [`load ${load} was not read to its end: ${end.measured}`];
  });
  return condition("all was read", problems, `${drained.length} of ${started.length} loads read to their end`);
}
