import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { collectRuns } from "../../lab/judging/collected-runs.ts";
import { historyEntry } from "../../lab/judging/history-entry.ts";
import { appendHistory } from "../../lab/run-folder/history.ts";
import { historyFile } from "../../lab/run-folder/run-files.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { manyRuns, type Judged } from "../reports/many-runs.ts";

function place(runs: string, { plan, verdict }: Judged): string {
  const folder = join(runs, plan.run);
  mkdirSync(folder);
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  writeFileSync(join(folder, "verdict.json"), JSON.stringify(verdict));
  return folder;
}

test("a folder's runs are those of its folders and its history, each once, with the newest verdict and any baseline", async () => {
  using runs = temporaryFolder();
  const [onlyInHistory, both, onlyFolder, notJudged, broken] = manyRuns(5) as [Judged, Judged, Judged, Judged, Judged];
  const baseline = { why: "new disks", acceptedAt: "2026-11-01T00:00:00.000Z" };
  appendHistory(historyFile(runs.path), historyEntry(onlyInHistory.verdict));
  appendHistory(historyFile(runs.path), { ...historyEntry(both.verdict), verdict: "unknown", baseline });
  for (const each of [both, onlyFolder]) place(runs.path, each);
  rmSync(join(place(runs.path, notJudged), "verdict.json"));
  writeFileSync(join(place(runs.path, broken), "verdict.json"), "{");

  const { runs: found, leftOut } = await collectRuns(runs.path);
  expect(found.map(({ entry, folder }) => [entry.run, entry.verdict, folder, entry.baseline])).toEqual([
    [onlyInHistory.plan.run, onlyInHistory.verdict.verdict, undefined, undefined],
    [both.plan.run, both.verdict.verdict, both.plan.run, baseline],
    [onlyFolder.plan.run, onlyFolder.verdict.verdict, onlyFolder.plan.run, undefined],
  ]);
  expect(found[1]?.repeat).toBe(both.plan.repeat);
  expect(leftOut).toEqual([expect.stringMatching(/^a run was left out: .*verdict\.json: /)]);
});

test("what was left out of the history is told, and a run without a baseline says none", async () => {
  using runs = temporaryFolder();
  const [one] = manyRuns(1) as [Judged];
  place(runs.path, one);
  writeFileSync(historyFile(runs.path), "{\n");
  const { runs: found, leftOut } = await collectRuns(runs.path);
  expect(leftOut).toEqual([expect.stringMatching(/history\.jsonl:1 was left out: it is no JSON/)]);
  expect(found.map(({ entry }) => "baseline" in entry)).toEqual([false]);
});

test("a folder that is not there has no runs", async () => {
  expect(await collectRuns("/nonexistent")).toEqual({ runs: [], leftOut: [] });
});
