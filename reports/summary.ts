/** summary.md: what a CI job's page shows, in GitHub-flavoured Markdown. */
import { stripVTControlCharacters } from "node:util";
import type { Verdict } from "../lab/checks/types.ts";
import { conditionsOf } from "../lab/run-folder/run-folder.ts";
import { cutText } from "../lab/text.ts";
import { formatDuration } from "../lab/time.ts";
import { formatBudget, formatShare } from "./format.ts";
import { impactOf } from "./story/impact.ts";
import { storyOf } from "./story/story.ts";
import type { RunRecord } from "./types.ts";
import { foretold, runName } from "./verdicts.ts";

const SIGN: Readonly<Record<Verdict, string>> = { held: "✅", violated: "❌", unknown: "❓" };

/** A cell of a table; the whole text is in the report. */
const LONGEST_TEXT = 1_000;

/** All runs in one table, then each run's reasons, SLOs and the command that repeats it. */
export function renderSummary(runs: readonly RunRecord[]): string {
  return [
    "## Resilience lab",
    "",
    "| verdict | scenario | expectations held | SLOs held | took | seed |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    ...runs.map(overviewRow),
    "",
    ...runs.flatMap(runLines),
  ].join("\n");
}

function overviewRow(run: RunRecord): string {
  const { verdict } = run;
  const share = (results: readonly { readonly verdict: Verdict }[]): string =>
    `${results.filter((one) => one.verdict === "held").length} of ${results.length}`;
  const cells = [
    `${SIGN[verdict.verdict]} ${verdict.verdict}${mutantNote(run)}`,
    markdown(runName(run)),
    share(verdict.expectations),
    share(verdict.slos),
    formatDuration(verdict.durationMs),
    String(verdict.seed),
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
    `### ${SIGN[verdict.verdict]} ${markdown(runName(run))}: ${verdict.verdict}`,
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
    ...(verdict.reasons.length === 0 ? [] : [""]),
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
