import type { Command } from "commander";
import { cleanImages, openEngine, stopPrivateEngine } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { print, printJson } from "./output.ts";
import { drawProgress } from "./progress.ts";

export function addClean(program: Command): void {
  program
    .command("clean")
    .description("remove all containers, networks, volumes and packet rules that the lab ever made, and nothing else")
    .option("--images", "the lab's images too: the next run builds or pulls them again")
    .option("--engine", "end the private engine too; its images stay cached")
    .option("--json", "print what was removed as JSON")
    .action(async (options: { images?: boolean; engine?: boolean; json?: boolean }) => {
      using progress = drawProgress();
      const removed: string[] = [];
      try {
        await using engine = await openEngine({ progress, provision: false });
        removed.push(...(await engine.clean()).removed);
        if (options.images) removed.push(...(await cleanImages(engine)));
      } catch (error) {
        if (!(error instanceof LabError) || error.code !== "engine-missing") throw error;
        progress.line("no engine is running: there are no containers to remove");
      }
      if (options.engine && (await stopPrivateEngine())) removed.push("private engine");
      if (options.json) printJson({ removed });
      else print(removed.length === 0 ? "nothing to remove" : removed.map((each) => `removed ${each}`).join("\n"));
    });
}
