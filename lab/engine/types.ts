/**
 * The container engine as the rest of the lab sees it. Only this folder talks to the Docker API.
 */
import type { Duplex } from "node:stream";
import type { Duration } from "../time.ts";

/** Says what is going on during long work; the command line draws it. */
export interface Progress {
  /** A piece of work that takes a while. Give the handle's `note` the latest line of detail; end it once. */
  task(title: string): ProgressTask;
}

export interface ProgressTask {
  note(detail: string): void;
  done(detail?: string): void;
  failed(detail: string): void;
}

/** A progress that says nothing. */
export const silentProgress: Progress = {
  task: () => ({ note: () => undefined, done: () => undefined, failed: () => undefined }),
};

/** A component whose image can be had: a system's (lab/systems/SYSTEM/recipe.json), or a tool of the lab's own. */
export type ComponentId = string;

export interface ImageRef {
  readonly component: ComponentId;
  /** What to start: `resilience-lab/kafka:3f9c0e…`. */
  readonly reference: string;
  /** The engine's id (digest) of it. */
  readonly id: string;
  readonly source: "registry" | "packages";
}

/** A file put into a node before it starts. */
export interface NodeFile {
  readonly path: string;
  readonly content: string;
  readonly mode?: number;
}

/** Where a client reaches a node: for clients of the lab, which run on the machine that the lab runs on. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The network that every run has, and on which a node sits that names none. */
export const DEFAULT_NETWORK = "run";

/** One network of a run: its name in the engine, its device on the engine's machine, and its range of addresses. */
export interface RunNetwork {
  readonly name: string;
  readonly bridge: string;
  readonly subnet: string;
  readonly gateway: string;
}

export interface NodeSpec {
  /** Its name in the cluster and on the network: `kafka-1`. */
  readonly name: string;
  /** Which cluster of the topology it belongs to: `kafka`. */
  readonly cluster: string;
  readonly image: ImageRef;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: readonly NodeFile[];
  /** Container ports that the host needs; the host's ports are chosen free, on 127.0.0.1, and survive restarts. */
  readonly ports?: readonly PortBinding[];
  /** Folders that outlive the container's processes and are removed with the run. */
  readonly volumes?: readonly Volume[];
  readonly memoryMb?: number;
  /**
   * Whether its hosts file names the nodes of the run so far and those that start beside it, so that it finds the
   * address of one that is down, too. By default it asks the engine, which forgets the name of a node that is down.
   */
  readonly knowsHosts?: boolean;
  /**
   * The run's networks that it sits on, with an address in each; its name is known on all of them. By default the
   * run's own alone. Its first is the one that `Node.address` means.
   */
  readonly networks?: readonly string[];
}

/** A folder on the machine's disk, or one of a size of its own, kept in memory: the only kind that may be filled up. */
export type Volume = string | { readonly path: string; readonly sizeMb: number };

export interface PortBinding {
  readonly container: number;
  readonly host: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface NodeState {
  readonly status: "created" | "running" | "paused" | "exited" | "gone";
  readonly exitCode?: number;
  /** The engine's process id of the node's first process on the engine's machine; 0 when not running. */
  readonly pid: number;
  readonly outOfMemory: boolean;
}

/** A container's share of the processors. */
export interface CpuUse {
  /** In cores; none: no limit. */
  readonly limit?: number;
  /** How often, and how long, its processes had to wait because of a limit since it was started; 0 when it is down. */
  readonly throttledPeriods: number;
  readonly throttledMs: number;
}

/** One container of a run. Its address and host ports stay the same for its whole life, restarts included. */
export interface Node {
  readonly name: string;
  readonly cluster: string;
  readonly containerId: string;
  /** Its address in the first of its networks; for packet rules only, never for clients. */
  readonly address: string;
  /** Its addresses by the names of its networks, in the order of `NodeSpec.networks`; for packet rules only. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Where a client of the lab reaches a port of it; stays the same over restarts. @throws LabError `internal` for a port that it does not publish */
  endpoint(containerPort: number): Endpoint;
  /** The port of `endpoint`. */
  hostPort(containerPort: number): number;
  state(): Promise<NodeState>;
  /** SIGKILL to the first process; resolves when the engine says that it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL after `grace` (default 30 s); resolves when it is gone. Tells whether it went by itself. */
  terminate(grace?: Duration): Promise<{ readonly graceful: boolean }>;
  /** Freezes all its processes. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** Starts it again after kill or terminate, with its disk, address and ports. */
  start(): Promise<void>;
  exec(command: readonly string[], options?: { readonly within?: Duration }): Promise<ExecResult>;
  /**
   * Runs a command as root over its volumes, at their usual places, in a short-lived container of the lab's base image
   * (Debian's shell, find, awk and perl), whatever the node's own image has; whether the node runs or not. Default limit 60 s. @throws LabError `node-failed`, `wait-timeout`
   */
  onDisk(command: readonly string[], options?: { readonly within?: Duration }): Promise<ExecResult>;
  /** The size of the volume at this path, in bytes; undefined where only the machine's disk limits it. */
  sizeLimit(path: string): Promise<number | undefined>;
  /** Its limit as the engine has it, and the kernel's counts of it. */
  cpu(): Promise<CpuUse>;
  /** Limits its processors from now on, over restarts too: a share of one core, from 0.01; undefined takes the limit away. */
  limitCpu(cores: number | undefined): Promise<void>;
  /**
   * Limits how fast it writes to the device of this volume while it runs; undefined takes the limit away. Gives the
   * limit that the kernel has then. @throws LabError `fault-unsupported`, `node-failed`
   */
  limitWrites(path: string, bytesPerSecond: number | undefined): Promise<number | undefined>;
  /** The last lines of its output. */
  logs(options?: { readonly tail?: number }): Promise<string>;
}

/** A process in a container whose input and output the lab holds; ends when the lab dies. */
export interface Helper extends AsyncDisposable {
  /** What is written goes to the process's standard input. Output and errors come through the two callbacks. */
  readonly input: Duplex;
  onOutput(listener: (text: string) => void): void;
  onError(listener: (text: string) => void): void;
}

/** A helper whose container further commands can be run in: for the links of a node. */
export interface LinkHelper extends Helper {
  exec(command: readonly string[], options?: { readonly within?: Duration }): Promise<ExecResult>;
  /** A port on 127.0.0.1 here that leads to this port of an address in its network, for text only; ends with the helper. */
  forward(address: string, port: number): Promise<number>;
}

export interface EngineInfo {
  readonly kind: "existing" | "private";
  readonly endpoint: string;
  /** Who named it, for messages: `DOCKER_HOST`, `docker context "desktop"`, `the lab's private engine`. */
  readonly from: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly operatingSystem: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly registryReachable?: boolean;
}

/** The containers, networks and volumes of one run. All carry the run's label; disposing removes them all, unless kept. */
export interface RunSpace extends AsyncDisposable {
  readonly run: string;
  /** The network `DEFAULT_NETWORK`. */
  readonly network: RunNetwork;
  /** All networks of the run by name, the default one first. */
  readonly networks: ReadonlyMap<string, RunNetwork>;
  /** Free ports on 127.0.0.1, held until nodes take them. */
  freePorts(count: number): Promise<number[]>;
  /** Creates and starts a node. Readiness is the cluster's business. */
  startNode(spec: NodeSpec): Promise<Node>;
  nodes(): readonly Node[];
  /**
   * Tells of each node whose container somebody else removed, once, within seconds; until the run is let go, or the
   * answer disposed. Those that were gone before are told as well.
   */
  onRemoved(listener: (node: Node) => void): Disposable;
  /**
   * Tells every few seconds until disposed what others took of all processors of the engine's machine since it last
   * told, in whole percent: neither this run's nodes, nor the lab and what it started, nor the engine. Tells nothing
   * where the engine is on another machine than the lab, a virtual one included.
   */
  onTakenByOthers(listener: (percent: number) => void): Disposable;
  /** Starts a process in the engine's own network, with NET_ADMIN and SYS_NICE: for packet rules. */
  startNetworkHelper(command: readonly string[]): Promise<Helper>;
  /**
   * Lets frames between nodes pass the IP filter of the engine's machine, which resets between nodes take: on this run's
   * bridges alone, where the machine does it on none. @throws LabError `fault-unsupported` where that cannot be had
   */
  passBridgedFrames(): Promise<void>;
  /**
   * Starts a process in the network of a node, or, without one, in the engine's own, with NET_ADMIN: for delays on
   * links. It has the Toxiproxy image, which is made now where it is missing. It ends with the lab; it does not follow
   * the node into the network that the node gets when it is started again.
   */
  startLinkHelper(command: readonly string[], inside?: Node): Promise<LinkHelper>;
  /** Disposing leaves the nodes running from now on. Until then a killed lab's run is removed, even one opened to be kept. */
  keep(): void;
  /** Writes every node's output, or what it said since a time (ISO 8601), to `folder/NODE.log`. */
  saveLogs(folder: string, since?: string): Promise<void>;
}

/** What became of a run that has something in the engine. */
export type RunState =
  /** Its lab lives. */
  | "under way"
  /** Its lab is gone, and its watchdog is at work. */
  | "cleaning up"
  /** It was meant to stay (`lab up`) and stands. */
  | "standing"
  /** Lab and watchdog are gone, and nobody will clean it up: `lab clean RUN` does. */
  | "orphaned"
  /** It was made by a lab with another home, or on another machine. */
  | "unknown";

/** A run that has containers, networks or volumes in the engine. */
export interface RunInfo {
  readonly run: string;
  readonly nodes: number;
  /** Whether it was opened to be kept. */
  readonly kept: boolean;
  readonly state: RunState;
}

export interface Engine extends AsyncDisposable {
  readonly info: EngineInfo;
  /**
   * Finds or makes the images, at most once per recipe and machine. The signal ends the waiting at once and breaks off
   * what is being made; the steps that are built by then stay cached. @throws the signal's reason
   */
  images(
    components: readonly ComponentId[],
    progress: Progress,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<ComponentId, ImageRef>>;
  /**
   * Starts the run's watchdog first, so that nothing outlives a killed lab, then makes its networks: the default one,
   * and those that `networks` names. With `keep`, all is labelled as meant to stay; `RunSpace.keep` makes it so once
   * it stands.
   */
  openRun(run: string, options?: { readonly keep?: boolean; readonly networks?: readonly string[] }): Promise<RunSpace>;
  /**
   * Finds the nodes of a run that is still up (`lab up`), for `lab fault`. Disposing leaves them; when the lab is
   * killed meanwhile, the faults in its ledger are undone and the nodes stay. Where an earlier lab's watchdog could not
   * do that, it is done first.
   */
  reopenRun(run: string): Promise<RunSpace>;
  /**
   * Undoes what labs that are gone, and their watchdogs with them, have left broken on runs that stand; tells of each such
   * run how many faults that were.
   */
  healStanding(): Promise<readonly { readonly run: string; readonly faults: number }[]>;
  /** Whether nobody listens any more where the engine was; one that is slow is not gone. Limit 5 s. */
  isGone(): Promise<boolean>;
  /** The runs that have containers, networks or volumes here, and whether somebody still looks after them. */
  runs(): Promise<readonly RunInfo[]>;
  /** Removes all that the lab ever made here (of one run, or of all), and tells what that was. */
  clean(run?: string): Promise<{ readonly removed: readonly string[] }>;
}
