/** How long a load took to be served again after each fault. Definitions: docs/slos.md, "recovery-time". */
import { recoveries } from "../checks/recovery.ts";
import type { Journal } from "../journal/types.ts";
import { milliseconds } from "../time.ts";
import type { Subject } from "./selector.ts";

export interface Recovery {
  readonly atMs: number;
  /** 0: the fault was not noticed. Infinity: the load was never well again. */
  readonly recoveryMs: number;
}

/**
 * The recovery from each fault, by injection, as `check.recovery` defines it; `timely` is that check's `limit`.
 * A fault after which nothing went ill, but the load ended before that was sure, is left out.
 */
export function recoveriesOf(journal: Journal, { load, action, timely }: Subject): readonly Recovery[] {
  const spec = {
    check: "recovery",
    of: action === undefined ? load : `${load}.${action}`,
    within: milliseconds(Infinity),
    limit: milliseconds(timely ?? Infinity),
  } as const;
  return recoveries(spec, journal).flatMap(({ atMs, figures, outcome, atBestMs }) => {
    if (outcome === "not noticed") return [{ atMs, recoveryMs: 0 }];
    const wentIll = figures.detectionMs !== undefined;
    if (outcome === "undecided" && !wentIll) return [];
    return [{ atMs, recoveryMs: figures.recoveryMs ?? atBestMs ?? Infinity }];
  });
}
