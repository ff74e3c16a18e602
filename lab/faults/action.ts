/** What a kind makes of one fault: the acts and the measurements that every kind has. */
import type { UndoAction } from "../engine/undo-actions.ts";

/** One probe of a fault's effect. */
export interface Effect {
  readonly effective: boolean;
  readonly measured: string;
  readonly figures?: Readonly<Record<string, number>>;
}

/** Breaking one thing, and making it whole. */
export interface Action {
  /**
   * Puts it in force; resolves when it is. When it throws, `undo` is called for what was half done.
   * @throws LabError `fault-failed`, `fault-unsupported`
   */
  apply(): Promise<void>;
  /** Measures once whether the effect is there. */
  probe(): Promise<Effect>;
  /** Takes it back. */
  undo(): Promise<void>;
  /** Waits until the undo is seen to have worked, and tells how. @throws when it is not seen */
  verify(): Promise<string>;
}

/** What one fault does to one node or client, and what undoes it when the lab is gone. */
export interface NodeAction extends Action {
  readonly undoAction: UndoAction;
}

/** A fault that is resolved and not yet applied. */
export interface FaultAction extends Action {
  /** Names of nodes and clients. */
  readonly targets: readonly string[];
  /** As they are journalled: names, or links. */
  readonly journalled: readonly string[];
  /** What undoes it, for the ledger. */
  readonly undoActions: readonly UndoAction[];
}
