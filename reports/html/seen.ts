/** Roles and observations as they are to be read: who was down held nothing, and what was seen at a step's end is of that step. */
import { eventsOf, type EventOf, type Journal } from "../../lab/journal/types.ts";
import type { Stretch } from "./happenings.ts";
import type { Timeline } from "./timeline.ts";

/** The changes of roles in the order of time, with nobody as the holder from when one was down until it ran again or another took over. */
export function withDeaths(journal: Journal): readonly EventOf<"role">[] {
  const roles = eventsOf(journal, "role");
  const lives = [
    ...eventsOf(journal, "node-state").map(({ node, state, atMs }) => ({
      who: node,
      atMs,
      runs: state === "running" || state === "ready",
    })),
    ...eventsOf(journal, "client").map(({ client, state, atMs }) => ({ who: client, atMs, runs: state !== "ended" })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const gone = [...Map.groupBy(roles, ({ subject }) => subject).values()].flatMap((changes) =>
    changes.flatMap(({ subject, holder, atMs }, place) => {
      const untilMs = changes[place + 1]?.atMs ?? Infinity;
      let runs = true;
      return lives
        .filter((life) => life.who === holder && life.atMs > atMs && life.atMs < untilMs)
        .flatMap((life): EventOf<"role">[] => {
          if (life.runs === runs) return [];
          runs = life.runs;
          return [{ type: "role", atMs: life.atMs, subject, holder: life.runs ? holder : "" }];
        });
    }),
  );
  return [...roles, ...gone].toSorted((a, b) => a.atMs - b.atMs);
}

/** A script observes at the end of the step that it judges: just before the step is over. */
const JUST_BEFORE_MS = 50;

/** Subjects of which every value was observed just before a step ended, and the steps that those values are of. */
export function observedOverSteps(
  journal: Journal,
  { steps }: Timeline,
): ReadonlyMap<string, readonly Stretch<EventOf<"observation">["value"]>[]> {
  const stepOf = (atMs: number) =>
    steps.find(({ ended, toMs }) => ended && atMs <= toMs && toMs - atMs <= JUST_BEFORE_MS);
  const subjects = Map.groupBy(eventsOf(journal, "observation"), ({ subject }) => subject);
  return new Map(
    [...subjects].flatMap(([subject, seen]) => {
      const stretches = seen.flatMap(({ value, atMs }) => {
        const step = stepOf(atMs);
        return step === undefined ? [] : [{ value, fromMs: step.fromMs, toMs: step.toMs }];
      });
      return stretches.length === seen.length ? [[subject, stretches] as const] : [];
    }),
  );
}
