/** Small pieces of the page of all runs. */
import type { Verdict } from "../../lab/checks/types.ts";
import { formatDate } from "../format.ts";
import { markup, type Child, type Markup } from "../html/markup.ts";
import { verdictShape } from "../html/parts.ts";
import { badness, cameTo, isWell, systemOf, worstRun, type Subject } from "./night.ts";
import type { CameTo, NightRun } from "./types.ts";

/** A strip shows so many of the last runs. */
const LAST_RUNS = 14;

/** What becomes of a mutant looks as a verdict does: killed is as it should be. */
export const LOOK: Readonly<Record<CameTo, Verdict>> = {
  held: "held",
  violated: "violated",
  unknown: "unknown",
  killed: "held",
  survived: "violated",
};

/** What the words for a mutant mean. */
export const MEANING = {
  killed: "Killed: seen red as foretold.",
  survived: "Survived: nobody noticed that the protection was gone.",
} as const;

const VERDICTS: readonly Verdict[] = ["held", "violated", "unknown"];

/** The shapes once, so that a thousand small ones are references to them. */
export const shapeStore = (): Markup =>
  markup`<svg width="0" height="0" aria-hidden="true" class="hidden">
    ${VERDICTS.map((verdict) => markup`<g id="shape-${verdict}">${verdictShape(verdict)}</g>`)}
  </svg>`;

export const shape = (came: CameTo): Markup =>
  markup`<svg class="shape ${LOOK[came]}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><use href="#shape-${LOOK[came]}"/></svg>`;

export const cameBadge = (came: CameTo): Markup =>
  markup`<span class="badge ${LOOK[came]}">${shape(came)}<span>${came}</span></span>`;

/** Where a run's report is, seen from the page; undefined where its folder is not there. */
export const reportOf = ({ folder }: NightRun): string | undefined =>
  folder === undefined ? undefined : `${encodeURIComponent(folder)}/report.html`;

/** The words lead to the run's report where that is there. */
export function linked(run: NightRun, words: Child, title?: string): Markup {
  const report = reportOf(run);
  const named = title === undefined ? undefined : markup` title="${title}"`;
  return report === undefined
    ? markup`<span${named}>${words}</span>`
    : markup`<a href="${report}"${named}>${words}</a>`;
}

/** `2026-11-25 18:04:08 UTC, seed 7: held`. */
export const described = ({ entry }: NightRun): string =>
  `${formatDate(entry.startedAt)}, seed ${entry.seed}: ${cameTo(entry)}`;

/** What filters read: one row, card or item about a subject. */
export const filtered = (of: { readonly scenario: string }, came: CameTo | undefined): Markup =>
  markup`data-system="${systemOf(of)}" data-verdict="${came ?? "none"}"`;

/** Title, and small beneath it what commands call it. */
export const subjectHead = ({ title, scenario, mutant }: Pick<Subject, "title" | "scenario" | "mutant">): Markup =>
  mutant === undefined
    ? markup`<span class="name">${title}</span><code class="id">${scenario}</code>`
    : markup`<span class="name">${mutant}</span><code class="id">mutant of ${scenario}</code>`;

/** The last runs as a row of shapes, oldest first, with words for those who do not see it. */
export function strip(runs: readonly NightRun[]): Markup {
  const last = runs.slice(-LAST_RUNS);
  const counts = [...Map.groupBy(last, ({ entry }) => cameTo(entry))]
    .toSorted(([a], [b]) => badness(a) - badness(b))
    .map(([came, of]) => `${of.length} ${came}`);
  return markup`<span class="strip" role="img" aria-label="The last ${last.length}, oldest first: ${counts.join(", ")}">${last.map(
    (run) => markup`<span title="${described(run)}">${shape(cameTo(run.entry))}</span>`,
  )}</span>`;
}

/** What a subject's runs of one night came to: the worst of them, and how many did. */
export function nightCell(runs: readonly NightRun[]): Markup {
  const worst = worstRun(runs);
  if (worst === undefined) return markup`<span class="none" title="not run">–</span>`;
  const came = cameTo(worst.entry);
  const same = runs.filter(({ entry }) => cameTo(entry) === came).length;
  const count =
    runs.length === 1
      ? undefined
      : markup`<small>${isWell(came) ? `×${runs.length}` : `${same}/${runs.length}`}</small>`;
  return linked(worst, markup`${shape(came)}<span class="hidden">${came}</span>${count}`, described(worst));
}

export const none = (words: string): Markup => markup`<p class="none">${words}</p>`;
