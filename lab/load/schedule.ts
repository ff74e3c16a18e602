/**
 * An open-loop schedule: operation k is intended at start + k / rate, whatever became of those before it.
 * A slow answer delays no later operation, so latency measured from the intended time leaves nothing out.
 */
export interface Schedule {
  /** When operation `k` (0, 1, 2, …) is intended, on the run's clock. */
  intendedMs(k: number): number;
  /** How many operations are intended at `nowMs` or before. */
  dueBy(nowMs: number): number;
}

export function openLoop(ratePerSecond: number, startMs: number): Schedule {
  const intendedMs = (k: number): number => startMs + (k * 1_000) / ratePerSecond;
  return {
    intendedMs,
    dueBy(nowMs) {
      if (nowMs < startMs) return 0;
      let due = Math.floor(((nowMs - startMs) * ratePerSecond) / 1_000) + 1;
      // The division above may be a hair off; what `intendedMs` says is what counts.
      while (due > 0 && intendedMs(due - 1) > nowMs) due -= 1;
      while (intendedMs(due) <= nowMs) due += 1;
      return due;
    },
  };
}
