/** The verdict and what it is made of: scenario, SLOs, expectations, conditions of trust. */
import { conditionsOf, type ExpectationResult } from "../../lab/run-folder/run-folder.ts";
import type { SloResult } from "../../lab/slo/types.ts";
import { formatDuration } from "../../lab/time.ts";
import { formatBudget, formatDate, formatMoment, formatNumber, formatShare } from "../format.ts";
import type { RunRecord } from "../types.ts";
import { foretold } from "../verdicts.ts";
import { burnPlot } from "./burn.ts";
import { markup, whole, type Child, type Markup } from "./markup.ts";
import { badge, facts, figures, table, verdictShape } from "./parts.ts";
import { percent } from "./plot.ts";
import type { LoadSeries } from "./series.ts";
import type { Timeline } from "./timeline.ts";

/** The first thing that a reader meets: what it came to, and why. */
export function verdictHead(run: RunRecord, series: readonly LoadSeries[]): Markup {
  const { verdict, plan, journal } = run;
  const mutant = foretold(run);
  return markup`<section id="verdict" class="verdict ${verdict.verdict}" aria-labelledby="verdict-title">
    <h1 id="verdict-title">${badge(verdict.verdict)} <span class="title">${plan.title || plan.scenario}</span></h1>
    ${why(run)}${
      mutant !== undefined &&
      markup`<p class="foretold">
        ${
          mutant.caught
            ? markup`This is a mutant, and it was caught as foretold, by <strong>${mutant.by}</strong>.`
            : markup`This is a mutant, and it was <strong>not caught</strong> as foretold: ${mutant.why}.`
        }
      </p>`
    }
    ${
      journal.torn !== undefined &&
      markup`<p class="foretold">
        The journal is torn at byte ${formatNumber(journal.torn.atByte)}: ${formatNumber(journal.torn.lostBytes)} bytes
        after it could not be read. What follows is drawn from what was whole.
      </p>`
    }
    ${facts([
      ["run", markup`<code>${verdict.run}</code>`],
      ["started", formatDate(verdict.startedAt)],
      ["took", formatDuration(verdict.durationMs)],
      ["seed", markup`<code>${verdict.seed}</code>`],
      ...outcomes(series),
    ])}
  </section>`;
}

function why({ verdict }: RunRecord): Markup {
  if (verdict.reasons.length > 0)
    return markup`<ol class="reasons">
      ${verdict.reasons.map((reason) => markup`<li>${reason}</li>`)}
    </ol>`;
  if (verdict.verdict !== "held") return markup`<p class="reasons">No reason was recorded.</p>`;
  const parts = [
    [verdict.expectations.length, "expectation"],
    [verdict.slos.length, "SLO"],
    [conditionsOf(verdict).length, "condition of trust"],
  ] as const;
  const words = parts.map(([count, word]) => `${count} ${count === 1 ? word : word.replace(/^(\w+)/, "$1s")}`);
  return markup`<p class="reasons">Every claim was tested and held: ${words.join(", ")}.</p>`;
}

function outcomes(series: readonly LoadSeries[]): [string, Child][] {
  if (series.length === 0) return [];
  const sum = (of: (one: LoadSeries) => number): number => series.reduce((total, one) => total + of(one), 0);
  return [
    ["operations", formatNumber(sum(({ total }) => total))],
    ["ok", formatNumber(sum(({ ok }) => ok))],
    ["failed", formatNumber(sum(({ failed }) => failed))],
    ["unknown", formatNumber(sum(({ unknown }) => unknown))],
  ];
}

export function scenarioPart({ plan }: RunRecord): Markup {
  return markup`<p class="scenario-id"><code>${plan.scenario}</code></p>
    ${plan.description
      .split(/\n\s*\n/)
      .filter((paragraph) => paragraph.trim() !== "")
      .map((paragraph) => markup`<p class="prose">${paragraph}</p>`)}${mutantPart(plan)}
    <details>
      <summary>Topology and load, as planned</summary>
      <pre tabindex="0">${whole(JSON.stringify({ topology: plan.topology, load: plan.load }, null, 2))}</pre>
    </details>`;
}

const mutantPart = ({ mutant }: RunRecord["plan"]): Markup | false =>
  mutant !== undefined &&
  markup`<div class="card mutant">
    <h3>Mutant: ${mutant.name}</h3>
    <p>One protection is taken away, and the run must be judged violated by <strong>${mutant.violates}</strong>.</p>
    ${facts(Object.entries(mutant.change).map(([path, value]) => [path, markup`<code>${JSON.stringify(value)}</code>`]))}
  </div>`;

export function slosPart({ verdict }: RunRecord, timeline: Timeline): Markup {
  if (verdict.slos.length === 0) return markup`<p class="none">This scenario has no SLO.</p>`;
  return markup`${verdict.slos.map((slo, index) => sloCard(slo, `slo-${index + 1}`, timeline))}`;
}

function sloCard(slo: SloResult, id: string, timeline: Timeline): Markup {
  const measured = slo.measured === undefined ? "no sample" : formatShare(slo.measured);
  return markup`<article class="card slo" aria-labelledby="${id}">
    <div class="what">
      <h3 id="${id}">${badge(slo.verdict)} ${slo.displayName || slo.name}</h3>
      <p>${slo.summary}</p>
      <p class="unit">Good means: ${slo.indicator}</p>
    </div>
    <dl class="measures">
      <div>
        <dt>target</dt>
        <dd>${formatShare(slo.target)}</dd>
      </div>
      <div>
        <dt>measured</dt>
        <dd>${measured}</dd>
      </div>
      <div>
        <dt>good</dt>
        <dd>${formatNumber(slo.good)} <span class="of">of ${formatNumber(slo.total)}</span></dd>
      </div>
      <div class="budget-cell">
        <dt>error budget left</dt>
        <dd>${budget(slo.budgetLeft)}</dd>
      </div>
    </dl>
    ${burnPlot(slo, id, timeline)}${figures(slo.figures)}
  </article>`;
}

function budget(left: number | undefined): Markup {
  if (left === undefined || !Number.isFinite(left)) return markup`<span>not known</span>`;
  const level = left < 0 ? "over" : left < 0.25 ? "low" : "enough";
  return markup`<span class="budget ${level}"
    ><span>${formatBudget(left)}</span
    ><span class="bar" aria-hidden="true"><i style="width:${percent(left < 0 ? 1 : Math.min(1, left))}"></i></span
  ></span>`;
}

export function expectationsPart({ verdict }: RunRecord): Markup {
  if (verdict.expectations.length === 0) return markup`<p class="none">This scenario expects nothing.</p>`;
  return markup`${verdict.expectations.map((result, index) => expectationCard(result, `expectation-${index + 1}`))}`;
}

function expectationCard(result: ExpectationResult, id: string): Markup {
  return markup`<article class="card" aria-labelledby="${id}">
    <div class="head">
      <h3 id="${id}">${badge(result.verdict)} ${result.name}</h3>
      <code class="spec">${specInWords(result.spec)}</code>
    </div>
    <p>${result.summary}</p>
    ${figures(result.figures)}${evidence(result)}
  </article>`;
}

const specInWords = ({ check, ...rest }: ExpectationResult["spec"]): string =>
  [check, ...Object.entries(rest).map(([key, value]) => `${key}=${parameterInWords(key, value)}`)].join(" ");

const DURATIONS: readonly string[] = ["within", "limit", "steady", "staleAllowed"];

function parameterInWords(name: string, value: unknown): string {
  if (typeof value === "number" && DURATIONS.includes(name)) return formatDuration(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function evidence({ evidence: found, figures: counted, verdict, name }: ExpectationResult): Markup | false {
  if (found.length === 0) return false;
  const keys = [...new Set(found.flatMap(({ detail }) => Object.keys(detail ?? {})))];
  const all = counted["anomalies"];
  const shown =
    all !== undefined && all > found.length ? `${found.length} of ${formatNumber(all)}` : String(found.length);
  return markup`<details class="evidence" ${verdict === "violated" ? markup` open` : undefined}>
    <summary>Evidence: ${shown}<span class="hidden"> for ${name}</span></summary>
    ${table(
      `Evidence for ${name}`,
      [{ name: "what" }, { name: "at", numeric: true }, ...keys.map((key) => ({ name: key }))],
      found.map(({ what, atMs, detail }) => [
        what,
        atMs === undefined ? "" : formatMoment(atMs),
        ...keys.map((key) => {
          const value = detail?.[key];
          // Numbers and offsets are names here, to be searched for in a journal: they are not grouped.
          return typeof value === "number" ? String(value) : value;
        }),
      ]),
    )}
  </details>`;
}

export function conditionsPart({ verdict }: RunRecord): Markup {
  const conditions = conditionsOf(verdict);
  if (conditions.length === 0)
    return markup`<p class="none">No condition was recorded: this run can not be trusted by itself.</p>`;
  return markup`<p class="prose">A run that did not meet these proves nothing, whatever it measured.</p>
    <ul class="conditions">
      ${conditions.map(
        (condition) =>
          markup`<li>
            ${verdictShape(condition.verdict)}<span
              ><strong>${condition.name}</strong> <span class="word ${condition.verdict}">${condition.verdict}</span
              ><br />${condition.summary}</span
            >
          </li>`,
      )}
    </ul>`;
}
