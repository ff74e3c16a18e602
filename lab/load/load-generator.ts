/**
 * What all loads have in common: an open-loop schedule, how late it was served, the counts of what was offered, and
 * waiting for them.
 */
import { LabError, messageOf } from "../errors.ts";
import { sinkName } from "../journal/sinks.ts";
import type { Recorder } from "../journal/recorder.ts";
import { milliseconds, sleep, waitFor } from "../time.ts";
import type { Duration, Look, Rate, RunClock } from "../time.ts";
import type { LoadPart } from "./define-load.ts";
import { Stalls } from "./lateness.ts";
import { openLoop } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";

const PROBE_EVERY = milliseconds(50);
/** What ends by its own time-out needs no longer than that, and a little for the lab itself. */
const END_GRACE = milliseconds(5_000);

export interface LoadGeneratorOptions {
  /** The load's name. */
  readonly name: string;
  readonly rate: Rate;
  /** What the load falls into. */
  readonly part: LoadPart;
  readonly recorder: Recorder;
  readonly clock: RunClock;
}

export class LoadGenerator {
  readonly #options: LoadGeneratorOptions;
  #schedule: Schedule = openLoop(1, Number.POSITIVE_INFINITY);
  /** Aborted when the load is disposed, so that nobody goes on waiting for it. */
  readonly #over = new AbortController();
  readonly #lateness: Stalls;
  #begun = false;
  #scheduled = 0;
  #offered = 0;
  #open = 0;
  #acknowledged = 0;

  constructor(options: LoadGeneratorOptions) {
    this.#options = options;
    const { name, recorder } = options;
    this.#lateness = new Stalls((stall) => recorder.event({ type: "lateness", of: "schedule", load: name, ...stall }));
  }

  /** Aborted when nobody wants the load any more. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Operations without an outcome yet. */
  get open(): number {
    return this.#open;
  }

  /** The schedule's beginning is now. */
  begin(): void {
    const { name, rate, part, recorder, clock } = this.#options;
    recorder.event({ type: "load-started", load: name, ratePerSecond: rate, part });
    this.#begun = true;
    this.#schedule = openLoop(rate, clock.now());
  }

  /** Hands over what has become due since the last call, in order; `take` says whether it could be offered. */
  due(take: (number: number, intendedMs: number) => boolean): void {
    const nowMs = this.#options.clock.now();
    const due = this.#schedule.dueBy(nowMs);
    // The first of them has waited longest to be served.
    if (due > this.#scheduled) this.#lateness.measured(nowMs, nowMs - this.#schedule.intendedMs(this.#scheduled));
    else this.#lateness.end();
    for (; this.#scheduled < due; this.#scheduled += 1) {
      if (!take(this.#scheduled, this.#schedule.intendedMs(this.#scheduled))) continue;
      this.#offered += 1;
      this.#open += 1;
    }
  }

  /** One that was offered has its outcome. */
  settled(acknowledged: boolean): void {
    this.#open -= 1;
    if (acknowledged) this.#acknowledged += 1;
  }

  /** Waits until so many were acknowledged. @throws LabError `wait-timeout` */
  acknowledged(count: number, { within }: { readonly within: Duration }): Promise<void> {
    const what = `${count} acknowledged operations of ${this.#options.name}`;
    return this.#until(what, count, within, () => this.#acknowledged, ` of ${this.#offered} offered`);
  }

  /** Waits until so many were read, by the load's own count. @throws LabError `wait-timeout` */
  read(count: number, { within }: { readonly within: Duration }, counted: () => number): Promise<void> {
    return this.#until(`${count} reads of ${this.#options.name}`, count, within, counted, " read");
  }

  runFor(span: Duration): Promise<void> {
    return sleep(span, this.over);
  }

  /** Waits until all that was offered has its outcome, which `timeout` gives it at the latest; journals the load's end. */
  async ended(timeout: Duration): Promise<void> {
    const { name, recorder } = this.#options;
    const probe = (): Promise<Look<true>> =>
      Promise.resolve(this.#open === 0 ? { reached: true } : { seen: `${this.#open} without an outcome` });
    const within = milliseconds(timeout + END_GRACE);
    await waitFor(`all operations of ${name} to end`, probe, { within, every: milliseconds(20) });
    if (!this.#begun) return;
    this.#lateness.end();
    const counts = { scheduled: this.#scheduled, offered: this.#offered };
    recorder.event({ type: "load-ended", load: name, ...counts, maxLatenessMs: this.#lateness.worstMs });
  }

  /**
   * Probes until all of a sink was read, and journals what came of it; without a name, the load's own sink. Never throws.
   */
  async drained(probe: () => Promise<Look<string>>, within: Duration, sink?: string): Promise<void> {
    const { name, recorder } = this.#options;
    const what = { type: "drained", load: name, ...(sink === undefined ? {} : { sink }) } as const;
    try {
      const all = `the final reads of ${sinkName(name, sink)}`;
      const measured = await waitFor(all, probe, { within, every: milliseconds(300) });
      recorder.event({ ...what, complete: true, measured });
    } catch (error) {
      recorder.event({ ...what, complete: false, measured: messageOf(error) });
    }
  }

  /** Whoever waits for the load gets an error. */
  abandon(): void {
    this.#over.abort(new LabError({ code: "interrupted", message: `load ${this.#options.name} has ended` }));
  }

  async #until(what: string, count: number, within: Duration, counted: () => number, of: string): Promise<void> {
    const probe = (): Promise<Look<true>> =>
      Promise.resolve(counted() >= count ? { reached: true } : { seen: `${counted()}${of}` });
    await waitFor(what, probe, { within, every: PROBE_EVERY, signal: this.over });
  }
}
