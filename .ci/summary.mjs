/**
 * The last line of a build, counted from files that tools wrote, never from what they printed.
 *
 *   node .ci/summary.mjs STATIC.json VITEST.json VITEST_EXIT_CODE
 *
 * Prints `N passed, N failed[, N skipped]`; exit code 1 when anything failed or could not be counted.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Counts the parts of the static check, and the tests. What was not written counts as one failure, so does a test
 * file that could not be loaded, and so does an exit code that no failed test explains (an unhandled error).
 */
function count(parts, report, vitestExitCode) {
  const partsPassed = parts?.filter(({ passed }) => passed).length ?? 0;
  const partsFailed = parts === undefined ? 1 : parts.length - partsPassed;
  const files = report?.testResults ?? [];
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length;
  const unloaded = files.filter(({ status, assertionResults }) => {
    return status === "failed" && !assertionResults.some((each) => each.status === "failed");
  }).length;
  const testsFailed = withStatus("failed") + unloaded;
  const unexplained = testsFailed === 0 && (vitestExitCode !== 0 || tests.length === 0) ? 1 : 0;
  return {
    passed: partsPassed + withStatus("passed"),
    failed: partsFailed + testsFailed + unexplained,
    skipped: withStatus("skipped", "pending", "todo", "disabled"),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , staticPath, vitestPath, vitestExitCode] = process.argv;
  const { passed, failed, skipped } = count(readJson(staticPath), readJson(vitestPath), Number(vitestExitCode));
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`);
}
