/** The page of all runs, part by part: what is new, all scenarios, all mutants, who wavers, who is slow. */
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";
import { median } from "../../lab/statistics.ts";
import { formatDuration } from "../../lab/time.ts";
import type { Comparison } from "../../lab/slo/types.ts";
import { markup, type Child, type Markup } from "../html/markup.ts";
import { table } from "../html/parts.ts";
import {
  KEY_FIGURES,
  KEY_FIGURE_TITLES,
  keyComparisons,
  keyFiguresOf,
  writeChange,
  writeKeyFigure,
  writeSpread,
  type KeyFigure,
} from "./figures.ts";
import {
  badness,
  cameTo,
  changeOf,
  expectationsIn,
  flakyOf,
  isWell,
  runsIn,
  worstRun,
  type Change,
  type Night,
  type Subject,
} from "./night.ts";
import { cameBadge, described, filtered, linked, MEANING, nightCell, none, strip, subjectHead } from "./parts.ts";
import type { NightRun } from "./types.ts";

/** The matrix shows so many nights; a strip goes further back. */
const MOST_NIGHTS = 7;
const MOST_SLOW = 10;

/** All that the parts are drawn from; the newest night first. */
export interface Nights {
  readonly nights: readonly Night[];
  readonly tonight: Night;
  readonly subjects: readonly Subject[];
}

/** What is not as it was: verdicts, scenarios and mutants that came or went, figures that left their baselines. */
export function changesPart({ nights, tonight, subjects }: Nights): Markup {
  const before = nights[1];
  if (before === undefined) return none("No earlier night to compare with: this is the first that is recorded here.");
  const changes = subjects
    .flatMap((subject) => {
      const change = changeOf(subject, tonight, before);
      return change === undefined ? [] : [{ subject, change }];
    })
    .toSorted((a, b) => orderOf(a.change) - orderOf(b.change));
  const moved = movedFigures(tonight, subjects);
  if (changes.length + moved.length === 0) return none(`Nothing: all is as it was on ${before.name}.`);
  return markup`<ul class="changes">
    ${changes.map(({ subject, change }) => changeItem(subject, change, tonight))}
    ${moved.map(({ subject, run, comparison }) => movedItem(subject, run, comparison))}
  </ul>`;
}

const orderOf = (change: Change): number =>
  change.kind === "gone" ? 1.5 : change.kind === "new" ? badness(change.now) + 0.25 : badness(change.now);

function changeItem(subject: Subject, change: Change, tonight: Night): Markup {
  const run = worstRun(runsIn(tonight, subject));
  const came = change.kind === "gone" ? undefined : change.now;
  const what =
    change.kind === "gone"
      ? markup`was not run; it was ${change.before}`
      : change.kind === "new"
        ? markup`is new: ${cameBadge(change.now)}`
        : markup`was ${change.before}, is ${cameBadge(change.now)}`;
  return markup`<li ${filtered(subject, came)}>${nameOf(subject, run)} ${what}</li>`;
}

const nameOf = (subject: Subject, run: NightRun | undefined): Markup => {
  const words = markup`<strong>${subject.mutant ?? subject.title}</strong>`;
  const id = subject.mutant === undefined ? subject.scenario : `mutant of ${subject.scenario}`;
  return markup`${run === undefined ? words : linked(run, words)} <code class="id">${id}</code>`;
};

interface Moved {
  readonly subject: Subject;
  readonly run: NightRun;
  readonly comparison: Comparison;
}

const movedFigures = (tonight: Night, subjects: readonly Subject[]): readonly Moved[] =>
  subjects
    .filter(({ mutant }) => mutant === undefined)
    .flatMap((subject) => {
      const run = runsIn(tonight, subject).at(-1);
      if (run === undefined) return [];
      return comparisonsOf(subject, run).flatMap((comparison) =>
        comparison.standing === "worse" || comparison.standing === "better" ? [{ subject, run, comparison }] : [],
      );
    })
    .toSorted((a, b) => Number(a.comparison.standing === "better") - Number(b.comparison.standing === "better"));

function movedItem(subject: Subject, run: NightRun, comparison: Comparison): Markup {
  const figure = comparison.figure as KeyFigure;
  return markup`<li ${filtered(subject, cameTo(run.entry))}>
    ${nameOf(subject, run)} ${KEY_FIGURE_TITLES[figure]} ${writeKeyFigure(figure, comparison.now)}
    <span class="standing ${comparison.standing === "worse" ? "violated" : "held"}">${comparison.standing}</span> than the
    median of ${comparison.runs} runs, ${writeKeyFigure(figure, comparison.median)}
  </li>`;
}

const comparisonsOf = (subject: Subject, run: NightRun): readonly Comparison[] =>
  keyComparisons(
    run.entry,
    subject.runs.map(({ entry }) => entry),
  );

/** Scenario × the last nights, the last runs as a strip, and the key figures beside their medians. */
export function scenariosPart({ nights, tonight, subjects }: Nights): Markup {
  const rows = subjects.filter(({ mutant }) => mutant === undefined);
  if (rows.length === 0) return none("No scenario was rehearsed: these are runs of mutants.");
  const shown = nights.slice(0, MOST_NIGHTS);
  const before = nights.length > shown.length ? ` of ${nights.length}` : "";
  const worst = rows.toSorted((a, b) => rankOf(a, tonight) - rankOf(b, tonight));
  return markup`<p class="unit">
      ${shown.length === 1 ? "One night" : `The last ${shown.length}${before} nights`}, newest first; each mark leads to its
      run, and is the worst of several. Figures are of the newest run; beneath them the median of the runs before it that held, ± their spread.
    </p>
    <div class="scroll wide" role="region" aria-label="Table: scenarios and nights" tabindex="0">
      <table class="matrix">
        <caption class="hidden">What each scenario came to in the last nights</caption>
        <thead>
          <tr>
            <th scope="col">scenario</th>
            ${shown.map(({ name }) => markup`<th scope="col" class="night">${nightHead(name)}</th>`)}
            <th scope="col">last 14 runs</th>
            ${KEY_FIGURES.map((figure) => markup`<th scope="col" class="n">${KEY_FIGURE_TITLES[figure]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${worst.map((subject) => scenarioRow(subject, shown, tonight))}
        </tbody>
      </table>
    </div>`;
}

/** Those that are not well come first; the others stay in the order of their names. */
function rankOf(subject: Subject, tonight: Night): number {
  const run = worstRun(runsIn(tonight, subject));
  return run === undefined ? badness("held") + 0.5 : badness(cameTo(run.entry));
}

/** Month and day, and the hour where that tells two apart: the year is seldom in doubt. */
const nightHead = (name: string): Markup => markup`<time datetime="${name.slice(0, 10)}">${name.slice(5)}</time>`;

function scenarioRow(subject: Subject, shown: readonly Night[], tonight: Night): Markup {
  const newest = subject.runs.at(-1);
  const now = worstRun(runsIn(tonight, subject));
  return markup`<tr ${filtered(subject, now === undefined ? undefined : cameTo(now.entry))}>
    <th scope="row">${subjectHead(subject)}</th>
    ${shown.map((night) => markup`<td class="night">${nightCell(runsIn(night, subject))}</td>`)}
    <td>${strip(subject.runs)}</td>
    ${KEY_FIGURES.map((figure) => markup`<td class="n">${newest === undefined ? undefined : figureCell(figure, subject, newest)}</td>`)}
  </tr>\n`;
}

const ARROWS = { worse: "▼", better: "▲", "as before": "=", "too few runs": "" } as const;

function figureCell(figure: KeyFigure, subject: Subject, run: NightRun): Markup {
  const now = keyFiguresOf(run.entry)[figure];
  if (now === undefined) return markup`<span class="none">–</span>`;
  const comparison = comparisonsOf(subject, run).find((each) => each.figure === figure);
  const value = writeKeyFigure(figure, now);
  if (comparison === undefined || comparison.standing === "too few runs") return markup`${value}`;
  const { standing, runs } = comparison;
  const spread = comparison.spread === undefined ? "" : ` ± ${writeSpread(figure, comparison.spread)}`;
  // A budget's own words are long, and most have no spread.
  const near = figure === "budgetShare" || comparison.spread === 0 ? "" : spread;
  const change = standing === "as before" ? "" : writeChange(comparison);
  const look = standing === "worse" ? "violated" : standing === "better" ? "held" : "";
  return markup`<span title="${standing}: the median of ${runs} runs is ${writeKeyFigure(figure, comparison.median)}${spread}"
    >${value} <span class="standing ${look}"><span aria-hidden="true">${ARROWS[standing]}</span><span class="hidden">${standing}</span>${change === "" ? "" : ` ${change}`}</span
    ><small>${writeKeyFigure(figure, comparison.median)}${near}</small></span
  >`;
}

/** For each scenario its mutants by its expectations: which one killed which. */
export function mutantsPart({ tonight, subjects }: Nights): Markup {
  const mutants = subjects.filter(({ mutant }) => mutant !== undefined);
  if (mutants.length === 0) return none("No mutant was run.");
  const groups = [...Map.groupBy(mutants, ({ scenario }) => scenario)].toSorted(
    ([, a], [, b]) =>
      Math.min(...a.map((each) => rankOf(each, tonight))) - Math.min(...b.map((each) => rankOf(each, tonight))),
  );
  return markup`<p class="unit">
      A mutant takes one protection away and names the expectation that must notice. ${MEANING.killed} ${MEANING.survived}
      ✗: the expectation that the mutant names was violated, which killed it. (✗): another was violated. ·: not violated. Beneath each mutant its last 14 runs.
    </p>
    <div class="mutants">${groups.map(([scenario, of]) => mutantsOfOne(scenario, of))}</div>`;
}

function mutantsOfOne(scenario: string, mutants: readonly Subject[]): Markup {
  const newest = mutants.flatMap((subject) => {
    const run = subject.runs.at(-1);
    return run === undefined ? [] : [{ subject, run }];
  });
  const all = [...new Set(newest.flatMap(({ run }) => expectationsIn(run.entry)))];
  const telling = all.filter((name) =>
    newest.some(({ run: { entry } }) => entry.violates === name || entry.violated?.includes(name) === true),
  );
  const silent = all.filter((name) => !telling.includes(name));
  const worst = worstRun(newest.map(({ run }) => run));
  return markup`<article class="card" ${filtered({ scenario }, worst === undefined ? undefined : cameTo(worst.entry))}>
    <h3>${mutants[0]?.title ?? scenario} <code class="id">${scenario}</code></h3>
    ${table(
      `Mutants of ${scenario}`,
      [{ name: "mutant" }, { name: "came to" }, ...telling.map((name) => ({ name }))],
      newest.map(({ subject, run }): readonly Child[] => [
        markup`<span class="name">${subject.mutant}</span>${strip(subject.runs)}`,
        linked(run, cameBadge(cameTo(run.entry)), described(run)),
        ...telling.map((name) => killMark(run.entry, name)),
      ]),
    )}
    ${silent.length > 0 && markup`<p class="unit">Violated by no mutant: ${silent.join("; ")}.</p>`}
  </article>`;
}

function killMark({ violates, violated, verdict }: HistoryEntry, name: string): Markup {
  if (violated === undefined) return markup`<span class="none">?</span>`;
  if (!violated.includes(name)) {
    const wanted =
      name === violates ? markup`<span class="none" title="this was to be violated">· wanted</span>` : undefined;
    return wanted ?? markup`<span class="none">·</span>`;
  }
  if (name !== violates) return markup`<span title="violated, and not named by the mutant">(✗)</span>`;
  return verdict === "violated"
    ? markup`<b title="this killed it">✗<span class="hidden"> killed it</span></b>`
    : markup`<span title="violated, in a run that proves nothing">✗?</span>`;
}

/** Whose verdict changed though code, images and plan did not. */
export function flakyPart({ subjects }: Nights): Markup {
  const flaky = flakyOf(subjects);
  if (flaky.length === 0) return none("No verdict changed while code, images and plan stayed the same.");
  return markup`<ul class="changes">
    ${flaky.map(({ subject, runs }) => {
      const well = runs.filter(({ entry }) => isWell(cameTo(entry))).length;
      const worst = worstRun(runs);
      return markup`<li ${filtered(subject, worst === undefined ? undefined : cameTo(worst.entry))}>
        ${nameOf(subject, runs.at(-1))} was well in ${well} of ${runs.length} runs of the same code, images and plan
        ${strip(runs)}
      </li>`;
    })}
  </ul>`;
}

/** The rehearsals that took longest, beside how long they take as a rule. */
export function slowestPart({ tonight, subjects }: Nights): Markup {
  const timed = tonight.runs
    .filter(({ entry }) => entry.durationMs !== undefined)
    .toSorted((a, b) => (b.entry.durationMs ?? 0) - (a.entry.durationMs ?? 0))
    .slice(0, MOST_SLOW);
  if (timed.length === 0) return none("No run says how long it took.");
  return table(
    "The slowest runs of the night",
    [{ name: "run" }, { name: "came to" }, { name: "took", numeric: true }, { name: "median before", numeric: true }],
    timed.map((run) => {
      const { entry } = run;
      const subject = subjects.find(({ runs }) => runs.includes(run));
      const spans = (subject?.runs ?? [])
        .filter((other) => !tonight.has(other))
        .flatMap((other) => other.entry.durationMs ?? []);
      return [
        linked(run, subject === undefined ? entry.scenario : (subject.mutant ?? subject.title)),
        cameTo(entry),
        formatDuration(entry.durationMs ?? 0),
        spans.length === 0 ? "" : formatDuration(median(spans)),
      ];
    }),
  );
}
