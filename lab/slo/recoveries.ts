/** How long a load took to be served again after each fault. Definitions: docs/slos.md, "recovery-time". */
import { inOrderOf } from "../checks/order.ts";
import { faultsOf, rowsOf, selectionOf, type InjectedFault } from "../checks/select.ts";
import { OK, type Journal } from "../journal/types.ts";
import { seconds } from "../time.ts";
import type { Subject } from "./selector.ts";

/** So long must operations go on well for the first of them to count as recovery; as in `check.recovery`. */
const STEADY_MS = seconds(3);

export interface Recovery {
  readonly atMs: number;
  /** 0: nothing went ill after the fault. Infinity: it was never seen to be well again. */
  readonly recoveryMs: number;
}

/** The operations that tell, in the order of their intended times. */
interface Told {
  readonly length: number;
  readonly intendedMs: (place: number) => number;
  readonly endMs: (place: number) => number;
  readonly isBad: (place: number) => boolean;
}

/**
 * The recovery from each fault, by injection: from the fault to the end of the first good operation that no bad one
 * follows for three seconds. Bad is what did not end ok, or later than `timely` after its intended time. Harm that
 * begins only after the heal is counted from the heal. A fault after which nothing went ill, but the load ended
 * before three seconds had shown it, is left out.
 */
export function recoveriesOf(journal: Journal, { load, action, timely }: Subject): readonly Recovery[] {
  const { operations } = journal;
  const of = action === undefined ? load : `${load}.${action}`;
  const rows = inOrderOf(operations.intendedMs, rowsOf(journal, selectionOf(journal, of)));
  const intendedMs = (place: number): number => operations.intendedMs[rows[place] ?? 0] ?? 0;
  const endMs = (place: number): number => operations.endMs[rows[place] ?? 0] ?? Infinity;
  const isBad = (place: number): boolean =>
    operations.outcome[rows[place] ?? 0] !== OK || endMs(place) - intendedMs(place) > (timely ?? Infinity);
  const told: Told = { length: rows.length, intendedMs, endMs, isBad };
  const faults = faultsOf(journal);
  return faults.flatMap((fault) => {
    const nextFaultMs = faults.find(({ atMs }) => atMs > fault.atMs)?.atMs ?? Infinity;
    return recoveryFrom(fault, nextFaultMs, told) ?? [];
  });
}

function recoveryFrom(fault: InjectedFault, nextFaultMs: number, told: Told): Recovery | undefined {
  const { atMs, healedMs } = fault;
  let place = 0;
  while (place < told.length && told.intendedMs(place) < atMs) place += 1;
  while (place < told.length && told.intendedMs(place) < nextFaultMs && !told.isBad(place)) place += 1;
  const lastMs = told.length === 0 ? -Infinity : told.intendedMs(told.length - 1);
  if (place === told.length || told.intendedMs(place) >= nextFaultMs)
    return lastMs < atMs + STEADY_MS ? undefined : { atMs, recoveryMs: 0 };
  const originMs = told.intendedMs(place) >= healedMs ? healedMs : atMs;
  const recovered = firstSteady(place, lastMs, told);
  return { atMs, recoveryMs: recovered === undefined ? Infinity : told.endMs(recovered) - originMs };
}

/** The first good operation from a place on that is seen to be followed by three seconds without a bad one. */
function firstSteady(from: number, lastMs: number, told: Told): number | undefined {
  let candidate: number | undefined;
  for (let place = from; place < told.length; place += 1) {
    if (candidate !== undefined && told.intendedMs(place) > told.intendedMs(candidate) + STEADY_MS) break;
    candidate = told.isBad(place) ? undefined : (candidate ?? place);
  }
  if (candidate === undefined) return undefined;
  return lastMs >= told.intendedMs(candidate) + STEADY_MS ? candidate : undefined;
}
