/** The means by which a scenario's script breaks things: `fault.kill("leader of events/0")`. */
import type { Duration } from "../time.ts";
import type { FaultInjector } from "./injector.ts";
import type { Cut, Fault, FaultSpec, Shape } from "./types.ts";
import { targetOf, type Who } from "./words.ts";

/** Links to cut: between two sides both ways, from one side to the other only, or several such. */
export type Links =
  | { readonly between: readonly [Who, Who] }
  | { readonly from: Who; readonly to: Who }
  | { readonly cuts: readonly Cut[] };

export type PartitionOptions =
  | Links
  /** From all other nodes of the run; with `clients`, from the clients on the host too. */
  | { readonly isolate: Who; readonly clients?: boolean }
  | { readonly shape: Shape; readonly cluster: Who };

/** All resolve when the fault is in force; disposing what they give heals it. Errors are those of `FaultInjector.inject`. */
export interface FaultFront {
  /** SIGKILL. Undo: started again. */
  kill(who: Who): Promise<Fault>;
  /** SIGTERM, and SIGKILL after 30 s. Undo: started again. */
  terminate(who: Who): Promise<Fault>;
  /** All processes frozen; connections stay open. Undo: thawed. */
  pause(who: Who): Promise<Fault>;
  /** Terminated and started again at once. Healing only waits until it answers. */
  restart(who: Who): Promise<Fault>;
  /** Packets dropped on a set of directed links. */
  partition(options: PartitionOptions): Promise<Fault>;
  /** That share of packets dropped. */
  loss(options: Links & { readonly percent: number }): Promise<Fault>;
  /** TCP packets answered by a reset: connections fail at once. */
  reset(options: Links): Promise<Fault>;
  /** Its data is gone; killed first, unless it is down already or loses only one of several drives. Undo: started again. */
  wipe(who: Who, options?: { readonly disk?: string }): Promise<Fault>;
  /** Bits flipped in stored files that match a pattern such as `**\/*.log`. No undo: the system has to heal. */
  corrupt(who: Who, options: Omit<Extract<FaultSpec, { kind: "corrupt" }>, "kind" | "target">): Promise<Fault>;
  /** Only so many bytes left free on a drive; for volumes of a limited size only. Undo: the filler is removed. */
  fill(who: Who, options: { readonly disk?: string; readonly leaveBytes: number }): Promise<Fault>;
  /** At most this share of one core, for all its processes together. Undo: the limit it had before. */
  throttle(who: Who, options: { readonly cpu: number }): Promise<Fault>;
  /** Its writes to one drive's device are held to so many bytes a second. Undo: the limit is taken away. */
  slowDisk(who: Who, options: { readonly disk?: string; readonly bytesPerSecond: number }): Promise<Fault>;
  /** On each directed link for itself, what comes faster is dropped. */
  bandwidth(options: Links & { readonly bytesPerSecond: number }): Promise<Fault>;
  /** TCP: what is sent over each directed link arrives so much later, more or less by the jitter. In whole milliseconds. */
  delay(options: Links & { readonly delay: Duration; readonly jitter?: Duration }): Promise<Fault>;
  /** A fault as data. */
  inject(spec: FaultSpec): Promise<Fault>;
}

export function faultFront(injector: Pick<FaultInjector, "inject">): FaultFront {
  const process =
    (kind: "kill" | "terminate" | "pause" | "restart") =>
    (who: Who): Promise<Fault> =>
      injector.inject({ kind, target: targetOf(who) });
  return {
    kill: process("kill"),
    terminate: process("terminate"),
    pause: process("pause"),
    restart: process("restart"),
    partition: (options) => injector.inject(partitionSpec(options)),
    loss: (options) => injector.inject({ kind: "loss", cuts: cutsOf(options), percent: options.percent }),
    reset: (options) => injector.inject({ kind: "reset", cuts: cutsOf(options) }),
    wipe: (who, options = {}) => injector.inject({ kind: "wipe", target: targetOf(who), ...options }),
    corrupt: (who, options) => injector.inject({ kind: "corrupt", target: targetOf(who), ...options }),
    fill: (who, options) => injector.inject({ kind: "fill", target: targetOf(who), ...options }),
    throttle: (who, { cpu }) => injector.inject({ kind: "throttle", target: targetOf(who), cpu }),
    slowDisk: (who, options) => injector.inject({ kind: "slow-disk", target: targetOf(who), ...options }),
    bandwidth: (options) =>
      injector.inject({ kind: "bandwidth", cuts: cutsOf(options), bytesPerSecond: options.bytesPerSecond }),
    delay: (options) =>
      injector.inject({
        kind: "delay",
        cuts: cutsOf(options),
        delayMs: options.delay,
        ...(options.jitter === undefined ? {} : { jitterMs: options.jitter }),
      }),
    inject: (spec) => injector.inject(spec),
  };
}

function partitionSpec(options: PartitionOptions): FaultSpec {
  if ("isolate" in options) {
    return {
      kind: "partition",
      isolate: targetOf(options.isolate),
      ...(options.clients === undefined ? {} : { clients: options.clients }),
    };
  }
  if ("shape" in options) return { kind: "partition", shape: options.shape, cluster: targetOf(options.cluster) };
  return { kind: "partition", cuts: cutsOf(options) };
}

function cutsOf(links: Links): readonly Cut[] {
  if ("cuts" in links) return links.cuts;
  if ("between" in links) return [{ from: targetOf(links.between[0]), to: targetOf(links.between[1]) }];
  return [{ from: targetOf(links.from), to: targetOf(links.to), bothWays: false }];
}
