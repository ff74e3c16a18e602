import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawIndex, drawSuite } from "../../lab/cli/suite-reports.ts";
import { judgeRun } from "../../lab/judging/judge-run.ts";
import { BUILT_IN } from "../../reports/index.ts";
import { calmEvents, calmOperations, planOf, writeRun } from "../judging/runs.ts";

test("a suite's reports tell the verdicts that were given, also one that is in no run folder", async () => {
  const runs = mkdtempSync(join(tmpdir(), "lab-suite-"));
  try {
    const folder = join(runs, planOf().run);
    await writeRun(folder, planOf(), { events: calmEvents, operations: calmOperations });
    const { verdict } = await judgeRun(folder);
    expect(readFileSync(await drawIndex(runs, BUILT_IN), "utf8")).toContain("A broker is killed");
    rmSync(join(folder, "verdict.json"));
    await drawSuite({ runs, command: "prove", results: [{ folder, verdict }], reporters: BUILT_IN, all: false });
    expect(readFileSync(join(runs, "prove-summary.md"), "utf8")).toContain("held");
    expect(readFileSync(join(runs, "prove-junit.xml"), "utf8")).toContain("<testsuite");
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
});
