/** Who took over what a fault's targets held. */
import type { FaultTimes } from "../../lab/journal/fault-times.ts";
import { eventsOf, type Journal } from "../../lab/journal/types.ts";

/** A role that moved from one that a fault hit. */
export interface Takeover {
  /** `kafka leader`, `kafka active controller`. */
  readonly role: string;
  /** What it is held of: `events/0`; empty where there is only one. */
  readonly of: string;
  readonly from: string;
  /** Empty: nobody, until the fault was healed or the next one came. */
  readonly to: string;
  readonly atMs: number;
}

/** The names that a fault's targets say: both ends of a link, a client without its load. */
export const namesOf = (targets: readonly string[]): readonly string[] =>
  targets.flatMap((target) => target.split(/ [⇄→←] /)).map((name) => name.replace(/ of .*$/, ""));

/**
 * The roles that those held whom the fault hit, and who held each next, up to the next fault's order or this one's
 * heal, in the order of time.
 */
export function takeoversOf(journal: Journal, fault: FaultTimes, nextMs: number): readonly Takeover[] {
  const hit = new Set(namesOf(fault.targets));
  const untilMs = Math.min(nextMs, fault.healOrderedMs ?? fault.healedMs ?? Infinity);
  const subjects = Map.groupBy(eventsOf(journal, "role"), ({ subject }) => subject);
  return [...subjects]
    .flatMap(([subject, changes]): readonly Takeover[] => {
      const from = changes.findLast(({ atMs }) => atMs < fault.orderedMs)?.holder ?? "";
      if (!hit.has(from)) return [];
      const during = changes.filter(({ atMs }) => atMs >= fault.orderedMs && atMs <= untilMs);
      const next =
        during.find(({ holder }) => holder !== "" && holder !== from) ?? during.find(({ holder }) => holder === "");
      // A holder that came back, or was never seen to lose its role, was not followed by anybody.
      if (next === undefined || (next.holder === "" && during.at(-1)?.holder !== "")) return [];
      const cut = subject.indexOf(" of ");
      const [role, of] = cut < 0 ? [subject, ""] : [subject.slice(0, cut), subject.slice(cut + 4)];
      return [{ role, of, from, to: next.holder, atMs: next.atMs }];
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}
