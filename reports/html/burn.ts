/** How fast an SLO's error budget was spent, window by window. */
import type { BudgetWindow, SloResult } from "../../lab/slo/types.ts";
import { formatMoment, formatNumber } from "../format.ts";
import { markup, type Markup } from "./markup.ts";
import { plotTable } from "./parts.ts";
import { extent } from "./plot.ts";
import type { Timeline } from "./timeline.ts";

const HEIGHT = 44;

/** Bars on the report's axis; one line of words where no budget was spent. `id` starts the ids of its elements. */
export function burnPlot(slo: SloResult, id: string, timeline: Timeline): Markup | false {
  const { windows } = slo;
  if (windows.length === 0) return false;
  const title = `Burn of ${slo.displayName || slo.name}`;
  const most = windows.reduce(
    (highest, { burnRate }) => (Number.isFinite(burnRate) ? Math.max(highest, burnRate) : highest),
    0,
  );
  if (windows.every(({ burnRate }) => burnRate === 0)) {
    const words = windows.length === 1 ? "its only window" : `any of ${windows.length} windows`;
    return markup`<div class="unburnt"><p class="unit">None of the error budget was burnt in ${words}.</p>
      ${burnTable(title, windows)}</div>`;
  }
  return markup`<figure class="burn-plot">
    <figcaption class="unit">
      burn of the error budget per window, highest ${rate(most)}; the line is 1, which spends all of it exactly
    </figcaption>
    ${picture(title, id, windows, most, timeline)}${burnTable(title, windows)}
  </figure>`;
}

function picture(
  title: string,
  id: string,
  windows: readonly BudgetWindow[],
  most: number,
  timeline: Timeline,
): Markup {
  const top = Math.max(2, most);
  // Burn runs from 0 to thousands: a square root keeps 1, where the budget is spent just in time, in sight.
  const y = (burnRate: number): number =>
    Number.isFinite(burnRate) ? Number((HEIGHT - Math.sqrt(Math.max(0, burnRate) / top) * (HEIGHT - 4)).toFixed(1)) : 0;
  const bands = timeline.faults.map((fault) => {
    const { x, width } = extent(timeline, fault.fromMs, fault.toMs);
    return markup`<rect class="band" x="${x}" width="${width}" y="0" height="${HEIGHT}" />`;
  });
  const bars = windows.map(({ fromMs, toMs, burnRate }) => {
    const { x, width } = extent(timeline, fromMs, toMs);
    const from = y(burnRate);
    const height = Number((HEIGHT - from).toFixed(1));
    const kind = burnRate > 1 || !Number.isFinite(burnRate) ? "burn fast" : "burn";
    return markup`<rect class="${kind}" x="${x}" width="${width}" y="${from}" height="${height}" />`;
  });
  return markup`<svg class="time" role="img" aria-labelledby="${id}-burn-t" aria-describedby="${id}-burn-d" width="100%"
      height="${HEIGHT + 1}" data-from="${timeline.fromMs}" data-to="${timeline.toMs}" data-height="${HEIGHT}">
      <title id="${id}-burn-t">${title}</title>
      <desc id="${id}-burn-d">${windows.length} windows; the highest burn rate is ${rate(most)}.</desc>
      ${bands}${bars}
      <line class="one" x1="0" x2="100%" y1="${y(1)}" y2="${y(1)}" />
      <line class="axis" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}" />
    </svg>`;
}

const burnTable = (title: string, windows: readonly BudgetWindow[]): Markup =>
  plotTable(
    title,
    ["from", "to", "good", "of", "burn"].map((name) => ({ name, numeric: true })),
    windows.map(({ fromMs, toMs, good, total, burnRate }) => [
      formatMoment(fromMs),
      formatMoment(toMs),
      formatNumber(good),
      formatNumber(total),
      rate(burnRate),
    ]),
  );

/** A budget of nothing is burnt without a rate: infinitely fast, which a run folder can not write down. */
const rate = (burnRate: number): string =>
  Number.isFinite(burnRate) ? formatNumber(Number(burnRate.toPrecision(3))) : "all at once";
