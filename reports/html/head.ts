/** The first screen: what it came to, what happened, what that means, and one picture of it. */
import { conditionsOf } from "../../lab/run-folder/run-folder.ts";
import { formatDuration } from "../../lab/time.ts";
import { formatDate, formatNumber } from "../format.ts";
import { impactOf, type ImpactPoint } from "../story/impact.ts";
import type { Story } from "../story/story.ts";
import { isOffered } from "../story/tracks.ts";
import { countOf, listed, unitOf } from "../story/words.ts";
import type { RunRecord } from "../types.ts";
import { foretold } from "../verdicts.ts";
import { markup, type Child, type Markup } from "./markup.ts";
import { overviewPlot } from "./overview.ts";
import { badge, drawn, facts, verdictShape } from "./parts.ts";
import type { LoadSeries } from "./series.ts";
import type { Timeline } from "./timeline.ts";

/** More than this are folded away: the picture must stay in the first screen. */
const MOST_LINES = 4;

/** What a reader meets first. */
export function firstScreen(
  run: RunRecord,
  story: () => Story,
  series: readonly LoadSeries[],
  timeline: Timeline,
): Markup {
  const { verdict, plan, journal } = run;
  const caught = foretold(run)?.caught === true;
  return markup`<section id="verdict" class="verdict ${verdict.verdict}${caught ? " caught" : ""}" aria-labelledby="verdict-title">
    <h1 id="verdict-title">${caught && caughtBadge} ${badge(verdict.verdict)} <span class="title">${plan.title || plan.scenario}</span></h1>
    ${mutantLine(run)}${
      journal.torn !== undefined &&
      markup`<p class="foretold">
        The journal is torn at byte ${formatNumber(journal.torn.atByte)}: ${formatNumber(journal.torn.lostBytes)} bytes
        after it could not be read. What follows is drawn from what was whole.
      </p>`
    }
    ${drawn(() => markup`${storyPart(story())}${impactPart(run, story())}`)}
    ${drawn(() => overviewPlot(story(), series, timeline))} ${why(run)} ${notes(run)}
    ${facts([
      ["run", markup`<code>${verdict.run}</code>`],
      ["started", formatDate(verdict.startedAt)],
      ["took", formatDuration(verdict.durationMs)],
      ["seed", markup`<code>${verdict.seed}</code>`],
      ...offered(run, series),
    ])}
  </section>`;
}

/** A mutant is there to be caught: that it was is good news, and comes before the verdict's own word. */
const caughtBadge: Markup = markup`<span class="outcome">${verdictShape("held")}<span>Caught as intended</span></span>`;

function mutantLine(run: RunRecord): Markup | false {
  const mutant = foretold(run);
  if (mutant === undefined) return false;
  const name = run.plan.mutant?.name ?? "";
  return markup`<p class="foretold">
    ${
      mutant.caught
        ? markup`This is the mutant “${name}”; it was caught, as it should be, by <a href="#broke">${mutant.by}</a>.`
        : markup`This is the mutant “${name}”, and that it was caught is <strong>not shown</strong>: ${mutant.why}.`
    }
  </p>`;
}

/** A sentence a fault; what was lost stands in the impact beside it. */
function storyPart({ faults, ends }: Story): Markup {
  const told = [
    ...faults.map(({ name, steps: [first = "", ...rest] }) => {
      const arrows = rest.map((step) => markup` <span class="arrow">→</span> ${unbroken(step)}`);
      return markup`<li><span class="fault-name">${name}</span> ${unbroken(first.slice(name.length + 1))}${arrows}</li>`;
    }),
    ...ends.map((line) => markup`<li>${line}</li>`),
  ];
  const rest = told.slice(MOST_LINES);
  return markup`<ol class="story" aria-label="What happened">
      ${told.slice(0, MOST_LINES)}
    </ol>
    ${
      rest.length > 0 &&
      markup`<details class="more-story" data-print="open">
        <summary>${rest.length} more</summary>
        <ol class="story" start="${MOST_LINES + 1}">
          ${rest}
        </ol>
      </details>`
    }`;
}

/** Names are not broken at their hyphens, nor times before their unit. */
const unbroken = (text: string): Child =>
  text
    .replace(/(\d) (?=(?:ms|s|min|h)\b)/g, "$1\u00a0")
    .split(" ")
    .map((word, place) => {
      const space = place === 0 ? "" : " ";
      return word.length < 40 && word.includes("-")
        ? markup`${space}<span class="whole">${word}</span>`
        : `${space}${word}`;
    });

const STATES = { good: "held", bad: "violated", open: "unknown" } as const;

function impactPart(run: RunRecord, story: Story): Markup {
  const { points, wake } = impactOf(run, story.loss);
  return markup`<div class="impact">
    <ul aria-label="Impact">
      ${points.map(impactPoint)}
    </ul>
    <p>${wake}</p>
  </div>`;
}

const impactPoint = ({ state, kind, told }: ImpactPoint): Markup =>
  markup`<li>${verdictShape(STATES[state])} <span><b>${kind === "lab" ? "the lab" : kind}</b>: ${told}</span></li>`;

/** The verdict's own reasons; what they say is in the parts below, so they are folded away. */
function why({ verdict }: RunRecord): Markup {
  if (verdict.reasons.length > 0)
    return markup`<details class="why" data-print="open">
      <summary>Why ${verdict.verdict}: ${verdict.reasons.length === 1 ? "the reason" : `${verdict.reasons.length} reasons`} in full</summary>
      <ol class="reasons">
        ${verdict.reasons.map((reason) => markup`<li>${reason}</li>`)}
      </ol>
    </details>`;
  if (verdict.verdict !== "held") return markup`<p class="reasons">No reason was recorded.</p>`;
  const parts = [
    [verdict.expectations.length, "expectation"],
    [verdict.slos.length, "SLO"],
    [conditionsOf(verdict).length, "condition of trust"],
  ] as const;
  const words = parts.map(([count, word]) => `${count} ${count === 1 ? word : word.replace(/^(\w+)/, "$1s")}`);
  return markup`<p class="reasons">Every claim was tested and held: ${listed(words)}.</p>`;
}

/** What must be known to trust the verdict, and leaves it as it is. */
const notes = ({ verdict }: RunRecord): Child =>
  (verdict.notes ?? []).map((note) => markup`<p class="note"><b>Note:</b> ${note}</p>`);

/** What each load offered, in its own unit, and how that ended; read-backs at the end are no part of it. */
function offered({ journal }: RunRecord, all: readonly LoadSeries[]): [string, Child][] {
  const series = all.filter(({ action }) => isOffered(action));
  return [...Map.groupBy(series, ({ load }) => load)].map(([load, those]) => {
    const sum = (of: (one: LoadSeries) => number): number => those.reduce((total, one) => total + of(one), 0);
    const bad = [
      ["failed", sum(({ failed }) => failed)],
      ["unknown", sum(({ unknown }) => unknown)],
    ] as const;
    const ends = bad.filter(([, count]) => count > 0).map(([word, count]) => `${formatNumber(count)} ${word}`);
    return [
      load,
      `${countOf(
        sum(({ total }) => total),
        unitOf(journal, load),
      )}, ${ends.length === 0 ? "all ok" : listed(ends)}`,
    ];
  });
}
