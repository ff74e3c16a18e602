/** The lab dies in the middle of a partition with a paused broker: nothing is left, without anyone's help. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openEngine, type Engine } from "../../lab/engine/index.ts";
import { readRecordedRun, listRuns } from "../../lab/run-folder/run-files.ts";
import { freshId } from "../../lab/random.ts";
import { seconds, waitFor } from "../../lab/time.ts";

const MAIN = join(import.meta.dirname, "../../lab/cli/main.ts");
const SCENARIO = join(import.meta.dirname, "programs/held-open.scenario.ts");

interface Lab {
  readonly process: ChildProcess;
  said(): string;
}

function startLab(runs: string): Lab {
  const process_ = spawn(process.execPath, [MAIN, "run", SCENARIO, "--seed", "1"], {
    env: { ...process.env, RESILIENCE_LAB_RUNS: runs },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [process_.stdout, process_.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return { process: process_, said: () => text };
}

const brokenOpen = (lab: Lab) =>
  waitFor(
    "the lab to have broken the cluster",
    () => {
      if (lab.process.exitCode !== null) throw new Error(`the lab ended: ${lab.said()}`);
      return Promise.resolve(lab.said().includes("✓ pause") ? { reached: true } : { seen: lab.said().slice(-300) });
    },
    { within: seconds(120) },
  );

async function packetTables(engine: Engine): Promise<string> {
  await using space = await engine.openRun(`look-${freshId()}`);
  const helper = await space.startNetworkHelper(["sh", "-c", "nft list tables && echo whole"]);
  let output = "";
  helper.onOutput((text) => (output += text));
  // The list comes in pieces: only its own last line says that it is all there.
  await waitFor(
    "the list of tables",
    () => Promise.resolve(output.endsWith("whole\n") ? { reached: true } : { seen: output }),
    { within: seconds(10) },
  );
  return output;
}

const nothingLeft = (engine: Engine, before: readonly string[]) =>
  waitFor(
    "nothing of the run to be left",
    async () => {
      const left = (await engine.runs()).filter(({ run }) => !before.includes(run));
      return left.length === 0
        ? { reached: true }
        : { seen: left.map(({ run, nodes }) => `${run}: ${nodes} nodes`).join(", ") };
    },
    { within: seconds(30) },
  );

describe("a lab that dies in the middle", () => {
  test.each([
    ["SIGKILL", null],
    ["SIGINT", 130],
  ] as const)("leaves nothing behind after %s, and what it recorded stays readable", async (signal, exitCode) => {
    const runs = mkdtempSync(join(tmpdir(), "lab-killed-"));
    await using engine = await openEngine();
    await engine.images(["kafka", "netfilter"], {
      task: () => ({ note: () => undefined, done: () => undefined, failed: () => undefined }),
    });
    const before = (await engine.runs()).map(({ run }) => run);
    const lab = startLab(runs);
    try {
      await brokenOpen(lab);
      const run = (await engine.runs()).map((each) => each.run).find((each) => !before.includes(each));
      expect(run).toBeDefined();
      expect(await packetTables(engine)).toContain(`lab_${run ?? ""}`);

      const gone = once(lab.process, "exit");
      lab.process.kill(signal);
      expect((await gone)[0]).toBe(exitCode);

      await nothingLeft(engine, before);
      expect(await packetTables(engine)).not.toContain(`lab_${run ?? ""}`);

      const [folder] = await listRuns(runs);
      const recorded = await readRecordedRun(join(runs, folder ?? ""));
      expect(recorded.journal.operations.length).toBeGreaterThan(0);
      expect(recorded.journal.events.some((event) => event.type === "fault-injected")).toBe(true);
    } finally {
      lab.process.kill("SIGKILL");
      rmSync(runs, { recursive: true, force: true });
    }
  });
});
