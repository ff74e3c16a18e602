/** Real runs, recorded once: today's checks must judge them as they were judged then, on a machine without containers. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readJournal } from "../../lab/journal/index.ts";
import { ENGINE_GONE } from "../../lab/judging/voids.ts";
import { judge } from "../../lab/judging/judge.ts";
import { judgeRun } from "../../lab/judging/judge-run.ts";
import { readVerdict } from "../../lab/run-folder/run-files.ts";
import { validatePlan } from "../../lab/run-folder/run-folder-schema.ts";

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
      // Its sentences may be told better today; what each part came to, and the figures of that, may not change.
      const cameTo = (parts: readonly { readonly name: string; readonly verdict: string }[]) =>
        parts.map((part) => [part.name, part.verdict]);
      expect(cameTo(now.expectations)).toEqual(cameTo(then.expectations));
      expect(cameTo(now.slos)).toEqual(cameTo(then.slos));
      const figures = (parts: readonly { readonly figures: object }[]) => parts.map((part) => part.figures);
      expect(figures(now.expectations)).toMatchObject(figures(then.expectations));
      expect(figures(now.slos)).toMatchObject(figures(then.slos));
      expect(cameTo(now.conditions)).toEqual(expect.arrayContaining(cameTo(then.conditions)));
      expect(now.verdict).toBe(then.verdict);
      expect(now.verdict).toBe(name.startsWith("held") ? "held" : "violated");
    } finally {
      rmSync(join(folder, ".."), { recursive: true, force: true });
    }
  });
});

test("a run whose container engine was lost is unknown, and says so first, even where it saw something violated", () => {
  const folder = join(FIXTURES, "violated-leader-alone-acknowledges");
  const file = join(mkdtempSync(join(tmpdir(), "lab-recorded-")), "journal.bin");
  try {
    writeFileSync(file, gunzipSync(readFileSync(join(folder, "journal.bin.gz"))));
    const plan = validatePlan(JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")));
    const journal = readJournal(file);
    expect(judge(plan, journal, []).verdict).toBe("violated");
    const lost = {
      ...journal,
      events: [...journal.events, { type: "observation", atMs: 9_000, ...ENGINE_GONE } as const],
    };
    const { verdict, reasons, expectations } = judge(plan, lost, []);
    expect(verdict).toBe("unknown");
    expect(expectations.map((part) => part.verdict)).toEqual(["violated", "held", "held"]);
    expect(reasons[0]).toContain('condition "the container engine stayed" unknown: it was gone after 9 s');
    expect(reasons.some((reason) => reason.includes("violated"))).toBe(true);
  } finally {
    rmSync(join(file, ".."), { recursive: true });
  }
});
