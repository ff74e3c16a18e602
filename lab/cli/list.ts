import type { Command } from "commander";
import { LabError, messageOf } from "../errors.ts";
import { memoryNeededMb } from "../systems/index.ts";
import { historyFile, runsFolder } from "../run-folder/run-files.ts";
import type { HistoryEntry } from "../run-folder/run-folder.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import { readHistory } from "../run-folder/history.ts";
import { shellWord } from "../text.ts";
import { foundScenarios, wordFor } from "./catalogue.ts";
import { describeSuite, describeTime, expectedTime } from "./durations.ts";
import { EXIT } from "./exit-codes.ts";
import type { Found } from "./load-scenario.ts";
import { describeScenario } from "./one-scenario.ts";
import { complain, paint, print, printJson } from "./output.ts";
import { shownFile, sourcesOf } from "./scenario-files.ts";

export function addList(program: Command): void {
  program
    .command("list")
    .description("show the scenarios, what each needs, and their mutants; those that are named whole")
    .argument("[scenario...]", "ids, globs or files; none: all, in short")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      `
Examples:
  lab list                    all scenarios, in short
  lab list kafka/leader-kill  one whole: what it starts, breaks and expects, its mutants, how it did lately

A file that is broken is named, and the others are shown. Exit code: 0, or 64 when one that was asked for is broken.`,
    )
    .action((words: string[], options: { json?: boolean }) => {
      const found = foundScenarios(words, words.length === 0);
      const { entries: history, leftOut } = readHistory(historyFile(runsFolder()));
      for (const line of leftOut) complain(line);
      const textOf = (each: Whole): string =>
        words.length === 0
          ? shortText(each.scenario, history)
          : `${describeScenario(each.scenario, sourcesOf(each.file), history)}\n`;
      const drawn = found.map((each) =>
        drawnOrBroken(each, (whole) => (options.json ? jsonOf(whole.scenario, history) : textOf(whole))),
      );
      const broken = drawn.filter((each) => "broken" in each).length;
      if (words.length > 0 && broken > 0) process.exitCode = EXIT.badUsage;
      if (options.json) {
        printJson(drawn.map((each) => ("broken" in each ? brokenJson(each) : each.drawn)));
        return;
      }
      for (const each of drawn) {
        if ("broken" in each) print(brokenText(each.id, each.broken));
        else if (typeof each.drawn === "string") print(each.drawn);
      }
      if (words.length > 0) return;
      const all = found.flatMap((each) => ("scenario" in each ? [{ scenario: each.scenario }] : []));
      print(`\nall: ${describeSuite(all, history)}${broken === 0 ? "" : `; ${broken} cannot be used`}`);
    });
}

type Whole = Extract<Found, { readonly scenario: Scenario }>;
type Broken = Extract<Found, { readonly broken: LabError }>;

/** What cannot be meant cannot always be shown: of a topology without systems nobody knows the memory. */
function drawnOrBroken<T>(found: Found, draw: (found: Whole) => T): { readonly drawn: T } | Broken {
  if ("broken" in found) return found;
  try {
    return { drawn: draw(found) };
  } catch (error) {
    const message = `${shownFile(found.file)}: cannot be shown: ${messageOf(error)}`;
    const hint = `lab validate ${shellWord(wordFor(found.scenario))} says what is wrong`;
    const broken = new LabError({ code: "bad-scenario", message, hint, cause: error });
    return { id: found.id, file: found.file, broken };
  }
}

const brokenJson = ({ id, file, broken }: Broken): object => ({ id, file: shownFile(file), broken: broken.message });

/** JSON leaves the script out by itself: a function has no JSON. */
function jsonOf(scenario: Scenario, history: readonly HistoryEntry[]): object {
  const time = expectedTime({ scenario }, history);
  const expected = time === undefined ? {} : { expectedMs: Math.round(time.span), medianOfRuns: time.runs };
  return { ...scenario, memoryMb: memoryNeededMb(scenario.topology), ...expected };
}

function shortText(scenario: Scenario, history: readonly HistoryEntry[]): string {
  const { id, title, topology, assume = {}, expect, slos, mutants } = scenario;
  return [
    `${paint("bold", id)}  ${title}`,
    `    needs    about ${memoryNeededMb(topology)} MiB`,
    `    takes    ${describeTime(expectedTime({ scenario }, history))}`,
    ...(Object.keys(assume).length > 0 ? [`    assumes  ${Object.keys(assume).join("; ")}`] : []),
    `    expects  ${Object.keys(expect).join("; ")}`,
    ...(slos.length > 0 ? [`    SLOs     ${slos.join(", ")}`] : []),
    ...Object.entries(mutants).map(([mutant, { violates }]) => `    mutant   "${mutant}" must violate "${violates}"`),
  ].join("\n");
}

const brokenText = (id: string, { message, hint }: LabError): string =>
  `${paint("bold", id)}  ${paint("red", "cannot be used")}\n    ${message}${hint === undefined ? "" : `\n    try: ${hint}`}`;
