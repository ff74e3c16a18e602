/** index.html: the runs of a folder on one page that opens offline, with and without JavaScript. */
import { formatDuration, parseTimestamp } from "../../lab/time.ts";
import { formatDate } from "../format.ts";
import { markup, type Child, type Markup } from "../html/markup.ts";
import { pageOf } from "../html/page.ts";
import { facts, section } from "../html/parts.ts";
import { style } from "../html/style.ts";
import { failuresPart, undecidedPart } from "./failures.ts";
import { badness, cameTo, isWell, nightsOf, subjectsOf, systemOf, type Night } from "./night.ts";
import { cameBadge, LOOK, MEANING, none, shape, shapeStore } from "./parts.ts";
import { nightScript } from "./script.ts";
import { changesPart, flakyPart, mutantsPart, scenariosPart, slowestPart, type Nights } from "./sections.ts";
import { nightStyle } from "./style.ts";
import { wakeLines } from "./wake.ts";
import type { CameTo, NightRecord, NightRun } from "./types.ts";

const parts: readonly { readonly id: string; readonly title: string; readonly draw: (of: Nights) => Child }[] = [
  { id: "failures", title: "What failed", draw: failuresPart },
  { id: "changes", title: "New since the night before", draw: changesPart },
  { id: "undecided", title: "Not decided", draw: undecidedPart },
  { id: "scenarios", title: "Scenarios", draw: scenariosPart },
  { id: "mutants", title: "Mutants", draw: mutantsPart },
  { id: "flaky", title: "Verdicts that changed by themselves", draw: flakyPart },
  { id: "slowest", title: "The slowest", draw: slowestPart },
];

/** The whole page. What is in it comes from the record alone; nothing of a run reaches it unescaped, and it loads nothing. */
export function renderNight({ runs, leftOut }: NightRecord): string {
  const nights = nightsOf(runs);
  const subjects = subjectsOf(runs);
  const [tonight] = nights;
  return pageOf({
    title: tonight === undefined ? "No runs" : `${headline(tonight)}: the night of ${tonight.name}`,
    style: style + nightStyle,
    script: nightScript,
    kind: "night",
    body: markup`
        ${shapeStore()}
        <a class="skip" href="#verdict">Skip to what it came to</a>
        <header><p><b>Resilience lab</b> <span>All runs of this folder</span></p></header>
        ${
          tonight === undefined
            ? markup`<div class="page"><main><h1>No runs</h1>${none("There is no run in this folder, and no history.")}</main></div>`
            : markup`<main class="page">
                ${nightHead(tonight, nights)}
                <nav aria-label="Parts of this page">
                  <ul>
                    <li><a href="#verdict">The night</a></li>
                    ${parts.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
                  </ul>
                  ${filters(tonight)}
                </nav>
                <div class="parts">
                  <p class="filtered unit" hidden></p>
                  ${parts.map(({ id, title, draw }) => section(id, title, () => draw({ nights, tonight, subjects })))}
                </div>
              </main>`
        }
        <footer>
          <p>Drawn from the run folders beside this page and from their history; times are UTC.</p>
          ${leftOut.map((told) => markup`<p>${told}</p>`)}
        </footer>`,
  });
}

/** `2 violated, 1 unknown`, or that all is well. */
function headline({ runs }: Night): string {
  const bad = countsOf(runs).filter(([came]) => !isWell(came));
  return bad.length === 0 ? "all well" : bad.map(([came, count]) => `${count} ${came}`).join(", ");
}

/** How many came to what, the worst first. */
const countsOf = (runs: readonly NightRun[]): readonly (readonly [CameTo, number])[] =>
  [...Map.groupBy(runs, ({ entry }) => cameTo(entry))]
    .map(([came, of]) => [came, of.length] as const)
    .toSorted(([a], [b]) => badness(a) - badness(b));

function nightHead(tonight: Night, nights: readonly Night[]): Markup {
  const { runs, name } = tonight;
  const [worst] = countsOf(runs)[0] ?? ["held" as const];
  const scenarios = runs.filter(({ entry }) => entry.mutant === undefined);
  const mutants = runs.filter(({ entry }) => entry.mutant !== undefined);
  const startsMs = runs.map(({ entry }) => parseTimestamp(entry.startedAt));
  const endsMs = runs.map(({ entry }, place) => (startsMs[place] ?? 0) + (entry.durationMs ?? 0));
  const spanMs = endsMs.reduce((a, b) => Math.max(a, b), 0) - startsMs.reduce((a, b) => Math.min(a, b), Infinity);
  const commits = [...new Set(runs.flatMap(({ entry }) => entry.commit ?? []))];
  return markup`<section id="verdict" class="verdict ${LOOK[worst]}" aria-labelledby="verdict-title">
    <h1 id="verdict-title"><span class="badge ${LOOK[worst]}">${shape(worst)}<span>${headline(tonight)}</span></span> <span class="title">The night of ${name}</span></h1>
    ${wakeLines(tonight)}
    ${tally("rehearsal", "rehearsals", scenarios)}${tally("mutant’s run", "mutants’ runs", mutants)}
    ${mutants.length > 0 && markup`<p class="unit">${meanings(mutants)}</p>`}
    ${facts([
      ["from", formatDate(runs[0]?.entry.startedAt ?? "")],
      ["took", formatDuration(spanMs)],
      ...(commits.length === 0
        ? []
        : ([["code", commits.map((each) => markup`<code>${each.slice(0, 12)}</code> `)]] as const)),
      ["nights here", String(nights.length)],
      ["runs here", String(nights.reduce((sum, night) => sum + night.runs.length, 0))],
    ])}
  </section>`;
}

const tally = (one: string, many: string, runs: readonly NightRun[]): Markup | false =>
  runs.length > 0 &&
  markup`<p class="tally">
    <b>${runs.length}</b> ${runs.length === 1 ? one : many}:
    ${countsOf(runs).map(([came, count]) => markup`<span>${cameBadge(came)} <b>${count}</b></span>`)}
  </p>`;

/** What the words mean that a mutant came to, of those that are there. */
function meanings(mutants: readonly NightRun[]): string {
  const came = new Set(mutants.map(({ entry }) => cameTo(entry)));
  return (["survived", "killed"] as const).flatMap((word) => (came.has(word) ? [MEANING[word]] : [])).join(" ");
}

/** Links to this very page: without JavaScript they change its address, and all stays shown. */
function filters({ runs }: Night): Markup {
  const systems = [...new Set(runs.map(({ entry }) => systemOf(entry)))].toSorted();
  return markup`<div class="filters" hidden>
    <p id="filter-system">System</p>
    <ul aria-labelledby="filter-system">
      ${systems.map((name) => markup`<li><a href="?system=${encodeURIComponent(name)}" data-filter="system" data-value="${name}">${name}</a></li>`)}
    </ul>
    <p id="filter-verdict">Came to</p>
    <ul aria-labelledby="filter-verdict">
      ${countsOf(runs).map(([came]) => markup`<li><a href="?verdict=${came}" data-filter="verdict" data-value="${came}">${came}</a></li>`)}
    </ul>
  </div>`;
}
