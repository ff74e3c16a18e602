/** Reports of rehearsals, drawn from run folders alone: no containers, no network. What each shows: docs/reports.md. */
export { renderHtml } from "./html/document.ts";
export { renderJunit } from "./junit.ts";
export { renderSummary } from "./summary.ts";
export { tellStory } from "./story/tell.ts";
export { wakeOf } from "./story/impact.ts";
export { renderNight } from "./night/document.ts";
export type { NightRecord } from "./night/types.ts";
export type { RunRecord } from "./types.ts";
export { BUILT_IN } from "./built-in.ts";
export type { Drawn, Reporter, SuiteRecord } from "./reporter.ts";
export { reportRun, reportSuite } from "./run-reporters.ts";
export type { Reported, ReportFailure } from "./run-reporters.ts";
