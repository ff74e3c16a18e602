/** What effects and takeovers are in words. */
import type { FaultTimes } from "../../lab/journal/fault-times.ts";
import { formatDuration } from "../../lab/time.ts";
import { formatNumber, formatShare } from "../format.ts";
import type { Effect, Harm } from "./effects.ts";
import type { Takeover } from "./takeovers.ts";
import { actionWord, countOf, listed, moment, unitOf } from "./words.ts";

/** What a fault did: what stood still or failed first, then what did not notice. */
export function effectSentence(effects: readonly Effect[], fault: FaultTimes): string {
  if (effects.length === 0) return "no load ran that could show what it did";
  const several = new Set(effects.map(({ track }) => track.load)).size > 1;
  const subject = ({ track }: Effect): string =>
    `${track.reading ? "readers" : actionWord(track.action)}${several ? ` of ${track.load}` : ""}`;
  const harmed = effects.filter(({ harm }) => harm !== undefined);
  const calm = effects.filter(({ harm, outcome }) => harm === undefined && outcome === "not noticed");
  const unclear = effects.filter(({ harm, outcome }) => harm === undefined && outcome !== "not noticed");
  const told = grouped(harmed, subject);
  if (told.length === 0) {
    if (calm.length === 0) return "too little was offered to show what it did";
    // Those who only read along are told of where something happened to them.
    const named = calm.some(({ track }) => !track.reading) ? calm.filter(({ track }) => !track.reading) : calm;
    const slowestMs = Math.max(...named.map((effect) => effect.slowestMs));
    const who = listed(named.map(subject));
    const before = named.find((effect) => effect.before !== undefined)?.before;
    return `not noticed by ${who}${before === undefined ? "" : ` before ${before}`}${slowestMs > 0 ? ` (slowest ${formatDuration(slowestMs)})` : ""}`;
  }
  const others = [
    ...[...Map.groupBy(calm, ({ before }) => before)].map(
      ([before, those]) => `${listed(those.map(subject))} went on${before === undefined ? "" : ` until ${before}`}`,
    ),
    ...(unclear.length === 0 ? [] : [`too few ${listed(unclear.map(subject))} to tell`]),
  ];
  return [...told, ...others].join("; ") + afterHeal(harmed, fault);
}

/** What was harmed in the same way is told together: `reads and writes found no success for 1.2 s`. */
function grouped(effects: readonly Effect[], subject: (effect: Effect) => string): string[] {
  const harms = effects.map((effect) => wordsOf(effect, subject(effect)));
  return [...Map.groupBy(harms, ({ together }) => together).values()].map((those) => {
    const sum = (of: (one: HarmWords) => number): number => those.reduce((total, one) => total + of(one), 0);
    const [first] = those;
    if (first === undefined) return "";
    const counts = {
      bad: sum(({ bad }) => bad),
      failed: sum(({ failed }) => failed),
      total: sum(({ total }) => total),
    };
    const most = Math.max(...those.map(({ ms }) => ms));
    return first.say(listed(those.map(({ who }) => who)), formatDuration(most), counts);
  });
}

const afterHeal = (harmed: readonly Effect[], { healOrderedMs }: FaultTimes): string =>
  healOrderedMs !== undefined && harmed.every(({ firstFailureMs }) => (firstFailureMs ?? 0) > healOrderedMs)
    ? ", only once it was being healed"
    : "";

interface Counts {
  readonly bad: number;
  readonly failed: number;
  readonly total: number;
}

interface HarmWords extends Counts {
  readonly who: string;
  /** What is told in one sentence has the same. */
  readonly together: string;
  /** The time that is told; the longest where several are told together. */
  readonly ms: number;
  readonly say: (who: string, longest: string, counts: Counts) => string;
}

function wordsOf({ track, harm }: Effect, who: string): HarmWords {
  const { total, failed, unknown, late, tries, lateTries, longestWaitMs, stalled, parts } = harm ?? NO_HARM;
  const bad = failed + unknown;
  const unit = unitOf(track.journal, track.load);
  const counts = { bad, failed, total };
  const stalledMs = stalled === undefined ? 0 : stalled.toMs - stalled.fromMs;
  const worded = (together: string, ms: number, say: HarmWords["say"], whom = who): HarmWords => ({
    // Times that differ by more than a quarter or so are told apart.
    ...{ who: whom, together: `${together} ${unit} ${Math.round(4 * Math.log(ms + 1))}`, ms, say },
    ...counts,
  });
  if (track.reading) {
    const many = parts === undefined || parts.stalled === parts.of ? "" : ` of ${partsWords(parts, track.part)}`;
    return worded(
      "waited",
      longestWaitMs,
      (some, longest) => `${some} waited up to ${longest} for a record`,
      who + many,
    );
  }
  if (parts !== undefined) {
    const whole = stalledMs > 0 ? `, all for ${formatDuration(stalledMs)}` : "";
    const say: HarmWords["say"] = (some, longest, all) => `${some} stalled ${longest}${whole}${badWords(all, unit)}`;
    return worded(`parts ${who}`, parts.longestMs, say, `${who} to ${partsWords(parts, track.part)}`);
  }
  if (stalledMs > 0) {
    const what = bad > late ? "found no success for" : "stalled";
    return worded(what, stalledMs, (some, longest, all) => `${some} ${what} ${longest}${badWords(all, unit)}`);
  }
  if (bad > 0) {
    return worded("failed", 0, (some, _, all) => {
      const share = formatShare(all.total === 0 ? 0 : all.bad / all.total);
      return `${share} of ${some} ${failedWord(all)} (${formatNumber(all.bad)} of ${countOf(all.total, unit)})`;
    });
  }
  return worded(`late ${who}`, longestWaitMs, (some, longest) => {
    const took = late === 1 ? `was late; it took ${longest}` : `were late; the longest took ${longest}`;
    const of = `${formatNumber(late)} of ${formatNumber(total)}`;
    return tries === total
      ? `${of} ${some} ${took}`
      : `${of} ${unit}s, in ${formatNumber(lateTries)} of ${formatNumber(tries)} ${some}, ${took}`;
  });
}

const partsWords = ({ stalled, of, names }: NonNullable<Harm["parts"]>, part: string): string =>
  stalled === 1 ? (names[0] ?? part) : `${stalled === of ? "all" : `${stalled} of`} ${of} ${part}s`;

const NO_HARM: Harm = { fromMs: 0, total: 0, failed: 0, unknown: 0, late: 0, tries: 0, lateTries: 0, longestWaitMs: 0 };

const failedWord = ({ bad, failed }: Counts): string => (bad === failed ? "failed" : "failed or ended unknown");

const badWords = (counts: Counts, unit: string): string =>
  counts.bad === 0 ? "" : ` (${countOf(counts.bad, unit)} of ${formatNumber(counts.total)} ${failedWord(counts)})`;

const MOST_TAKEOVERS = 3;

/** Who took over: what one holder got at one time is told together. */
export function takeoverSentence(takeovers: readonly Takeover[]): readonly string[] {
  const together = Map.groupBy(takeovers, ({ to, atMs }) => `${moment(atMs)}\u0000${to}`);
  const told = [...together.values()].map((group) => {
    const [{ to, atMs } = NOBODY] = group;
    const roles = roleWords(group);
    return to === "" ? `nobody took over as ${roles}` : `${to} took over as ${roles} at ${moment(atMs)}`;
  });
  if (told.length === 0) return [];
  const more = told.length - MOST_TAKEOVERS;
  return [[...told.slice(0, MOST_TAKEOVERS), ...(more > 0 ? [`${more} more took over later`] : [])].join(", ")];
}

/** `leader of events/0 and events/4 and active controller`. */
export const roleWords = (takeovers: readonly Takeover[]): string =>
  listed([...Map.groupBy(takeovers, roleWord)].map(([role, those]) => `${role}${ofWords(those)}`));

/** A role without the name of the cluster, or the load, that its holder's name, or what it is held of, says already. */
function roleWord({ role, of, from }: Takeover): string {
  const [first = "", ...rest] = role.split(" ");
  const said = from.startsWith(`${first}-`) || of.startsWith(`${first}/`);
  return said && rest.length > 0 ? rest.join(" ") : role;
}

function ofWords(takeovers: readonly Takeover[]): string {
  const names = takeovers.map(({ of }) => of).filter((of) => of !== "");
  return names.length === 0 ? "" : ` of ${listed(names)}`;
}

const NOBODY: Takeover = { role: "", of: "", from: "", to: "", atMs: 0 };
