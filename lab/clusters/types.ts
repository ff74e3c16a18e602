import type { Node, Progress, RunSpace, ImageRef, ComponentId } from "../engine/types.ts";
import type { RunClock, Duration } from "../time.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { Random } from "../random.ts";

/** What a cluster is given to start with. */
export interface ClusterContext {
  /** The cluster's name in the topology: `kafka`. */
  readonly name: string;
  readonly space: RunSpace;
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly progress: Progress;
}

/** A started, ready cluster, as faults, the runner and `lab up` see it. Each system adds its own questions. */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  readonly system: "kafka";
  readonly nodes: readonly Node[];
  /**
   * Who a phrase means now (see Target). `undefined`: the phrase is not one of this cluster's.
   * @throws LabError `fault-failed` when the phrase is understood but nobody answers to it now.
   */
  resolve(phrase: string): Promise<readonly Node[] | undefined>;
  /** Whether a node answers its own protocol, within a second. */
  answers(node: Node): Promise<boolean>;
  /** Waits until the whole cluster is ready, asked by protocol. @throws LabError `cluster-not-ready` with the last log lines. */
  ready(options: { readonly within: Duration }): Promise<void>;
  /** Waits until all replicas are equal by content; journals a `converged` event either way. */
  converge(options: { readonly within: Duration }): Promise<void>;
  /** Where a person or a client on the host reaches it: printed by `lab up`. */
  readonly reach: readonly { readonly what: string; readonly address: string; readonly example: string }[];
}
