/** Service-level objectives: reading OpenSLO v1, measuring indicators in the journal, error budgets, baselines. */
export { readSlos } from "./read.ts";
export { loadsCounted } from "./loads.ts";
export { evaluateSlos } from "./evaluate.ts";
export type { SloDocument } from "./documents.ts";
export type { BudgetWindow, Comparison, SloResult } from "./types.ts";
