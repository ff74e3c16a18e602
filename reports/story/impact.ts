/**
 * What a run means for whoever is on call: data first, then promises, objectives, presuppositions, and what was the
 * lab's own trouble; and whom to wake for it.
 */
import { mutantOutcome } from "../../lab/run-folder/mutants.ts";
import type { VerdictFile } from "../../lab/run-folder/run-folder.ts";
import { isDataBroken, type Loss } from "./loss.ts";
import type { Told } from "./story.ts";
import { listed } from "./words.ts";

export interface Impact {
  /** What is so, the gravest first; at least one. */
  readonly points: readonly ImpactPoint[];
  /** Whom to wake, in one sentence. */
  readonly wake: string;
}

export interface ImpactPoint {
  readonly kind: "data" | "promises" | "objectives" | "presuppositions" | "lab";
  /** `bad`: something was lost or broken; `open`: not known; `good`: seen to be well. */
  readonly state: "good" | "bad" | "open";
  readonly told: string;
}

const MOST_NAMES = 4;

/** What a run means, and for whom. */
export function impactOf({ plan, verdict }: Pick<Told, "plan" | "verdict">, loss: Loss): Impact {
  const points = pointsOf(verdict, loss);
  const { mutant } = plan;
  const wake = mutant === undefined ? wakeFor(points) : wakeForMutant(mutantOutcome(mutant.violates, verdict));
  return { points, wake };
}

/** Whom to wake for a run: the sentence of its report, and whether it is anybody. */
export interface Wake {
  readonly told: string;
  readonly isAnybody: boolean;
}

/** Whom to wake, without the journal: the same as its report says. */
export function wakeOf(run: Pick<Told, "plan" | "verdict">): Wake {
  const { points, wake } = impactOf(run, { state: isDataBroken(run.verdict) ? "wrong" : "not judged", told: "" });
  const isBroken = points.some(({ kind, state }) => state === "bad" && kind !== "objectives");
  return { told: wake, isAnybody: isBroken && run.plan.mutant === undefined };
}

function pointsOf(verdict: VerdictFile, loss: Loss): readonly ImpactPoint[] {
  const { expectations, slos, assumptions = [], conditions } = verdict;
  const broken = expectations.filter((one) => one.verdict === "violated");
  const open = expectations.filter((one) => one.verdict === "unknown");
  const missed = slos.filter((one) => one.verdict === "violated");
  const unmeasured = slos.filter((one) => one.verdict === "unknown");
  const unmet = assumptions.filter((one) => one.verdict !== "held");
  const trouble = conditions.filter((one) => one.verdict !== "held");
  return [
    dataPoint(loss),
    ...point("promises", "bad", broken.map(nameOf), (names, count) => `${count} broken: ${names}`, "promise"),
    ...point("promises", "open", open.map(nameOf), (names, count) => `${count} not decided: ${names}`, "promise"),
    ...point("objectives", "bad", missed.map(objectiveOf), (names, count) => `${count} missed: ${names}`, "objective"),
    ...point(
      "objectives",
      "open",
      unmeasured.map(objectiveOf),
      (names, count) => `${count} not decided: ${names}`,
      "objective",
    ),
    ...point(
      "presuppositions",
      "open",
      unmet.map(nameOf),
      (names, count) => `${count} not met: ${names}`,
      "presupposition",
    ),
    ...point(
      "lab",
      "open",
      trouble.map(nameOf),
      (names) => `a problem of the lab, not of the systems; conditions of trust not met: ${names}`,
      "",
    ),
  ];
}

const nameOf = ({ name }: { readonly name: string }): string => name;
const objectiveOf = ({ name, displayName }: { readonly name: string; readonly displayName: string }): string =>
  displayName || name;

function dataPoint({ state, told }: Loss): ImpactPoint {
  const states = { none: "good", lost: "bad", wrong: "bad", "not known": "open", "not judged": "open" } as const;
  return { kind: "data", state: states[state], told };
}

function point(
  kind: ImpactPoint["kind"],
  state: ImpactPoint["state"],
  names: readonly string[],
  say: (names: string, count: string) => string,
  one: string,
): readonly ImpactPoint[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMES;
  const told = listed([...names.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more`] : [])]);
  return [{ kind, state, told: say(told, `${names.length} ${names.length === 1 ? one : `${one}s`}`) }];
}

function wakeFor(points: readonly ImpactPoint[]): string {
  const has = (kind: ImpactPoint["kind"], state: ImpactPoint["state"]): boolean =>
    points.some((one) => one.kind === kind && one.state === state);
  if (has("data", "bad")) return "Wake whoever answers for the data, now.";
  if (has("promises", "bad")) return "Wake whoever answers for the platform.";
  if (has("objectives", "bad")) return "Wake nobody; whoever owns the objectives looks at it in the morning.";
  if (has("lab", "open")) return "Wake nobody; whoever runs the lab looks at it, and the rehearsal is repeated.";
  if (has("presuppositions", "open"))
    return "Wake nobody; the rehearsal did not come to what it is about, and its author looks at it.";
  if (has("promises", "open") || has("objectives", "open")) return "Wake nobody; the rehearsal is repeated.";
  return "Wake nobody.";
}

function wakeForMutant(outcome: ReturnType<typeof mutantOutcome>): string {
  const taken = "one protection was taken away on purpose";
  if (outcome === "killed") return `Wake nobody: ${taken}, and that was seen.`;
  return outcome === "unknown"
    ? `Wake nobody: ${taken}, and this run cannot tell whether that would be seen; the rehearsal is repeated.`
    : `Wake nobody; the scenario’s author looks at it: ${taken}, and the expectation that guards it did not see it.`;
}
