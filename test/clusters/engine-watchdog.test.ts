/** The lab is killed by SIGKILL; its watchdog removes what it made, and nothing else. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHome, silentProgress } from "../../lab/engine/index.ts";
import { runOnce } from "../../lab/engine/docker/recover.ts";
import { freshId } from "../../lab/random.ts";
import { milliseconds, seconds, sleep, waitFor } from "../../lab/time.ts";
import { labelled, openBench, type Bench } from "./programs/engine-nodes.ts";

const PROGRAM = join(import.meta.dirname, "programs", "engine-killed-lab.ts");

let bench: Bench;
let bystander: string;

beforeAll(async () => {
  bench = await openBench();
  const container = await bench.docker.createContainer({
    name: `bystander-${freshId()}`,
    Image: bench.spec("x").image.reference,
    Cmd: ["sleep", "600"],
  });
  await container.start();
  bystander = container.id;
});
afterAll(() => bench.docker.getContainer(bystander).remove({ force: true }));

interface Victim {
  readonly run: string;
  readonly process: ChildProcess;
  says(word: string): Promise<void>;
}

function startVictim(mode: string): Victim {
  const run = freshId();
  const child = spawn(process.execPath, [PROGRAM, run, mode], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (text: Buffer) => {
    said += text.toString();
  });
  const says = async (word: string): Promise<void> => {
    const look = () => Promise.resolve(said.includes(word) ? { reached: true } : { seen: `it said "${said}"` });
    await waitFor(`the lab to say "${word}"`, look, { within: seconds(60), every: milliseconds(5) });
  };
  return { run, process: child, says };
}

async function kill(victim: Victim): Promise<void> {
  const gone = once(victim.process, "exit");
  victim.process.kill("SIGKILL");
  await gone;
}

/** Nothing there, three looks in a row: a container on its way would show up. */
async function nothingLeft(run: string): Promise<void> {
  let emptyLooks = 0;
  await waitFor(
    `nothing of run ${run} to be left`,
    async () => {
      const left = [...(await labelled(bench.docker, run)), ...(existsSync(runHome(run)) ? [runHome(run)] : [])];
      emptyLooks = left.length === 0 ? emptyLooks + 1 : 0;
      return emptyLooks === 3 ? { reached: true } : { seen: left.join(", ") };
    },
    { within: seconds(30), every: milliseconds(300) },
  );
}

const tables = async (): Promise<string> => {
  const image = (await bench.engine.images(["netfilter"], silentProgress)).get("netfilter");
  return runOnce(bench.docker, freshId(), image?.reference ?? "", ["nft", "list", "tables"]);
};

describe("a lab that is killed", () => {
  test("leaves nothing: no nodes, frozen or not, no volumes, no network", async () => {
    const victim = startVictim("");
    await victim.says("standing");
    expect(await labelled(bench.docker, victim.run)).toHaveLength(4);
    await kill(victim);
    await nothingLeft(victim.run);
  });

  test("while it starts nodes one after another", async () => {
    const victim = startVictim("busy");
    await victim.says("standing");
    await kill(victim);
    await nothingLeft(victim.run);
  });

  test.each([20, 60, 100, 150, 200, 300, 450, 600])("%i ms after it began to make its run", async (delayMs) => {
    const victim = startVictim("");
    await victim.says("opening");
    // The moment is the point here: it falls before, in or after the making of network and nodes.
    await sleep(milliseconds(delayMs));
    await kill(victim);
    await nothingLeft(victim.run);
  });

  test("with a packet-filter table that outlived its process", async () => {
    const victim = startVictim("table");
    await victim.says("standing");
    expect(await tables()).toContain(`table bridge lab_${victim.run}`);
    await kill(victim);
    await nothingLeft(victim.run);
    expect(await tables()).not.toContain(victim.run);
  });

  test("and what is not the lab's goes on", async () => {
    const { State } = await bench.docker.getContainer(bystander).inspect();
    expect(State.Running).toBe(true);
  });
});
