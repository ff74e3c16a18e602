/** What follows from the list of kinds: their types, and how they are found. */
import { FAULT_GROUPS, isPermanent, type AnyFaultKind, type FaultGroup } from "./define.ts";
import * as kinds from "./kinds/index.ts";

/** The kinds by the names of their methods in a script. */
export type FaultMethods = typeof kinds;

/** A fault as data: what generated schedules, scenarios, the ledger and `lab fault` all speak. */
export type FaultSpec = { [M in keyof FaultMethods]: ReturnType<FaultMethods[M]["call"]> }[keyof FaultMethods];

/** All kinds by the names of their methods. */
export const FAULT_METHODS: Readonly<Record<string, AnyFaultKind>> = kinds;

/** The kinds by group, as reports, help texts and docs list them. */
export const faultGroups = (): readonly { readonly group: FaultGroup; readonly kinds: readonly AnyFaultKind[] }[] =>
  FAULT_GROUPS.map((group) => ({
    group,
    kinds: Object.values(FAULT_METHODS).filter((kind) => kind.group === group),
  }));

/** All kinds, group by group. */
export const FAULT_KINDS: readonly AnyFaultKind[] = faultGroups().flatMap(({ kinds: each }) => each);

/** Whether its heal does not bring back what it took, so that its clusters should not be used again. */
export const taintsClusters = (spec: { readonly kind: string; readonly permanent?: unknown }): boolean =>
  isPermanent(spec) || (kindNamed(spec.kind)?.taints ?? false);

/** The kind of this name; undefined where there is none. */
export const kindNamed = (name: string): AnyFaultKind | undefined => FAULT_KINDS.find(({ kind }) => kind === name);
