/** What the terminal says of a rehearsal: the reporter that leaves no file. */
import { join } from "node:path";
import { tellStory, type Reporter } from "../../reports/index.ts";
import type { RunRecord } from "../../reports/types.ts";
import { conditionsOf, type VerdictFile } from "../run-folder/run-folder.ts";
import { plainLine } from "../text.ts";
import { formatDuration } from "../time.ts";
import { resultLine, verdictWord } from "./output.ts";

export const terminal: Reporter = { name: "terminal", run: (run) => ({ terminal: describeRun(run) }) };

function describeRun(run: RunRecord): string {
  const { verdict, plan, folder } = run;
  const mutant = verdict.mutant === undefined ? "" : ` · mutant: ${verdict.mutant}`;
  return [
    "",
    `${verdictWord(verdict.verdict)}  ${verdict.scenario}${mutant} (${formatDuration(verdict.durationMs)})`,
    ...tellStory(run).map((line) => `  ${plainLine(line)}`),
    ...[...verdict.expectations, ...verdict.slos].map(resultLine),
    ...conditionsOf(verdict)
      .filter((part) => part.verdict !== "held")
      .map(resultLine),
    ...worseThanBefore(verdict),
    ...(verdict.notes ?? []).map((note) => `  ! ${plainLine(note)}`),
    ...(folder === undefined ? [] : [`  report: ${join(folder, "report.html")}`]),
    ...(verdict.verdict === "held" ? [] : [`  repeat: ${plan.repeat}`]),
  ].join("\n");
}

const worseThanBefore = ({ comparisons }: VerdictFile): string[] =>
  comparisons
    .filter(({ standing }) => standing === "worse")
    .map(
      ({ figure, now, median, spread }) =>
        `  ! ${figure} is worse than before: ${short(now)}, median of earlier runs ${short(median)}${spread === undefined ? "" : ` ± ${short(spread)}`}`,
    );

const short = (value: number): string => String(Number(value.toFixed(2)));
