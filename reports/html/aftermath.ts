/** What the nodes said around the faults. */
import { parseTimestamp } from "../../lab/time.ts";
import { formatMoment } from "../format.ts";
import type { RunRecord } from "../types.ts";
import { markup, type Markup } from "./markup.ts";
import { linesAround, splitLog, type LogLine } from "./logs.ts";
import { faultName } from "./plot.ts";
import type { FaultSpan, Timeline } from "./timeline.ts";

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
      const moments = [fault.fromMs, ...(fault.times.healedMs === undefined ? [] : [fault.times.healedMs])];
      const heard = read.map(({ node, lines }) => ({ node, ...linesAround(lines, moments) }));
      return markup`<h3 id="logs-${fault.number}">${faultName(fault)} ${fault.kind} <span class="asked">${fault.asked}</span></h3>
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
