/** The runner over an environment in memory: its order, its interrupts, what it says where it could not see to the end. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LabError } from "../../lab/errors.ts";
import { readJournal } from "../../lab/journal/index.ts";
import type { ClusterPool, PooledClusters } from "../../lab/rehearsal/cluster-pool.ts";
import { rehearse, type RehearsalOptions, type RehearsalResult } from "../../lab/rehearsal/rehearse.ts";
import { readHistory } from "../../lab/run-folder/history.ts";
import { historyFile } from "../../lab/run-folder/run-files.ts";
import { milliseconds, sleep } from "../../lab/time.ts";
import type { Reporter } from "../../reports/index.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { memoryEngine, memoryScenario, memorySetUp, rememberedProgress } from "./memory-environment.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

const never = (): Promise<never> => new Promise(() => undefined);

async function rehearsal(
  options: Partial<RehearsalOptions> = {},
): Promise<RehearsalResult & { readonly phases: readonly string[]; readonly lines: readonly string[] }> {
  const progress = rememberedProgress();
  const result = await rehearse({
    scenario: memoryScenario(),
    seed: 1,
    engine: memoryEngine(),
    runs: folder.path,
    progress,
    signal: new AbortController().signal,
    setUp: memorySetUp(),
    ...options,
  });
  const { events } = readJournal(join(result.folder, "journal.bin"));
  const phases = events.flatMap((event) => (event.type === "phase" ? [event.phase] : []));
  return { ...result, phases, lines: progress.lines };
}

describe("a rehearsal", () => {
  test("goes through its phases in order, is judged, and is held when all was seen", async () => {
    const setUp = memorySetUp();
    const { verdict, phases, lines } = await rehearsal({ setUp });
    expect(phases).toEqual(["set-up", "run", "heal", "converge", "drain", "done"]);
    expect(setUp.told).toEqual(["healed", "load stopped", "load drained"]);
    expect(lines).toEqual([
      "✓ heal what is left",
      "✓ network and nodes are whole",
      "✓ load ends",
      "✓ readers reach the end",
      "✓ logs",
    ]);
    expect(verdict).toMatchObject({ verdict: "held", reasons: [] });
  });

  test("is violated by what was lost", async () => {
    const { verdict } = await rehearsal({ setUp: memorySetUp({ lost: 1 }) });
    expect(verdict.verdict).toBe("violated");
  });

  test("ties its journal to its plan", async () => {
    const { folder: run } = await rehearsal();
    const { head } = readJournal(join(run, "journal.bin"));
    const plan = JSON.parse(readFileSync(join(run, "plan.json"), "utf8")) as { readonly run: string };
    expect(head?.run).toBe(plan.run);
  });

  test("whose set-up failed is unknown, and says why", async () => {
    const broken = new LabError({ code: "cluster-not-ready", message: "kafka-2 did not answer" });
    const { verdict, setUpError, phases } = await rehearsal({ setUp: () => Promise.reject(broken) });
    expect(setUpError).toBe(broken);
    expect(phases).toEqual(["set-up"]);
    expect(verdict.verdict).toBe("unknown");
    expect(verdict.reasons.join()).toContain("kafka-2 did not answer");
  });

  test("whose script threw goes on to the end, and is unknown", async () => {
    const scenario = memoryScenario(() => Promise.reject(new Error("no such topic")));
    const { verdict, phases } = await rehearsal({ scenario });
    expect(phases.at(-1)).toBe("done");
    expect(verdict.verdict).toBe("unknown");
    expect(verdict.reasons.join()).toContain("the script stopped: no such topic");
  });

  test("a wait that ran out is not told as done", async () => {
    const { lines, verdict } = await rehearsal({
      setUp: memorySetUp({ drain: () => Promise.resolve({ complete: false }) }),
    });
    expect(lines).toContain("✗ readers reach the end: events was not read to its end: waited 90 s for the final reads");
    expect(verdict.verdict).toBe("unknown");
  });

  test("a script that goes on after its end can break nothing more", async () => {
    const late = Promise.withResolvers<unknown>();
    const scenario = memoryScenario((stage) => {
      void Promise.resolve().then(async () => {
        await sleep(milliseconds(1));
        await stage.fault.kill("kafka-1").then(late.resolve, late.resolve);
      });
      return Promise.resolve();
    });
    await rehearsal({ scenario });
    expect(await late.promise).toMatchObject({ code: "interrupted" });
  });
});

describe("an interrupt", () => {
  /** Interrupts as soon as this part of the environment is reached, which then never ends by itself. */
  function interruptedIn(
    part: "stop" | "drain" | "healAll" | "script",
  ): Promise<Awaited<ReturnType<typeof rehearsal>>> {
    const controller = new AbortController();
    const hangs = (): Promise<never> => {
      controller.abort(new LabError({ code: "interrupted", message: "interrupted by SIGINT" }));
      return never();
    };
    const scenario = memoryScenario(part === "script" ? hangs : undefined);
    return rehearsal({ scenario, signal: controller.signal, setUp: memorySetUp({ [part]: hangs }) });
  }

  test.each(["script", "stop", "drain"] as const)("is heeded at once in %s: healed, judged, unknown", async (part) => {
    const { verdict, phases } = await interruptedIn(part);
    expect(phases).not.toContain("done");
    expect(phases).toContain("heal");
    expect(verdict.verdict).toBe("unknown");
  });

  test("in the script leaves the final reads out", async () => {
    expect((await interruptedIn("script")).phases).toEqual(["set-up", "run", "heal"]);
  });

  test("what was violated before it stays violated only if nothing could mend it", async () => {
    const controller = new AbortController();
    const drain = (): Promise<never> => {
      controller.abort(new LabError({ code: "interrupted", message: "interrupted by SIGINT" }));
      return never();
    };
    const { verdict } = await rehearsal({ signal: controller.signal, setUp: memorySetUp({ drain, lost: 3 }) });
    expect(verdict.verdict).toBe("unknown");
  });
});

describe("clusters after a rehearsal", () => {
  function poolOf(): ClusterPool & { readonly left: readonly PooledClusters[] } {
    const left: PooledClusters[] = [];
    return {
      left,
      take: () => Promise.resolve(undefined),
      leave: (clusters) => void left.push(clusters),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  test("go to the pool when nothing is wrong with them", async () => {
    const pool = poolOf();
    await rehearsal({ pool });
    expect(pool.left).toHaveLength(1);
  });

  test.each([
    ["a script that threw", { scenario: memoryScenario(() => Promise.reject(new Error("broken"))) }],
    ["reads that did not end", { setUp: memorySetUp({ drain: () => Promise.resolve({ complete: false }) }) }],
    ["a heal that failed", { setUp: memorySetUp({ healAll: () => Promise.reject(new Error("still paused")) }) }],
  ])("do not after %s", async (_, options) => {
    const pool = poolOf();
    await rehearsal({ pool, ...options });
    expect(pool.left).toHaveLength(0);
  });
});

describe("a node that somebody else removed", () => {
  test("ends it at once: nothing more is waited for, the verdict is unknown and says so", async () => {
    const setUp = memorySetUp({ removesNode: true });
    const { verdict, engineGone, phases } = await rehearsal({ scenario: memoryScenario(never), setUp });
    expect(engineGone).toBeUndefined();
    expect(setUp.told).toEqual([]);
    expect(phases).not.toContain("done");
    expect(verdict.verdict).toBe("unknown");
    expect(verdict.reasons.join()).toMatch(/kafka-1 was removed from outside/);
  });
});

describe("an engine that has gone", () => {
  test("ends it: nothing more is tried, the verdict is unknown", async () => {
    const engine = memoryEngine();
    const scenario = memoryScenario(() => {
      engine.gone = true;
      return never();
    });
    const setUp = memorySetUp();
    const { verdict, engineGone, phases } = await rehearsal({ engine, scenario, setUp });
    expect(engineGone).toBe(true);
    expect(setUp.told).toEqual([]);
    expect(phases).not.toContain("done");
    expect(verdict.verdict).toBe("unknown");
    expect(verdict.reasons.join()).toContain("the container engine stayed");
  });
});

test("reporters draw the run once it was judged, and what they say is given; the history says what the night needs", async () => {
  const seen: string[] = [];
  const reporter: Reporter = {
    name: "own",
    run: ({ verdict, folder: of }) => {
      seen.push(verdict.verdict);
      return { files: { "own.txt": "drawn" }, terminal: `own: ${of === undefined ? "nowhere" : "in a folder"}` };
    },
  };
  const { folder: run, terminal } = await rehearsal({ reporters: [reporter] });
  expect({ seen, terminal }).toEqual({ seen: ["held"], terminal: ["own: in a folder"] });
  expect(readFileSync(join(run, "own.txt"), "utf8")).toBe("drawn");
  const [entry] = readHistory(historyFile(folder.path)).entries;
  expect(entry).toMatchObject({ verdict: "held", code: expect.stringMatching(/^[0-9a-f]{16}$/) as string });
  expect(Object.keys(entry ?? {})).toEqual(
    expect.arrayContaining(["title", "plan", "images", "violated", "durationMs"]),
  );
});
