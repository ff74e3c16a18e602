import type { Command } from "commander";
import { openEngine } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { print, printJson } from "./output.ts";
import { drawProgress } from "./progress.ts";

export function addDown(program: Command): void {
  program
    .command("down")
    .description("remove clusters that were left running by lab up or --keep")
    .argument("[run]", "which; none: all of them")
    .option("--json", "print what was removed as JSON")
    .action(async (run: string | undefined, options: { json?: boolean }) => {
      using progress = drawProgress();
      await using engine = await openEngine({ progress, provision: false });
      const kept = (await engine.runs()).filter((each) => each.kept || each.run === run);
      const chosen = run === undefined ? kept : kept.filter((each) => each.run === run);
      if (run !== undefined && chosen.length === 0) {
        throw new LabError({
          code: "bad-usage",
          message: `no run ${JSON.stringify(run)} is up`,
          hint: kept.length === 0 ? "nothing is up" : `up: ${kept.map((each) => each.run).join(", ")}`,
        });
      }
      const removed: string[] = [];
      for (const each of chosen) removed.push(...(await engine.clean(each.run)).removed);
      if (options.json) printJson({ removed });
      else print(removed.length === 0 ? "nothing is up" : removed.map((each) => `removed ${each}`).join("\n"));
    });
}
