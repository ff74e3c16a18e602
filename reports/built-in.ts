/** The lab's own reporters that leave files. */
import { escapeHtml } from "./html/markup.ts";
import { renderHtml } from "./html/document.ts";
import { renderJunit } from "./junit.ts";
import { renderNight } from "./night/document.ts";
import { suiteFile, type Reporter } from "./reporter.ts";
import { renderSummary } from "./summary.ts";

const noPage = (message: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>No report</title><h1>This report could not be drawn</h1><p>${escapeHtml(message)}</p>`;

const html: Reporter = {
  name: "html",
  run: (run) => ({ files: { "report.html": renderHtml(run) } }),
  crashed: (message, during) => (during === "run" ? { files: { "report.html": noPage(message) } } : {}),
};

const junit: Reporter = {
  name: "junit",
  run: (run) => ({ files: { "junit.xml": renderJunit([run]) } }),
  suite: ({ command, runs }) => ({ files: { [suiteFile("junit.xml", command)]: renderJunit(runs) } }),
  crashed: (message, during, command) => ({
    files: {
      [during === "run" ? "junit.xml" : suiteFile("junit.xml", command)]:
        `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="1" failures="0" errors="1"><testsuite name="resilience-lab" tests="1" failures="0" errors="1"><testcase classname="resilience-lab" name="report" time="0"><error message="${escapeHtml(message)}">${escapeHtml(message)}</error></testcase></testsuite></testsuites>\n`,
    },
  }),
};

const summary: Reporter = {
  name: "summary",
  run: (run) => ({ files: { "summary.md": renderSummary([run]) } }),
  suite: ({ command, runs }) => ({ files: { [suiteFile("summary.md", command)]: renderSummary(runs, "suite") } }),
  crashed: (message, during, command) => ({
    files: {
      [during === "run" ? "summary.md" : suiteFile("summary.md", command)]:
        `## Resilience lab\n\nThis summary could not be drawn: ${escapeHtml(message)}\n`,
    },
  }),
};

const index: Reporter = {
  name: "index",
  suite: ({ all }) => (all === undefined ? {} : { files: { "index.html": renderNight(all) } }),
  crashed: (message, during) => (during === "suite" ? { files: { "index.html": noPage(message) } } : {}),
};

/** In the order in which they are called. */
export const BUILT_IN: readonly Reporter[] = [html, junit, summary, index];
