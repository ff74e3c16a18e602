/** Rehearsals one after another on the same containers: the next sees nothing of the one before, or gets fresh ones. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openEngine, silentProgress } from "../../lab/engine/index.ts";
import { rehearse, type RehearsalResult } from "../../lab/rehearsal/rehearse.ts";
import { readRecordedRun } from "../../lab/run-folder/run-files.ts";
import { openClusterPool, type ClusterPool } from "../../lab/rehearsal/cluster-pool.ts";
import locked from "./programs/locked.scenario.ts";

const runs = mkdtempSync(join(tmpdir(), "lab-reuse-"));
const stack = new AsyncDisposableStack();
afterAll(async () => {
  await stack.disposeAsync();
  rmSync(runs, { recursive: true, force: true });
});

test("clusters are used again as new, and not when they cannot be made so", async () => {
  const engine = stack.use(await openEngine());
  const kept = stack.use(openClusterPool());
  /** The engine's names of what each rehearsal left in the pool. */
  const left: string[] = [];
  const pool: ClusterPool = {
    ...kept,
    leave(clusters) {
      left.push(clusters.space.run);
      kept.leave(clusters);
    },
  };
  const isUp = async (name: string | undefined): Promise<boolean> =>
    (await engine.runs()).some(({ run }) => run === name);
  const signal = new AbortController().signal;
  const once = async (seed: number, mutant?: string): Promise<RehearsalResult> => {
    const given = { scenario: locked, mutant, seed, engine, pool, runs, progress: silentProgress, signal };
    const result = await rehearse(given);
    expect(result.verdict).toMatchObject({ verdict: "held", reasons: [] });
    return result;
  };
  const told = async ({ folder }: RehearsalResult): Promise<string[]> =>
    (await readRecordedRun(folder)).journal.events.flatMap((event) => {
      if (event.type === "note" && event.text.startsWith("the clusters of")) return [event.text];
      return event.type === "observation" && ["clusters", "found"].includes(event.subject) ? [String(event.value)] : [];
    });

  const first = await once(1);
  const second = await once(2, "locked");
  const [one, same] = left;
  expect(same).toBe(one);
  expect(await isUp(one)).toBe(true);
  const third = await once(3);
  expect(await isUp(one)).toBe(false);

  expect(await told(first)).toEqual(["nothing"]);
  expect(await told(second)).toEqual([`reused from ${first.verdict.run}`, "nothing"]);
  expect(await told(third)).toEqual([
    expect.stringContaining(`the clusters of ${second.verdict.run} are not used again: waited 20 s`),
    "nothing",
  ]);
  const another = left[2];
  expect(await isUp(another)).toBe(true);
  await kept[Symbol.asyncDispose]();
  expect(await isUp(another)).toBe(false);
});
