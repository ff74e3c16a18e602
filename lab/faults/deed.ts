/** What a driver makes of one fault: the acts and the measurements that every kind has. */
import type { UndoAction } from "./types.ts";

/** One look at a fault's effect. */
export interface Effect {
  readonly effective: boolean;
  readonly measured: string;
  readonly figures?: Readonly<Record<string, number>>;
}

/** A fault that is resolved and not yet applied. */
export interface Deed {
  /** Names of nodes and clients. */
  readonly targets: readonly string[];
  /** As they are journalled: names, or links. */
  readonly journalled: readonly string[];
  /** What undoes it, for the ledger. */
  readonly undoActions: readonly UndoAction[];
  /**
   * Puts it in force; resolves when it is. When it throws, `undo` is called for what was half done.
   * @throws LabError `fault-failed`, `fault-unsupported`
   */
  apply(): Promise<void>;
  /** Looks once whether the effect is there. */
  look(): Promise<Effect>;
  /** Takes it back. */
  undo(): Promise<void>;
  /** Waits until the undo is seen to have worked, and tells how. @throws when it is not seen */
  verify(): Promise<string>;
}
