import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BUILT_IN } from "../../reports/built-in.ts";
import type { Reporter } from "../../reports/reporter.ts";
import { reportRun, reportSuite } from "../../reports/run-reporters.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { heldRun, violatedRun } from "./sample-runs.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder[Symbol.dispose]();
});

const run = heldRun(200);
const read = (file: string): string => readFileSync(join(folder.path, file), "utf8");

function crashing(reporter: Reporter): Reporter {
  const crash = (): never => {
    throw new Error("no <ink>");
  };
  return { ...reporter, run: crash, suite: crash };
}

describe("the lab's own reporters", () => {
  test("write three whole files of a run and leave nothing else", async () => {
    expect(await reportRun(folder.path, run, BUILT_IN)).toEqual({ failures: [], terminal: [] });
    expect(readdirSync(folder.path).sort()).toEqual(["junit.xml", "report.html", "summary.md"]);
    expect(read("report.html")).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  });

  test("write a suite's files beside the runs, those of mutants under names of their own, and the page of all where there are several", async () => {
    await reportSuite(folder.path, { command: "run", runs: [run] }, BUILT_IN);
    expect(readdirSync(folder.path).sort()).toEqual(["junit.xml", "summary.md"]);
    const all = { runs: [], leftOut: [] };
    await reportSuite(folder.path, { command: "prove", runs: [violatedRun(200), violatedRun(200)], all }, BUILT_IN);
    expect(readdirSync(folder.path).sort()).toEqual([
      "index.html",
      "junit.xml",
      "prove-junit.xml",
      "prove-summary.md",
      "summary.md",
    ]);
  });

  test("one that crashes is named, leaves a file that says so, and takes no other down", async () => {
    const reporters = BUILT_IN.map((each) => (each.name === "html" ? crashing(each) : each));
    const { failures } = await reportRun(folder.path, run, reporters);
    expect(failures).toEqual([{ file: "report.html", error: new Error("no <ink>") }]);
    expect(read("report.html")).toContain("could not be drawn</h1><p>no &lt;ink&gt;</p>");
    expect(read("junit.xml")).toContain("</testsuites>");
    const crashed = await reportSuite(folder.path, { command: "prove", runs: [run] }, BUILT_IN.map(crashing));
    expect(crashed.failures.map(({ file }) => file)).toEqual([
      "reporter html",
      "prove-junit.xml",
      "prove-summary.md",
      "index.html",
    ]);
  });

  test("a folder that cannot be written is told of, file by file", async () => {
    await reportRun(folder.path, run, BUILT_IN);
    const { failures } = await reportRun(join(folder.path, "summary.md"), run, BUILT_IN);
    expect(failures.map(({ file }) => file)).toEqual(["report.html", "junit.xml", "summary.md"]);
  });
});

describe("a reporter of one's own", () => {
  const own = (draw: Reporter["run"]): Reporter => ({ name: "own", ...(draw === undefined ? {} : { run: draw }) });

  test("is given the run, leaves its files beside the others and speaks on the terminal; it may take its time", async () => {
    const reporter = own(({ verdict }) =>
      Promise.resolve({ files: { "own.txt": verdict.scenario }, terminal: `own: ${verdict.verdict}` }),
    );
    expect(await reportRun(folder.path, run, [...BUILT_IN, reporter])).toEqual({
      failures: [],
      terminal: ["own: held"],
    });
    expect(read("own.txt")).toBe("kafka/leader-kill");
  });

  test.each<[string, Reporter["run"], RegExp]>([
    [
      "throws",
      () => {
        throw new Error("no ink");
      },
      /no ink/,
    ],
    ["is rejected", () => Promise.reject(new Error("no ink")), /no ink/],
    ["writes elsewhere", () => ({ files: { "../own.txt": "" } }), /"\.\.\/own\.txt" is no plain name/],
    ["writes over a record", () => ({ files: { "verdict.json": "" } }), /verdict\.json is the lab's own/],
    ["writes over a report of the lab's", () => ({ files: { "summary.md": "" } }), /was drawn by another reporter/],
    ["gives no text", () => ({ files: { "own.txt": 7 as unknown as string } }), /own\.txt is no text/],
  ])("that %s is named, and all others are drawn", async (_, draw, why) => {
    const { failures } = await reportRun(folder.path, run, [...BUILT_IN, own(draw)]);
    expect(failures.map(({ file, error }) => `${file}: ${String(error)}`)).toEqual([expect.stringMatching(why)]);
    expect(read("summary.md")).toContain("✅ held");
    expect(readdirSync(folder.path).sort()).toEqual(["junit.xml", "report.html", "summary.md"]);
  });

  test("a file that cannot be replaced leaves nothing unfinished that is taken for it", async () => {
    mkdirSync(join(folder.path, "own.txt"));
    const { failures } = await reportRun(folder.path, run, [own(() => ({ files: { "own.txt": "" } }))]);
    expect(failures).toMatchObject([{ file: "own.txt" }]);
  });
});
