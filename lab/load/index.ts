/** Loads, whatever they go to: how a kind of load is defined, offered and awaited. The kinds are their systems' own. */
export { clusterOf, defineLoad, defineSpec, operationRandom, placeOf } from "./define-load.ts";
export type { Given, LoadKind, LoadStart, LoadTarget, Needed, Pace } from "./define-load.ts";
export type { AnyLoadSpec, KillableClient, RunningLoad, StartedLoad } from "./types.ts";
