/**
 * A load of single operations: each is intended at a time of its own, waits for its client to be free, is performed
 * by it, and gets its outcome within the limit. What registers, tables and buckets are loaded with.
 */
import { LabError, messageOf } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { Operation } from "../journal/types.ts";
import { every, milliseconds, sleep, waitFor } from "../time.ts";
import type { Duration, Look, Rate, RunClock } from "../time.ts";
import { openLoop } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import type { StartedLoad } from "./types.ts";

const TICK = milliseconds(10);
const LOOK_EVERY = milliseconds(50);
/** Operations that wait for their client; beyond, the lab can not offer what the schedule wants, and says so. */
const MAX_WAITING = 5_000;

/** What became of an operation; an operation may be many in the journal (a block of rows). */
export type Done = readonly (Pick<Operation, "action" | "outcome"> &
  Partial<Pick<Operation, "error" | "value" | "key" | "partition" | "offset">>)[];

export interface Order {
  /** 0, 1, 2, … in the order of the schedule. */
  readonly number: number;
  /** The client's place: 0 … clients − 1. */
  readonly client: number;
  /** Until when it must have an outcome, on the run's clock; still under way then, it is what `late` says. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface OperationsOptions {
  readonly name: string;
  readonly rate: Rate;
  /** The clients' names; each performs one operation at a time, in order. */
  readonly clients: readonly string[];
  /** From an operation's start to its outcome, at most. */
  readonly timeout: Duration;
  readonly recorder: Recorder;
  readonly clock: RunClock;
  /** Performs one. It should not throw; when it does, what `late` gives is journalled with the error's message. */
  readonly perform: (order: Order) => Promise<Done>;
  /** What is journalled for an operation that has no outcome at its deadline (`unknown`), or that never started (`failed`). */
  readonly unfinished: (order: Pick<Order, "number" | "client">, outcome: "unknown" | "failed", error: string) => Done;
  /** The final reads: journals them, and tells what was read. @throws when it could not be read yet; tried again until the limit. */
  readonly finalReads: () => Promise<string>;
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
  readonly #schedule: Schedule;
  readonly #queues: readonly Waiting[][];
  readonly #busy: boolean[];
  readonly #over = new AbortController();
  readonly #ticks: Disposable;
  #scheduled = 0;
  #offered = 0;
  #acknowledged = 0;
  #read = 0;
  #open = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: OperationsOptions) {
    const { name, rate, clock, recorder, clients } = options;
    this.name = name;
    this.#options = options;
    this.#queues = clients.map(() => []);
    this.#busy = clients.map(() => false);
    recorder.event({ type: "load-started", load: name, ratePerSecond: rate });
    this.#schedule = openLoop(rate, clock.now());
    this.#ticks = every(TICK, () => {
      this.#offerDue();
    });
  }

  acknowledged(count: number, options: { readonly within: Duration }): Promise<void> {
    return this.#count(`${count} acknowledged operations of ${this.name}`, () => this.#acknowledged, count, options);
  }

  read(count: number, options: { readonly within: Duration }): Promise<void> {
    return this.#count(`${count} reads of ${this.name}`, () => this.#read, count, options);
  }

  runFor(span: Duration): Promise<void> {
    return sleep(span, this.#over.signal);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async drain({ within }: { readonly within: Duration }): Promise<void> {
    const { recorder, finalReads } = this.#options;
    try {
      const look = async (): Promise<Look<string>> => {
        try {
          return { reached: await finalReads() };
        } catch (error) {
          return { seen: messageOf(error) };
        }
      };
      const measured = await waitFor(`the final reads of ${this.name}`, look, { within, every: milliseconds(500) });
      recorder.event({ type: "drained", load: this.name, complete: true, measured });
    } catch (error) {
      recorder.event({ type: "drained", load: this.name, complete: false, measured: messageOf(error) });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new LabError({ code: "interrupted", message: `load ${this.name} has ended` }));
    await this.stop();
    await this.#options.close();
  }

  async #count(
    what: string,
    counted: () => number,
    count: number,
    { within }: { readonly within: Duration },
  ): Promise<void> {
    const look = (): Promise<Look<true>> =>
      Promise.resolve(counted() >= count ? { reached: true } : { seen: `${counted()} of ${this.#offered} offered` });
    await waitFor(what, look, { within, every: LOOK_EVERY, signal: this.#over.signal });
  }

  async #stop(): Promise<void> {
    const { timeout, recorder } = this.#options;
    this.#ticks[Symbol.dispose]();
    // What waits is not begun any more; what is under way ends by its own deadline.
    this.#queues.forEach((queue, client) => {
      for (const waiting of queue.splice(0)) this.#giveUp(waiting, client, "failed", "not-started");
    });
    const look = (): Promise<Look<true>> =>
      Promise.resolve(this.#open === 0 ? { reached: true } : { seen: `${this.#open} without an outcome` });
    await waitFor(`all operations of ${this.name} to end`, look, {
      within: milliseconds(timeout + 5_000),
      every: milliseconds(20),
    });
    recorder.event({ type: "load-ended", load: this.name, scheduled: this.#scheduled, offered: this.#offered });
  }

  #offerDue(): void {
    const due = this.#schedule.dueBy(this.#options.clock.now());
    for (; this.#scheduled < due; this.#scheduled += 1) {
      const client = this.#scheduled % this.#queues.length;
      const waiting = { number: this.#scheduled, intendedMs: this.#schedule.intendedMs(this.#scheduled) };
      const queue = this.#queues[client];
      if (queue === undefined || queue.length >= MAX_WAITING) {
        this.#journal(
          this.#options.unfinished({ number: waiting.number, client }, "failed", "not-offered"),
          waiting,
          client,
          this.#options.clock.now(),
        );
        continue;
      }
      this.#offered += 1;
      this.#open += 1;
      queue.push(waiting);
    }
    this.#queues.forEach((_, client) => {
      this.#next(client);
    });
  }

  #next(client: number): void {
    if (this.#busy[client] === true || this.#stopping !== undefined) return;
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
    const ended = AbortSignal.any([limit.signal, this.#over.signal]);
    const late = (error: string): Done => unfinished({ number: waiting.number, client }, "unknown", error);
    const deadline = sleep(timeout, ended).then(
      () => late("timeout"),
      () => late("interrupted"),
    );
    let done: Done;
    try {
      const order = { number: waiting.number, client, deadlineMs: startMs + timeout, signal: ended };
      done = await Promise.race([perform(order), deadline]);
    } catch (error) {
      done = late(messageOf(error));
    }
    limit.abort();
    this.#open -= 1;
    this.#journal(done, waiting, client, startMs);
  }

  #giveUp(waiting: Waiting, client: number, outcome: "failed", error: string): void {
    this.#open -= 1;
    const done = this.#options.unfinished({ number: waiting.number, client }, outcome, error);
    this.#journal(done, waiting, client, this.#options.clock.now());
  }

  #journal(done: Done, { intendedMs }: Waiting, client: number, startMs: number): void {
    const { recorder, clock, clients } = this.#options;
    const endMs = clock.now();
    let acknowledged = false;
    for (const { action, outcome, error = "", value = -1, key = 0, partition = -1, offset = -1 } of done) {
      if (outcome === "ok") {
        acknowledged = true;
        if (action === "read") this.#read += 1;
      }
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
    if (acknowledged) this.#acknowledged += 1;
  }
}
