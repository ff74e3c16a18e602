/** summary.md: what a CI job's page shows, in GitHub-flavoured Markdown. */
import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Verdict } from "../lab/checks/types.ts";
import { outcomeOf } from "../lab/run-folder/mutants.ts";
import { conditionsOf } from "../lab/run-folder/run-folder.ts";
import type { Comparison } from "../lab/slo/types.ts";
import { cutText } from "../lab/text.ts";
import { formatDuration } from "../lab/time.ts";
import { formatBudget, formatFigure, formatShare } from "./format.ts";
import { impactOf } from "./story/impact.ts";
import { storyOf } from "./story/story.ts";
import type { RunRecord } from "./types.ts";
import { foretold, runName } from "./verdicts.ts";

const SIGN: Readonly<Record<Verdict, string>> = { held: "✅", violated: "❌", unknown: "❓" };

/** A cell of a table; the whole text is in the report. */
const LONGEST_TEXT = 1_000;

/**
 * The page of a CI job takes so much; GitHub's 1 MiB a step must hold what `run` and `prove` left, where one step shows both.
 */
export const MOST_SUMMARY_BYTES = 500_000;

/** Where the file lies: in the run's folder, or beside the folders of all runs. Its links begin there. */
export type SummaryPlace = "run" | "suite";

/**
 * Totals, then all runs in one table, those that are not well first, then what moved against earlier runs, then each run's
 * reasons, SLOs and the command that repeats it. What does not fit into the page of a CI job is left out, and counted.
 */
export function renderSummary(
  runs: readonly RunRecord[],
  place: SummaryPlace = "run",
  mostBytes: number = MOST_SUMMARY_BYTES,
): string {
  const inOrder = runs.toSorted((a, b) => rankOf(a) - rankOf(b));
  const page = limitedPage(mostBytes);
  page.add(["## Resilience lab", "", totals(runs), ""]);
  page.add(["| came to | rehearsal | expectations held | SLOs held | against earlier runs | took | seed |"]);
  page.add(["| --- | --- | ---: | ---: | --- | ---: | ---: |"]);
  const rows = inOrder.filter((run) => !page.add([overviewRow(run, place)])).length;
  page.add([""]);
  page.add(movedLines(inOrder));
  const details = inOrder.filter((run) => !page.add(runLines(run))).length;
  const left = [
    ...(rows === 0 ? [] : [`${rows} rows of the table`]),
    ...(details === 0 ? [] : [`the details of ${details} ${details === 1 ? "run" : "runs"}`]),
  ];
  return [
    ...page.lines,
    ...(left.length === 0
      ? []
      : [`Left out, to fit the page of a CI job: ${left.join(", ")}; the reports are whole.`, ""]),
  ].join("\n");
}

interface LimitedPage {
  readonly lines: readonly string[];
  /** Adds all of these lines or none; false: none, as they do not fit. */
  readonly add: (lines: readonly string[]) => boolean;
}

/** Room for the last line is kept. */
const LAST_LINE_BYTES = 300;

function limitedPage(mostBytes: number): LimitedPage {
  const lines: string[] = [];
  let leftBytes = mostBytes - LAST_LINE_BYTES;
  const add = (more: readonly string[]): boolean => {
    const bytes = more.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    if (bytes > leftBytes) return false;
    leftBytes -= bytes;
    lines.push(...more);
    return true;
  };
  return { lines, add };
}

/** Violated and survived first, then what is unknown, then what is well. */
function rankOf({ plan, verdict }: RunRecord): number {
  const outcome = outcomeOf(plan, verdict);
  if (outcome === undefined) return RANK[verdict.verdict];
  return outcome === "survived" ? 0 : outcome === "unknown" ? 1 : 2;
}

const RANK: Readonly<Record<Verdict, number>> = { violated: 0, unknown: 1, held: 2 };

/** What the words mean that a mutant comes to. */
const SAID: Readonly<Record<string, string>> = {
  killed: "killed (seen red as foretold)",
  survived: "survived (nobody noticed that the protection was gone)",
};

/** `33 rehearsals: 1 violated, 2 unknown, 30 held. 45 mutants: 1 unknown, 44 killed (seen red as foretold). Took 52 min.` */
function totals(runs: readonly RunRecord[]): string {
  const mutants = runs.filter(({ plan }) => plan.mutant !== undefined);
  const scenarios = runs.filter(({ plan }) => plan.mutant === undefined);
  const counted = (
    of: readonly RunRecord[],
    word: string,
    order: readonly string[],
    came: (run: RunRecord) => string,
  ): readonly string[] => {
    if (of.length === 0) return [];
    const parts = order.flatMap((each) => {
      const count = of.filter((run) => came(run) === each).length;
      return count === 0 ? [] : [`${count} ${SAID[each] ?? each}`];
    });
    return [`**${of.length} ${word}${of.length === 1 ? "" : "s"}**: ${parts.join(", ")}.`];
  };
  return [
    ...counted(scenarios, "rehearsal", ["violated", "unknown", "held"], ({ verdict }) => verdict.verdict),
    ...counted(
      mutants,
      "mutant",
      ["survived", "unknown", "killed"],
      ({ plan, verdict }) => outcomeOf(plan, verdict) ?? "",
    ),
    `Took ${formatDuration(runs.reduce((sum, { verdict }) => sum + verdict.durationMs, 0))}.`,
  ].join(" ");
}

function overviewRow(run: RunRecord, place: SummaryPlace): string {
  const { verdict, plan } = run;
  const share = (results: readonly { readonly verdict: Verdict }[]): string =>
    `${results.filter((one) => one.verdict === "held").length} of ${results.length}`;
  const cells = [
    `${SIGN[verdict.verdict]} ${verdict.verdict}${mutantNote(run)}`,
    `[${markdown(plan.title || plan.scenario)}](${linkOf(run, place)}) ${markdown(runName(run))}`,
    share(verdict.expectations),
    share(verdict.slos),
    movedNote(run),
    formatDuration(verdict.durationMs),
    String(verdict.seed),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** A link's target in Markdown must hold neither blanks nor brackets. */
const linkOf = ({ plan, folder }: RunRecord, place: SummaryPlace): string =>
  place === "run"
    ? "report.html"
    : `${encodeURIComponent(folder === undefined ? plan.run : basename(folder)).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}/report.html`;

/** `2 worse, 1 better`: figures that left their baselines. */
function movedNote({ verdict: { comparisons } }: RunRecord): string {
  const parts = (["worse", "better"] as const).flatMap((standing) => {
    const count = comparisons.filter((each) => each.standing === standing).length;
    return count === 0 ? [] : [`${count} ${standing}`];
  });
  if (parts.length > 0) return parts.join(", ");
  return comparisons.some(({ standing }) => standing === "as before") ? "as before" : "–";
}

/** A table of so many figures at most, the worse first. */
const MOST_MOVED = 30;

/** Figures that are worse or better than the median of earlier runs, by how much. */
function movedLines(runs: readonly RunRecord[]): readonly string[] {
  const moved = runs.flatMap((run) =>
    run.verdict.comparisons
      .filter(({ standing }) => standing === "worse" || standing === "better")
      .map((comparison) => ({ run, comparison })),
  );
  if (moved.length === 0) return [];
  const inOrder = moved.toSorted(
    (a, b) => Number(a.comparison.standing === "better") - Number(b.comparison.standing === "better"),
  );
  return [
    "### Against the median of earlier runs",
    "",
    "| figure | of | now | median | change |",
    "| --- | --- | ---: | ---: | ---: |",
    ...inOrder.slice(0, MOST_MOVED).map(({ run, comparison }) => movedRow(run, comparison)),
    "",
    ...(moved.length > MOST_MOVED ? [`And ${moved.length - MOST_MOVED} more in the reports.`, ""] : []),
  ];
}

function movedRow(run: RunRecord, { figure, now, median, spread, runs, standing }: Comparison): string {
  const name = figure.slice(figure.lastIndexOf("/") + 1);
  const write = (value: number): string => formatFigure(name, value).value;
  const change =
    median === 0 ? "" : ` (${now >= median ? "+" : "−"}${formatShare(Math.abs(now - median) / Math.abs(median))})`;
  const cells = [
    markdown(figure),
    markdown(runName(run)),
    write(now),
    `${write(median)}${spread === undefined ? "" : ` ± ${write(spread)}`} of ${runs}`,
    `${standing}${change}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function mutantNote(run: RunRecord): string {
  const mutant = foretold(run);
  if (mutant === undefined) return "";
  return mutant.caught ? ", as foretold" : ", **not as foretold**";
}

function runLines(run: RunRecord): string[] {
  const { verdict, plan } = run;
  const mutant = foretold(run);
  const wanting = [
    ...verdict.expectations.map((result) => ({ ...result, kind: "expectation" })),
    ...conditionsOf(verdict).map((result) => ({ ...result, kind: "condition" })),
  ].filter((result) => result.verdict !== "held");
  return [
    `### ${SIGN[verdict.verdict]} ${markdown(plan.title || plan.scenario)}: ${verdict.verdict}`,
    "",
    markdown(runName(run)),
    "",
    ...(mutant === undefined
      ? []
      : [
          mutant.caught
            ? `The mutant was caught by ${markdown(mutant.by)}.`
            : `The mutant was not caught: ${markdown(mutant.why)}.`,
          "",
        ]),
    ...storyLines(run),
    ...verdict.reasons.map((reason) => `- ${markdown(reason)}`),
    ...(verdict.notes ?? []).map((note) => `- Note: ${markdown(note)}`),
    ...(verdict.reasons.length + (verdict.notes ?? []).length === 0 ? [] : [""]),
    ...(wanting.length === 0
      ? []
      : [
          "| verdict | what | found |",
          "| --- | --- | --- |",
          ...wanting.map(
            (one) =>
              `| ${SIGN[one.verdict]} ${one.verdict} | ${one.kind}: ${markdown(one.name)} | ${markdown(one.summary)} |`,
          ),
          "",
        ]),
    ...(verdict.slos.length === 0
      ? []
      : [
          "| verdict | SLO | target | measured | budget left |",
          "| --- | --- | ---: | ---: | ---: |",
          ...verdict.slos.map(
            (slo) =>
              `| ${SIGN[slo.verdict]} ${slo.verdict} | ${markdown(slo.displayName)} | ${formatShare(slo.target)} | ${slo.measured === undefined ? "no sample" : formatShare(slo.measured)} | ${slo.budgetLeft === undefined ? "–" : formatBudget(slo.budgetLeft)} |`,
          ),
          "",
        ]),
    "Repeat it:",
    "",
    fence(plan.repeat),
    "",
  ];
}

/** More faults than this are told in the report alone. */
const MOST_STORY_LINES = 12;

/** What happened, and what it means: the sentences of report.html. */
function storyLines(run: RunRecord): string[] {
  const { lines, loss } = storyOf(run);
  const { points, wake } = impactOf(run, loss);
  const more = lines.length - MOST_STORY_LINES;
  return [
    "What happened:",
    "",
    ...lines.slice(0, MOST_STORY_LINES).map((line) => `- ${markdown(line)}`),
    ...(more > 0 ? [`- … and ${more} more in the report`] : []),
    "",
    `Impact: ${points.map(({ told }) => markdown(told)).join("; ")}. ${markdown(wake)}`,
    "",
  ];
}

/** Text that Markdown shows as it is, in one line: names of scenarios must not become links, headings, HTML or table cells. */
const markdown = (text: string): string =>
  stripVTControlCharacters(cutText(text, LONGEST_TEXT))
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]|~@]|^[#+-]|:(?=\/\/)/g, (character) => `\\${character}`)
    .replace(/^(\d+)([.)])/, "$1\\$2");

/** A code block that its own text can not close. */
function fence(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(Math.max(3, longest + 1));
  return `${ticks}sh\n${text.toWellFormed()}\n${ticks}`;
}
