import type { Command } from "commander";
import { memoryNeededMb } from "../clusters/index.ts";
import { allScenarios } from "./catalogue.ts";
import { paint } from "./progress.ts";
import { print, printJson } from "./output.ts";

export function addList(program: Command): void {
  program
    .command("list")
    .description("show the scenarios, what each needs, and their mutants")
    .option("--json", "print them as JSON")
    .action(async (options: { json?: boolean }) => {
      const scenarios = await allScenarios();
      if (options.json) {
        // JSON leaves the script out by itself: a function has no JSON.
        printJson(scenarios.map((scenario) => ({ ...scenario, memoryMb: memoryNeededMb(scenario.topology) })));
        return;
      }
      for (const { id, title, topology, expect, slos, mutants } of scenarios) {
        print(`${paint("bold", id)}  ${title}`);
        print(`    needs    about ${memoryNeededMb(topology)} MiB`);
        print(`    expects  ${Object.keys(expect).join("; ")}`);
        print(`    SLOs     ${slos.join(", ")}`);
        for (const [mutant, { violates }] of Object.entries(mutants))
          print(`    mutant   "${mutant}" must violate "${violates}"`);
      }
    });
}
