/** report.html: one file that opens offline, with and without JavaScript. */
import type { Journal } from "../../lab/journal/types.ts";
import { formatDate } from "../format.ts";
import type { RunRecord } from "../types.ts";
import { runName } from "../verdicts.ts";
import { storyOf, type Story } from "../story/story.ts";
import { unitOf } from "../story/words.ts";
import { logsPart } from "./aftermath.ts";
import { environmentPart, repeatPart, trendPart } from "./background.ts";
import { faultsPart } from "./faults.ts";
import { firstScreen } from "./head.ts";
import { observationsPlot, rolesPlot, scriptPlot } from "./happenings.ts";
import { markup, type Child, type Markup } from "./markup.ts";
import { brokenPart, heldPart, isBroken } from "./claims.ts";
import { scenarioPart } from "./scenario.ts";
import { loadPlots, nameOf } from "./load-plots.ts";
import { pageOf } from "./page.ts";
import { section } from "./parts.ts";
import { script } from "./script.ts";
import { seriesOf, type LoadSeries } from "./series.ts";
import { style } from "./style.ts";
import { timelineOf, type Timeline } from "./timeline.ts";

interface Part {
  readonly id: string;
  readonly title: string;
  readonly draw: () => Child;
}

/** What all parts are drawn from. */
interface Drawn {
  readonly run: RunRecord;
  readonly story: () => Story;
  readonly timeline: Timeline;
  readonly series: readonly LoadSeries[];
}

/** The parts of the page after the first screen, in their order: what broke, what held, then what explains it. */
const parts = ({ run, story, timeline, series }: Drawn): readonly Part[] => [
  ...(isBroken(run) ? [{ id: "broke", title: "What broke", draw: () => brokenPart(run, timeline) }] : []),
  { id: "held", title: "What held", draw: () => heldPart(run, timeline) },
  { id: "faults", title: "Faults and recovery", draw: () => faultsPart(story()) },
  { id: "time", title: "Over time", draw: () => overTime(run.journal, timeline, series) },
  { id: "who", title: "Roles over time", draw: () => rolesPlot(run.journal, timeline) },
  { id: "seen", title: "Observations", draw: () => observationsPlot(run.journal, timeline) },
  { id: "logs", title: "Logs around the faults", draw: () => logsPart(run, story(), timeline) },
  { id: "scenario", title: "Scenario", draw: () => scenarioPart(run) },
  { id: "environment", title: "Environment", draw: () => environmentPart(run) },
  { id: "repeat", title: "Repeat this run", draw: () => repeatPart(run) },
  { id: "trend", title: "The last runs", draw: () => trendPart(run) },
];

/** The whole page. Nothing of a run reaches it unescaped, and its content policy lets nothing be loaded and no other script run. */
export function renderHtml(run: RunRecord): string {
  const timeline = timelineOf(run.journal);
  const series = seriesOf(run.journal, timeline);
  const story = (): Story => storyOf(run);
  const all = parts({ run, story, timeline, series });
  const { verdict } = run;
  return pageOf({
    title: `${verdict.verdict}: ${runName(run)}`,
    style,
    script,
    body: markup`
        <svg width="0" height="0" aria-hidden="true" class="hidden"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/></pattern><pattern id="hatch-some" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-some-line" width="1.2" height="8"/></pattern></defs></svg>
        <a class="skip" href="#verdict">Skip to the verdict</a>
        <header>
          <p><b>Resilience lab</b> <span>${runName(run)}</span> <time>${formatDate(verdict.startedAt)}</time></p>
        </header>
        <div class="page">
          <nav aria-label="Parts of this report">${contents(all)}</nav>
          <main>${firstScreen(run, story, series, timeline)} ${all.map(({ id, title, draw }) => section(id, title, draw))}</main>
        </div>
        <footer>
          <p>Drawn from the run’s folder alone: plan, journal, verdict and logs. Times are on the run’s clock.</p>
        </footer>`,
  });
}

const contents = (all: readonly { readonly id: string; readonly title: string }[]): Markup =>
  markup`<ul>
    <li><a href="#verdict">Verdict</a></li>
    ${all.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
  </ul>`;

/** Each load's largest action is drawn; what else its clients did is folded away. */
function overTime(journal: Journal, timeline: Timeline, series: readonly LoadSeries[]): Markup {
  const main = series.filter((one, index) => series.findIndex(({ load }) => load === one.load) === index);
  const rest = series.filter((one) => !main.includes(one));
  return markup`${scriptPlot(timeline)}${series.length === 0 ? markup`<p class="none">The journal holds no operation.</p>` : undefined}${main.map(
    (one, index) => loadPlots(`plot-${index + 1}`, one, unitOf(journal, one.load), timeline),
  )}${rest.map(
    (one, index) =>
      markup`<details class="more">
        <summary>More: ${nameOf(one)}</summary>
        ${loadPlots(`plot-${main.length + index + 1}`, one, unitOf(journal, one.load), timeline)}
      </details>`,
  )}`;
}
