import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reporters, writeReports } from "../../reports/write-reports.ts";
import { heldRun } from "./sample-runs.ts";

describe("writing the reports of a run", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reports-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test("writes three whole files and leaves nothing else", async () => {
    expect(await writeReports(folder, heldRun(200))).toEqual([]);
    expect((await readdir(folder)).sort()).toEqual(["junit.xml", "report.html", "summary.md"]);
    expect(await readFile(join(folder, "report.html"), "utf8")).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  });

  test("one that crashes is named, leaves a file that says so, and takes no other down", async () => {
    const broken = reporters.map((reporter) =>
      reporter.file === "report.html"
        ? {
            ...reporter,
            draw: (): string => {
              throw new Error("no <ink>");
            },
          }
        : reporter,
    );
    const failures = await writeReports(folder, heldRun(200), broken);
    expect(failures).toEqual([{ file: "report.html", error: new Error("no <ink>") }]);
    expect(await readFile(join(folder, "report.html"), "utf8")).toContain(
      "could not be drawn</h1><p>no &lt;ink&gt;</p>",
    );
    expect(await readFile(join(folder, "junit.xml"), "utf8")).toContain("</testsuites>");
  });

  test("a folder that can not be written is told of, file by file", async () => {
    await writeReports(folder, heldRun(200));
    const failures = await writeReports(join(folder, "summary.md"), heldRun(200));
    expect(failures.map(({ file }) => file)).toEqual(["report.html", "junit.xml", "summary.md"]);
  });
});
