/** Loads: as data (`produce`), and under way (`startLoad`). */
export { destinationOf, produce } from "./spec.ts";
export type { ProduceOptions } from "./spec.ts";
export { startProduceLoad } from "./produce-load.ts";
export type { ProduceLoadOptions } from "./produce-load.ts";
export type { KillableClient, LoadSpec, ProduceSpec, ReaderSpec, RunningLoad, StartedLoad } from "./types.ts";
