/** What others take of the machine, on a real engine: another run's node is one of them. */
import { cpus } from "node:os";
import { beforeAll, expect, test } from "vitest";
import { freshId } from "../../lab/random.ts";
import { milliseconds, seconds, waitFor } from "../../lab/time.ts";
import { openBench, type Bench } from "./programs/engine-nodes.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});

test("what another run uses is told as taken by others, until nobody listens", async () => {
  await using space = await bench.engine.openRun(`t${freshId()}`);
  await space.startNode(bench.spec("idle-1"));
  await using other = await bench.engine.openRun(`t${freshId()}`);
  const burn = ["sh", "-c", "timeout 60 sh -c 'while :; do :; done'"];
  await other.startNode(bench.spec("busy-1", { command: burn }));
  const told: number[] = [];
  const watching = space.onTakenByOthers((percent) => told.push(percent));
  // One processor, or, where more want it than there are, a part of it.
  const least = 100 / cpus().length / 4;
  await waitFor(
    `others to take ${least} %`,
    () => Promise.resolve(told.some((each) => each >= least) ? { reached: true } : { seen: told.join(" ") }),
    { within: seconds(30), every: milliseconds(50) },
  );
  watching[Symbol.dispose]();
  expect(told.every((each) => Number.isInteger(each) && each >= 0 && each <= 100)).toBe(true);
});
