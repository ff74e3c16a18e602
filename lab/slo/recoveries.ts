/** How long a load took to be served again after each fault. Definitions: docs/slos.md, "recovery-time". */
import { recoveries } from "../checks/recovery.ts";
import { rowsOf, selectionOf } from "../checks/select.ts";
import type { Journal } from "../journal/types.ts";
import { milliseconds } from "../time.ts";
import type { Subject } from "./selector.ts";

export interface Recovery {
  readonly atMs: number;
  /** Whether there was anything to recover from; where there was not, its time is none, and in no percentile. */
  readonly noticed: boolean;
  /** 0 where the fault was not noticed. Infinity: the load was not seen to be well again. */
  readonly recoveryMs: number;
  /** How long it took at least: as long, or, where a record that ends early leaves it open, as long as was recorded. */
  readonly atLeastMs: number;
}

/**
 * The recovery from each fault, from its order, as `check.recovery` defines it; `timely` is that check's `limit`.
 * A fault after which nothing went ill, but the load ended before that was sure, is open.
 */
export function recoveriesOf(journal: Journal, subject: Subject): readonly Recovery[] {
  const { load, action, timely, lasting } = subject;
  const of = action === undefined ? load : `${load}.${action}`;
  const recordedToMs = lastIntendedMs(journal, of);
  if (recordedToMs === undefined) return [];
  const spec = {
    check: "recovery",
    of,
    within: milliseconds(Infinity),
    limit: milliseconds(timely ?? Infinity),
    ...(lasting === undefined ? {} : { steady: lasting }),
  } as const;
  return recoveries(spec, journal).map(({ atMs, figures, outcome, atBestMs }): Recovery => {
    if (outcome === "not noticed") return { atMs, noticed: false, recoveryMs: 0, atLeastMs: 0 };
    const { recoveryMs, detectionMs } = figures;
    if (recoveryMs !== undefined) return { atMs, noticed: true, recoveryMs, atLeastMs: recoveryMs };
    const open = { atMs, noticed: true, recoveryMs: Infinity };
    if (detectionMs === undefined) return { ...open, atLeastMs: 0 };
    return { ...open, atLeastMs: atBestMs ?? Math.max(0, recordedToMs - atMs) };
  });
}

/** Up to when such operations are on record; undefined where there are none. */
function lastIntendedMs(journal: Journal, of: string): number | undefined {
  let last: number | undefined;
  for (const row of rowsOf(journal, selectionOf(journal, of)))
    last = Math.max(last ?? -Infinity, journal.operations.intendedMs[row] ?? 0);
  return last;
}
