import { expect, test } from "vitest";
import { describeOrphan, orphanedRuns, rowOfOrphan } from "../../lab/cli/orphans.ts";
import type { RunInfo, RunState } from "../../lab/engine/index.ts";

const run = (name: string, state: RunState, nodes = 3): RunInfo => ({ run: name, nodes, kept: false, state });
const left = run("r1", "orphaned");

test("only what nobody looks after was left behind", async () => {
  const states: readonly RunState[] = ["under way", "cleaning up", "standing", "unknown"];
  const runs = [...states.map((state) => run(state, state)), left];
  expect(await orphanedRuns({ runs: () => Promise.resolve(runs) })).toEqual([left]);
});

test("it is named with the command that removes it", () => {
  expect(describeOrphan(left)).toBe(
    "run r1 was left behind with 3 nodes: its lab and its watchdog were killed. Remove it: lab down r1",
  );
  expect(rowOfOrphan(run("r1", "orphaned", 1))).toMatchObject({
    detail: "left behind with 1 node: its lab and its watchdog were killed",
    mend: "lab down r1",
  });
});

test("an engine that does not say has none", async () => {
  expect(await orphanedRuns({ runs: () => Promise.reject(new Error("gone")) })).toEqual([]);
});
