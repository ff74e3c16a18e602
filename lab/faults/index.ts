/** Faults: broken on purpose, measured, healed, and the heal verified. docs/faults.md tells of each kind. */
export { openFaults, type FaultInjector, type FaultsOptions } from "./injector.ts";
export { faultFront, type FaultFront } from "./front.ts";
export { parseFault, usagesOf } from "./words.ts";
export { describeEntry, readLedger } from "./ledger.ts";
export { faultSupport } from "./support.ts";
export { FAULT_KINDS, faultGroups, kindNamed, taintsClusters, type FaultSpec } from "./registry.ts";
export type { Fault, LedgerEntry } from "./types.ts";
export type { LinkSelector, Links } from "./links.ts";
export type { PartitionOptions } from "./kinds/partition.ts";
export type { Shape } from "./shapes.ts";
export type { Target, Who } from "./who.ts";
