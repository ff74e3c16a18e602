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
  const told = grouped(harmed, (effect) => harmWords(effect, subject(effect)));
  if (told.length === 0) {
    if (calm.length === 0) return "too little was offered to show what it did";
    // Those who only read along are told of where something happened to them.
    const named = calm.some(({ track }) => !track.reading) ? calm.filter(({ track }) => !track.reading) : calm;
    const slowestMs = Math.max(...named.map((effect) => effect.slowestMs));
    const who = listed(named.map(subject));
    return `not noticed by ${who}${slowestMs > 0 ? ` (slowest ${formatDuration(slowestMs)})` : ""}`;
  }
  const others = [
    ...(calm.length === 0 ? [] : [`${listed(calm.map(subject))} went on`]),
    ...(unclear.length === 0 ? [] : [`too few ${listed(unclear.map(subject))} to tell`]),
  ];
  return [...told, ...others].join("; ") + afterHeal(harmed, fault);
}

/** Effects that are told in the same words are told together: `reads and writes stalled 1.2 s`. */
function grouped(
  effects: readonly Effect[],
  words: (effect: Effect) => { readonly who: string; readonly what: string },
): string[] {
  const told = Map.groupBy(effects.map(words), ({ what }) => what);
  return [...told].map(([what, those]) => `${listed(those.map(({ who }) => who))} ${what}`);
}

const afterHeal = (harmed: readonly Effect[], { healOrderedMs }: FaultTimes): string =>
  healOrderedMs !== undefined && harmed.every(({ firstFailureMs }) => (firstFailureMs ?? 0) > healOrderedMs)
    ? ", only once it was being healed"
    : "";

function harmWords({ track, harm }: Effect, who: string): { readonly who: string; readonly what: string } {
  // Only effects with harm come here.
  const { total, failed, unknown, late, longestWaitMs, stalled, parts } = harm ?? NO_HARM;
  const bad = failed + unknown;
  const unit = unitOf(track.journal, track.load);
  const stalledMs = stalled === undefined ? 0 : stalled.toMs - stalled.fromMs;
  if (track.reading) {
    const many = parts === undefined || parts.stalled === parts.of ? "" : ` of ${partsWords(parts, track.part)}`;
    return { who: `${who}${many}`, what: `waited up to ${formatDuration(longestWaitMs)} for a record` };
  }
  if (parts !== undefined) {
    const whole = stalledMs > 0 ? `, all for ${formatDuration(stalledMs)}` : "";
    return {
      who: `${who} to ${partsWords(parts, track.part)}`,
      what: `stalled ${formatDuration(parts.longestMs)}${whole}${badWords(bad, failed, total, unit)}`,
    };
  }
  if (stalledMs > 0) {
    const what =
      bad > late ? `found no success for ${formatDuration(stalledMs)}` : `stalled ${formatDuration(stalledMs)}`;
    return { who, what: `${what}${badWords(bad, failed, total, unit)}` };
  }
  if (bad > 0)
    return {
      who: `${shareOf(bad, total)} of ${who}`,
      what: `${bad === failed ? "failed" : "failed or ended unknown"} (${formatNumber(bad)} of ${countOf(total, unit)})`,
    };
  return {
    who: `${formatNumber(late)} of ${formatNumber(total)} ${who}`,
    what: `were late, the last after ${formatDuration(longestWaitMs)}`,
  };
}

const partsWords = ({ stalled, of, names }: NonNullable<Harm["parts"]>, part: string): string =>
  stalled === 1 ? (names[0] ?? part) : `${stalled} of ${of} ${part}s`;

const NO_HARM: Harm = { total: 0, failed: 0, unknown: 0, late: 0, longestWaitMs: 0 };

function badWords(bad: number, failed: number, total: number, unit: string): string {
  if (bad === 0) return "";
  return ` (${countOf(bad, unit)} of ${formatNumber(total)} ${bad === failed ? "failed" : "failed or ended unknown"})`;
}

const shareOf = (part: number, whole: number): string => formatShare(whole === 0 ? 0 : part / whole);

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
