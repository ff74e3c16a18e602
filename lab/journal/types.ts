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

/** What stands in a column of numbers where there is none: no value, no partition, no offset. */
export const NONE = -1;

/**
 * One thing tried by one client. What did not end well says as much as what did of which part of the load it was meant
 * for: a record's partition, a row's shard, a register's or an object's key are known before anything is sent.
 */
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
  /** The number of the key that it is for; 0 where there is none. */
  readonly key: number;
  /** The partition, or the shard, that it is for, whatever its outcome; −1 where it is for none, or the cluster alone places it. */
  readonly partition: number;
  /** Where an acknowledgement said that it lies; −1 where none did. */
  readonly offset: number;
  /** When the schedule wanted it to start. Latency counts from here (no coordinated omission). */
  readonly intendedMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** One record that a reader was given. */
export interface ReadRecord {
  /** The sink that it was read from: the load's name, or `events@delta` (see sinks.ts). */
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

/** What a fault was measured to do. Without `effective`, the verdict cannot be `held`. */
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
  /** A fault is wanted now; it is not applied yet. Journals of old have none. */
  | {
      readonly type: "fault-ordered";
      readonly atMs: number;
      /** `fault-1`, … in the order in which they were ordered. */
      readonly fault: string;
      readonly kind: string;
      /** The target expression, as the scenario said it: `leader of events/0`. */
      readonly target: string;
      /** The nodes, clients or links that this means at this moment. */
      readonly targets: readonly string[];
      /** The fault as data, as scenarios and `lab fault` give it. */
      readonly spec: Readonly<Record<string, unknown>>;
    }
  /** It is in force. */
  | {
      readonly type: "fault-injected";
      readonly atMs: number;
      readonly fault: string;
      readonly kind: string;
      /** The target expression: `leader of events/0`. */
      readonly asked: string;
      /** The nodes, clients or links that this meant at that moment. */
      readonly targets: readonly string[];
    }
  | { readonly type: "fault-effect"; readonly atMs: number; readonly fault: string; readonly receipt: Receipt }
  /** Its undo was ordered. Journals of old have none. */
  | { readonly type: "fault-heal-ordered"; readonly atMs: number; readonly fault: string }
  /** Its undo was verified, or was not seen to work. */
  | {
      readonly type: "fault-healed";
      readonly atMs: number;
      readonly fault: string;
      /** Whether the undo was seen to have worked, and how it was seen. */
      readonly verified: boolean;
      readonly measured: string;
    }
  | {
      readonly type: "load-started";
      readonly atMs: number;
      readonly load: string;
      readonly ratePerSecond: number;
      /** What the load falls into, in words, and which column of an operation says which. Journals of old have none. */
      readonly part?: {
        readonly one: string;
        readonly column: "partition" | "key" | "client";
        /** What one operation in the journal is: `record`, `row`. */
        readonly unit?: string;
        /** What one operation of the schedule is: `a block of rows`. */
        readonly operation?: string;
      };
    }
  | {
      readonly type: "load-ended";
      readonly atMs: number;
      readonly load: string;
      /** How many operations the schedule wanted, and how many of them were really started. */
      readonly scheduled: number;
      readonly offered: number;
      /** How late the schedule was served at worst: from when an operation was due to when its client could have it. */
      readonly maxLatenessMs?: number;
    }
  /** The lab itself was late: what happened meanwhile says nothing about the platform. One a stall, from 200 ms on. */
  | {
      readonly type: "lateness";
      readonly atMs: number;
      /** Which of the lab's own clockworks: that of a load's schedule, or the event loop of the lab or one of its clients. */
      readonly of: "schedule" | "event-loop";
      /** The load whose schedule it was. */
      readonly load?: string;
      /** The client whose process stood still; none: the lab's own. */
      readonly client?: string;
      /** When the stall began. */
      readonly fromMs: number;
      /** The worst lateness in it. */
      readonly maxMs: number;
    }
  /** A client of a load takes part from now on, or no more. */
  | {
      readonly type: "client";
      readonly atMs: number;
      readonly load: string;
      readonly client: string;
      /**
       * `dropped`: its group put it out, or it can surely not be a member any more. `unheard`: nothing that it sent to
       * its group was answered for so long that the group may have put it out, and may as well not have.
       */
      readonly state: "taking part" | "unheard" | "dropped" | "ended";
      /** What was seen of it: `its group put it out: REBALANCE_IN_PROGRESS`. */
      readonly why: string;
    }
  /** What a stream of random numbers gave to one who draws from it; see Random.fork. */
  | {
      readonly type: "drawn";
      readonly atMs: number;
      /** The stream's label: `faults`. */
      readonly stream: string;
      readonly what: string;
      readonly value: number | string | readonly string[];
    }
  /** Readers have read all that there was to read (`complete`), or gave up. */
  | {
      readonly type: "drained";
      readonly atMs: number;
      readonly load: string;
      /** Which of the load's sinks (see sinks.ts); none: its own. */
      readonly sink?: string;
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
  /** State `removed`: somebody else took the container away. */
  | { readonly type: "node-state"; readonly atMs: number; readonly node: string; readonly state: string }
  | {
      readonly type: "note";
      readonly atMs: number;
      readonly level: "info" | "warning" | "error";
      readonly text: string;
    };

/** Which run a journal is of, so that it is not judged by another's plan. */
export interface JournalHead {
  readonly run: string;
  /** SHA-256 of the bytes of `plan.json`, in hexadecimal. */
  readonly planHash: string;
}

/** A journal in memory, as checks, SLOs and reports read it. */
export interface Journal {
  /** Journals of old have none. */
  readonly head?: JournalHead;
  readonly operations: OperationTable;
  readonly reads: ReadTable;
  readonly events: readonly JournalEvent[];
  /** Text by number; `names[0]` is empty. */
  readonly names: readonly string[];
  /**
   * Whether the rehearsal got to its end, and nothing of its record is missing. Where it did not, a check must ask what
   * the missing rest could still have turned.
   */
  readonly finished: boolean;
  /** Set when the file ended in the middle of a write: what was whole is here, the rest is not. */
  readonly torn?: { readonly atByte: number; readonly lostBytes: number };
}

/** The number of a name in this journal, or −1 where it never occurs. */
export const nameIndex = (journal: Journal, name: string): number => journal.names.indexOf(name);

export type EventOf<T extends JournalEvent["type"]> = Extract<JournalEvent, { readonly type: T }>;

/** The events of one type, in the order of the journal. */
export const eventsOf = <T extends JournalEvent["type"]>(journal: Journal, type: T): EventOf<T>[] =>
  journal.events.filter((event): event is EventOf<T> => event.type === type);
