/** A lab dies while it breaks a cluster that is to stay: its watchdog undoes what the ledger names. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledgerPath, openEngine, silentProgress } from "../../lab/engine/index.ts";
import { freshId } from "../../lab/random.ts";
import { seconds, waitFor } from "../../lab/time.ts";
import { startEchoCluster } from "./faults-echo-cluster.ts";

const PROGRAM = join(import.meta.dirname, "programs/faults-killed-lab.ts");

test("a delay, a throttle, a slow disk and a filled one are undone after SIGKILL", async () => {
  const run = `killed${freshId()}`;
  await using engine = await openEngine();
  const image = (await engine.images(["base", "netfilter", "toxiproxy"], silentProgress)).get("base");
  if (image === undefined) throw new Error("no base image");
  await using space = await engine.openRun(run);
  const echo = await startEchoCluster(space, image);
  const [one, two] = echo.nodes;
  if (one === undefined || two === undefined) throw new Error("three nodes were to start");
  const filler = async (): Promise<string> => (await two.onDisk(["ls", "-A", "/data/2"])).stdout.trim();

  const asked = [
    "delay 100 ms between echo-1 and echo-2",
    "throttle echo-3 to 20% of a core",
    "slow-disk /data/1 of echo-1 to 500000 bytes/s",
    "fill /data/2 of echo-2 leaving 100000 bytes",
  ];
  const lab = spawn(process.execPath, [PROGRAM, run, ...asked], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  lab.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const gone = once(lab, "exit");
  try {
    await waitFor(
      "the lab to have broken the cluster",
      () => Promise.resolve(said.endsWith("broken\n") ? { reached: true } : { seen: said }),
      { within: seconds(60) },
    );
    expect(await echo.roundTrip(one, two)).toBeGreaterThanOrEqual(200);
    expect((await echo.nodes[2]?.cpu())?.limit).toBe(0.2);
    expect(await filler()).toMatch(/^\.lab-filler-/);
    expect(existsSync(ledgerPath(run))).toBe(true);
  } finally {
    lab.kill("SIGKILL");
    await gone;
  }

  await waitFor(
    "the ledger to be empty",
    () => Promise.resolve(existsSync(ledgerPath(run)) ? { seen: "it is there" } : { reached: true }),
    { within: seconds(30) },
  );
  expect(await echo.roundTrip(one, two)).toBeLessThan(60);
  expect(await echo.roundTrip(two, one)).toBeLessThan(60);
  expect((await echo.nodes[2]?.cpu())?.limit).toBeUndefined();
  expect(await filler()).toBe("");
});
