/** Injects faults into the clusters of a run, and proves that all is whole again. */
import type { Cluster } from "../systems/types.ts";
import type { Node, RunSpace } from "../engine/types.ts";
import { processMark } from "../engine/run-owner.ts";
import { LabError, messageOf } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { KillableClient } from "../load/types.ts";
import type { Random } from "../random.ts";
import { formatDuration, milliseconds, monotonicMs, waitFor, type Duration, type RunClock } from "../time.ts";
import type { FaultAction } from "./action.ts";
import { isPermanent } from "./define.ts";
import { clientUp } from "./drivers/client.ts";
import { nodeDriver } from "./drivers/process.ts";
import { faultInForce, type FaultInForce } from "./fault.ts";
import { countFaults, openLedger } from "./ledger.ts";
import { FAULT_KINDS, kindNamed, type FaultSpec } from "./registry.ts";
import type { TargetContext } from "./resolve.ts";
import { openTools } from "./tools.ts";
import type { Fault } from "./types.ts";
import type { Target } from "./who.ts";
import { checkFault, describeFault, describeTarget } from "./words.ts";

export interface FaultInjector extends AsyncDisposable {
  /**
   * Resolves the targets now, writes the ledger, and puts the fault in force.
   * @throws LabError `bad-usage`, `fault-unsupported`, `fault-failed`; then nothing is left broken, or the fault stays in the ledger
   */
  inject(spec: FaultSpec): Promise<Fault>;
  /** Oldest first. */
  inForce(): readonly Fault[];
  /** Undoes all but the permanent ones, newest first, then verifies each undo. Tries all even if one fails. @throws LabError `fault-failed` naming each that failed */
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

/** Opens the ledger, and warms up in the background what the kinds want to have at hand. */
export async function openFaults(options: FaultsOptions): Promise<FaultInjector> {
  const { space, clusters, recorder, clock } = options;
  const ledger = await openLedger(options.ledgerFile);
  const lab = processMark(process.pid);
  let number = await countFaults(options.ledgerFile);
  let inForce: readonly FaultInForce[] = [];
  const tools = openTools({ space, recorder });
  // A failure is told when a fault needs what did not start.
  for (const kind of FAULT_KINDS) void kind.warmUp(tools).catch(() => undefined);

  // A stream for each fault: whom it means follows from the seed and its number, however much others drew.
  const draws = options.random.fork(STREAM);
  const contextOf = (fault: string): TargetContext => ({
    clusters,
    clients: options.clients(),
    gateways: new Map([...space.networks].map(([name, { gateway }]) => [name, gateway])),
    random: draws.fork(fault),
    regions: options.regions ?? {},
    drew: (what, value) => recorder.event({ type: "drawn", stream: `${STREAM}/${fault}`, what, value }),
  });

  const inject = async (asked: FaultSpec): Promise<Fault> => {
    const spec = checkFault(asked);
    number += 1;
    const id = `fault-${number}`;
    const action = await actionOf(spec, id);
    const orderedMs = clock.now();
    recorder.event({
      type: "fault-ordered",
      atMs: orderedMs,
      fault: id,
      kind: spec.kind,
      target: describeTarget(spec),
      targets: action.journalled,
      spec: { ...spec },
    });
    // What is permanent stays so after a killed lab, too.
    const undo = isPermanent(spec) ? [] : action.undoActions;
    await ledger.write({ fault: id, run: space.run, lab, spec, targets: action.targets, undo });
    try {
      await action.apply();
    } catch (error) {
      await takeBack(id, action);
      throw error instanceof LabError
        ? error
        : new LabError({
            code: "fault-failed",
            message: `${describeFault(spec)} failed: ${messageOf(error)}`,
            cause: error,
          });
    }
    const inEffectMs = clock.now();
    recorder.event({
      type: "fault-injected",
      atMs: inEffectMs,
      fault: id,
      kind: spec.kind,
      asked: describeTarget(spec),
      targets: action.journalled,
    });
    const fault = faultInForce({
      id,
      spec,
      action,
      toEffectMs: inEffectMs - orderedMs,
      recorder,
      ledger,
      onHealed: () => {
        inForce = inForce.filter((other) => other.id !== id);
      },
    });
    inForce = [...inForce, fault];
    return fault;
  };

  const actionOf = (spec: FaultSpec, fault: string): Promise<FaultAction> => {
    const kind = kindNamed(spec.kind);
    if (kind === undefined)
      throw new LabError({ code: "internal", message: `${spec.kind} was checked and is no kind` });
    const among = contextOf(fault);
    return kind.act(spec, { fault, kind: spec.kind, among, random: among.random, tools });
  };

  /** What was half done is undone; only when that was seen is it crossed out. */
  const takeBack = async (id: string, action: FaultAction): Promise<void> => {
    recorder.event({ type: "fault-heal-ordered", fault: id });
    try {
      await action.undo();
      const measured = await action.verify();
      await ledger.crossOut(id);
      recorder.event({ type: "fault-healed", fault: id, verified: true, measured });
    } catch (error) {
      const measured = `it could not be applied, nor taken back: ${messageOf(error)}`;
      recorder.event({ type: "fault-healed", fault: id, verified: false, measured });
    }
  };

  const healAll = async (): Promise<void> => {
    for (const fault of inForce) if (fault.permanent) await fault.settle();
    const newestFirst = inForce.filter(({ permanent }) => !permanent).toReversed();
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
    const permanent = inForce.filter((fault) => fault.permanent);
    const lost = new Set(permanent.flatMap(({ targets }) => targets));
    const clients = options.clients().filter(({ name }) => !lost.has(name));
    const left = await tools.left(permanent.map(({ id }) => id));
    const probes = [
      ...clusters.flatMap((cluster) => wholeOf(cluster, lost, within)),
      ...clients.map((client) => clientUp(client, within)),
    ];
    const problems = (await Promise.allSettled(probes)).flatMap((probe) =>
      probe.status === "rejected" ? [messageOf(probe.reason)] : [],
    );
    problems.unshift(...left);
    const count = clusters.flatMap(({ nodes }) => nodes).filter(({ name }) => !lost.has(name)).length;
    return {
      whole: problems.length === 0,
      measured:
        problems.length === 0
          ? `nothing of a fault is left${permanent.length === 0 ? "" : ` but ${permanent.length} for good`}, ${count} nodes run and answer, ${clients.length} clients run, after ${formatDuration(monotonicMs() - startedMs)}`
          : problems.join("; "),
    };
  };

  /** Each node that is to be whole. One whose cluster has lost others for good may be unable to answer: it has to run. */
  const wholeOf = (cluster: Cluster, lost: ReadonlySet<string>, within: Duration): Promise<unknown>[] => {
    const staying = cluster.nodes.filter(({ name }) => !lost.has(name));
    const complete = staying.length === cluster.nodes.length;
    return staying.map((node) =>
      complete ? tools.use(nodeDriver).whole({ node, cluster }, within) : running(node, within),
    );
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
        await tools.close();
        await ledger[Symbol.asyncDispose]();
      }
    },
  };
}

/** The label of the stream that faults draw from. */
const STREAM = "faults";

const running = (node: Node, within: Duration): Promise<unknown> =>
  waitFor(
    `${node.name} to run`,
    async () => {
      const { status } = await node.state();
      return status === "running" ? { reached: true } : { seen: `it is ${status}` };
    },
    { within, every: milliseconds(100) },
  );
