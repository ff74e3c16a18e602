import type { BatchesSpec } from "../systems/spark/load/batches-spec.ts";
import type { Duration, Rate } from "../time.ts";
import type { RegisterSpec } from "../systems/zookeeper/load/register-spec.ts";
import type { RowsSpec } from "../systems/clickhouse/load/rows-spec.ts";

/** Records offered to a Kafka topic on an open-loop schedule, and read back by a group. As data. */
export interface ProduceSpec {
  readonly kind: "produce";
  /** `kafka.events`: cluster and topic. */
  readonly to: string;
  readonly rate: Rate;
  /** `all`: idempotent, acknowledged by all in-sync replicas. `leader`: acks=1. `none`: acks=0. */
  readonly acks: "all" | "leader" | "none";
  /** An acknowledgement later than this after the intended start ends the operation as `unknown`. */
  readonly timeout: Duration;
  readonly producers: number;
  /** The most records of one batch: those that became due while the last was under way. None: 1,000. */
  readonly batchRecords?: number;
  /** What batches are written in. None: as they are. */
  readonly compression?: "none" | "gzip";
  readonly readers: ReaderSpec;
}

/** The reading group of a load: each reader is a process of its own, so that it can be killed. */
export interface ReaderSpec {
  readonly members: number;
  readonly sessionTimeout: Duration;
  readonly commitEvery: Duration;
  /** `after`: a record is recorded as read, then committed. `before`: committed when fetched (a mutant's way: a crash loses what was committed and not read). */
  readonly commit: "after" | "before";
}

/** Objects of a MinIO bucket, written and read again, each a register. As data. */
export interface ObjectsSpec {
  readonly kind: "objects";
  /** `minio.rehearsal`: cluster and bucket. */
  readonly to: string;
  /** So many names of objects; with `once` there are as many as writes. */
  readonly keys: number;
  /** Each name is written once and never over. Reads ask for names that were written, or tried, before. */
  readonly once: boolean;
  /**
   * In one request; in parts of 5 MiB, one after another, that MinIO joins at the end; or, to see what that protects
   * from, as three objects that the readers join.
   */
  readonly upload: "put" | "multipart" | "pieces";
  /** How long a writer in parts, or in pieces, waits after each, as one with a slow uplink does. */
  readonly partPause: Duration;
  /** Readers ask for the name; or they list the bucket first, and to them there is only what is listed. */
  readonly find: "name" | "listing";
  readonly rate: Rate;
  /** Each is kept to one node, in turn. */
  readonly clients: number;
  /** How many of the cluster's nodes, from the first, have clients; 0: all. The final reads ask all. */
  readonly nodes: number;
  readonly sizeBytes: number;
  /** The share of the operations that write; the others read. */
  readonly mix: { readonly puts: number };
  /** A put without an answer by then is `unknown`. */
  readonly timeout: Duration;
}

export type LoadSpec = RegisterSpec | RowsSpec | ProduceSpec | BatchesSpec | ObjectsSpec;

/** A load under way, as a scenario's script sees it. */
export interface RunningLoad {
  readonly name: string;
  /** Waits until so many operations were acknowledged since the load began. @throws LabError `wait-timeout` */
  acknowledged(count: number, options: { readonly within: Duration }): Promise<void>;
  /** Waits until so many different records were read since the load began. @throws LabError `wait-timeout` */
  read(count: number, options: { readonly within: Duration }): Promise<void>;
  /** Lets it go on for so long. */
  runFor(span: Duration): Promise<void>;
  /**
   * Offers nothing more; resolves when every operation has its outcome (those without an answer by then are `unknown`).
   * Journals `load-ended`. Each load is stopped when the script has ended; again does nothing.
   */
  stop(): Promise<void>;
}

/** A row as the driver gives it: numbers, texts and truths by the column's name. */
export type TableRow = Readonly<Record<string, unknown>>;

/** A load of batches: its driver is the only one that may write to the table, for whoever has to. */
export interface RunningBatches extends RunningLoad {
  /**
   * Has the table for itself while `work` goes on: no batch is written meanwhile; those that become due wait, and are late.
   * `sql` has the driver run one statement, in which `{table}` is the load's table, and gives its rows.
   * @throws LabError `wait-timeout` when a statement takes longer than a minute; what the driver says went wrong with it
   */
  alone<R>(work: (sql: (statement: string) => Promise<readonly TableRow[]>) => Promise<R>): Promise<R>;
}

/** The load under way that a spec stands for. */
export type LoadOf<S> = S extends BatchesSpec ? RunningBatches : RunningLoad;

/** A client that runs as a process of its own, so that a fault can kill it. */
export interface KillableClient {
  /** `reader-1 of events`; the phrase `reader-1` means it too when only one load has such a client. */
  readonly name: string;
  /** Its process id, or undefined while it is down. */
  pid(): number | undefined;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again after a kill. */
  start(): Promise<void>;
}

/** A load as the runner sees it. Disposing stops it and ends its processes. */
export interface StartedLoad extends RunningLoad, AsyncDisposable {
  readonly clients: readonly KillableClient[];
  /** Waits until the readers have read to the end of the log as it stands now; journals `drained`. Call after `stop`. */
  drain(options: { readonly within: Duration }): Promise<void>;
}
