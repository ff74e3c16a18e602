import type { ProcessMark } from "../engine/run-owner.ts";
import type { UndoAction } from "../engine/undo-actions.ts";
import type { Receipt } from "../journal/types.ts";
import type { FaultSpec } from "./registry.ts";

/** A fault in force. Disposing heals it. Healing twice is allowed and does nothing. */
export interface Fault extends AsyncDisposable {
  readonly id: string;
  readonly spec: FaultSpec;
  /** Names of the nodes and clients that the target meant when it was injected. */
  readonly targets: readonly string[];
  /** The measured effect. For packet rules it may come only with traffic: waits, with a limit, for it. */
  receipt(): Promise<Receipt>;
  /** Undoes it, and verifies the undo. @throws LabError `fault-failed` when the undo was not seen to work. */
  heal(): Promise<void>;
}

/** A line of the ledger: written before the fault acts, crossed out after its undo was verified. */
export interface LedgerEntry {
  readonly fault: string;
  readonly run: string;
  /** The lab that breaks it: as long as it lives, healing is its own business. */
  readonly lab?: ProcessMark;
  readonly spec: FaultSpec;
  readonly targets: readonly string[];
  /** What undoes it, for whoever finds the ledger: container ids to unpause or start, tables to delete. */
  readonly undo: readonly UndoAction[];
}
