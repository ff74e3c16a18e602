/** What a run's ledger holds for whoever comes after the lab that wrote it. */
import type { ProcessMark } from "./run-owner.ts";
import type { LedgerLine } from "./undo-actions.ts";

export interface LeftBehind {
  /** What labs that are gone have broken, healed already or not, oldest first. */
  readonly entries: readonly LedgerLine[];
  /** The faults of these that were not healed and are not for good. */
  readonly inForce: readonly string[];
  /** Whether a lab that lives has named faults here, too. */
  readonly shared: boolean;
}

/** Of a ledger's text. A torn last line is left out, and so are lines that are no entries. Pure. */
export function leftBehind(text: string, isLive: (lab: ProcessMark) => boolean): LeftBehind {
  const lines = text.split("\n").map(parsed);
  const all = lines.flatMap((line) => (isEntry(line) ? [line] : []));
  const healed = new Set(lines.flatMap((line) => (isHealed(line) ? [line.healed] : [])));
  const entries = all.filter(({ lab }) => lab === undefined || !isLive(lab));
  const inForce = entries.flatMap(({ fault, undo }) =>
    fault === undefined || undo.length === 0 || healed.has(fault) ? [] : [fault],
  );
  return { entries, inForce, shared: entries.length < all.length };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

const isEntry = (line: unknown): line is LedgerLine =>
  typeof line === "object" && line !== null && "undo" in line && Array.isArray(line.undo);

const isHealed = (line: unknown): line is { readonly healed: string } =>
  typeof line === "object" && line !== null && "healed" in line && typeof line.healed === "string";
