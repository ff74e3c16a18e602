import type { Command } from "commander";
import { ledgerPath, openEngine } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import {
  FAULT_KINDS,
  faultGroups,
  kindNamed,
  openFaults,
  parseFault,
  usagesOf,
  type FaultSpec,
} from "../faults/index.ts";
import { formatDuration, milliseconds, sleep, type Duration } from "../time.ts";
import { exitOfFault } from "./exit-codes.ts";
import { durationFlag, seedFlag } from "./flags.ts";
import { heedInterrupts } from "./interrupt.ts";
import { print } from "./output.ts";
import { drawProgress } from "./progress.ts";
import { openStanding } from "./standing.ts";

export function addFault(program: Command): void {
  program
    .command("fault")
    .description("break a cluster that lab up started; healed after --for, or by Ctrl-C")
    .argument("<words...>", "what to break, in words")
    .option("--run <run>", "which run; none: the only one that is up")
    .option("--for <time>", "how long: 1ms to 1440m (500ms, 20s, 2m); none: until Ctrl-C", durationFlag("--for"))
    .option("--seed <number>", "for random choices such as 'a minority'", seedFlag)
    .addHelpText("after", () => faultHelp())
    .action(async (words: string[], options: { run?: string; for?: Duration; seed?: number }) => {
      const spec = byHand(parseFault(words));
      using progress = drawProgress();
      using interrupts = heedInterrupts((text) => progress.line(text), "by hand");
      const { signal } = interrupts;
      await using engine = await openEngine({ progress, provision: false });
      await using standing = await openStanding(engine, {
        run: options.run,
        images: () => ["netfilter", ...(kindNamed(spec.kind)?.tools ?? [])],
        progress,
        seed: options.seed,
        signal,
      });
      const { context, clusters } = standing;
      await using faults = await openFaults({
        ...context,
        clusters,
        clients: () => [],
        ledgerFile: ledgerPath(standing.run),
      });
      const fault = await faults.inject(spec);
      print(`${spec.kind}: ${fault.targets.join(", ")}`);
      const receipt = await fault.receipt();
      print(`  ${receipt.effective ? "in force" : "NO EFFECT so far"}: ${receipt.measured}`);
      await sleep(options.for ?? milliseconds(2 ** 31 - 1), signal).catch(() => undefined);
      await fault.heal();
      print(`  healed${options.for === undefined ? "" : ` after ${formatDuration(options.for)}`}`);
      // What nothing ran into at first may have been met since.
      const last = await fault.receipt();
      if (!receipt.effective) print(`  ${last.effective ? "it was in force" : "NO EFFECT"}: ${last.measured}`);
      process.exitCode = exitOfFault(last);
    });
}

/** All kinds with their words, and an example of each. */
export function faultHelp(): string {
  const usages = faultGroups().map(({ group, kinds }) => [`${group}:`, ...kinds.flatMap(usagesOf)].join("\n  "));
  return `
What can be broken:

${usages.join("\n\n")}

For example:
${FAULT_KINDS.map(({ example }) => `  lab fault ${example} --for 20s`).join("\n")}

docs/faults.md has all words for whom to break, and what each fault does.
Exit code: 0 it was in force and is healed, 2 it had no effect, 3 it could not be made or healed, 64 bad usage.`;
}

/** @throws LabError `bad-usage` for a fault that cannot be made by hand */
function byHand(spec: FaultSpec): FaultSpec {
  if (!("permanent" in spec)) return spec;
  throw new LabError({
    code: "bad-usage",
    message: "a fault by hand lasts as long as the command: it cannot be for good",
    hint: 'leave out "for good"; lab down removes the clusters, broken or not',
  });
}
