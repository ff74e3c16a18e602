/** The first thing that a morning's reader is told: whom to wake for the night's runs, and why. */
import { markup, type Markup } from "../html/markup.ts";
import { listed } from "../story/words.ts";
import { cameTo, expectationsIn, isWell, worstRun, type Night } from "./night.ts";
import { described, linked } from "./parts.ts";
import type { NightRun } from "./types.ts";

const MOST_NAMES = 3;

/** Whom to wake, as the reports of the runs say it, one sentence for each; or why nobody. */
export function wakeLines({ runs }: Night): Markup {
  const rousing = runs.filter((run) => wakeOf(run).isAnybody);
  if (rousing.length === 0) return markup`<p class="wake"><b>Wake nobody</b>: ${whyNobody(runs)}.</p>`;
  const bySentence = [...Map.groupBy(rousing, (run) => wakeOf(run).told)].toSorted(
    ([, a], [, b]) => Number(b.some(isUrgent)) - Number(a.some(isUrgent)),
  );
  return markup`${bySentence.map(
    ([told, of]) => markup`<p class="wake"><b>${told.replace(/\.$/, "")}</b>:</p><ul class="wake">${whatIn(of)}</ul>`,
  )}`;
}

const isUrgent = (run: NightRun): boolean => wakeOf(run).told.endsWith("now.");

/** Lines of the history do not say whom to wake: an expectation that was violated is the platform's. */
function wakeOf({ entry, wake }: NightRun): NonNullable<NightRun["wake"]> {
  if (wake !== undefined) return wake;
  const { violated } = entry;
  const isBroken = violated === undefined || expectationsIn(entry).some((name) => violated.includes(name));
  return { told: "Wake whoever answers for the platform.", isAnybody: cameTo(entry) === "violated" && isBroken };
}

/** Each scenario once, by its worst run. */
const whatIn = (runs: readonly NightRun[]): readonly (Markup | undefined)[] =>
  [...Map.groupBy(runs, ({ entry }) => entry.scenario)].map(([scenario, of]) => {
    const worst = worstRun(of);
    if (worst === undefined) return undefined;
    const names = expectationsIn(worst.entry).filter((name) => worst.entry.violated?.includes(name) === true);
    const said = [
      ...names.slice(0, MOST_NAMES).map((name) => `“${name}”`),
      ...(names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : []),
    ];
    const what = names.length === 0 ? (worst.entry.reason ?? "violated") : `${listed(said)} violated`;
    return markup`<li>${linked(worst, scenario, described(worst))}: ${what}</li>`;
  });

/** Why nobody is woken, and what is left to do by day. */
function whyNobody(runs: readonly NightRun[]): string {
  if (runs.every(({ entry }) => isWell(cameTo(entry)))) return "all is well";
  const missed = new Set(runs.flatMap(({ entry }) => (cameTo(entry) === "violated" ? [entry.scenario] : [])));
  const survived = runs.filter(({ entry }) => cameTo(entry) === "survived").length;
  const open = runs.filter(({ entry }) => cameTo(entry) === "unknown").length;
  return [
    "no rehearsal saw a promise broken",
    ...(missed.size > 0
      ? [`objectives were missed in ${listed([...missed])}, and whoever owns them looks at it in the morning`]
      : []),
    ...(survived > 0 ? [`${counted(survived, "mutant")} survived, and the scenario’s author looks at it`] : []),
    ...(open > 0 ? [`${counted(open, "run")} ${open === 1 ? "is" : "are"} not decided`] : []),
  ].join("; ");
}

const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;
