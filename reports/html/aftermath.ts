/** What the nodes said around the faults. */
import { parseTimestamp } from "../../lab/time.ts";
import { formatMoment } from "../format.ts";
import type { FaultStory, Story } from "../story/story.ts";
import { listed } from "../story/words.ts";
import type { RunRecord } from "../types.ts";
import { digest, splitLog, type Digest, type Level, type Saying } from "./logs.ts";
import { markup, type Markup } from "./markup.ts";
import type { FaultSpan, Timeline } from "./timeline.ts";

const BEFORE_MS = 3_000;
const AFTER_MS = 3_000;

/** What each node said from before each fault until its step was over and all was well again. */
export function logsPart({ logs, plan }: RunRecord, story: Story, timeline: Timeline): Markup {
  const nodes = Object.keys(logs).sort(new Intl.Collator("en", { numeric: true }).compare);
  if (nodes.length === 0) return markup`<p class="none">The run kept no logs.</p>`;
  const whole = markup`<p class="unit">Whole files: ${nodes.map(
    (node, place) => markup`${place === 0 ? "" : ", "}<a href="logs/${encodeURIComponent(node)}.log">${node}</a>`,
  )}</p>`;
  if (timeline.faults.length === 0) return markup`<p class="none">No fault was injected.</p>${whole}`;
  const zeroMs = parseTimestamp(plan.startedAt);
  const read = nodes.map((node) => ({ node, lines: splitLog(logs[node] ?? "", zeroMs) }));
  return markup`<p class="prose">
      Errors and warnings first, what was said again counted, stack traces folded; times are on the run’s clock.
    </p>
    ${whole}${timeline.faults.map((fault) => {
      const { fromMs, toMs, moments } = windowOf(fault, story.faults[fault.number - 1], timeline);
      const heard = read.map(({ node, lines }) => ({ node, ...digest(lines, fromMs, toMs, moments) }));
      const loud = heard.filter(({ grave, other }) => grave.length + other.length > 0);
      const quiet = heard.filter((one) => !loud.includes(one)).map(({ node }) => node);
      return markup`<h3 id="logs-${fault.number}">
          <span class="fault-name">F${fault.number}</span> ${fault.times.called}
          <span class="unit">${formatMoment(fromMs)} – ${formatMoment(toMs)}</span>
        </h3>
        ${loud
          .toSorted((a, b) => graveness(b, fault) - graveness(a, fault))
          .map((said) =>
            logOf(said, fault),
          )}${quiet.length > 0 && markup`<p class="none">Nothing was said then by ${quiet.join(", ")}.</p>`}`;
    })}`;
}

/** From before the order to when it was over, all was well again, and the step that ran then had ended. */
function windowOf(
  fault: FaultSpan,
  told: FaultStory | undefined,
  { steps, toMs }: Timeline,
): { readonly fromMs: number; readonly toMs: number; readonly moments: readonly number[] } {
  const { inEffectMs, healedMs } = fault.times;
  const moments = [fault.fromMs, inEffectMs, told?.firstFailureMs, told?.lastingMs, healedMs].filter(
    (atMs) => atMs !== undefined,
  );
  const lastMs = Math.min(Math.max(fault.toMs, ...moments), toMs);
  const step = steps.find((one) => one.fromMs <= lastMs && lastMs <= one.toMs);
  return { fromMs: fault.fromMs - BEFORE_MS, toMs: Math.max(lastMs + AFTER_MS, step?.toMs ?? 0), moments };
}

interface Said extends Digest {
  readonly node: string;
}

/** The fault's own targets first, then those with the most to say that is grave. */
const graveness = ({ node, grave }: Said, fault: FaultSpan): number =>
  (isTarget(node, fault) ? 1_000 : 0) + grave.length;

const isTarget = (node: string, { targets }: FaultSpan): boolean =>
  targets.some((target) => target.split(/ [⇄→←] /).includes(node));

const WORDS: Readonly<Record<Level, readonly [string, string]>> = {
  error: ["error", "errors"],
  warning: ["warning", "warnings"],
  other: ["other line", "other lines"],
};
const LEVELS: readonly Level[] = ["error", "warning", "other"];

const counted = (level: Level, count: number): string => `${count} ${WORDS[level][count === 1 ? 0 : 1]}`;

function logOf(said: Said, fault: FaultSpan): Markup {
  const { node, grave, other, leftOut } = said;
  const sayings = [...grave, ...other];
  const has = LEVELS.map((level) => [level, sayings.filter((one) => one.level === level).length] as const);
  const shown = listed(has.filter(([, count]) => count > 0).map(([level, count]) => counted(level, count)));
  const missing = LEVELS.filter((level) => leftOut[level] > 0).map((level) => counted(level, leftOut[level]));
  return markup`<details class="log">
    <summary>${node}<span class="unit">${isTarget(node, fault) ? ", a target" : ""}: ${shown}${missing.length > 0 ? `; left out: ${listed(missing)}` : ""}</span></summary>
    <div class="said" tabindex="0" role="region" aria-label="Log of ${node} around F${fault.number}">
      ${grave.map(sayingOf)}${grave.length > 0 && other.length > 0 ? markup`<p class="unit">Else, nearest to the fault’s moments:</p>` : undefined}${other.map(sayingOf)}
    </div>
  </details>`;
}

function sayingOf({ atMs, text, times, lastMs, level, trace }: Saying): Markup {
  const again = times > 1 && markup` <i>× ${times}, until ${formatMoment(lastMs)}</i>`;
  return markup`<p class="${level}"><b>${formatMoment(atMs)}</b> ${text}${again}</p>${
    trace.length > 0 &&
    markup`<details><summary>${trace.length} more lines of it</summary><pre tabindex="0">${trace.join("\n")}</pre></details>`
  }`;
}
