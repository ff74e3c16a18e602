import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../lab/errors.ts";
import { freshId } from "../lab/random.ts";
import { renderHtml } from "./html/document.ts";
import { escapeHtml } from "./html/markup.ts";
import { renderJunit } from "./junit.ts";
import { renderSummary } from "./summary.ts";
import type { RunRecord } from "./types.ts";

/** A report that could not be drawn or written. */
export interface ReportFailure {
  readonly file: string;
  readonly error: unknown;
}

/** Draws one report of one run. `insteadOf` says that it failed, in the report's own format, so that a failure is never silence. */
export interface Reporter {
  readonly file: string;
  readonly draw: (run: RunRecord) => string;
  readonly insteadOf: (message: string) => string;
}

export const reporters: readonly Reporter[] = [
  {
    file: "report.html",
    draw: renderHtml,
    insteadOf: (message) =>
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>No report</title><h1>This report could not be drawn</h1><p>${escapeHtml(message)}</p>`,
  },
  {
    file: "junit.xml",
    draw: (run) => renderJunit([run]),
    insteadOf: (message) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="1" failures="0" errors="1"><testsuite name="resilience-lab" tests="1" failures="0" errors="1"><testcase classname="resilience-lab" name="report" time="0"><error message="${escapeHtml(message)}">${escapeHtml(message)}</error></testcase></testsuite></testsuites>\n`,
  },
  {
    file: "summary.md",
    draw: (run) => renderSummary([run]),
    insteadOf: (message) => `## Resilience lab\n\nThis summary could not be drawn: ${escapeHtml(message)}\n`,
  },
];

/**
 * Writes report.html, junit.xml and summary.md into the run's folder, each whole or not at all.
 * Never throws: a reporter that crashes leaves a file that says so, takes no other down, and is named in what is returned.
 */
export async function writeReports(
  folder: string,
  run: RunRecord,
  use: readonly Reporter[] = reporters,
): Promise<readonly ReportFailure[]> {
  const failures = await Promise.all(use.map((reporter) => writeOne(folder, run, reporter)));
  return failures.flat();
}

async function writeOne(folder: string, run: RunRecord, reporter: Reporter): Promise<readonly ReportFailure[]> {
  const failures: ReportFailure[] = [];
  let text: string;
  try {
    text = reporter.draw(run);
  } catch (error) {
    failures.push({ file: reporter.file, error });
    text = reporter.insteadOf(messageOf(error));
  }
  try {
    await writeWhole(join(folder, reporter.file), folder, text);
  } catch (error) {
    failures.push({ file: reporter.file, error });
  }
  return failures;
}

async function writeWhole(path: string, folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${freshId()}.unfinished`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}
