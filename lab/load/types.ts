/** Loads as scenarios, faults and the runner see them; which kinds there are, lab/systems/loads.ts knows. */
import type { Duration, Rate } from "../time.ts";

/** What every load's spec has. */
export interface AnyLoadSpec {
  readonly kind: string;
  /** The cluster that it goes to, and what of it: `kafka.events`. */
  readonly to: string;
  /** Operations a second. */
  readonly rate: Rate;
  /** From an operation's beginning to its outcome, at most. */
  readonly timeout: Duration;
}

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
  /** Waits until every sink was read to its end as it stands now; journals `drained` for each. Call after `stop`. */
  drain(options: { readonly within: Duration }): Promise<void>;
}
