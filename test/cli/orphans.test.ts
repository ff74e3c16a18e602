import { expect, test } from "vitest";
import { describeOrphan, orphanedRuns, rowOfOrphan, undoneOnStanding } from "../../lab/cli/orphans.ts";
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

test("faults that were undone on clusters that stand are told, and so is that they could not be", async () => {
  const undone = [
    { run: "r1", faults: 1 },
    { run: "r2", faults: 2 },
  ];
  expect(await undoneOnStanding({ healStanding: () => Promise.resolve(undone) })).toEqual([
    "run r1 stood with 1 fault of a lab that was killed; it is undone",
    "run r2 stood with 2 faults of a lab that was killed; they are undone",
  ]);
  expect(await undoneOnStanding({ healStanding: () => Promise.reject(new Error("no answer")) })).toEqual([
    "the faults that a killed lab left on clusters that stand could not be undone: no answer",
  ]);
});
