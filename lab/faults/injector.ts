/** Injects faults into the clusters of a run, and proves that all is whole again. */
import type { Cluster } from "../systems/types.ts";
import type { RunSpace } from "../engine/types.ts";
import { LabError, messageOf } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { KillableClient } from "../load/types.ts";
import { freshId, type Random } from "../random.ts";
import { formatDuration, monotonicMs, type Duration, type RunClock } from "../time.ts";
import type { Deed } from "./deed.ts";
import { clientDeed, clientUp } from "./drivers/client.ts";
import { cpuDriver } from "./drivers/cpu.ts";
import { delayDriver } from "./drivers/delay.ts";
import { corruptDeed, wipeDeed } from "./drivers/disk.ts";
import { fillDeed } from "./drivers/fill.ts";
import { networkDeed, requireIpFilterOnBridges } from "./drivers/network.ts";
import { packetFilter } from "./drivers/packet-filter.ts";
import { tableName } from "./drivers/packet-rules.ts";
import { nodeDriver, type NodeDeed, type NodeTarget, type ProcessDeed } from "./drivers/process.ts";
import { slowDiskDeed } from "./drivers/slow-disk.ts";
import { standingFault, type StandingFault } from "./fault.ts";
import { countFaults, openLedger } from "./ledger.ts";
import { resolveLinks, resolveTarget, type NetworkSpec, type Surroundings, type TargetSpec } from "./resolve.ts";
import type { Fault, FaultSpec, LedgerEntry, Target } from "./types.ts";
import { checkFault, describeAsked, describeFault } from "./words.ts";

export interface FaultInjector extends AsyncDisposable {
  /**
   * Resolves the targets now, writes the ledger, and puts the fault in force.
   * @throws LabError `bad-usage`, `fault-unsupported`, `fault-failed`; then nothing is left broken, or the fault stays in the ledger
   */
  inject(spec: FaultSpec): Promise<Fault>;
  /** Oldest first. */
  inForce(): readonly Fault[];
  /** Undoes all, newest first, then verifies each undo. Tries all even if one fails. @throws LabError `fault-failed` naming each that failed */
  healAll(): Promise<void>;
  /** Proves that all is whole: no rule left in the tables, every node runs and answers its protocol, every client runs. */
  verifyWhole(options: { readonly within: Duration }): Promise<{ readonly whole: boolean; readonly measured: string }>;
}

export interface FaultsOptions {
  readonly space: RunSpace;
  readonly clusters: readonly Cluster[];
  /** The clients that run now. */
  readonly clients: () => readonly KillableClient[];
  readonly recorder: Recorder;
  readonly clock: RunClock;
  readonly random: Random;
  /** Names for sets of nodes. */
  readonly regions?: Readonly<Record<string, Target>>;
  /** Where the faults in force are kept on disk. */
  readonly ledgerFile: string;
}

/** Opens the ledger; the packet filter's helper starts with the first network fault, or is warmed up in the background. */
export async function openFaults(options: FaultsOptions): Promise<FaultInjector> {
  const { space, clusters, recorder, clock } = options;
  const ledger = await openLedger(options.ledgerFile);
  let number = await countFaults(options.ledgerFile);
  let inForce: readonly StandingFault[] = [];
  let ipFilterOnBridges: Promise<void> | undefined;

  const startHelper = (command: readonly string[]) => space.startNetworkHelper(command);
  const table = tableName(space.run, freshId());
  const filter = packetFilter({ startHelper, table });
  // A fault is wanted at a moment: its helper should stand by then. A failure is told when a fault needs it.
  void filter.rules().catch(() => undefined);

  const packetFaultsOf = (address: string): readonly string[] =>
    filter
      .applied()
      .filter(({ links }) => links.some((link) => link.from === address || link.to === address))
      .map(({ fault }) => fault);
  const nodes = nodeDriver({ recorder, networkFaultsOf: (node) => packetFaultsOf(node.address) });
  const delays = delayDriver({ space, packetFaultsOf });

  const cpu = cpuDriver(nodes);

  // A stream for each fault: whom it means follows from the seed and its number, however much others drew.
  const draws = options.random.fork("faults");
  const surroundings = (fault: string): Surroundings => ({
    clusters,
    clients: options.clients(),
    gateway: space.network.gateway,
    random: draws.fork(fault),
    regions: options.regions ?? {},
  });

  const nodeDeed = (fault: string, spec: TargetSpec, target: NodeTarget): NodeDeed | Promise<NodeDeed> => {
    switch (spec.kind) {
      case "wipe":
        return wipeDeed(fault, spec, target, nodes);
      case "corrupt":
        return corruptDeed(spec, target, nodes, draws.fork(fault));
      case "fill":
        return fillDeed(fault, spec, target, nodes);
      case "slow-disk":
        return slowDiskDeed(fault, spec, target, nodes);
      case "throttle":
        return cpu.deed(fault, spec, target);
      default: {
        const action = spec.kind === "pause" ? "unpause" : "start";
        return {
          deed: nodes.deed(fault, spec.kind, target),
          undoAction: { action, containerId: target.node.containerId },
        };
      }
    }
  };

  const targetDeed = async (fault: string, spec: TargetSpec): Promise<Deed> => {
    const meant = await resolveTarget(spec.target, surroundings(fault));
    const deeds = await Promise.all(
      meant.map(async (one): Promise<NodeDeed> =>
        one.type === "node"
          ? await nodeDeed(fault, spec, one)
          : { deed: clientDeed(spec.kind, one.client), undoAction: { action: "none" } },
      ),
    );
    const names = meant.map(({ name }) => name);
    return {
      targets: names,
      journalled: names,
      undoActions: deeds.map(({ undoAction }) => undoAction),
      ...together(deeds.map(({ deed }) => deed)),
    };
  };

  const network = async (fault: string, spec: NetworkSpec): Promise<Deed> => {
    const resolved = await resolveLinks(spec, surroundings(fault));
    if (spec.kind === "delay") return delays.deed(fault, spec, resolved);
    const betweenNodes = resolved.links.some(({ from, to }) => from.name !== "clients" && to.name !== "clients");
    const requirements = async (): Promise<void> => {
      if (spec.kind !== "reset" || !betweenNodes) return;
      ipFilterOnBridges ??= requireIpFilterOnBridges(startHelper);
      await ipFilterOnBridges;
    };
    return networkDeed(fault, spec, resolved, filter, table, requirements);
  };

  const inject = async (spec: FaultSpec): Promise<Fault> => {
    number += 1;
    const id = `fault-${number}`;
    checkFault(spec);
    const deed = "target" in spec ? await targetDeed(id, spec) : await network(id, spec);
    await ledger.write({ fault: id, run: space.run, spec, targets: deed.targets, undo: deed.undoActions });
    const orderedMs = monotonicMs();
    try {
      await deed.apply();
    } catch (error) {
      await takeBack(id, deed);
      throw error instanceof LabError
        ? error
        : new LabError({
            code: "fault-failed",
            message: `${describeFault(spec)} failed: ${messageOf(error)}`,
            cause: error,
          });
    }
    const toEffectMs = monotonicMs() - orderedMs;
    recorder.event({
      type: "fault-injected",
      atMs: clock.now(),
      fault: id,
      kind: spec.kind,
      asked: describeAsked(spec),
      targets: deed.journalled,
    });
    const fault = standingFault({
      id,
      spec,
      deed,
      toEffectMs,
      recorder,
      ledger,
      onHealed: () => {
        inForce = inForce.filter((other) => other.id !== id);
      },
    });
    inForce = [...inForce, fault];
    return fault;
  };

  /** What was half done is undone; only when that was seen is it crossed out. */
  const takeBack = async (id: string, deed: Deed): Promise<void> => {
    try {
      await deed.undo();
      await deed.verify();
      await ledger.crossOut(id);
    } catch (error) {
      recorder.event({
        type: "note",
        level: "warning",
        text: `${id} could not be applied, nor taken back: ${messageOf(error)}`,
      });
    }
  };

  const healAll = async (): Promise<void> => {
    const newestFirst = inForce.toReversed();
    for (const fault of newestFirst) await fault.undo();
    const errors: unknown[] = [];
    for (const fault of newestFirst) {
      try {
        await fault.verifyUndone();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 0) return;
    throw new LabError({
      code: "fault-failed",
      message: `${errors.length} of ${newestFirst.length} faults could not be healed: ${errors.map(messageOf).join("; ")}`,
      cause: new AggregateError(errors),
    });
  };

  const verifyWhole = async ({
    within,
  }: {
    readonly within: Duration;
  }): Promise<{ whole: boolean; measured: string }> => {
    const startedMs = monotonicMs();
    const clients = options.clients();
    const looks: Promise<unknown>[] = [
      filter.rules().then((rules) => {
        if (delays.places() > 0) throw new Error(`${delays.places()} nodes' links are still delayed`);
        if (rules > 0) throw new Error(`${rules} packet rules are left in ${table}`);
      }),
      ...clusters.flatMap((cluster) => cluster.nodes.map((node) => nodes.whole({ node, cluster }, within))),
      ...clients.map((client) => clientUp(client, within)),
    ];
    const problems = (await Promise.allSettled(looks)).flatMap((look) =>
      look.status === "rejected" ? [messageOf(look.reason)] : [],
    );
    const count = clusters.reduce((sum, cluster) => sum + cluster.nodes.length, 0);
    return {
      whole: problems.length === 0,
      measured:
        problems.length === 0
          ? `no packet rule left, ${count} nodes run and answer, ${clients.length} clients run, after ${formatDuration(monotonicMs() - startedMs)}`
          : problems.join("; "),
    };
  };

  return {
    inject,
    inForce: () => inForce,
    healAll,
    verifyWhole,
    async [Symbol.asyncDispose]() {
      try {
        await healAll();
      } finally {
        await delays[Symbol.asyncDispose]();
        await filter[Symbol.asyncDispose]();
        await ledger[Symbol.asyncDispose]();
      }
    },
  };
}

/** Several nodes and clients hit as one: at the same time, effective when all are. */
function together(deeds: readonly ProcessDeed[]): ProcessDeed {
  return {
    apply: () => all(deeds.map((deed) => deed.apply())),
    async look() {
      const effects = await Promise.all(deeds.map((deed) => deed.look()));
      return {
        effective: effects.every((effect) => effect.effective),
        measured: effects.map((effect) => effect.measured).join("; "),
        figures: Object.assign({}, ...effects.map((effect) => effect.figures)) as Record<string, number>,
      };
    },
    undo: () => all(deeds.map((deed) => deed.undo())),
    verify: async () => (await Promise.all(deeds.map((deed) => deed.verify()))).join("; "),
  };
}

/** Waits for all to end, so that nothing is still acting when the first failure is thrown. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** What a ledger says for people. */
export const describeEntry = (entry: LedgerEntry): string =>
  `${entry.fault}: ${describeFault(entry.spec)} (${entry.targets.join(", ")})`;
