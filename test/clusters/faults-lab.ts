/** The echo cluster with its faults, for tests that break more than links and processes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine, silentProgress, type ComponentId, type Node, type RunSpace } from "../../lab/engine/index.ts";
import {
  describeEntry,
  faultFront,
  openFaults,
  readLedger,
  type FaultFront,
  type FaultInjector,
  type Target,
} from "../../lab/faults/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import { startClock } from "../../lab/time.ts";
import { startEchoCluster, THREE_SEATS, type EchoCluster, type Seats } from "./faults-echo-cluster.ts";

export interface FaultLab extends AsyncDisposable {
  readonly space: RunSpace;
  readonly echo: EchoCluster;
  readonly nodes: readonly [Node, Node, Node];
  readonly injector: FaultInjector;
  readonly fault: FaultFront;
  /** What was journalled of a type. */
  told(type: JournalEvent["type"]): Omit<JournalEvent, "atMs">[];
  /** The faults that the ledger names now. */
  ledger(): Promise<readonly string[]>;
}

export interface FaultLabOptions {
  /** The networks that each of at least three nodes sits on. By default there are three, all on the run's own. */
  readonly seats?: Seats;
  readonly regions?: Readonly<Record<string, Target>>;
}

export async function openFaultLab(
  components: readonly ComponentId[] = [],
  { seats = THREE_SEATS, regions = {} }: FaultLabOptions = {},
): Promise<FaultLab> {
  const engine = await openEngine();
  const images = await engine.images(["base", "netfilter", ...components], silentProgress);
  const image = images.get("base");
  if (image === undefined) throw new Error("no base image");
  const space = await engine.openRun(`faults${freshId()}`, { networks: [...new Set(seats.flat())] });
  const echo = await startEchoCluster(space, image, seats);
  const [one, two, three] = echo.nodes;
  if (one === undefined || two === undefined || three === undefined) throw new Error("three nodes were to start");
  const folder = await mkdtemp(join(tmpdir(), "lab-faults-"));
  const ledgerFile = join(folder, "ledger.jsonl");
  const events: Omit<JournalEvent, "atMs">[] = [];
  const injector = await openFaults({
    space,
    clusters: [echo],
    clients: () => [],
    recorder: { operation: () => undefined, read: () => undefined, event: (event) => events.push(event) },
    clock: startClock(),
    random: seededRandom(1),
    regions,
    ledgerFile,
  });
  return {
    space,
    echo,
    nodes: [one, two, three],
    injector,
    fault: faultFront(injector),
    told: (type) => events.filter((event) => event.type === type),
    ledger: async () => (await readLedger(ledgerFile)).map(describeEntry),
    async [Symbol.asyncDispose]() {
      await injector[Symbol.asyncDispose]();
      await space[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
