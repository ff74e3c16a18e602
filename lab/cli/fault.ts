import type { Command } from "commander";
import { ledgerPath, openEngine } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { openFaults, parseFault } from "../faults/index.ts";
import { formatDuration, milliseconds, sleep, type Duration } from "../time.ts";
import { interruptSignal } from "./interrupt.ts";
import { print } from "./output.ts";
import { drawProgress } from "./progress.ts";
import { wholeNumber } from "./run.ts";
import { openStanding } from "./standing.ts";

export function addFault(program: Command): void {
  program
    .command("fault")
    .description("break a cluster that lab up started; healed after --for, or by Ctrl-C")
    .argument("<words...>", "what to break, in words")
    .option("--run <run>", "which run; none: the only one that is up")
    .option("--for <time>", "how long: 500ms, 20s, 2m; none: until Ctrl-C", duration)
    .option("--seed <number>", "for random choices such as 'a minority'", wholeNumber("--seed"))
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

docs/faults.md has all kinds and all words for whom to break.`,
    )
    .action(async (words: string[], options: { run?: string; for?: Duration; seed?: number }) => {
      const spec = parseFault(words);
      using progress = drawProgress();
      const signal = interruptSignal((text) => progress.line(text));
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
      await fault.heal();
      print(`  healed${options.for === undefined ? "" : ` after ${formatDuration(options.for)}`}`);
    });
}

const UNITS = { ms: 1, s: 1_000, m: 60_000 } as const;

function duration(text: string): Duration {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `--for wants a time such as 500ms, 20s or 2m, got ${JSON.stringify(text)}`,
      hint: "--for 20s",
    });
  }
  return milliseconds(Number(count) * UNITS[unit as keyof typeof UNITS]);
}
