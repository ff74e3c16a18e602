/** Real runs, recorded once: today's checks must judge them as they were judged then, on a machine without containers. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { judgeRun } from "../../lab/rehearsal/judge-run.ts";
import { readVerdict } from "../../lab/rehearsal/run-files.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/runs");

describe.each(readdirSync(FIXTURES))("the recorded run %s", (name) => {
  test("is judged as it was", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "lab-recorded-")), name);
    try {
      cpSync(join(FIXTURES, name), folder, { recursive: true });
      writeFileSync(join(folder, "journal.bin"), gunzipSync(readFileSync(join(folder, "journal.bin.gz"))));
      const then = await readVerdict(folder);
      const { verdict: now, reportFailures } = await judgeRun(folder);
      expect(reportFailures).toEqual([]);
      expect({ ...now, comparisons: [] }).toEqual({ ...then, comparisons: [] });
      expect(now.verdict).toBe(name.startsWith("held") ? "held" : "violated");
    } finally {
      rmSync(join(folder, ".."), { recursive: true, force: true });
    }
  });
});
