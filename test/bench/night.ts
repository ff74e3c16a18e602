/** How long the page of 500 runs takes: reading their folders and history, drawing it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectRuns } from "../../lab/judging/collected-runs.ts";
import { wholeHistoryEntry } from "../../lab/judging/history-entry.ts";
import { monotonicMs } from "../../lab/time.ts";
import { renderNight } from "../../reports/index.ts";
import { manyRuns } from "../reports/many-runs.ts";
import type { Measurement } from "./measurement.ts";

const RUNS = 500;
const ROUNDS = 3;

/** The best of three rounds, over 500 run folders of ten nights, and their history. */
export async function benchNight(): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-night-"));
  try {
    const runs = manyRuns(RUNS);
    for (const { plan, verdict } of runs) {
      await mkdir(join(folder, plan.run));
      await writeFile(join(folder, plan.run, "plan.json"), JSON.stringify(plan));
      await writeFile(join(folder, plan.run, "verdict.json"), JSON.stringify(verdict));
    }
    const lines = runs.map(({ plan, verdict }) => JSON.stringify(wholeHistoryEntry(plan, verdict)));
    await writeFile(join(folder, "history.jsonl"), `${lines.join("\n")}\n`);
    let bestMs = Infinity;
    let pageBytes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const startedMs = monotonicMs();
      const page = renderNight(await collectRuns(folder));
      await writeFile(join(folder, "index.html"), page);
      bestMs = Math.min(bestMs, monotonicMs() - startedMs);
      pageBytes = page.length;
    }
    return [
      { name: `page of ${RUNS} runs: read, drawn and written`, unit: "ms", value: bestMs, goal: "≤ 3000" },
      { name: `page of ${RUNS} runs: size`, unit: "KiB", value: pageBytes / 1_024 },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
