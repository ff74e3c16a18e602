/** One picture of the whole run: what was offered and served, when nothing was, faults from order to heal, roles that moved. */
import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { united, type Span } from "../../lab/checks/select.ts";
import { formatDuration } from "../../lab/time.ts";
import { formatMoment, formatNumber } from "../format.ts";
import { roleWords } from "../story/sentences.ts";
import type { FaultStory, Story } from "../story/story.ts";
import { longestStall, stalls, type Track } from "../story/tracks.ts";
import { actionWord, unitOf } from "../story/words.ts";
import { faultLabel, labelPlace, type LabelPlace } from "./fault-label.ts";
import { rowsOf } from "./lanes.ts";
import { cutPeaks, middleOf, perSecond, topOf } from "./load-plots.ts";
import { markup, type Markup } from "./markup.ts";
import { overviewKeys } from "./overview-keys.ts";
import { plotTable } from "./parts.ts";
import { CURVE_WIDTH, curve, extent, faultName, marksInWords, percent, plot } from "./plot.ts";
import { pointMark } from "./points.ts";
import type { LoadSeries } from "./series.ts";
import { fractionOf, type FaultSpan, type Timeline } from "./timeline.ts";

const MOST_ROWS = 3;
/** The height of a row of data, by how many there are. */
const ROW_HEIGHTS: readonly number[] = [104, 104, 62, 46];
const FAULT_HEIGHT = 18;
const MOST_FAULT_ROWS = 3;
const ROLE_HEIGHT = 17;

interface Row {
  readonly track: Track;
  readonly series: LoadSeries;
  readonly unserved: readonly Unserved[];
}

/** The overview; `undefined` where no load ran. */
export function overviewPlot(story: Story, series: readonly LoadSeries[], timeline: Timeline): Markup | undefined {
  const rows = chosen(story.tracks, series);
  if (rows.length === 0) return undefined;
  const rowHeight = ROW_HEIGHTS[rows.length] ?? 46;
  const faults = rowsOf(timeline.faults).slice(0, MOST_FAULT_ROWS);
  const faultsHeight = faults.length * FAULT_HEIGHT + (faults.length > 0 ? 4 : 0);
  const moved = movesOf(story);
  const rolesHeight = moved.length > 0 ? ROLE_HEIGHT : 0;
  const height = faultsHeight + rows.length * (rowHeight + 4) + rolesHeight;
  const drawn = rows.map((row, place) =>
    dataRow(row, faultsHeight + place * (rowHeight + 4), rowHeight, timeline, rows.length > 1),
  );
  return plot({
    id: "overview",
    title: "What happened",
    unit: unitWords(rows),
    description: `${rows.map(labelOf).join(", ")}: offered against served. ${marksInWords(timeline)} ${story.lines.join(" ")}`,
    timeline,
    height,
    named: true,
    keys: keysOf(rows, faults.flat(), story, moved),
    content: markup`${faults.map((row, place) => faultRow(row, story, place * FAULT_HEIGHT, timeline))}${drawn}${
      moved.length > 0 ? rolesRow(moved, height - ROLE_HEIGHT, timeline) : undefined
    }`,
    table: plotTable("What happened when", [{ name: "at", numeric: true }, { name: "what" }], momentsOf(story, rows)),
  });
}

/** One load: what its clients did most, and what else they did. Several: what the clients of each did most. */
function chosen(tracks: readonly Track[], series: readonly LoadSeries[]): readonly Row[] {
  const own = tracks.filter(({ reading }) => !reading);
  const loads = new Set(own.map(({ load }) => load));
  const some =
    loads.size === 1 ? own.slice(0, 2) : [...loads].flatMap((load) => own.find((one) => one.load === load) ?? []);
  return some.slice(0, MOST_ROWS).flatMap((track) => {
    const found = series.find(({ load, action }) => load === track.load && action === track.action);
    return found === undefined ? [] : [{ track, series: found, unserved: unservedOf(track) }];
  });
}

function labelOf(row: Row | undefined): string {
  if (row === undefined) return "";
  const { journal, load, action } = row.track;
  return `${actionWord(action)} of ${load}, in ${unitOf(journal, load)}s`;
}

function unitWords(rows: readonly Row[]): string {
  const [first] = rows;
  if (rows.length > 1) return "each in its own unit a second";
  return first?.series.points === undefined
    ? `${labelOf(first)} per second`
    : `each try of ${labelOf(first)}: a line from when it was due to its end, as high as it took`;
}

function keysOf(rows: readonly Row[], faults: readonly FaultSpan[], story: Story, moved: readonly Move[]): Markup {
  const curves = rows.some(({ series }) => series.points === undefined);
  const has = (whole: boolean): boolean => rows.some(({ unserved }) => unserved.some((one) => one.whole === whole));
  return overviewKeys({
    ...{ offered: curves, served: curves, unserved: has(true), partsUnserved: has(false) },
    fault: faults.length > 0,
    inEffect: faults.some(({ times }) => times.inEffectMs !== undefined),
    well: faults.some(({ number }) => story.faults[number - 1]?.lastingMs !== undefined),
    moved: moved.length > 0,
  });
}

/** The node or link that it meant; what was asked for where those are several. */
const whoOf = ({ asked, times: { targets } }: FaultSpan): string =>
  targets.length === 1 ? (targets[0] ?? asked) : asked;

function faultRow(row: readonly FaultSpan[], story: Story, y: number, timeline: Timeline): Markup[] {
  const told = row.map(({ number }) => story.faults[number - 1]);
  const labelled = row.map(({ fromMs, times }, place) => {
    const marks = [times.inEffectMs, told[place]?.lastingMs].filter((atMs) => atMs !== undefined);
    return { from: fractionOf(timeline, fromMs), marks: marks.map((atMs) => fractionOf(timeline, atMs)) };
  });
  return row.map((fault, place) => faultBar(fault, told[place], labelPlace(labelled, place), y, timeline));
}

function faultBar(
  fault: FaultSpan,
  told: FaultStory | undefined,
  label: LabelPlace,
  y: number,
  timeline: Timeline,
): Markup {
  const { x, width } = extent(timeline, fault.fromMs, fault.toMs);
  const { inEffectMs } = fault.times;
  const who = whoOf(fault);
  const name = `${faultName(fault)} ${fault.kind} ${who}`;
  const at = (atMs: number): string => percent(fractionOf(timeline, atMs));
  const well = told?.lastingMs;
  return markup`<svg class="fault-bar" x="${x}" width="${width}" y="${y}" height="${FAULT_HEIGHT - 2}" overflow="visible"><title>${name}, ${formatMoment(fault.fromMs)} – ${formatMoment(fault.toMs)}</title><rect class="band-bar" width="100%" height="100%" /></svg>
    ${faultLabel(label, [faultName(fault), fault.kind, who], y, FAULT_HEIGHT - 2)}${
      inEffectMs !== undefined &&
      markup`<svg x="${at(inEffectMs)}" y="${y}" overflow="visible"><title>${faultName(fault)} in effect ${formatMoment(inEffectMs)}</title><path class="in-effect" d="M-4 4H4L0 12Z" /></svg>`
    }${
      well !== undefined &&
      markup`<svg x="${at(well)}" y="${y}" overflow="visible"><title>well again after ${faultName(fault)} ${formatMoment(well)}</title><circle class="well" cx="0" cy="8" r="4.5" /></svg>`
    }`;
}

function dataRow(row: Row, y: number, height: number, timeline: Timeline, named: boolean): Markup {
  const { series, unserved } = row;
  const label = named && markup`<text class="row-name" x="4" y="${y + 11}">${labelOf(row)}</text>`;
  const shaded = unserved.map(({ span, whole }) => {
    const { x, width, fraction } = extent(timeline, span.fromMs, span.toMs);
    const told = `${whole ? "nothing" : "parts not"} served for ${formatDuration(span.toMs - span.fromMs)}`;
    return markup`<svg x="${x}" width="${width}" y="${y}" height="${height}"><title>${told}, ${formatMoment(span.fromMs)} – ${formatMoment(span.toMs)}</title><rect class="unserved${whole ? "" : " some"}" width="100%" height="100%" /></svg>${
      fraction > 0.07 &&
      markup`<text class="unserved-text" x="${percent(fractionOf(timeline, (span.fromMs + span.toMs) / 2))}" y="${whole ? y + height - 8 : y + 24}" text-anchor="middle">${fraction > 0.16 ? told : formatDuration(span.toMs - span.fromMs)}</text>`
    }`;
  });
  if (series.points !== undefined) {
    const longestMs = series.points.reduce((most, { intendedMs, endMs }) => Math.max(most, endMs - intendedMs), 1);
    const scale = scaleLinear([0, longestMs], [y + height, y + 14]);
    return markup`${shaded}<line class="axis" x1="0" x2="100%" y1="${y + height}" y2="${y + height}" /><text class="tick" x="-8" y="${y + 18}" text-anchor="end">${formatDuration(longestMs)}</text>
      ${series.points.slice(0, 400).map((point) => pointMark(point, timeline, scale(point.endMs - point.intendedMs)))}${label}`;
  }
  const offered = perSecond(series.offered, series, timeline);
  const achieved = perSecond(series.achieved, series, timeline);
  const top = topOf(offered, achieved);
  const scale = scaleLinear([0, top], [height, 6]).clamp(true).nice(2);
  const x = middleOf(series, timeline);
  const stroke = line<number>()
    .x(x)
    .y((value) => scale(value))
    .digits(1);
  const fill = area<number>()
    .x(x)
    .y0(height)
    .y1((value) => scale(value))
    .digits(1);
  const levels = scale.ticks(2).filter((value) => value > 0);
  return markup`${levels.map(
    (value) =>
      markup`<line class="level" x1="0" x2="100%" y1="${y + scale(value)}" y2="${y + scale(value)}" /><text class="tick" x="-8" y="${y + scale(value) + 4}" text-anchor="end">${formatNumber(value)}</text>`,
  )}${shaded}<svg class="curves" y="${y}" width="100%" height="${height}" viewBox="0 0 ${CURVE_WIDTH} ${height}" preserveAspectRatio="none">${curve("achieved-fill", fill(achieved))}${curve("offered", stroke(offered))}${curve("achieved", stroke(achieved))}</svg>
    <svg y="${y}" width="100%" height="${height}" overflow="visible">${cutPeaks(achieved, series, scale.domain()[1] ?? top, timeline)}</svg><line class="axis" x1="0" x2="100%" y1="${y + height}" y2="${y + height}" />${label}`;
}

interface Unserved {
  readonly span: Span;
  /** Whether nothing was served, or nothing of some parts. */
  readonly whole: boolean;
}

/** When nothing was served; and where some parts stood still for longer than all together, when they did. */
function unservedOf(track: Track): readonly Unserved[] {
  const { journal, rows, parts } = track;
  const { intendedMs } = journal.operations;
  const within = { fromMs: intendedMs[rows[0] ?? 0] ?? 0, toMs: intendedMs[rows.at(-1) ?? 0] ?? 0 };
  const whole = stalls(journal, track, within).map((span) => ({ span, whole: true }));
  const some = united(parts.flatMap((part) => stalls(journal, part, within)));
  const isTold = (span: Span): boolean =>
    whole.some(
      (one) =>
        one.span.toMs - one.span.fromMs > 0.7 * (span.toMs - span.fromMs) &&
        one.span.fromMs < span.toMs &&
        span.fromMs < one.span.toMs,
    );
  return [...some.filter((span) => !isTold(span)).map((span) => ({ span, whole: false })), ...whole];
}

interface Move {
  readonly atMs: number;
  readonly to: string;
  readonly what: string;
}

/** Roles that moved from those whom a fault hit; what moved at one time is one mark. */
function movesOf({ faults }: Story): readonly Move[] {
  const all = faults.flatMap(({ takeovers }) => takeovers);
  return [...Map.groupBy(all, ({ atMs }) => Math.round(atMs / 100)).values()]
    .map((group) => {
      const byHolder = [...Map.groupBy(group, ({ to }) => (to === "" ? "nobody" : to))];
      return {
        atMs: group[0]?.atMs ?? 0,
        to: byHolder.map(([to]) => to).join(", "),
        what: byHolder.map(([to, some]) => `${to} is ${roleWords(some)}`).join(", "),
      };
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}

const ROOM_FOR_A_NAME = 0.13;

function rolesRow(moves: readonly Move[], y: number, timeline: Timeline): Markup[] {
  let freeFrom = -1;
  return moves.map(({ atMs, to, what }) => {
    const at = fractionOf(timeline, atMs);
    const room = at >= freeFrom;
    if (room) freeFrom = at + ROOM_FOR_A_NAME;
    const left = at > 0.85;
    return markup`<svg x="${percent(at)}" y="${y}" overflow="visible"><title>${what}, from ${formatMoment(atMs)}</title><path class="moved" d="M0 2V15" />${
      room &&
      markup`<text class="role-name" x="${left ? -5 : 5}" y="12.5" text-anchor="${left ? "end" : "start"}">${to}</text>`
    }</svg>`;
  });
}

/** All that the picture marks, in the order of time. */
function momentsOf(story: Story, rows: readonly Row[]): string[][] {
  const at = (atMs: number | undefined, what: string): { atMs: number; what: string }[] =>
    atMs === undefined ? [] : [{ atMs, what }];
  const moments = [
    ...story.faults.flatMap(({ fault, name, firstFailureMs, lastingMs, takeovers }) => [
      ...at(fault.orderedMs, `${name} ordered: ${fault.what}`),
      ...at(fault.inEffectMs, `${name} in effect`),
      ...at(firstFailureMs, `first failure, or first that was late, after ${name}`),
      ...at(lastingMs, `well again after ${name}`),
      ...at(fault.healedMs, `${name} healed${fault.healVerified === true ? "" : ", not verified"}`),
      ...takeovers.flatMap((one) =>
        at(
          one.atMs,
          `${one.to === "" ? "nobody" : one.to} has the role ${one.role}${one.of === "" ? "" : ` of ${one.of}`}, which ${one.from} had`,
        ),
      ),
    ]),
    ...rows.flatMap(({ track }) => {
      const stall = longestStall(track.journal, track, { fromMs: -Infinity, toMs: track.okEnds.at(-1) ?? 0 });
      return stall === undefined || !Number.isFinite(stall.fromMs)
        ? []
        : at(
            stall.fromMs,
            `longest time without a success of ${actionWord(track.action)} begins: ${formatDuration(stall.toMs - stall.fromMs)}`,
          );
    }),
  ];
  return moments.length === 0
    ? [["–", "no fault was injected, and no role moved"]]
    : moments.toSorted((a, b) => a.atMs - b.atMs).map(({ atMs, what }) => [formatMoment(atMs), what]);
}
