/** What was claimed, and what it came to: what broke with its evidence in sight, what held folded to a line each. */
import { conditionsOf, type ConditionResult, type ExpectationResult } from "../../lab/run-folder/run-folder.ts";
import type { SloResult } from "../../lab/slo/types.ts";
import type { Verdict } from "../../lab/checks/types.ts";
import { formatDuration } from "../../lab/time.ts";
import type { RunRecord } from "../types.ts";
import { evidenceTables, evidenceTimeline, firstShown } from "./evidence.ts";
import { markup, type Child, type Markup } from "./markup.ts";
import { badge, figures, verdictShape } from "./parts.ts";
import { sloCard } from "./slo-card.ts";
import type { Timeline } from "./timeline.ts";

/** Whether anything did not hold. */
export const isBroken = ({ verdict }: RunRecord): boolean =>
  [...verdict.expectations, ...verdict.slos, ...conditionsOf(verdict)].some((one) => one.verdict !== "held");

const GRAVITY: Readonly<Record<Verdict, number>> = { violated: 0, unknown: 1, held: 2 };

/** Promises before objectives, the violated before the undecided; then conditions of trust that were not met. */
export function brokenPart({ verdict }: RunRecord, timeline: Timeline): Markup {
  const cards = [
    ...verdict.expectations.map((result, index) => ({
      result,
      card: () => promiseCard(result, `e${index + 1}`, timeline),
    })),
    ...verdict.slos.map((result, index) => ({ result, card: () => sloCard(result, `slo-${index + 1}`, timeline) })),
  ]
    .filter(({ result }) => result.verdict !== "held")
    .toSorted((a, b) => GRAVITY[a.result.verdict] - GRAVITY[b.result.verdict]);
  const assumed = (verdict.assumptions ?? []).filter((one) => one.verdict !== "held");
  const conditions = verdict.conditions.filter((one) => one.verdict !== "held");
  return markup`${cards.map(({ card }) => card())}${assumed.map((result, index) =>
    promiseCard({ ...result, name: `assumed: ${result.name}` }, `a${index + 1}`, timeline),
  )}${
    conditions.length > 0 &&
    markup`<div class="card">
      <h3>${badge("unknown")} Conditions of trust that were not met: a problem of the lab, not of the systems</h3>
      ${conditionList(conditions)}
    </div>`
  }`;
}

/** What held, a line each, and folded what it was found by. */
export function heldPart({ verdict }: RunRecord, timeline: Timeline): Markup {
  const expectations = verdict.expectations.map((result, index) => ({ result, id: `e${index + 1}` }));
  const slos = verdict.slos.map((result, index) => ({ result, id: `slo-${index + 1}` }));
  const conditions = conditionsOf(verdict).filter((one) => one.verdict === "held");
  const cards = [
    ...expectations
      .filter(({ result }) => result.verdict === "held")
      .map(({ result, id }) => fold(result.name, result.summary, promiseBody(result, id, timeline))),
    ...slos
      .filter(({ result }) => result.verdict === "held")
      .map(({ result, id }) => fold(nameOf(result), result.summary, sloCard(result, id, timeline))),
  ];
  return markup`${cards.length === 0 ? markup`<p class="none">No expectation and no objective held.</p>` : cards}${
    conditionsOf(verdict).length === 0 &&
    markup`<p class="none">No condition was recorded: this run cannot be trusted by itself.</p>`
  }${
    conditions.length > 0 &&
    fold(
      `${conditions.length} conditions of trust`,
      "a run that did not meet these would prove nothing, whatever it measured",
      conditionList(conditions),
    )
  }`;
}

const nameOf = ({ displayName, name }: SloResult): string => displayName || name;

const fold = (name: string, summary: string, body: Child): Markup =>
  markup`<details class="card held-card" data-print="closed">
    <summary>${verdictShape("held")} <span><b>${name}</b> <span class="hidden">held</span> <span class="found">${summary}</span></span></summary>
    ${body}
  </details>`;

function promiseCard(result: ExpectationResult, id: string, timeline: Timeline): Markup {
  return markup`<article class="card" aria-labelledby="${id}">
    <h3 id="${id}">${badge(result.verdict)} ${result.name}</h3>
    <p>${result.summary}</p>
    ${promiseBody(result, id, timeline)}
  </article>`;
}

function promiseBody(result: ExpectationResult, id: string, timeline: Timeline): Markup {
  const shown = result.verdict === "held" ? undefined : firstShown(result.evidence, timeline);
  return markup`${shown !== undefined && markup`<p class="shown">${shown}</p>`}${
    result.verdict !== "held" && evidenceTimeline(result, id, timeline)
  }${figures(result.figures)}${evidenceTables(result, id, timeline)}
  <p class="unit">Asked by <code>${specInWords(result.spec)}</code></p>`;
}

const specInWords = ({ check, ...rest }: ExpectationResult["spec"]): string =>
  [check, ...Object.entries(rest).map(([key, value]) => `${key}=${parameterInWords(key, value)}`)].join(" ");

const DURATIONS: readonly string[] = ["within", "limit", "steady", "staleAllowed"];

function parameterInWords(name: string, value: unknown): string {
  if (typeof value === "number" && DURATIONS.includes(name)) return formatDuration(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

const conditionList = (conditions: readonly ConditionResult[]): Markup =>
  markup`<ul class="conditions">
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
