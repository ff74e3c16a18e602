/**
 * A load of single operations: each is intended at a time of its own, waits for its client to be free, is performed
 * by it, and gets its outcome within the limit. What registers, tables and buckets are loaded with.
 */
import { messageOf } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { Operation } from "../journal/types.ts";
import { every, milliseconds, sleep, waitFor } from "../time.ts";
import type { Duration, Look, Rate, RunClock } from "../time.ts";
import type { LoadPart } from "./define-load.ts";
import { LoadGenerator } from "./load-generator.ts";
import type { StartedLoad } from "./types.ts";

const TICK = milliseconds(10);
/** Operations that wait for their client; beyond, the lab cannot offer what the schedule wants, and says so. */
const MAX_WAITING = 5_000;

/** A place where what was acknowledged must come out, and which is read whole at the end. */
export interface Sink {
  /** `delta`; none: the load's own, journalled under the load's name (see journal/sinks.ts). */
  readonly name?: string;
  /** Journals all that is there, and tells what was read. @throws when it could not be read yet; tried again until the limit. */
  finalReads(): Promise<string>;
}

/** What became of an operation; an operation may be many in the journal (a block of rows). */
export type Outcomes = readonly (Pick<Operation, "action" | "outcome"> &
  Partial<Pick<Operation, "error" | "value" | "key" | "partition" | "offset">>)[];

export interface Invocation {
  /** 0, 1, 2, … in the order of the schedule. */
  readonly number: number;
  /** The client's place: 0 … clients − 1. */
  readonly client: number;
  /** Until when it must have an outcome, on the run's clock; still under way then, it is what `unfinished` says. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface OperationsOptions {
  readonly name: string;
  readonly rate: Rate;
  /** What the load falls into. */
  readonly part: LoadPart;
  /** The clients' names; each performs one operation at a time, in order. */
  readonly clients: readonly string[];
  /** From an operation's start to its outcome, at most. */
  readonly timeout: Duration;
  readonly recorder: Recorder;
  readonly clock: RunClock;
  /** Performs one. It should not throw; when it does, what `unfinished` gives is journalled with the error's message. */
  readonly perform: (invocation: Invocation) => Promise<Outcomes>;
  /** What is journalled for an operation that has no outcome at its deadline (`unknown`), or that never started (`failed`). */
  readonly unfinished: (
    invocation: Pick<Invocation, "number" | "client">,
    outcome: "unknown" | "failed",
    error: string,
  ) => Outcomes;
  /** Where what was acknowledged must come out: one or more. */
  readonly sinks: readonly Sink[];
  /** Ends what the clients hold. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly number: number;
  readonly intendedMs: number;
}

/** Begins to offer at once. */
export function startOperations(options: OperationsOptions): StartedLoad {
  return new OperationsLoad(options);
}

class OperationsLoad implements StartedLoad {
  readonly name: string;
  readonly clients = [];
  readonly #options: OperationsOptions;
  readonly #generator: LoadGenerator;
  readonly #queues: readonly Waiting[][];
  readonly #busy: boolean[];
  readonly #ticks: Disposable;
  #read = 0;
  #closed = false;
  #stopping: Promise<void> | undefined;

  constructor(options: OperationsOptions) {
    const { name, clients } = options;
    this.name = name;
    this.#options = options;
    this.#queues = clients.map(() => []);
    this.#busy = clients.map(() => false);
    this.#generator = new LoadGenerator(options);
    this.#generator.begin();
    this.#ticks = every(TICK, () => {
      this.#offerDue();
    });
  }

  acknowledged(count: number, options: { readonly within: Duration }): Promise<void> {
    return this.#generator.acknowledged(count, options);
  }

  read(count: number, options: { readonly within: Duration }): Promise<void> {
    return this.#generator.read(count, options, () => this.#read);
  }

  runFor(span: Duration): Promise<void> {
    return this.#generator.runFor(span);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async drain({ within }: { readonly within: Duration }): Promise<void> {
    await Promise.all(
      this.#options.sinks.map((sink) => {
        const probe = async (): Promise<Look<string>> => {
          try {
            return { reached: await sink.finalReads() };
          } catch (error) {
            return { seen: messageOf(error) };
          }
        };
        return this.#generator.drained(probe, within, sink.name);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#generator.abandon();
    await this.stop();
    await this.#options.close();
  }

  async #stop(): Promise<void> {
    this.#ticks[Symbol.dispose]();
    await this.#queuesEmpty();
    this.#closed = true;
    // What waits still is not begun any more; what is under way ends by its own deadline.
    this.#queues.forEach((queue, client) => {
      for (const waiting of queue.splice(0)) this.#settle(waiting, client, this.#never(waiting, client, "not-started"));
    });
    await this.#generator.ended(this.#options.timeout);
  }

  #offerDue(): void {
    this.#generator.due((number, intendedMs) => {
      const client = number % this.#queues.length;
      const queue = this.#queues[client] ?? [];
      const waiting = { number, intendedMs };
      if (queue.length >= MAX_WAITING) {
        this.#journal(this.#never(waiting, client, "not-offered"), waiting, client, this.#options.clock.now());
        return false;
      }
      queue.push(waiting);
      return true;
    });
    this.#queues.forEach((_, client) => {
      this.#next(client);
    });
  }

  /**
   * What was due before the end is owed its turn: counted as refused, it would make every busy client's last operations
   * look like an outage. A queue that is not done within an operation's time-out is one.
   */
  async #queuesEmpty(): Promise<void> {
    const probe = (): Promise<Look<true>> => {
      const waiting = this.#queues.reduce((sum, queue) => sum + queue.length, 0);
      return Promise.resolve(waiting === 0 ? { reached: true } : { seen: `${waiting} wait for their clients` });
    };
    const { name, timeout } = this.#options;
    const { over } = this.#generator;
    await waitFor(`the clients of ${name} to be free`, probe, { within: timeout, every: TICK, signal: over }).catch(
      () => undefined,
    );
  }

  #never({ number }: Waiting, client: number, error: string): Outcomes {
    return this.#options.unfinished({ number, client }, "failed", error);
  }

  #next(client: number): void {
    if (this.#busy[client] === true || this.#closed) return;
    const waiting = this.#queues[client]?.shift();
    if (waiting === undefined) return;
    this.#busy[client] = true;
    void this.#perform(waiting, client).finally(() => {
      this.#busy[client] = false;
      this.#next(client);
    });
  }

  async #perform(waiting: Waiting, client: number): Promise<void> {
    const { clock, timeout, perform, unfinished } = this.#options;
    const startMs = clock.now();
    const limit = new AbortController();
    // Whoever ends the load does not wait for its operations.
    const ended = AbortSignal.any([limit.signal, this.#generator.over]);
    const late = (error: string): Outcomes => unfinished({ number: waiting.number, client }, "unknown", error);
    const deadline = sleep(timeout, ended).then(
      () => late("timeout"),
      () => late("interrupted"),
    );
    let outcomes: Outcomes;
    try {
      const invocation = { number: waiting.number, client, deadlineMs: startMs + timeout, signal: ended };
      outcomes = await Promise.race([perform(invocation), deadline]);
    } catch (error) {
      outcomes = late(messageOf(error));
    }
    limit.abort();
    this.#settle(waiting, client, outcomes, startMs);
  }

  #settle(waiting: Waiting, client: number, outcomes: Outcomes, startMs = this.#options.clock.now()): void {
    this.#journal(outcomes, waiting, client, startMs);
    this.#generator.settled(outcomes.some(({ outcome }) => outcome === "ok"));
  }

  #journal(outcomes: Outcomes, { intendedMs }: Waiting, client: number, startMs: number): void {
    const { recorder, clock, clients } = this.#options;
    const endMs = clock.now();
    for (const { action, outcome, error = "", value = -1, key = 0, partition = -1, offset = -1 } of outcomes) {
      if (outcome === "ok" && action === "read") this.#read += 1;
      recorder.operation({
        load: this.name,
        client: clients[client] ?? "",
        action,
        outcome,
        error,
        value,
        key,
        partition,
        offset,
        intendedMs,
        startMs,
        endMs,
      });
    }
  }
}
