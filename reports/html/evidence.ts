/** The operations and records that show a finding: as marks on a small timeline, and in tables, a table a kind. */
import type { Evidence } from "../../lab/checks/types.ts";
import type { ExpectationResult } from "../../lab/run-folder/run-folder.ts";
import { formatDuration } from "../../lab/time.ts";
import { formatMoment, formatNumber } from "../format.ts";
import { markup, raw, type Child, type Markup } from "./markup.ts";
import { table, type Column } from "./parts.ts";
import { extent, faultName, percent } from "./plot.ts";
import { fractionOf, type FaultSpan, type Timeline } from "./timeline.ts";

/** Evidence of one kind; each piece with its number in the finding, from 1. */
interface Kind {
  readonly what: string;
  readonly pieces: readonly Piece[];
}

interface Piece extends Evidence {
  readonly number: number;
}

/** Pieces that differ by their numbers alone are of one kind: `value …, acknowledged, was never read`. */
function kindsOf(evidence: readonly Evidence[]): readonly Kind[] {
  const pieces = evidence.map((piece, index): Piece => ({ ...piece, number: index + 1 }));
  return [...Map.groupBy(pieces, ({ what }) => what.replaceAll(/\d+(?:[.,]\d+)*/g, "…"))].map(([what, some]) => ({
    what: some.length === 1 ? (some[0]?.what ?? what) : what,
    pieces: some,
  }));
}

const LANE_HEIGHT = 22;

/** A mark for each piece that has a moment, under the faults; a mark leads to its row. `id` starts the ids of the rows. */
export function evidenceTimeline(
  { evidence, name }: ExpectationResult,
  id: string,
  timeline: Timeline,
): Markup | false {
  const kinds = kindsOf(evidence.filter(({ atMs }) => atMs !== undefined));
  if (kinds.length === 0) return false;
  const height = kinds.length * LANE_HEIGHT * 2 - LANE_HEIGHT;
  // The number of a piece is its place in the whole finding.
  const numberOf = (piece: Piece): number =>
    evidence.findIndex(({ what, atMs }) => what === piece.what && atMs === piece.atMs) + 1;
  return markup`<figure class="offending">
    <svg class="when" role="group" aria-label="When the evidence for ${name} happened" width="100%" height="${height + 38}">
      ${timeline.faults.map((fault) => {
        const { x, width } = extent(timeline, fault.fromMs, fault.toMs);
        return markup`<rect class="band" x="${x}" width="${width}" y="14" height="${height + 6}" /><text class="band-name" x="${x}" y="10">${faultName(fault)}</text>`;
      })}
      ${kinds.map(
        ({ what, pieces }, lane) =>
          markup`<text class="kind-name" x="0" y="${lane * LANE_HEIGHT * 2 + 28}">${what}</text>${pieces.map((piece) =>
            pieceMark(piece, numberOf(piece), id, lane * LANE_HEIGHT * 2 + LANE_HEIGHT + 20, timeline),
          )}`,
      )}
      <line class="axis" x1="0" x2="100%" y1="${height + 20}" y2="${height + 20}" />
      ${[0, 0.25, 0.5, 0.75, 1].map(
        (at) =>
          markup`<text class="tick" x="${percent(at)}" y="${height + 34}" text-anchor="${at === 0 ? "start" : at === 1 ? "end" : "middle"}">${formatMoment(timeline.fromMs + at * (timeline.toMs - timeline.fromMs))}</text>`,
      )}
    </svg>
  </figure>`;
}

function pieceMark(piece: Piece, number: number, id: string, y: number, timeline: Timeline): Markup {
  const { atMs = 0, what } = piece;
  const late = atMs > timeline.toMs;
  const told = `${what}, at ${formatMoment(atMs)}${late ? ", after the end of this axis" : ""}`;
  return markup`<a href="#${id}-${number}" aria-label="${told}"><svg x="${percent(fractionOf(timeline, atMs))}" y="${y}" overflow="visible"><title>${told}</title>${
    late ? raw('<path class="offence" d="M-8-5 0 0-8 5Z"/>') : raw('<path class="offence" d="M0-6 6 0 0 6-6 0Z"/>')
  }</svg></a>`;
}

/** Where the first piece lies: which step ran, and which fault had come last. */
export function firstShown(evidence: readonly Evidence[], timeline: Timeline): string | undefined {
  const moments = evidence.flatMap(({ atMs }) => atMs ?? []);
  if (moments.length === 0) return undefined;
  const atMs = Math.min(...moments);
  const step = timeline.steps.findLast((one) => one.fromMs <= atMs && atMs <= one.toMs);
  const when =
    atMs > timeline.toMs ? ", after the load had ended" : step === undefined ? "" : `, in step “${step.step}”`;
  const spanMs = Math.max(...moments) - atMs;
  return `${moments.length === 1 ? "Shown" : "First shown"} at ${formatMoment(atMs)}${when}${besideFault(atMs, timeline.faults)}${spanMs > 0 ? `; what is listed spans ${formatDuration(spanMs)}` : ""}.`;
}

function besideFault(atMs: number, faults: readonly FaultSpan[]): string {
  const fault = nearestFault(atMs, faults);
  if (fault === undefined) return "";
  const name = `${faultName(fault)} (${fault.times.called})`;
  if (atMs < fault.fromMs) return `, ${formatDuration(fault.fromMs - atMs)} before ${name} was ordered`;
  const over = atMs > fault.toMs ? " and once it was over" : "";
  return `, ${formatDuration(atMs - fault.fromMs)} after ${name} was ordered${over}`;
}

/** The fault that came last before a moment; before all of them, the first. */
const nearestFault = (atMs: number | undefined, faults: readonly FaultSpan[]): FaultSpan | undefined =>
  atMs === undefined ? undefined : (faults.findLast(({ fromMs }) => fromMs <= atMs) ?? faults[0]);

const FIRST: readonly string[] = [
  "client",
  "key",
  "partition",
  "shard",
  "offset",
  "value",
  "action",
  "outcome",
  "error",
];
const TIMES: Readonly<Record<string, string>> = { intendedMs: "due", startMs: "began", endMs: "ended" };

/** A table for each kind: who and where first, then when, in seconds on the run's clock; what all of a kind share is said once. */
export function evidenceTables(
  { evidence, figures, verdict, name }: ExpectationResult,
  id: string,
  timeline: Timeline,
): Markup | false {
  if (evidence.length === 0) return false;
  const all = figures["anomalies"];
  const shown =
    all !== undefined && all > evidence.length ? `${evidence.length} of ${formatNumber(all)}` : String(evidence.length);
  return markup`<details class="evidence" data-print="open" ${verdict === "violated" ? markup` open` : undefined}>
    <summary>Evidence: ${shown}<span class="hidden"> for ${name}</span></summary>
    ${kindsOf(evidence).map((kind) => kindTable(kind, name, id, timeline))}
  </details>`;
}

function kindTable({ what, pieces }: Kind, name: string, id: string, timeline: Timeline): Markup {
  const keys = [...new Set(pieces.flatMap(({ detail }) => Object.keys(detail ?? {})))];
  const names = [
    ...FIRST.filter((key) => keys.includes(key)),
    ...keys.filter((key) => !FIRST.includes(key) && !isTime(key)),
  ];
  const shared =
    pieces.length < 3 ? [] : names.filter((key) => new Set(pieces.map(({ detail }) => detail?.[key])).size === 1);
  const told = names.filter((key) => !shared.includes(key));
  const times = keys.filter(isTime);
  const atIsEnd = pieces.every(({ atMs, detail }) => atMs === undefined || atMs === detail?.["endMs"]);
  const columns: Column[] = [
    { name: "no." },
    ...told.map((key) => ({ name: key })),
    ...(atIsEnd ? [] : [{ name: "at", numeric: true }]),
    ...times.map((key) => ({ name: TIMES[key] ?? key.replace(/Ms$/, ""), numeric: true })),
    { name: "logs" },
  ];
  const common = shared.map((key) => `${key} ${String(pieces[0]?.detail?.[key] ?? "")}`).join(", ");
  return markup`<p class="kind">${what} <span class="unit">${pieces.length === 1 ? "" : `× ${pieces.length}`}${common === "" ? "" : `; all: ${common}`}</span></p>
    ${table(
      `Evidence for ${name}: ${what}`,
      columns,
      pieces.map(({ number, atMs, detail }): Child[] => [
        markup`<span id="${id}-${number}">${number}</span>`,
        // Numbers and offsets are names here, to be searched for in a journal: they are not grouped.
        ...told.map((key) => String(detail?.[key] ?? "")),
        ...(atIsEnd ? [] : [atMs === undefined ? "" : exactly(atMs)]),
        ...times.map((key) => exactly(Number(detail?.[key] ?? NaN))),
        logsOf(atMs, timeline.faults),
      ]),
    )}`;
}

const isTime = (key: string): boolean => key.endsWith("Ms");

const exactly = (atMs: number): string => (Number.isFinite(atMs) ? `${(atMs / 1_000).toFixed(3)} s` : "");

/** The logs around the fault that the moment lies by. */
function logsOf(atMs: number | undefined, faults: readonly FaultSpan[]): Child {
  const fault = nearestFault(atMs, faults);
  return fault !== undefined && markup`<a href="#logs-${fault.number}">of ${faultName(fault)}</a>`;
}
