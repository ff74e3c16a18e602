/** Where the run took place, how to repeat it, and the runs before it. */
import { line } from "d3-shape";
import { scaleLinear } from "d3-scale";
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";
import type { Comparison } from "../../lab/slo/types.ts";
import { formatBytes, formatDate, formatFigure } from "../format.ts";
import type { RunRecord } from "../types.ts";
import { markup, raw, whole, type Markup } from "./markup.ts";
import { facts, plotTable, table, verdictShape } from "./parts.ts";

export function environmentPart({ plan }: RunRecord): Markup {
  const { environment } = plan;
  return markup`${facts([
    ["lab", environment.lab],
    ["Node.js", environment.node],
    ["engine", environment.engine],
    ["kernel", environment.kernel],
    ["machine", environment.machine],
    ["processors", String(environment.cpus)],
    ["memory", formatBytes(environment.memoryBytes)],
    ["seed", markup`<code>${plan.seed}</code>`],
  ])}${table(
    "Images",
    [{ name: "image of" }, { name: "reference" }, { name: "id" }, { name: "from" }],
    Object.entries(environment.images).map(([component, { reference, id, source }]) => [
      component,
      markup`<code>${reference}</code>`,
      markup`<code>${id}</code>`,
      source,
    ]),
  )}`;
}

export const repeatPart = ({ plan }: RunRecord): Markup =>
  markup`<p class="prose">
      The same seed gives the same faults, at the same places of the script, over the same traffic.
    </p>
    <div class="command">
      <pre tabindex="0"><code id="repeat-command">${whole(plan.repeat)}</code></pre>
      <button type="button" data-copy="repeat-command" hidden>Copy</button>
    </div>`;

/** How many earlier runs are looked back on, and how many figures are drawn before the rest goes to the table alone. */
const LOOK_BACK = 20;
const MOST_SMALL_PLOTS = 18;

const STANDING: Readonly<
  Record<Comparison["standing"], { readonly order: number; readonly sign: string; readonly className: string }>
> = {
  worse: { order: 0, sign: "▼", className: "violated" },
  better: { order: 1, sign: "▲", className: "held" },
  "as before": { order: 2, sign: "=", className: "" },
  "too few runs": { order: 3, sign: "…", className: "" },
};

/** The figures of the last runs of the same scenario (and mutant), each as a small plot, worst first. */
export function trendPart(run: RunRecord): Markup {
  const { verdict, history } = run;
  const before = history
    .filter(
      (entry) => entry.scenario === verdict.scenario && entry.mutant === verdict.mutant && entry.run !== verdict.run,
    )
    .slice(-LOOK_BACK);
  if (before.length === 0) return markup`<p class="none">This is the first recorded run of this scenario here.</p>`;
  const comparisons = verdict.comparisons.toSorted(
    (a, b) =>
      STANDING[a.standing].order - STANDING[b.standing].order ||
      Number(isMeasured(b.figure)) - Number(isMeasured(a.figure)),
  );
  // A count that was the same in every run (no record lost, again) tells more in the table than as a flat line.
  const moving = comparisons.filter(({ figure, now }) => new Set([...valuesOf(before, figure), now]).size > 1);
  const drawn = moving.slice(0, MOST_SMALL_PLOTS);
  return markup`${lastVerdicts(before, run)}${
    comparisons.length === 0
      ? markup`<p class="none">No figure was compared with earlier runs.</p>`
      : markup`<figure class="trend">
          <ul>
            ${drawn.map((comparison, index) => smallPlot(comparison, valuesOf(before, comparison.figure), index))}
          </ul>
          ${
            drawn.length < comparisons.length
              ? markup`<figcaption class="unit">
                  ${comparisons.length - drawn.length} more figures are in the table, with all that never changed.
                </figcaption>`
              : undefined
          }${plotTable(
            "Figures of this run beside the runs before it",
            [
              { name: "figure" },
              { name: "standing" },
              { name: "now", numeric: true },
              { name: "median", numeric: true },
              { name: "runs", numeric: true },
              { name: "before, oldest first" },
            ],
            comparisons.map((comparison) => [
              comparison.figure,
              comparison.standing,
              written(comparison.figure, comparison.now),
              written(comparison.figure, comparison.median),
              String(comparison.runs),
              valuesOf(before, comparison.figure)
                .map((value) => written(comparison.figure, value))
                .join(", "),
            ]),
          )}
        </figure>`
  }`;
}

/** Times and shares, before counts. */
const isMeasured = (figure: string): boolean => /(Ms|Ratio)$/.test(figure);

const lastVerdicts = (before: readonly HistoryEntry[], { verdict }: RunRecord): Markup =>
  markup`<ol class="last" aria-label="Verdicts of the last runs, oldest first">
    ${before.map(
      (entry) =>
        markup`<li title="${formatDate(entry.startedAt)}, seed ${entry.seed}: ${entry.verdict}">
          ${verdictShape(entry.verdict)}<span class="hidden">${entry.verdict}</span>
        </li>`,
    )}
    <li class="now">${verdictShape(verdict.verdict)} ${verdict.verdict} <span class="unit">this run</span></li>
  </ol>`;

const valuesOf = (before: readonly HistoryEntry[], figure: string): number[] =>
  before
    .map((entry) => entry.figures[figure])
    .filter((value) => value !== undefined)
    .filter((value) => Number.isFinite(value));

const written = (figure: string, value: number): string =>
  formatFigure(figure.split("/").at(-1) ?? figure, value).value;

function smallPlot(comparison: Comparison, before: readonly number[], index: number): Markup {
  const { figure, now, median, runs, standing } = comparison;
  const path = figure.split("/");
  const label = formatFigure(path.at(-1) ?? figure, now);
  const values = [...before, ...(Number.isFinite(now) ? [now] : [])];
  const height = 40;
  const width = 100;
  // A figure may be infinite (never recovered), and comes back from JSON as null: it has no place in a picture.
  const level = Number.isFinite(median) ? [median] : [];
  const highest = Math.max(...values, ...level, 0);
  const lowest = Math.min(...values, ...level, highest);
  const y = scaleLinear(highest === lowest ? [lowest - 1, highest + 1] : [lowest, highest], [height - 4, 4]);
  const at = (value: number): string => y(value).toFixed(1);
  const x = (place: number): number => (values.length === 1 ? width / 2 : (place / (values.length - 1)) * width);
  const trace = line<number>()
    .x((_, place) => x(place))
    .y((value) => y(value))
    .digits(1)(values);
  const id = `trend-${index + 1}`;
  const { sign, className } = STANDING[standing];
  return markup`<li>
    <p class="trend-name">${path.slice(1, -1).join("/") || path[0]} <strong>${label.label}</strong></p>
    <svg role="img" aria-labelledby="${id}" width="100%" height="${height}">
      <title id="${id}">
        ${figure}: ${label.value} now, ${written(figure, median)} the median of ${runs} runs before: ${standing}
      </title>
      ${level.map((value) => markup`<line class="median" x1="0" x2="100%" y1="${at(value)}" y2="${at(value)}" />`)}
      <svg class="curves" width="100%" height="${height}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
        <path class="trace" d="${raw(trace ?? "")}" />
      </svg>
      ${Number.isFinite(now) && markup`<circle class="now" cx="${x(values.length - 1)}%" cy="${at(now)}" r="3.5" />`}
    </svg>
    <p class="trend-now">
      <b>${label.value}</b> <span class="unit">median ${written(figure, median)}</span>
      <span class="standing ${className}"><span aria-hidden="true">${sign}</span> ${standing}</span>
    </p>
  </li>`;
}
