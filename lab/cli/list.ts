import type { Command } from "commander";
import type { LabError } from "../errors.ts";
import { memoryNeededMb } from "../systems/index.ts";
import { historyFile, runsFolder } from "../run-folder/run-files.ts";
import type { HistoryEntry } from "../run-folder/run-folder.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import { readHistory } from "../run-folder/history.ts";
import { foundScenarios } from "./catalogue.ts";
import { describeSuite, describeTime, expectedTime } from "./durations.ts";
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

A file that is broken is named, and the others are shown.`,
    )
    .action(async (words: string[], options: { json?: boolean }) => {
      const found = await foundScenarios(words, words.length === 0);
      const { entries: history, leftOut } = readHistory(historyFile(runsFolder()));
      for (const line of leftOut) complain(line);
      const scenarios = found.flatMap((each) => ("scenario" in each ? [each.scenario] : []));
      const broken = found.flatMap((each) => ("broken" in each ? [each] : []));
      if (options.json) {
        const wrong = broken.map(({ id, file, broken: { message } }) => ({
          id,
          file: shownFile(file),
          broken: message,
        }));
        printJson([...scenarios.map((scenario) => jsonOf(scenario, history)), ...wrong]);
        return;
      }
      for (const each of found) {
        if ("broken" in each) print(brokenText(each.id, each.broken));
        else if (words.length === 0) printShort(each.scenario, history);
        else print(`${describeScenario(each.scenario, sourcesOf(each.file), history)}\n`);
      }
      if (words.length > 0) return;
      const all = scenarios.map((scenario) => ({ scenario }));
      print(`\nall: ${describeSuite(all, history)}${broken.length === 0 ? "" : `; ${broken.length} cannot be loaded`}`);
    });
}

/** JSON leaves the script out by itself: a function has no JSON. */
function jsonOf(scenario: Scenario, history: readonly HistoryEntry[]): object {
  const time = expectedTime({ scenario }, history);
  const expected = time === undefined ? {} : { expectedMs: Math.round(time.span), medianOfRuns: time.runs };
  return { ...scenario, memoryMb: memoryNeededMb(scenario.topology), ...expected };
}

function printShort(scenario: Scenario, history: readonly HistoryEntry[]): void {
  const { id, title, topology, assume = {}, expect, slos, mutants } = scenario;
  print(`${paint("bold", id)}  ${title}`);
  print(`    needs    about ${memoryNeededMb(topology)} MiB`);
  print(`    takes    ${describeTime(expectedTime({ scenario }, history))}`);
  if (Object.keys(assume).length > 0) print(`    assumes  ${Object.keys(assume).join("; ")}`);
  print(`    expects  ${Object.keys(expect).join("; ")}`);
  if (slos.length > 0) print(`    SLOs     ${slos.join(", ")}`);
  for (const [mutant, { violates }] of Object.entries(mutants))
    print(`    mutant   "${mutant}" must violate "${violates}"`);
}

const brokenText = (id: string, { message, hint }: LabError): string =>
  `${paint("bold", id)}  ${paint("red", "cannot be loaded")}\n    ${message}${hint === undefined ? "" : `\n    try: ${hint}`}`;
