import type { Command } from "commander";
import { COMPONENTS, imageStatusOf, openEngine, type ComponentId } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { hintOf } from "../rehearsal/validation/problems.ts";
import { heedInterrupts } from "./interrupt.ts";
import { print, printJson, table } from "./output.ts";
import { drawProgress } from "./progress.ts";

/** @throws LabError `bad-usage` for names that are none, with the nearest: before an engine is asked */
function refuseUnknown(components: readonly ComponentId[]): void {
  const unknown = components.filter((component) => !COMPONENTS.includes(component));
  const [first] = unknown;
  if (first === undefined) return;
  throw new LabError({
    code: "bad-usage",
    message: `no image ${unknown.map((component) => JSON.stringify(component)).join(", ")}`,
    hint: hintOf(first, COMPONENTS),
  });
}

export function addImages(program: Command): void {
  program
    .command("images")
    .description("show the images that the lab uses; --build makes them now")
    .argument("[component...]", "only these (kafka, netfilter, …)")
    .option("--build", "get or build those that are missing")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      `
Environment:
  RESILIENCE_LAB_IMAGES=auto|registry|packages  where images come from (auto: a registry if one answers, else packages)
  RESILIENCE_LAB_REGISTRY=HOST[:PORT]           a registry to use instead of the engine's default`,
    )
    .action(async (components: ComponentId[], options: { build?: boolean; json?: boolean }) => {
      refuseUnknown(components);
      using progress = drawProgress();
      using interrupts = heedInterrupts((text) => progress.line(text), "by hand");
      await using engine = await openEngine({ progress });
      const all = await imageStatusOf(engine);
      const chosen = components.length === 0 ? all : all.filter(({ component }) => components.includes(component));
      if (options.build)
        await engine.images(
          chosen.map(({ component }) => component),
          progress,
          interrupts.signal,
        );
      const status = (await imageStatusOf(engine)).filter(({ component }) =>
        chosen.some((each) => each.component === component),
      );
      if (options.json) printJson(status);
      else {
        const size = (bytes: number | undefined): string =>
          bytes === undefined ? "" : `${Math.round(bytes / 1e6)} MB`;
        print(
          table([
            ["component", "had", "size", "source", "reference"],
            ...status.map((each) => [
              each.component,
              each.had ? "yes" : "no",
              size(each.sizeBytes),
              each.source,
              each.reference,
            ]),
          ]),
        );
      }
    });
}
