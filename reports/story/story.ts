/**
 * The story of a run, one sentence a fault: what was broken and when, what that did, who took over, when it was well
 * again, what was lost. Taken from plan, journal and verdict alone; report.html, summary.md and the terminal tell the same.
 */
import { faultTimes, type FaultTimes } from "../../lab/journal/fault-times.ts";
import { eventsOf, type Journal } from "../../lab/journal/types.ts";
import type { Plan, VerdictFile } from "../../lab/run-folder/run-folder.ts";
import { formatDuration } from "../../lab/time.ts";
import { effectsOn, type Effect } from "./effects.ts";
import { isInForceAt, overByItselfMs, overMs } from "./force.ts";
import { lossOf, type Loss } from "./loss.ts";
import { effectSentence, takeoverSentence } from "./sentences.ts";
import { namesOf, takeoversOf, type Takeover } from "./takeovers.ts";
import { tracksOf, type Track } from "./tracks.ts";
import { listed, moment } from "./words.ts";

/** What is known of one fault. Moments are milliseconds on the run's clock. */
export interface FaultStory {
  readonly fault: FaultTimes;
  /** `F1`, in the order in which faults were ordered. */
  readonly name: string;
  readonly effects: readonly Effect[];
  readonly takeovers: readonly Takeover[];
  /** The first failure that any operation showed. */
  readonly firstFailureMs?: number;
  readonly firstSuccessMs?: number;
  /** When the last of what it harmed was well for good; absent: nothing was harmed, or it never was. */
  readonly lastingMs?: number;
  /** The next fault, where that was ordered before this one's trouble was over: `F2`. */
  readonly unwellBefore?: string;
  /** `F1 kill of leader of events/0 (kafka-1) at 7.1 s`, `writes stalled 11 s`, …: read with arrows between. */
  readonly steps: readonly string[];
}

export interface Story {
  readonly tracks: readonly Track[];
  readonly faults: readonly FaultStory[];
  readonly loss: Loss;
  /** That there was no fault; why the record ends early. */
  readonly ends: readonly string[];
  /** One sentence a fault, and what is to be said of the run as a whole. */
  readonly lines: readonly string[];
}

/** What a story is told from. */
export interface Told {
  readonly plan: Plan;
  readonly verdict: VerdictFile;
  readonly journal: Journal;
}

/** Three reports and the terminal tell the same story, and a long journal takes a while. */
const known = new WeakMap<Journal, { readonly verdict: VerdictFile; readonly story: Story }>();

/** The story of a run. The same record gives the same story. */
export function storyOf(run: Told): Story {
  const before = known.get(run.journal);
  if (before?.verdict === run.verdict) return before.story;
  const story = tell(run);
  known.set(run.journal, { verdict: run.verdict, story });
  return story;
}

function tell({ plan, verdict, journal }: Told): Story {
  const tracks = tracksOf(journal);
  const loss = lossOf(verdict, journal);
  const effects = tracks.map((track) => effectsOn(track, plan));
  const all = faultTimes(journal);
  const faults = all.map((fault, place) => {
    const nextMs = all.slice(place + 1).find(({ orderedMs }) => orderedMs > fault.orderedMs)?.orderedMs ?? Infinity;
    return faultStory(
      journal,
      fault,
      place + 1,
      all.slice(0, place).flatMap((one, at) => (isInForceAt(one, fault.orderedMs) ? [`F${at + 1}`] : [])),
      nextMs,
      effects.flatMap((track) => track[place] ?? []),
      // With several faults, what was lost is said once, of the run.
      all.length === 1 ? [loss.told] : [],
    );
  });
  const none = faults.length === 0 ? ["No fault was injected."] : [];
  const early = endedEarly(journal);
  const lost = faults.length === 1 ? [] : [`${capital(loss.told)}.`];
  const lines = [...faults.map(({ steps }) => steps.join(" → ")), ...none, ...lost, ...early];
  return { tracks, faults, loss, ends: [...none, ...early], lines };
}

function faultStory(
  journal: Journal,
  fault: FaultTimes,
  number: number,
  inForce: readonly string[],
  nextMs: number,
  effects: readonly Effect[],
  last: readonly string[],
): FaultStory {
  const takeovers = takeoversOf(journal, fault, nextMs);
  const name = `F${number}`;
  const noticed = effects.filter(({ harm }) => harm !== undefined);
  const firstFailureMs = least(noticed.flatMap((effect) => effect.firstFailureMs ?? []));
  const firstSuccessMs = least(noticed.flatMap((effect) => effect.firstSuccessMs ?? []));
  const lasting = noticed.map(({ lastingMs }) => lastingMs);
  const lastingMs = lasting.length === 0 || lasting.includes(undefined) ? undefined : Math.max(...defined(lasting));
  const unwellBefore = noticed.find(({ before }) => before !== undefined)?.before;
  const steps = [
    `${name} ${shortWhat(fault)} at ${moment(fault.orderedMs)}${beside(inForce)}${notInForce(fault)}`,
    effectSentence(effects, fault),
    ...takeoverSentence(takeovers),
    ...againSentence(
      fault,
      noticed,
      lastingMs,
      unwellBefore === undefined ? undefined : { name: unwellBefore, orderedMs: nextMs },
    ),
    ...last,
  ];
  return {
    ...{ fault, name, effects, takeovers, steps },
    ...(firstFailureMs === undefined ? {} : { firstFailureMs }),
    ...(firstSuccessMs === undefined ? {} : { firstSuccessMs }),
    ...(lastingMs === undefined ? {} : { lastingMs }),
    ...(unwellBefore === undefined ? {} : { unwellBefore }),
  };
}

const MOST_BESIDE = 3;

/** Which faults of before were still in force. */
function beside(names: readonly string[]): string {
  if (names.length === 0) return "";
  return `, with ${names.length > MOST_BESIDE ? `${names.length} others` : listed(names)} still in force`;
}

const LONGEST_WHAT = 130;

/** What was broken, and whom that meant where the phrase does not say it already. */
function shortWhat({ what, called, target, targets }: FaultTimes): string {
  const [alone] = commonNames(targets);
  if (targets.length > 1 && alone !== undefined && !target.includes(alone)) return `${called} (${alone})`;
  const said = targets.length === 1 && namesOf(targets).join() === target;
  const severalLinks = targets.length > 1 && targets.some((one) => namesOf([one]).length > 1);
  return said || severalLinks || what.length > LONGEST_WHAT ? called : what;
}

/** The names that every one of several links has: the node that was cut off. */
function commonNames(targets: readonly string[]): readonly string[] {
  const [first = [], ...others] = targets.map((target) => namesOf([target]));
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function notInForce({ inEffectMs, receipt }: FaultTimes): string {
  if (inEffectMs === undefined) return ", never in force";
  return receipt?.effective === false ? ", without a measured effect" : "";
}

/** When it was well again, from what that counts, and when what was broken was mended: in the order of time. */
function againSentence(
  fault: FaultTimes,
  noticed: readonly Effect[],
  lastingMs: number | undefined,
  unwellBefore: { readonly name: string; readonly orderedMs: number } | undefined,
): readonly string[] {
  const healed = healedWords(fault);
  if (noticed.length === 0) return [healed];
  const overAtMs = overMs(fault);
  if (lastingMs === undefined) {
    const never = `not well again before ${unwellBefore?.name ?? "the load ended"}`;
    return overAtMs !== undefined && overAtMs <= (unwellBefore?.orderedMs ?? Infinity)
      ? [healed, never]
      : [never, healed];
  }
  const atBest = noticed.some((effect) => effect.atBest === true) ? ", as far as can be seen" : "";
  const well = (sinceMs: number, what: string): string =>
    `well again at ${moment(lastingMs)} (${formatDuration(lastingMs - sinceMs)} after ${what})${atBest}`;
  return overAtMs === undefined || overAtMs > lastingMs
    ? [well(fault.orderedMs, "the fault"), healed]
    : [healed, well(overAtMs, fault.kind === "restart" ? "it ran again" : "the heal")];
}

function healedWords(fault: FaultTimes): string {
  const { healedMs, healVerified, spec, inEffectMs } = fault;
  const runsMs = overByItselfMs(fault);
  if (runsMs !== undefined) return `running again at ${moment(runsMs)}`;
  if (healVerified === true && healedMs !== undefined) return `healed at ${moment(healedMs)}`;
  if (spec?.["permanent"] === true) return "never to be healed";
  if (inEffectMs === undefined) return "nothing to heal";
  return healVerified === false ? "its heal was not seen to work" : "not healed in the record";
}

/** Why the record ends before the rehearsal did. */
function endedEarly(journal: Journal): readonly string[] {
  const failed = eventsOf(journal, "step-ended").find(({ error }) => error !== undefined);
  const error = eventsOf(journal, "note").find(({ level }) => level === "error");
  const lastMs = journal.events.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
  if (failed !== undefined) return [`Step “${failed.step}” failed at ${moment(failed.atMs)}: ${failed.error ?? ""}.`];
  if (error !== undefined) return [`The run broke off at ${moment(error.atMs)}: ${error.text}.`];
  return journal.finished ? [] : [`The record ends at ${moment(lastMs)}, before the rehearsal did.`];
}

const defined = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined);
const least = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : Math.min(...values);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
