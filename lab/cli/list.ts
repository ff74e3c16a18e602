import type { Command } from "commander";
import { memoryNeededMb } from "../systems/index.ts";
import { historyFile, runsFolder } from "../run-folder/run-files.ts";
import { readHistory } from "../run-folder/history.ts";
import { allScenarios } from "./catalogue.ts";
import { describeSuite, describeTime, expectedTime } from "./durations.ts";
import { paint, print, printJson } from "./output.ts";

export function addList(program: Command): void {
  program
    .command("list")
    .description("show the scenarios, what each needs, and their mutants")
    .option("--json", "print them as JSON")
    .action(async (options: { json?: boolean }) => {
      const scenarios = await allScenarios();
      const { entries: history, leftOut } = readHistory(historyFile(runsFolder()));
      for (const line of leftOut) process.stderr.write(`${line}\n`);
      if (options.json) {
        // JSON leaves the script out by itself: a function has no JSON.
        printJson(
          scenarios.map((scenario) => {
            const time = expectedTime({ scenario }, history);
            const expected = time === undefined ? {} : { expectedMs: Math.round(time.span), medianOfRuns: time.runs };
            return { ...scenario, memoryMb: memoryNeededMb(scenario.topology), ...expected };
          }),
        );
        return;
      }
      for (const scenario of scenarios) {
        const { id, title, topology, expect, slos, mutants } = scenario;
        print(`${paint("bold", id)}  ${title}`);
        print(`    needs    about ${memoryNeededMb(topology)} MiB`);
        print(`    takes    ${describeTime(expectedTime({ scenario }, history))}`);
        print(`    expects  ${Object.keys(expect).join("; ")}`);
        if (slos.length > 0) print(`    SLOs     ${slos.join(", ")}`);
        for (const [mutant, { violates }] of Object.entries(mutants))
          print(`    mutant   "${mutant}" must violate "${violates}"`);
      }
      print(
        `\nall: ${describeSuite(
          scenarios.map((scenario) => ({ scenario })),
          history,
        )}`,
      );
    });
}
