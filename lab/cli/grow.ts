import type { Command } from "commander";
import { capabilityOf, componentsOf, type ClusterSpec } from "../systems/index.ts";
import { openEngine } from "../engine/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { rememberStanding } from "../rehearsal/standing-runs.ts";
import { heedInterrupts } from "./interrupt.ts";
import { print, printJson } from "./output.ts";
import { drawProgress } from "./progress.ts";
import { endpointTable, openStanding } from "./standing.ts";

export function addGrow(program: Command): void {
  program
    .command("grow")
    .description("add a node to a cluster that lab up started, while it runs")
    .usage("[options] <run> <cluster> [kind]")
    .argument("<words...>", "which run; which cluster of it; what to add, where there is a choice")
    .option("--json", "print what was added as JSON")
    .addHelpText(
      "after",
      `
Examples:
  lab grow up-r12ab kafka broker
  lab grow up-r12ab clickhouse replica of shard 1
  lab grow up-r12ab minio pool
  lab grow up-r12ab spark worker`,
    )
    .action(async ([run, name, ...words]: readonly string[], options: { json?: boolean }) => {
      if (run === undefined || name === undefined) {
        throw new LabError({ code: "bad-usage", message: "say which cluster of the run", hint: "lab grow RUN kafka" });
      }
      using progress = drawProgress();
      using interrupts = heedInterrupts((text) => progress.line(text), "by hand");
      const { signal } = interrupts;
      await using engine = await openEngine({ progress, provision: false });
      await using standing = await openStanding(engine, { run, images: componentsOf, progress, signal });
      signal.throwIfAborted();
      const cluster = standing.cluster(name);
      const scaling = capabilityOf(cluster, "scaling");
      const kind = kindOf(cluster.name, scaling.kinds, words);
      const task = progress.task(`${name}: one more ${kind}`);
      let added: readonly string[];
      try {
        added = (await scaling.scaleOut(kind)).map((node) => node.name);
        task.done(added.join(", "));
      } catch (error) {
        task.failed(messageOf(error));
        throw error;
      } finally {
        // Also when it broke off: what has joined is there, and the next command must find it.
        await rememberStanding(run, { ...standing.topology, [name]: cluster.spec as ClusterSpec });
      }
      if (options.json) printJson({ run, cluster: name, added, endpoints: cluster.endpoints });
      else {
        print(`${name} has grown by ${added.join(", ")}:`);
        print(endpointTable(cluster.endpoints));
      }
    });
}

/** @throws LabError `bad-usage` for what cannot be added, and for nothing where there is a choice. */
function kindOf(cluster: string, kinds: readonly string[], words: readonly string[]): string {
  const [only, ...others] = kinds;
  const kind = words.length === 0 && others.length === 0 ? only : words.join(" ");
  if (kind !== undefined && kinds.includes(kind)) return kind;
  if (only === undefined) throw new LabError({ code: "bad-usage", message: `nothing more can be added to ${cluster}` });
  throw new LabError({
    code: "bad-usage",
    message: words.length === 0 ? `say what to add to ${cluster}` : `${cluster} cannot grow by "${words.join(" ")}"`,
    hint: `it can grow by: ${kinds.join(", ")}`,
  });
}
