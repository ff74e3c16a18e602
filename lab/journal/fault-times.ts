/** When faults were ordered, in force and healed: derived here, once, for checks, conditions, SLOs and reports. */
import type { EventOf, Journal, Receipt } from "./types.ts";

/** All that a journal says of one fault. Times are milliseconds on the run's clock. */
export interface FaultTimes {
  readonly fault: string;
  readonly kind: string;
  /** The target expression: `leader of events/0`. */
  readonly target: string;
  /** The nodes, clients or links that it meant. */
  readonly targets: readonly string[];
  /** The fault as data; journals of old do not have it. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** For people: `kill of leader of events/0`, `partition between kafka-1 and others`. */
  readonly called: string;
  /** For people, and whom it meant: `kill of leader of events/0 (kafka-1)`. */
  readonly what: string;
  /** When it was wanted. Recovery and detection count from here. Journals of old: when it was in effect. */
  readonly orderedMs: number;
  /** When it was in force; undefined: it was never seen to be (it failed, or the record ends before). */
  readonly inEffectMs?: number;
  readonly receipt?: Receipt;
  /** When its undo was ordered; undefined: never, or a journal of old. */
  readonly healOrderedMs?: number;
  /** When its undo was last verified or tried; undefined: never. */
  readonly healedMs?: number;
  /** Whether the last undo was seen to work; undefined: none was tried. */
  readonly healVerified?: boolean;
  /** How the last undo was seen to work, or not. */
  readonly healMeasured?: string;
}

/** The faults of a run, in the order in which they were ordered. Pure. */
export function faultTimes(journal: Journal): readonly FaultTimes[] {
  const found = new Map<string, FaultTimes>();
  const change = (fault: string, part: Partial<FaultTimes>): void => {
    const known = found.get(fault);
    if (known !== undefined) found.set(fault, { ...known, ...part });
  };
  for (const event of journal.events) {
    switch (event.type) {
      case "fault-ordered":
        found.set(event.fault, begun(event, event.target, { spec: event.spec }));
        break;
      case "fault-injected":
        if (!found.has(event.fault)) found.set(event.fault, begun(event, event.asked, {}));
        change(event.fault, { inEffectMs: event.atMs, targets: event.targets });
        break;
      case "fault-effect":
        change(event.fault, { receipt: event.receipt });
        break;
      case "fault-heal-ordered":
        change(event.fault, { healOrderedMs: event.atMs });
        break;
      case "fault-healed":
        change(event.fault, { healedMs: event.atMs, healVerified: event.verified, healMeasured: event.measured });
        break;
      default:
    }
  }
  return [...found.values()].toSorted((a, b) => a.orderedMs - b.orderedMs);
}

function begun(
  { fault, kind, targets, atMs }: EventOf<"fault-ordered"> | EventOf<"fault-injected">,
  target: string,
  part: Partial<FaultTimes>,
): FaultTimes {
  const who = targets.length === 0 || targets.join() === target ? "" : ` (${targets.join(", ")})`;
  const called = calledBy(kind, target);
  return { fault, kind, target, targets, called, what: `${called}${who}`, orderedMs: atMs, ...part };
}

/** Links are said with a preposition, or a verb, of their own: `partition between a and b`, `partition: isolate a`. */
function calledBy(kind: string, target: string): string {
  if (/^(between|from) /.test(target)) return `${kind} ${target}`;
  return target.startsWith("isolate ") ? `${kind}: ${target}` : `${kind} of ${target}`;
}
