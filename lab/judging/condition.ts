/** What the lab asks of a run before it trusts it. */
import type { Journal, JournalEvent } from "../journal/types.ts";
import type { ConditionResult } from "../run-folder/run-folder.ts";

/** Held where there is no problem, else unknown: a condition alone makes nothing violated. */
export const condition = (name: string, problems: readonly string[], fine: string): ConditionResult =>
  problems.length === 0
    ? { name, verdict: "held", summary: fine }
    : { name, verdict: "unknown", summary: problems.join("; ") };

export type EventOf<K extends JournalEvent["type"]> = Extract<JournalEvent, { readonly type: K }>;

export const eventsOf = <K extends JournalEvent["type"]>(journal: Journal, type: K): EventOf<K>[] =>
  journal.events.filter((event): event is EventOf<K> => event.type === type);
