/** The last line of a build, from the files that its tools write. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./journal/temporary-folder.ts";

const SUMMARY = join(import.meta.dirname, "../.ci/summary.mjs");

interface TestFile {
  readonly status: "passed" | "failed";
  readonly assertionResults: readonly { readonly status: string }[];
}

interface Build {
  readonly parts?: readonly { readonly name: string; readonly passed: boolean }[];
  readonly files?: readonly TestFile[];
  readonly exitCode: number;
}

const file = (status: TestFile["status"], ...tests: readonly string[]): TestFile => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});
const goodParts = ["types", "lint"].map((name) => ({ name, passed: true }));

/** What the summary prints, and the exit code that it ends with. */
async function summaryOf({ parts, files, exitCode }: Build): Promise<string> {
  using folder = temporaryFolder();
  const paths = [join(folder.path, "static.json"), join(folder.path, "tests.json")] as const;
  if (parts !== undefined) writeFileSync(paths[0], JSON.stringify(parts));
  if (files !== undefined) writeFileSync(paths[1], JSON.stringify({ testResults: files }));
  return await summarize([...paths, String(exitCode)]);
}

function summarize(words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SUMMARY, ...words], (error, stdout) => {
      resolve(`${stdout.trimEnd()} (exit code ${error === null ? 0 : Number(error.code)})`);
    });
  });
}

describe("the last line of a build", () => {
  test.each<[string, Build, string]>([
    [
      "all passed",
      { parts: goodParts, files: [file("passed", "passed", "passed")], exitCode: 0 },
      "4 passed, 0 failed (exit code 0)",
    ],
    [
      "a skipped test is neither",
      { parts: goodParts, files: [file("passed", "passed", "pending")], exitCode: 0 },
      "3 passed, 0 failed, 1 skipped (exit code 0)",
    ],
    [
      "a failed test",
      { parts: goodParts, files: [file("failed", "passed", "failed")], exitCode: 1 },
      "3 passed, 1 failed (exit code 1)",
    ],
    [
      "a failed static part",
      { parts: [{ name: "types", passed: false }], files: [file("passed", "passed")], exitCode: 0 },
      "1 passed, 1 failed (exit code 1)",
    ],
    [
      "a test file that could not be loaded",
      { parts: goodParts, files: [file("failed"), file("passed", "passed")], exitCode: 1 },
      "3 passed, 1 failed (exit code 1)",
    ],
    [
      "tests that passed, in a run that failed",
      { parts: goodParts, files: [file("passed", "passed")], exitCode: 1 },
      "3 passed, 1 failed (exit code 1)",
    ],
    ["no test at all", { parts: goodParts, files: [], exitCode: 0 }, "2 passed, 1 failed (exit code 1)"],
    ["no report", { parts: goodParts, exitCode: 1 }, "2 passed, 1 failed (exit code 1)"],
    ["no static results", { files: [file("passed", "passed")], exitCode: 0 }, "1 passed, 1 failed (exit code 1)"],
  ])("%s", async (_, build, line) => {
    expect(await summaryOf(build)).toBe(line);
  });
});
