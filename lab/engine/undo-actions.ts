import type { ProcessMark } from "./run-owner.ts";

/**
 * What the engine can undo for a lab that is gone. Whoever breaks something writes these acts to the run's ledger before
 * it acts; the run's watchdog finds them there, and knows nothing of what was broken, or why.
 */
export type UndoAction =
  | { readonly action: "unpause"; readonly containerId: string }
  | { readonly action: "start"; readonly containerId: string }
  | { readonly action: "delete-table"; readonly family: "bridge" | "ip"; readonly table: string }
  /** None: the limit is taken away. */
  | { readonly action: "limit-cpu"; readonly containerId: string; readonly cores?: number }
  | { readonly action: "remove-filler"; readonly containerId: string; readonly path: string }
  /** What delays the links of this node: its helpers, and netem's queue. */
  | { readonly action: "end-delay"; readonly containerId: string }
  | { readonly action: "limit-writes"; readonly containerId: string; readonly path: string }
  | { readonly action: "none" };

/**
 * For a shell in a node's network: takes away the queues that delay what leaves the node, on each network that it sits
 * on. Which of them the kernel calls `eth0` is not promised.
 */
export const END_QUEUES =
  'for device in /sys/class/net/*; do tc qdisc del dev "${device##*/}" root 2>/dev/null; done; true';

/** What is read here of a fault's line in a ledger; the rest of it is for others. */
export interface LedgerLine {
  readonly fault?: string;
  /** The lab that broke it. None in ledgers of old. */
  readonly lab?: ProcessMark;
  readonly undo: readonly UndoAction[];
}
