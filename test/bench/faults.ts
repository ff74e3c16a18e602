/**
 * How long a partition of three links takes from the order to being in force and confirmed: by the lab's packet
 * filter, and by `docker exec NODE nft …` in each of three nodes, in the same run.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openEngine, silentProgress, type ImageRef, type RunSpace } from "../../lab/engine/index.ts";
import { packetFilter } from "../../lab/faults/drivers/packet-filter.ts";
import { openFaults } from "../../lab/faults/index.ts";
import { bothWays } from "../../lab/faults/shapes.ts";
import type { LinkSelector } from "../../lab/faults/links.ts";
import { freshId, seededRandom } from "../../lab/random.ts";
import { silentRecorder } from "../../lab/rehearsal/standing-runs.ts";
import { monotonicMs, startClock } from "../../lab/time.ts";
import { startEchoCluster, type EchoCluster } from "../clusters/faults-echo-cluster.ts";
import type { Measurement } from "./measurement.ts";

const APPLIES = 300;
const EXECS = 30;

export async function benchFaults(): Promise<Measurement[]> {
  await using engine = await openEngine();
  const images = await engine.images(["base", "netfilter"], silentProgress);
  const [base, netfilter] = [images.get("base"), images.get("netfilter")];
  if (base === undefined || netfilter === undefined) throw new Error("the images base and netfilter were to be there");
  await using space = await engine.openRun(`bench${freshId()}`);
  const cluster = await startEchoCluster(space, base);

  const { applied, lifted } = await timeFilter(space, cluster);
  const injected = await timeInjector(space, cluster);
  const exec = await timeExec(engine.info.endpoint, space, netfilter);
  return [
    ...figures("partition of three links, in force and confirmed", applied, "≤ 5"),
    ...figures("the same healed and confirmed", lifted),
    ...figures("the same as a fault, with targets resolved and ledger synced", injected),
    ...figures("the same by docker exec nft in three nodes, one after another", exec),
    ...(exec.length === 0
      ? []
      : [
          {
            name: "docker exec against the packet filter, p50",
            unit: "times",
            value: percentile(exec, 0.5) / percentile(applied, 0.5),
          },
        ]),
  ];
}

const percentile = (times: readonly number[], share: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

const figures = (name: string, times: readonly number[], goal?: string): Measurement[] =>
  times.length === 0
    ? []
    : [
        { name: `${name}, p50`, unit: "ms", value: percentile(times, 0.5) },
        { name: `${name}, p99`, unit: "ms", value: percentile(times, 0.99), ...(goal === undefined ? {} : { goal }) },
      ];

async function timed(times: number[], work: () => Promise<unknown>): Promise<void> {
  const startedMs = monotonicMs();
  await work();
  times.push(monotonicMs() - startedMs);
}

async function timeFilter(space: RunSpace, cluster: EchoCluster): Promise<{ applied: number[]; lifted: number[] }> {
  await using filter = packetFilter({
    table: `lab_bench_${freshId()}`,
    startHelper: (command) => space.startNetworkHelper(command),
  });
  const [one = "", two = "", three = ""] = cluster.nodes.map((node) => node.address);
  const links = [...bothWays([one], [two, three]), ...bothWays([two], [three])];
  const [applied, lifted]: [number[], number[]] = [[], []];
  await filter.rules();
  for (let turn = 0; turn < APPLIES; turn += 1) {
    await timed(applied, () => filter.apply({ fault: `fault-${turn}`, effect: "cut", links }));
    await timed(lifted, () => filter.lift(`fault-${turn}`));
  }
  return { applied, lifted };
}

async function timeInjector(space: RunSpace, cluster: EchoCluster): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), "lab-bench-"));
  const times: number[] = [];
  try {
    await using injector = await openFaults({
      space,
      clusters: [cluster],
      clients: () => [],
      recorder: silentRecorder,
      clock: startClock(),
      random: seededRandom(1),
      ledgerFile: join(folder, "ledger.jsonl"),
    });
    const links: LinkSelector[] = [
      { from: "echo-1", to: "others" },
      { from: "echo-2", to: "echo-3" },
    ];
    // The first one waits for the helper's start.
    await (await injector.inject({ kind: "partition", links })).heal();
    for (let turn = 0; turn < APPLIES; turn += 1) {
      let heal = (): Promise<void> => Promise.resolve();
      await timed(times, async () => {
        const fault = await injector.inject({ kind: "partition", links });
        heal = () => fault.heal();
      });
      await heal();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return times;
}

/** Three nodes that may change their own packet rules, one rule each per turn. Without a docker client: no figure. */
async function timeExec(endpoint: string, space: RunSpace, image: ImageRef): Promise<number[]> {
  const docker = (...words: string[]) => promisify(execFile)("docker", ["--host", endpoint, ...words]);
  try {
    await docker("version");
  } catch {
    return [];
  }
  const names = [1, 2, 3].map((place) => `lab-${space.run}-exec-${place}`);
  // With the run's label, so that they go with the run.
  for (const name of names) {
    await docker(
      ...["run", "--detach", "--name", name, "--label", `resilience-lab.run=${space.run}`, "--cap-add", "NET_ADMIN"],
      ...["--network", space.network.name, "--entrypoint", "sleep", image.reference, "600"],
    );
    await docker("exec", name, "nft", "add table ip cut; add chain ip cut in { type filter hook input priority 0; }");
  }
  const times: number[] = [];
  for (let turn = 0; turn < EXECS; turn += 1) {
    await timed(times, async () => {
      for (const name of names) await docker("exec", name, "nft", "add rule ip cut in ip saddr 192.0.2.1 counter drop");
    });
  }
  await docker("rm", "--force", ...names);
  return times;
}
