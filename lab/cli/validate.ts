import type { Command } from "commander";
import { readProject } from "../rehearsal/validation/project.ts";
import { problemLine, type ToldProblem } from "../rehearsal/validation/told.ts";
import { foundScenarios, problemsOf } from "./catalogue.ts";
import { EXIT } from "./exit-codes.ts";
import type { Found } from "./load-scenario.ts";
import { paint, print, printJson } from "./output.ts";
import { shownFile } from "./scenario-files.ts";
import { typeProblems } from "./type-check.ts";

/** One file's answer. */
interface Validated {
  readonly id: string;
  readonly file: string;
  readonly problems: readonly ToldProblem[];
}

export function addValidate(program: Command): void {
  program
    .command("validate")
    .description("say all that is wrong with scenarios before anything starts: names, numbers, mutants, types")
    .argument("[scenario...]", "ids, globs or files; none: every scenario")
    .option("--json", "print the problems as JSON: id, file, and of each problem at, what and hint")
    .addHelpText(
      "after",
      `
Examples:
  lab validate                                    every scenario of the project
  lab validate kafka/leader-kill                  one
  lab validate scenarios/kafka/mine.scenario.ts   a file, with its lines

Asks for types, too, where the TypeScript compiler is installed; a rehearsal needs none and does not look at them.
Exit code: 0 when nothing is wrong, 64 when something is.`,
    )
    .action(async (words: string[], options: { json?: boolean }) => {
      const found = foundScenarios(words, words.length === 0);
      const project = readProject();
      const types = await typeProblems(found.map(({ file }) => file));
      const validated = found.map((each): Validated => {
        const problems = [...problemsOf(each, project), ...(types?.get(each.file) ?? [])];
        return { id: each.id, file: shownFile(each.file), problems };
      });
      const beside = besideThem(found, types);
      const all = [...validated, ...beside];
      const wrong = all.filter(({ problems }) => problems.length > 0);
      if (options.json) printJson(all);
      else {
        for (const { id, problems } of wrong)
          print(`${paint("red", "✗")} ${paint("bold", id)}\n${problems.map(problemLine).join("\n")}`);
        const count = wrong.reduce((sum, { problems }) => sum + problems.length, 0);
        const fine = validated.filter(({ problems }) => problems.length === 0);
        if (wrong.length === 0)
          print(`${paint("green", "✓")} ${fine.map(({ id }) => id).join(", ")}: nothing is wrong`);
        else
          print(`\n${count} problem${count === 1 ? "" : "s"}; nothing is wrong with ${fine.length} of ${found.length}`);
        if (types === undefined)
          print("types were not asked for: the TypeScript compiler is not installed (npm install)");
      }
      process.exitCode = wrong.length === 0 ? EXIT.held : EXIT.badUsage;
    });
}

/** Mistakes of types in files beside those that were named, which several of them may import. */
const besideThem = (
  found: readonly Found[],
  types: ReadonlyMap<string, readonly ToldProblem[]> | undefined,
): readonly Validated[] =>
  [...(types ?? [])]
    .filter(([file, problems]) => problems.length > 0 && !found.some((each) => each.file === file))
    .map(([file, problems]) => ({ id: shownFile(file), file: shownFile(file), problems }));
