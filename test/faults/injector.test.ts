import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFaults, type FaultInjector } from "../../lab/faults/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { seededRandom, type Random } from "../../lab/random.ts";
import { startClock } from "../../lab/time.ts";
import { memoryCluster, memorySpace } from "./memory-run.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-injector-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Opened extends AsyncDisposable {
  readonly injector: FaultInjector;
  readonly events: readonly Omit<JournalEvent, "atMs">[];
}

async function open(random: Random, clusters = [memoryCluster("kafka", 9)]): Promise<Opened> {
  const events: Omit<JournalEvent, "atMs">[] = [];
  const injector = await openFaults({
    space: memorySpace(clusters),
    clusters,
    clients: () => [],
    recorder: { operation: () => undefined, read: () => undefined, event: (event) => events.push(event) },
    clock: startClock(),
    random,
    ledgerFile: join(folder, "ledger.jsonl"),
  });
  return { injector, events, [Symbol.asyncDispose]: () => injector[Symbol.asyncDispose]() };
}

test("whom a fault means follows from the seed and its number, however much others drew", async () => {
  const minority = async (between: (random: Random) => void): Promise<readonly (readonly string[])[]> => {
    const random = seededRandom(42);
    await using opened = await open(random);
    const named: (readonly string[])[] = [];
    for (const target of ["a minority", "a minority", "a follower of events/0"]) {
      between(random);
      const fault = await opened.injector.inject({ kind: "pause", target });
      named.push(fault.targets);
      await fault.heal();
    }
    await rm(join(folder, "ledger.jsonl"));
    return named;
  };
  const quiet = await minority(() => undefined);
  const busy = await minority((random) => {
    for (let draw = 0; draw < 17; draw++) random.integer(100);
  });
  expect(busy).toEqual(quiet);
  expect(quiet[0]).toHaveLength(4);
  expect(quiet[1]).not.toEqual(quiet[0]);
});
