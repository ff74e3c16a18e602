import type {
  ComponentId,
  ImageRef,
  Node,
  NodeFile,
  PortBinding,
  Progress,
  RunSpace,
  Volume,
} from "../engine/types.ts";
import type { RunClock, Duration } from "../time.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { Random } from "../random.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Endpoint } from "./endpoint.ts";

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
  /** The whole topology, so that a cluster finds the addresses of those that it needs. */
  readonly topology: Readonly<Record<string, AnySpec>>;
  /** The clusters that this one needs, started and ready, by name. */
  readonly others: ReadonlyMap<string, Cluster>;
  /** Tells the other clusters of the topology that this one has other nodes now; resolves when all have learned of it. */
  readonly tellPeers: (changed: Cluster) => Promise<void>;
  /** Names of the nodes of a cluster of the topology, as it was when this one was started. @throws LabError `bad-scenario` when it is not there */
  readonly nodesOf: (cluster: string) => readonly string[];
}

/** What every cluster's spec has. */
export interface AnySpec {
  readonly system: string;
  /** The run's networks that its nodes sit on, with an address in each; none: the run's own alone. */
  readonly networks?: readonly string[];
}

/** A node before it has an image and the host's ports: what both the engine and a compose file are made from. */
export interface PlannedNode {
  /** Unique in the topology; beginning with the cluster's name in it. */
  readonly name: string;
  readonly component: ComponentId;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: readonly NodeFile[];
  readonly ports: readonly PortBinding[];
  /** Folders that outlive the container's processes. */
  readonly volumes?: readonly Volume[];
  /** Whether it finds the addresses of nodes that are down, as in a network with names of its own; see NodeSpec. */
  readonly knowsHosts?: boolean;
  /** The run's networks that it sits on, the one that clients on the host come over first; none: as its cluster's spec says. */
  readonly networks?: readonly string[];
  /** The most that it may take. */
  readonly memoryMb: number;
}

/** What a plan is made with. */
export interface PlanContext {
  /** The cluster's name in the topology. */
  readonly name: string;
  readonly topology: Readonly<Record<string, AnySpec>>;
  /** Names of the nodes of a cluster of the topology. @throws LabError `bad-scenario` when it is not there */
  readonly nodesOf: (cluster: string) => readonly string[];
  /** Each call gives the next port of the host on 127.0.0.1 that is free for a node. */
  readonly hostPort: () => number;
}

/**
 * A started, ready cluster, as faults, the runner and `lab up` see it: what every system has, and the capabilities
 * (capabilities.ts) that this one has. Each system adds its own questions.
 */
export interface Cluster extends Capabilities, AsyncDisposable {
  readonly name: string;
  readonly system: string;
  /** As it is now: a cluster that has grown says so. */
  readonly spec: AnySpec;
  /** All its nodes; more after it has grown. */
  readonly nodes: readonly Node[];
  /** Where a person or a client on the host reaches it: printed by `lab up`. */
  readonly endpoints: readonly Endpoint[];
  /**
   * Who a phrase means now (see Target). `undefined`: the phrase is not one of this cluster's. Where it leaves a choice
   * (`a follower`), `random` chooses: a stream of whoever asks, so that the choice follows from the seed.
   * @throws LabError `fault-failed` when the phrase is understood but nobody answers to it now.
   */
  resolve(phrase: string, random: Random): Promise<readonly Node[] | undefined>;
  /** Whether a node answers its own protocol, within a second. */
  answers(node: Node): Promise<boolean>;
  /** Waits until the whole cluster is ready, asked by protocol. @throws LabError `cluster-not-ready` with the last log lines. */
  ready(options: { readonly within: Duration }): Promise<void>;
  /** From now until disposed, journals who holds which role, on change. Calling it again does nothing. */
  watch(): void;
  /** Takes away what it keeps in clusters that it needs, or does to them; called before any of a topology is reset. */
  release?(options: { readonly within: Duration }): Promise<void>;
  /**
   * Takes away all data and makes again what the spec names, then proves that the cluster is as a fresh one is; for
   * the next rehearsal on the same nodes. @throws LabError `cluster-not-ready` when it is not seen to be pristine.
   */
  reset(options: { readonly within: Duration }): Promise<void>;
  /**
   * Another cluster of the topology has other nodes now: updates what this one's configuration says of them, in what
   * runs and for its next start. Absent: it keeps no other's nodes. @throws LabError `cluster-not-ready`
   */
  onPeerChange?(peer: Cluster): Promise<void>;
}
