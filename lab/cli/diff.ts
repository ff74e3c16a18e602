import type { Command } from "commander";
import { formatFigure } from "../../reports/format.ts";
import { diffRuns, type Difference, type RunDiff } from "../run-folder/diff.ts";
import { findRun, readPlan, readVerdict } from "../run-folder/run-files.ts";
import { plainLine } from "../text.ts";
import { paint, print, printJson } from "./output.ts";
import { RUN_HELP } from "./check.ts";

/** Of figures, those that moved this much are told, and so many. */
const CLEAR_MOVE = 0.05;
const MOST_FIGURES = 40;
const LONGEST_VALUE = 160;

export function addDiff(program: Command): void {
  program
    .command("diff")
    .description("tell what two runs differ in: plan, settings, images, machine, figures, findings")
    .argument("<a>", RUN_HELP)
    .argument("<b>", "the other one, likewise")
    .option("--json", "print all differences as JSON")
    .addHelpText(
      "after",
      `
Examples:
  lab diff 20261124T0217 last     last night's run and the latest
  lab diff old-run last --json    for machines, with all figures

As text, figures that moved by less than 5 % are left out, and counted. What held in both is no difference.
Exit code: 0 when both could be read, whether they differ or not.`,
    )
    .action(async (a: string, b: string, options: { json?: boolean }) => {
      const [one, other] = [await judgedRun(a), await judgedRun(b)];
      const diff = diffRuns(one, other);
      if (options.json) printJson({ a: one.plan.run, b: other.plan.run, ...diff });
      else print(describeDiff(one.plan.run, other.plan.run, diff));
    });
}

async function judgedRun(word: string) {
  const folder = await findRun(word);
  return { plan: await readPlan(folder), verdict: await readVerdict(folder) };
}

/** For people: a part a kind, a line a difference, `-` the first run's and `+` the second's. */
export function describeDiff(a: string, b: string, diff: RunDiff): string {
  const { figures, ...others } = diff;
  const { told, rest } = clearMoves(figures);
  const parts = [
    ...Object.entries(others).map(([title, all]) => ({ title, lines: all.flatMap(linesOf) })),
    {
      title: "figures",
      lines: [...told.map(figureLine), ...(rest === 0 ? [] : [`${rest} more moved less: --json has them all`])],
    },
  ].filter(({ lines }) => lines.length > 0);
  if (parts.length === 0) return `${a} and ${b} do not differ`;
  return [
    `- ${a}`,
    `+ ${b}`,
    ...parts.flatMap(({ title, lines }) => ["", paint("bold", title), ...lines.map((line) => `  ${plainLine(line)}`)]),
  ].join("\n");
}

const linesOf = ({ what, a, b }: Difference): readonly string[] => [
  what,
  ...(a === undefined ? [] : [`  - ${shown(a)}`]),
  ...(b === undefined ? [] : [`  + ${shown(b)}`]),
];

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)} … (${text.length} characters)`;
}

interface ClearMoves {
  /** The greatest first. */
  readonly told: readonly Difference[];
  readonly rest: number;
}

function clearMoves(figures: readonly Difference[]): ClearMoves {
  const clear = figures
    .map((figure) => ({ figure, share: moveOf(figure) }))
    .filter(({ share }) => share >= CLEAR_MOVE)
    .toSorted((x, y) => y.share - x.share)
    .slice(0, MOST_FIGURES);
  return { told: clear.map(({ figure }) => figure), rest: figures.length - clear.length };
}

/** By which share of the greater one the two lie apart; all of it where one is missing. */
function moveOf({ a, b }: Difference): number {
  if (typeof a !== "number" || typeof b !== "number") return 1;
  return Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);
}

function figureLine({ what, a, b }: Difference): string {
  const name = what.slice(what.lastIndexOf("/") + 1);
  const write = (value: unknown): string => (typeof value === "number" ? formatFigure(name, value).value : "none");
  const change =
    typeof a === "number" && typeof b === "number" && a !== 0
      ? ` (${b >= a ? "+" : "−"}${Math.round((Math.abs(b - a) / Math.abs(a)) * 100)} %)`
      : "";
  return `${what}: ${write(a)} → ${write(b)}${change}`;
}
