import type { Command } from "commander";
import type { Schema } from "../systems/capabilities.ts";
import type { Cluster } from "../systems/types.ts";
import { openEngine } from "../engine/index.ts";
import { messageOf } from "../errors.ts";
import { exitOfSchema } from "./exit-codes.ts";
import { print, printJson } from "./output.ts";
import { drawProgress } from "./progress.ts";
import { openStanding } from "./standing.ts";

/** How one cluster's tables, buckets or topics were found, or left. */
export type SchemaState = { readonly cluster: string; readonly system: string } & (
  | { readonly state: "as written" }
  | { readonly state: "differs"; readonly differences: readonly string[] }
  | { readonly state: "failed"; readonly error: string }
);

/** For people: a line a cluster, and what is wrong below it. */
export function describeSchema(states: readonly SchemaState[]): string {
  if (states.length === 0) return "no cluster of this run has anything deployed to it";
  const lines = states.flatMap((each) => {
    const head = `${each.state === "as written" ? "✓" : "✗"} ${each.cluster}: ${each.state}`;
    const details = each.state === "differs" ? each.differences : each.state === "failed" ? each.error.split("\n") : [];
    return [head, ...details.map((detail) => `    ${detail}`)];
  });
  return lines.join("\n");
}

export function addSchema(program: Command): void {
  const schema = program
    .command("schema")
    .description("deploy tables, buckets and topics to clusters that lab up started, or verify them")
    .addHelpText("after", "\nExit code: 0 all is as written, 3 something failed, 4 something differs.");
  const add = (name: string, description: string, act: (schema: Schema) => Promise<readonly string[]>): void => {
    schema
      .command(name)
      .description(description)
      .argument("[run]", "which run; none: the only one that is up")
      .option("--json", "print what was found as JSON")
      .action(async (run: string | undefined, options: { json?: boolean }) => {
        using progress = drawProgress();
        await using engine = await openEngine({ progress, provision: false });
        await using standing = await openStanding(engine, { run, images: () => [], progress });
        const states: SchemaState[] = [];
        // One after another: a run's tables before its buckets, as its topology says.
        for (const cluster of standing.clusters) {
          if (cluster.schema === undefined) continue;
          const task = progress.task(`${cluster.name}: ${name}`);
          const state = await stateOf(cluster, act(cluster.schema));
          if (state.state === "as written") task.done(state.state);
          else task.failed(state.state);
          states.push(state);
        }
        if (options.json) printJson({ run: standing.run, clusters: states });
        else print(describeSchema(states));
        process.exitCode = exitOfSchema(states);
      });
  };
  add("deploy", "deploy what is not there yet, in order, and verify it; running it again completes it", (each) =>
    each.deploy().then(() => []),
  );
  add("verify", "compare what is deployed with what is written, on every node", (each) => each.differences());
}

async function stateOf({ name, system }: Cluster, work: Promise<readonly string[]>): Promise<SchemaState> {
  const of = { cluster: name, system };
  return work.then(
    (differences) =>
      differences.length === 0 ? { ...of, state: "as written" } : { ...of, state: "differs", differences },
    (error: unknown) => ({ ...of, state: "failed", error: messageOf(error) }),
  );
}
