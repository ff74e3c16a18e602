/** Where in a rehearsal a moment lies, for people. */
import { faultTimes } from "../journal/fault-times.ts";
import type { Journal, JournalEvent } from "../journal/types.ts";

/** ` in step "calm", during F2 (partition between a and b)`, as far as there was a step and a fault then; else empty. */
export function whereabouts(journal: Journal, atMs: number): string {
  const step = stepAt(journal.events, atMs);
  const faults = faultTimes(journal);
  const place = faults.findLastIndex(
    ({ orderedMs, healOrderedMs, healedMs = Infinity }) => orderedMs <= atMs && atMs <= (healOrderedMs ?? healedMs),
  );
  const fault = faults[place];
  const parts = [
    ...(step === undefined ? [] : [`in step "${step}"`]),
    ...(fault === undefined ? [] : [`during F${place + 1} (${fault.called})`]),
  ];
  return parts.length === 0 ? "" : ` ${parts.join(", ")}`;
}

/** The step that was under way; at the moment at which one ends and the next begins, the one that ends. */
function stepAt(events: readonly JournalEvent[], atMs: number): string | undefined {
  let running: string | undefined;
  for (const event of events) {
    if (event.atMs > atMs) break;
    if (event.type === "step-started" && event.atMs < atMs) running = event.step;
    if (event.type === "step-ended" && event.step === running && event.atMs < atMs) running = undefined;
  }
  return running;
}
