/** Faults and their receipts, recovery, data loss, and what the nodes said meanwhile. */
import type { ExpectationResult } from "../../lab/run-folder/run-folder.ts";
import { formatDuration, parseTimestamp } from "../../lab/time.ts";
import { formatMoment } from "../format.ts";
import type { RunRecord } from "../types.ts";
import { markup, type Markup } from "./markup.ts";
import { linesAround, splitLog, type LogLine } from "./logs.ts";
import { badge, facts, figures } from "./parts.ts";
import { faultName } from "./plot.ts";
import type { FaultSpan, Timeline } from "./timeline.ts";

export function faultsPart({ faults }: Timeline): Markup {
  if (faults.length === 0) return markup`<p class="none">No fault was injected in this run.</p>`;
  return markup`${faults.map(receiptCard)}`;
}

function receiptCard(fault: FaultSpan): Markup {
  const { effect, healed } = fault;
  const id = `fault-${fault.number}`;
  return markup`<article class="card fault" aria-labelledby="${id}">
    <h3 id="${id}">
      <span class="fault-name">${faultName(fault)}</span> ${fault.kind} <span class="asked">${fault.asked}</span>
    </h3>
    ${facts([
      ["asked", fault.asked],
      ["meant", fault.targets.length === 0 ? "nobody" : fault.targets.join(", ")],
      [
        "effect measured",
        effect === undefined
          ? markup`${badge("unknown")} none recorded`
          : markup`${effect.receipt.effective ? undefined : markup`${badge("unknown")} `}${effect.receipt.measured}`,
      ],
      ["time to effect", effect === undefined ? "not known" : formatDuration(effect.receipt.toEffectMs)],
      [
        "healed and verified",
        healed === undefined
          ? markup`${badge("unknown")} never healed`
          : markup`${healed.verified ? undefined : markup`${badge("unknown")} not verified: `}${healed.measured}`,
      ],
      [
        "in force",
        `${formatMoment(fault.fromMs)} – ${healed?.verified === true ? formatMoment(fault.toMs) : "the end"} (${formatDuration(fault.toMs - fault.fromMs)})`,
      ],
    ])}${figures(effect?.receipt.figures ?? {})}
  </article>`;
}

const RECOVERY: readonly string[] = ["recovery", "handover", "convergence", "observed"];
const LOSS: readonly string[] = ["delivery", "set", "positions", "register"];

/** What the expectations measured of the time it took and the data it cost. */
export function recoveryPart({ verdict }: RunRecord): Markup {
  const of = (checks: readonly string[]): ExpectationResult[] =>
    verdict.expectations.filter(({ spec }) => checks.includes(spec.check));
  return markup`<div class="pair">
    ${measured("Time to recovery", of(RECOVERY), "No expectation of this scenario measures recovery.")}${measured("Data loss", of(LOSS), "No expectation of this scenario measures data loss.")}
  </div>`;
}

const measured = (title: string, results: readonly ExpectationResult[], none: string): Markup =>
  markup`<div class="card">
    <h3>${title}</h3>
    ${results.length === 0 ? markup`<p class="none">${none}</p>` : undefined}${results.map(
      (result) =>
        markup`<div class="measured">
          <p>${badge(result.verdict)} <strong>${result.name}</strong><br />${result.summary}</p>
          ${figures(result.figures)}
        </div>`,
    )}
  </div>`;

/** What each node said around each fault's beginning and end. */
export function logsPart({ logs, plan }: RunRecord, { faults }: Timeline): Markup {
  const nodes = Object.keys(logs).sort(new Intl.Collator("en", { numeric: true }).compare);
  if (nodes.length === 0) return markup`<p class="none">The run kept no logs.</p>`;
  if (faults.length === 0) return markup`<p class="none">No fault was injected; the logs are in the run's folder.</p>`;
  const zeroMs = parseTimestamp(plan.startedAt);
  const read = nodes.map((node) => ({ node, lines: splitLog(logs[node] ?? "", zeroMs) }));
  return markup`<p class="prose">
      Three seconds before and after each fault was injected and healed, at most 40 lines a node; times are on the run’s
      clock. The whole logs are in the run’s folder.
    </p>
    ${faults.map((fault) => {
      const moments = [fault.fromMs, ...(fault.healed === undefined ? [] : [fault.healed.atMs])];
      const heard = read.map(({ node, lines }) => ({ node, ...linesAround(lines, moments) }));
      return markup`<h3>${faultName(fault)} ${fault.kind} <span class="asked">${fault.asked}</span></h3>
        ${heard.filter(({ lines }) => lines.length > 0).map((said) => logOf(said, fault))}${silent(heard)}`;
    })}`;
}

interface Said {
  readonly node: string;
  readonly lines: readonly LogLine[];
  readonly leftOut: number;
}

function logOf({ node, lines, leftOut }: Said, fault: FaultSpan): Markup {
  const more = leftOut === 0 ? "" : `, ${leftOut} more left out`;
  const meant = fault.targets.includes(node) ? ", the target" : "";
  const text = lines.map((line) => markup`<b>${formatMoment(line.atMs).padStart(9)}</b>  ${line.text}\n`);
  return markup`<details class="log">
    <summary>${node}<span class="unit">${meant}: ${lines.length} ${lines.length === 1 ? "line" : "lines"}${more}</span></summary>
    <pre tabindex="0" role="region" aria-label="Log of ${node} around ${faultName(fault)}">${text}</pre>
  </details>`;
}

function silent(heard: readonly Said[]): Markup | false {
  const nodes = heard.filter(({ lines }) => lines.length === 0).map(({ node }) => node);
  return nodes.length > 0 && markup`<p class="none">Nothing was said then by ${nodes.join(", ")}.</p>`;
}
