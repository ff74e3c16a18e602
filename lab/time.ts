/**
 * Time for the whole lab: durations, rates, clocks, and waits with limits.
 * Nothing else reads `Date`, `performance` or timers, so that the same code can later run in simulated time.
 */
import { LabError } from "./errors.ts";

/** A span of time in milliseconds. Made by `milliseconds`, `seconds` and `minutes` only. */
export type Duration = number & { readonly "made by seconds(…), milliseconds(…) or minutes(…)": true };

/** A rate in operations per second. Made by `perSecond` only. */
export type Rate = number & { readonly "made by perSecond(…)": true };

export const milliseconds = (count: number): Duration => count as Duration;
export const seconds = (count: number): Duration => (count * 1_000) as Duration;
export const minutes = (count: number): Duration => (count * 60_000) as Duration;
export const perSecond = (count: number): Rate => count as Rate;

/** Writes a span for people: `340 ms`, `4.2 s`, `3 min 20 s`. */
export function formatDuration(spanMs: number): string {
  if (!Number.isFinite(spanMs)) return "never";
  if (spanMs < 10) return `${spanMs.toFixed(1)} ms`;
  if (spanMs < 1_000) return `${Math.round(spanMs)} ms`;
  if (spanMs < 100_000) return `${Number((spanMs / 1_000).toFixed(1))} s`;
  const wholeSeconds = Math.round(spanMs / 1_000);
  const rest = wholeSeconds % 60;
  return `${Math.floor(wholeSeconds / 60)} min${rest === 0 ? "" : ` ${rest} s`}`;
}

/** Milliseconds on a clock that never jumps; its zero means nothing. */
export const monotonicMs = (): number => performance.now();

/** The time of day, for names of folders and for people; never for measuring. */
export const wallClock = (): Date => new Date();

/** Milliseconds since 1970 of an ISO 8601 / RFC 3339 time; NaN for other text. For placing others' timestamps on a run's clock. */
export const parseTimestamp = (text: string): number => Date.parse(text);

/** One clock of one rehearsal: `now()` is milliseconds since it was started, fractions included. */
export interface RunClock {
  /** Wall-clock time of the clock's zero, in ISO 8601. */
  readonly startedAt: string;
  now(): number;
}

export function startClock(): RunClock {
  const zero = monotonicMs();
  return { startedAt: wallClock().toISOString(), now: () => monotonicMs() - zero };
}

/** Resolves after `span`; rejects at once with the signal's reason when it is aborted. */
export function sleep(span: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, span);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Calls `action` after `span` if the process still runs then; does not keep it running. */
export function ifStillRunning(span: Duration, action: () => void): void {
  setTimeout(action, span).unref();
}

/** Calls `action` every `period` until disposed. A call that is still running when the next is due is not started twice. */
export function every(period: Duration, action: () => void | Promise<void>): Disposable {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    void Promise.resolve()
      .then(action)
      .catch(() => undefined)
      .finally(() => {
        running = false;
      });
  }, period);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

export interface WaitOptions {
  readonly within: Duration;
  readonly every?: Duration;
  readonly signal?: AbortSignal | undefined;
}

const NOTHING_SEEN = "nothing yet";
/** Timers fire on whole milliseconds, a little before or after the time asked for. */
const TIMER_SLACK_MS = 2;

/** What one look at a state gave: reached with a value, or not yet with what was seen. */
export type Look<T> = { readonly reached: T } | { readonly seen: string };

/**
 * Looks until the state is reached, and gives its value.
 * A look that throws counts as "not yet", and its message as what was seen.
 * @throws LabError `wait-timeout`: what was expected, what was seen last, how long it waited.
 */
export async function waitFor<T>(what: string, look: () => Promise<Look<T>>, options: WaitOptions): Promise<T> {
  const startedMs = monotonicMs();
  let seen = NOTHING_SEEN;
  let lastCause: unknown;
  for (;;) {
    options.signal?.throwIfAborted();
    const leftMs = options.within - (monotonicMs() - startedMs);
    if (leftMs <= 0) break;
    try {
      const result = await withLimit(what, milliseconds(Math.max(leftMs, 1)), look());
      if ("reached" in result) return result.reached;
      seen = result.seen;
      lastCause = undefined;
    } catch (error) {
      // A look that the limit cut short saw nothing; what the looks before it saw tells more.
      const cutShort = monotonicMs() - startedMs > options.within - TIMER_SLACK_MS;
      if (!cutShort || seen === NOTHING_SEEN) {
        seen = error instanceof Error ? error.message : String(error);
        lastCause = error;
      }
    }
    const pause = Math.min(options.every ?? 200, options.within - (monotonicMs() - startedMs));
    if (pause > 0) await sleep(milliseconds(pause), options.signal);
  }
  throw new LabError({
    code: "wait-timeout",
    message: `waited ${formatDuration(monotonicMs() - startedMs)} for ${what}; last seen: ${seen}`,
    cause: lastCause,
  });
}

/** Gives the promise's value, or throws LabError `wait-timeout` after `limit`. The work itself is not stopped. */
export async function withLimit<T>(what: string, limit: Duration, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new LabError({ code: "wait-timeout", message: `${what} did not end within ${formatDuration(limit)}` })),
      limit,
    );
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives up waiting when the signal is aborted; the work itself is not stopped. @throws the signal's reason */
export function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void =>
    reject(
      signal.reason instanceof Error ? signal.reason : new LabError({ code: "interrupted", message: "interrupted" }),
    );
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  work.catch(() => undefined);
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}
