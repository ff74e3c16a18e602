/** A lab dies while it breaks a cluster that is to stay: its watchdog undoes what the ledger names, else the next command. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledgerPath, openEngine, silentProgress, type Engine, type Node } from "../../lab/engine/index.ts";
import { readOwner } from "../../lab/engine/run-owner.ts";
import { freshId } from "../../lab/random.ts";
import { seconds, waitFor } from "../../lab/time.ts";
import { startEchoCluster, type EchoCluster } from "./faults-echo-cluster.ts";

const PROGRAM = join(import.meta.dirname, "programs/faults-killed-lab.ts");

interface Broken extends AsyncDisposable {
  readonly run: string;
  readonly engine: Engine;
  readonly echo: EchoCluster;
  readonly nodes: readonly [Node, Node, Node];
  /** Kills the lab that broke it; with `all`, its watchdog first. */
  kill(all?: "all"): Promise<void>;
  /** The files of the disk that was to be filled. */
  filler(): Promise<string>;
}

/** An echo cluster that stands, broken by the lab of another process. */
async function broken(...asked: readonly string[]): Promise<Broken> {
  await using stack = new AsyncDisposableStack();
  const run = `killed${freshId()}`;
  const engine = stack.use(await openEngine());
  const image = (await engine.images(["base", "netfilter", "toxiproxy"], silentProgress)).get("base");
  if (image === undefined) throw new Error("no base image");
  const space = stack.use(await engine.openRun(run, { keep: true }));
  const echo = await startEchoCluster(space, image);
  const [one, two, three] = echo.nodes;
  if (one === undefined || two === undefined || three === undefined) throw new Error("three nodes were to start");

  const lab = spawn(process.execPath, [PROGRAM, run, ...asked], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  lab.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const gone = once(lab, "exit");
  stack.defer(async () => {
    lab.kill("SIGKILL");
    await gone;
  });
  await waitFor(
    "the lab to have broken the cluster",
    () => Promise.resolve(said.endsWith("broken\n") ? { reached: true } : { seen: said }),
    { within: seconds(60) },
  );
  const opened = stack.move();
  return {
    run,
    engine,
    echo,
    nodes: [one, two, three],
    async kill(all) {
      const watchdog = (await readOwner(run))?.watchdog.pid;
      if (all !== undefined && watchdog !== undefined) process.kill(watchdog, "SIGKILL");
      lab.kill("SIGKILL");
      await gone;
    },
    filler: async () => (await two.onDisk(["ls", "-A", "/data/2"])).stdout.trim(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

test("a delay, a throttle, a slow disk and a filled one are undone after SIGKILL", async () => {
  await using lab = await broken(
    "delay 100 ms between echo-1 and echo-2",
    "throttle echo-3 to 20% of a core",
    "slow-disk /data/1 of echo-1 to 500000 bytes/s",
    "fill /data/2 of echo-2 leaving 100000 bytes",
  );
  const [one, two, three] = lab.nodes;
  expect(await lab.echo.roundTrip(one, two)).toBeGreaterThanOrEqual(200);
  expect((await three.cpu()).limit).toBe(0.2);
  expect(await lab.filler()).toMatch(/^\.lab-filler-/);
  expect(existsSync(ledgerPath(lab.run))).toBe(true);
  await lab.kill();

  await waitFor(
    "the ledger to be empty",
    () => Promise.resolve(existsSync(ledgerPath(lab.run)) ? { seen: "it is there" } : { reached: true }),
    { within: seconds(30) },
  );
  expect(await lab.echo.roundTrip(one, two)).toBeLessThan(60);
  expect(await lab.echo.roundTrip(two, one)).toBeLessThan(60);
  expect((await three.cpu()).limit).toBeUndefined();
  expect(await lab.filler()).toBe("");
});

test("what a lab has left whose watchdog was killed with it, the next command undoes", async () => {
  await using lab = await broken(
    "throttle echo-3 to 20% of a core",
    "fill /data/2 of echo-2 leaving 100000 bytes",
    "pause echo-1",
  );
  const [one, , three] = lab.nodes;
  await lab.kill("all");
  expect((await one.state()).status).toBe("paused");
  expect(await lab.filler()).toMatch(/^\.lab-filler-/);

  expect((await lab.engine.healStanding()).filter(({ run }) => run === lab.run)).toEqual([{ run: lab.run, faults: 3 }]);
  expect((await one.state()).status).toBe("running");
  expect((await three.cpu()).limit).toBeUndefined();
  expect(await lab.filler()).toBe("");
  expect(existsSync(ledgerPath(lab.run))).toBe(false);
  expect((await lab.engine.healStanding()).filter(({ run }) => run === lab.run)).toEqual([]);
});
