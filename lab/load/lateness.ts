/**
 * How late the lab itself was: its schedule (from an operation's due time to when its client could have it, not counting
 * that the client was busy) and its event loop. A run in which the lab stood still says nothing about the platform.
 */
import type { Recorder } from "../journal/recorder.ts";
import { every, milliseconds, monotonicMs, type RunClock } from "../time.ts";

/** Below this, lateness is what a busy machine's timers are late anyway. */
export const STALL = milliseconds(200);

const EVENT_LOOP_TICK = milliseconds(50);

export interface Stall {
  readonly fromMs: number;
  /** The worst lateness in it. */
  readonly maxMs: number;
}

/** Tells stalls from lateness measured again and again: what follows without a punctual measure between is one stall. */
export class Stalls {
  readonly #tell: (stall: Stall) => void;
  #open: Stall | undefined;
  #worstMs = 0;

  constructor(tell: (stall: Stall) => void) {
    this.#tell = tell;
  }

  /** The worst lateness that was ever measured. */
  get worstMs(): number {
    return this.#worstMs;
  }

  /** At `nowMs` something was served that had been due `lateMs` before. */
  measured(nowMs: number, lateMs: number): void {
    this.#worstMs = Math.max(this.#worstMs, lateMs);
    if (lateMs < STALL) {
      this.end();
      return;
    }
    const { fromMs = nowMs - lateMs, maxMs = 0 } = this.#open ?? {};
    this.#open = { fromMs: Math.min(fromMs, nowMs - lateMs), maxMs: Math.max(maxMs, lateMs) };
  }

  /** Nothing more is measured, or nothing was late: a stall under way is over. */
  end(): void {
    const stall = this.#open;
    this.#open = undefined;
    if (stall !== undefined) this.#tell(stall);
  }
}

/**
 * Tells each time that this process stood still: stopped, starved, or busy with something that lets nothing else run.
 * Times are on the clock that `now` reads.
 */
export function watchEventLoop(tell: (stall: Stall) => void, now: () => number = monotonicMs): Disposable {
  const stalls = new Stalls(tell);
  let dueMs = now() + EVENT_LOOP_TICK;
  const ticks = every(EVENT_LOOP_TICK, () => {
    const nowMs = now();
    stalls.measured(nowMs, Math.max(0, nowMs - dueMs));
    dueMs = nowMs + EVENT_LOOP_TICK;
  });
  return {
    [Symbol.dispose]() {
      ticks[Symbol.dispose]();
      stalls.end();
    },
  };
}

/** Journals from now until disposed how the lab's own event loop stood still. */
export const journalEventLoop = (recorder: Recorder, clock: RunClock): Disposable =>
  watchEventLoop(
    (stall) => recorder.event({ type: "lateness", of: "event-loop", ...stall }),
    () => clock.now(),
  );
