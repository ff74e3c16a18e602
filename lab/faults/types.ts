import type { Receipt } from "../journal/types.ts";

/**
 * Who is meant, in words that are resolved at the moment of injection:
 * `kafka-1`, `leader of events/0`, `a follower of events/0`, `followers of events/0`, `active controller`,
 * `a standby controller`, `a minority`, `a majority`, `all`, `clients`, `others`, `reader-1`.
 * With several clusters in a topology a phrase may start with the cluster's name: `kafka: a minority`.
 */
export type Target = string;

/** A directed set of links: every address of `from` to every address of `to`. */
export interface Cut {
  readonly from: Target;
  /** `others` is every node of the run that is not in `from`. */
  readonly to: Target;
  /** Also the way back. Default true. */
  readonly bothWays?: boolean;
}

/** Well-known shapes over all nodes of a cluster. */
export type Shape =
  /** Two halves that do not hear each other: the smaller and the larger. */
  | "halves"
  /** As halves, but one node hears both. */
  | "bridge"
  /** Each node hears a majority, and no two nodes hear the same. */
  | "ring";

/** A fault as data: what generated schedules, scenarios, the ledger and `lab fault` all speak. */
export type FaultSpec =
  | { readonly kind: "kill"; readonly target: Target }
  | { readonly kind: "terminate"; readonly target: Target }
  | { readonly kind: "pause"; readonly target: Target }
  | { readonly kind: "restart"; readonly target: Target }
  | { readonly kind: "partition"; readonly cuts: readonly Cut[] }
  | { readonly kind: "partition"; readonly cluster: string; readonly shape: Shape }
  /** Cut off from every other node of the run; with `clients`, from the clients on the host too. */
  | { readonly kind: "partition"; readonly isolate: Target; readonly clients?: boolean }
  | { readonly kind: "loss"; readonly cuts: readonly Cut[]; readonly percent: number }
  | { readonly kind: "reset"; readonly cuts: readonly Cut[] }
  /** A node's data is gone. `disk` is one of its drives (`Storage.disks`); none: all of them. */
  | { readonly kind: "wipe"; readonly target: Target; readonly disk?: string }
  /** Stored files that match `files` (`**`, `*`, `?`; relative to the drive) lose bits, their ends, or are gone. */
  | {
      readonly kind: "corrupt";
      readonly target: Target;
      readonly disk?: string;
      readonly files: string;
      /** Default: bits are flipped. */
      readonly by?: "truncating" | "removing";
      /** Flipped in each file. Default 1. */
      readonly bits?: number;
      /** How many files. Default 1. */
      readonly count?: number;
    }
  /** At most this share of one core for all of a node's processes, from 0.01; more than 1 is more than one core. */
  | { readonly kind: "throttle"; readonly target: Target; readonly cpu: number }
  /** Its writes to a drive's device are held to so many bytes a second, from 50,000. */
  | { readonly kind: "slow-disk"; readonly target: Target; readonly disk?: string; readonly bytesPerSecond: number }
  /** Only so many bytes are left free on a drive; for volumes of a limited size only. */
  | { readonly kind: "fill"; readonly target: Target; readonly disk?: string; readonly leaveBytes: number }
  /** TCP only: what is sent over each directed link arrives so much later, more or less by the jitter. */
  | { readonly kind: "delay"; readonly cuts: readonly Cut[]; readonly delayMs: number; readonly jitterMs?: number }
  /** On each directed link for itself: what comes faster than this is dropped. */
  | { readonly kind: "bandwidth"; readonly cuts: readonly Cut[]; readonly bytesPerSecond: number };

export type FaultKind = FaultSpec["kind"];

/** A fault in force. Disposing heals it. Healing twice is allowed and does nothing. */
export interface Fault extends AsyncDisposable {
  readonly id: string;
  readonly spec: FaultSpec;
  /** Names of the nodes and clients that the target meant when it was injected. */
  readonly targets: readonly string[];
  /** The measured effect. For packet rules it may come only with traffic: waits, with a limit, for it. */
  receipt(): Promise<Receipt>;
  /** Undoes it, and verifies the undo. @throws LabError `fault-failed` when the undo was not seen to work. */
  heal(): Promise<void>;
}

/** A line of the ledger: written before the fault acts, crossed out after its undo was verified. */
export interface LedgerEntry {
  readonly fault: string;
  readonly run: string;
  readonly spec: FaultSpec;
  readonly targets: readonly string[];
  /** What undoes it, for whoever finds the ledger: container ids to unpause or start, tables to delete. */
  readonly undo: readonly UndoAction[];
}

export type UndoAction =
  | { readonly action: "unpause"; readonly containerId: string }
  | { readonly action: "start"; readonly containerId: string }
  | { readonly action: "delete-table"; readonly family: "bridge" | "ip"; readonly table: string }
  /** None: the limit is taken away. */
  | { readonly action: "limit-cpu"; readonly containerId: string; readonly cores?: number }
  | { readonly action: "remove-filler"; readonly containerId: string; readonly path: string }
  /** What delays the links of this node: its helpers, and netem's queue. */
  | { readonly action: "end-delay"; readonly containerId: string }
  | { readonly action: "limit-writes"; readonly containerId: string; readonly path: string }
  | { readonly action: "none" };
