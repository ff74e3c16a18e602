/** Faults: broken on purpose, measured, healed, and the heal verified. docs/faults.md tells of each kind. */
export { openFaults, describeEntry, type FaultInjector, type FaultsOptions } from "./injector.ts";
export { faultFront, type FaultFront, type Links, type PartitionOptions } from "./front.ts";
export { parseFault, type Who } from "./words.ts";
export { readLedger } from "./ledger.ts";
export { faultSupport, type FaultSupport } from "./support.ts";
export type { Cut, Fault, FaultKind, FaultSpec, LedgerEntry, Shape, Target, UndoAction } from "./types.ts";
