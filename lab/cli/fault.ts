import type { Command } from "commander";
import { ledgerPath, openEngine } from "../engine/index.ts";
import { openFaults, parseFault } from "../faults/index.ts";
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
    .addHelpText(
      "after",
      `
Examples:
  lab fault kill "leader of events/0" --for 20s
  lab fault pause "active controller" --for 10s
  lab fault partition between "a minority" and others --for 30s
  lab fault partition isolate kafka-1 also from clients --for 30s
  lab fault loss 30% between kafka-1 and others --for 1m
  lab fault delay 100 ms jitter 20 ms between kafka-1 and others --for 30s

docs/faults.md has all kinds and all words for whom to break.
Exit code: 0 when it was in force, 2 when it had no effect.`,
    )
    .action(async (words: string[], options: { run?: string; for?: Duration; seed?: number }) => {
      const spec = parseFault(words);
      using progress = drawProgress();
      using interrupts = heedInterrupts((text) => progress.line(text), "by hand");
      const { signal } = interrupts;
      await using engine = await openEngine({ progress, provision: false });
      await using standing = await openStanding(engine, {
        run: options.run,
        images: () => (spec.kind === "delay" ? ["netfilter", "toxiproxy"] : ["netfilter"]),
        progress,
        seed: options.seed,
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
      print(`  ${receipt.effective ? "in force" : "NO EFFECT"}: ${receipt.measured}`);
      await sleep(options.for ?? milliseconds(2 ** 31 - 1), signal).catch(() => undefined);
      process.exitCode = exitOfFault(receipt);
      await fault.heal();
      print(`  healed${options.for === undefined ? "" : ` after ${formatDuration(options.for)}`}`);
    });
}
