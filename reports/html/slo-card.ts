/** One service-level objective: target, measured, budget, and how fast that was burnt. */
import type { SloResult } from "../../lab/slo/types.ts";
import { formatBudget, formatNumber, formatShare } from "../format.ts";
import { burnPlot } from "./burn.ts";
import { markup, type Markup } from "./markup.ts";
import { badge, figures } from "./parts.ts";
import { percent } from "./plot.ts";
import type { Timeline } from "./timeline.ts";

export function sloCard(slo: SloResult, id: string, timeline: Timeline): Markup {
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
