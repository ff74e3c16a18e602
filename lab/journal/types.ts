/**
 * The journal: the history of one rehearsal, in one file, in one order, on one clock.
 *
 * Two shapes of content. What happens a million times (operations, read records) is kept in columns, so that
 * it is small on disk and quick to check. What happens rarely (steps, faults, roles, observations) is events.
 * All times are milliseconds on the run's clock. Names (of loads, clients, actions, errors) are numbered once
 * and referred to by number; number 0 is the empty name.
 */

/**
 * How an operation ended.
 * `ok`: surely done. `failed`: surely not done. `unknown`: may have happened, or may still happen.
 */
export type Outcome = "ok" | "failed" | "unknown";

/** An outcome's number in the columns is its place here. */
export const OUTCOMES = ["ok", "failed", "unknown"] as const satisfies readonly Outcome[];
export const OK = 0;
export const FAILED = 1;
export const UNKNOWN = 2;

/** One thing tried by one client. */
export interface Operation {
  /** The load that offered it: `events`. */
  readonly load: string;
  /** Who performed it: `producer-1`. */
  readonly client: string;
  /** What was tried: `produce`, `commit`, `create-topic`, `read`, `write`, `cas`. */
  readonly action: string;
  readonly outcome: Outcome;
  /** The error's stable name (`NOT_LEADER_OR_FOLLOWER`, `timeout`); empty when ok. */
  readonly error: string;
  /** The unique number that the operation writes; −1 where it writes none. */
  readonly value: number;
  /** The number of the key that it writes under; 0 where there is none. */
  readonly key: number;
  /** Where an acknowledgement said that it went; −1 where not known. */
  readonly partition: number;
  readonly offset: number;
  /** When the schedule wanted it to start. Latency counts from here (no coordinated omission). */
  readonly intendedMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** One record that a reader was given. */
export interface ReadRecord {
  readonly load: string;
  readonly client: string;
  readonly value: number;
  readonly key: number;
  readonly partition: number;
  readonly offset: number;
  /** Grows by one each time the reader is given a new set of partitions; positions are only comparable within one. */
  readonly assignment: number;
  readonly atMs: number;
}

/** Operations in columns, in the order in which they were written. All arrays have at least `length` elements. */
export interface OperationTable {
  readonly length: number;
  readonly load: Uint16Array;
  readonly client: Uint16Array;
  readonly action: Uint16Array;
  readonly outcome: Uint8Array;
  readonly error: Uint16Array;
  readonly value: Float64Array;
  readonly key: Uint32Array;
  readonly partition: Int32Array;
  readonly offset: Float64Array;
  readonly intendedMs: Float64Array;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
}

/** Read records in columns, in the order in which they were written. */
export interface ReadTable {
  readonly length: number;
  readonly load: Uint16Array;
  readonly client: Uint16Array;
  readonly value: Float64Array;
  readonly key: Uint32Array;
  readonly partition: Int32Array;
  readonly offset: Float64Array;
  readonly assignment: Uint32Array;
  readonly atMs: Float64Array;
}

/** The parts of a rehearsal, in their order. `run` is the scenario's own script. */
export type Phase = "set-up" | "run" | "heal" | "converge" | "drain" | "done";

/** What a fault was measured to do. Without `effective`, the verdict can not be `held`. */
export interface Receipt {
  readonly effective: boolean;
  /** How the effect was measured, and what was seen: `12 frames dropped on 4 links after 3 ms`. */
  readonly measured: string;
  /** From the order to the change being in force, in milliseconds. */
  readonly toEffectMs: number;
  readonly figures?: Readonly<Record<string, number>>;
}

export type JournalEvent =
  | { readonly type: "phase"; readonly atMs: number; readonly phase: Phase }
  | { readonly type: "step-started"; readonly atMs: number; readonly step: string }
  | {
      readonly type: "step-ended";
      readonly atMs: number;
      readonly step: string;
      /** Absent when the step did what it was to do. */
      readonly error?: string;
    }
  | {
      readonly type: "fault-injected";
      readonly atMs: number;
      readonly fault: string;
      readonly kind: string;
      /** As the scenario said it: `leader of events/0`. */
      readonly asked: string;
      /** The nodes, clients or links that this meant at that moment. */
      readonly targets: readonly string[];
    }
  | { readonly type: "fault-effect"; readonly atMs: number; readonly fault: string; readonly receipt: Receipt }
  | {
      readonly type: "fault-healed";
      readonly atMs: number;
      readonly fault: string;
      /** Whether the undo was seen to have worked, and how it was seen. */
      readonly verified: boolean;
      readonly measured: string;
    }
  | { readonly type: "load-started"; readonly atMs: number; readonly load: string; readonly ratePerSecond: number }
  | {
      readonly type: "load-ended";
      readonly atMs: number;
      readonly load: string;
      /** How many operations the schedule wanted, and how many of them were really started. */
      readonly scheduled: number;
      readonly offered: number;
    }
  /** Readers have read all that there was to read (`complete`), or gave up. */
  | {
      readonly type: "drained";
      readonly atMs: number;
      readonly load: string;
      readonly complete: boolean;
      readonly measured: string;
    }
  /** Who holds a role now: subject `kafka leader of events/0`, holder `kafka-1` (empty: nobody). Written on change. */
  | { readonly type: "role"; readonly atMs: number; readonly subject: string; readonly holder: string }
  /** A value of something watched: subject `in-sync replicas of events/0`, value 2. Written on change. */
  | {
      readonly type: "observation";
      readonly atMs: number;
      readonly subject: string;
      readonly value: number | string | boolean;
    }
  /** The replicas of a cluster were seen equal by content, or not. */
  | {
      readonly type: "converged";
      readonly atMs: number;
      readonly cluster: string;
      readonly equal: boolean;
      readonly measured: string;
    }
  | { readonly type: "node-state"; readonly atMs: number; readonly node: string; readonly state: string }
  | {
      readonly type: "note";
      readonly atMs: number;
      readonly level: "info" | "warning" | "error";
      readonly text: string;
    };

/** A journal in memory, as checks, SLOs and reports read it. */
export interface Journal {
  readonly operations: OperationTable;
  readonly reads: ReadTable;
  readonly events: readonly JournalEvent[];
  /** Text by number; `names[0]` is empty. */
  readonly names: readonly string[];
  /** Set when the file ended in the middle of a write: what was whole is here, the rest is not. */
  readonly torn?: { readonly atByte: number; readonly lostBytes: number };
}

/** The number of a name in this journal, or −1 where it never occurs. */
export const nameIndex = (journal: Journal, name: string): number => journal.names.indexOf(name);
