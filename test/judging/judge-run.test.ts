/** Judging a run folder as it lies on disk: what ails its helpers never costs the verdict. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { judgeRun } from "../../lab/judging/judge-run.ts";
import { findRun, journalFile, readVerdict, runsFolder, writePlan } from "../../lab/run-folder/run-files.ts";
import { calmEvents, calmOperations, planOf, writeRun } from "./runs.ts";

let runs = "";
let folder = "";
beforeEach(async () => {
  runs = mkdtempSync(join(tmpdir(), "lab-judge-run-"));
  folder = join(runs, planOf().run);
  await writeRun(folder, planOf(), { events: calmEvents, operations: calmOperations });
});
afterEach(() => rmSync(runs, { recursive: true, force: true }));

const told = async (): Promise<readonly string[]> =>
  (await judgeRun(folder)).notes.map((note) => note.replaceAll(`${runs}/`, ""));

describe("a recorded verdict", () => {
  test("is not written twice when judging again comes to the same", async () => {
    const { verdict, story, reportFailures } = await judgeRun(folder);
    expect(verdict.verdict).toBe("held");
    expect(reportFailures).toEqual([]);
    expect(story.length).toBeGreaterThan(0);
    expect(await told()).toEqual([]);
    expect(existsSync(join(folder, "verdict.1.json"))).toBe(false);
  });

  test("is kept when another takes its place, however often", async () => {
    await judgeRun(folder);
    const first = readFileSync(join(folder, "verdict.json"), "utf8");
    await writePlan(folder, planOf({ expect: { "writes recover": { check: "delivery", of: "events" } } }));
    expect(await told()).toEqual(["the verdict recorded before (held) is kept in verdict.1.json"]);
    expect(readFileSync(join(folder, "verdict.1.json"), "utf8")).toBe(first);
    expect((await readVerdict(folder)).verdict).not.toBe("held");
    await writePlan(folder, planOf());
    expect((await told())[0]).toContain("is kept in verdict.2.json");
    expect(readFileSync(join(folder, "verdict.json"), "utf8")).toBe(first);
  });

  test("is kept when it came to the same for other reasons", async () => {
    await writePlan(folder, planOf({ title: "another" }));
    await judgeRun(folder);
    const expected = { "no record is lost": { check: "delivery", of: "events" } } as const;
    await writePlan(folder, planOf({ title: "another", expect: expected }));
    expect(await told()).toEqual(["the verdict recorded before (unknown for other reasons) is kept in verdict.1.json"]);
  });

  test("is kept when it is damaged", async () => {
    writeFileSync(join(folder, "verdict.json"), '{"verdict":');
    expect(await told()).toEqual(["the verdict recorded before (unreadable) is kept in verdict.1.json"]);
    expect(readFileSync(join(folder, "verdict.1.json"), "utf8")).toBe('{"verdict":');
  });
});

describe("what ails a run folder's helpers", () => {
  test("a verdict that cannot be written is given all the same, and it is told", async () => {
    mkdirSync(join(folder, "verdict.json.part"));
    const { verdict, notes } = await judgeRun(folder);
    expect(verdict.verdict).toBe("held");
    expect(notes.join()).toContain(`the verdict could not be written to ${folder}: EISDIR`);
  });

  test("a history with torn and foreign lines is judged with what is left, and each is told", async () => {
    writeFileSync(join(runs, "history.jsonl"), '<<<<<<< HEAD\n{"run":\n');
    expect(await told()).toEqual([
      "history.jsonl:1 was left out: it is the mark of a merge conflict",
      "history.jsonl:2 was left out: it is no JSON, or was cut off",
    ]);
  });

  test("a pipe among the logs is not waited on", async () => {
    execFileSync("mkfifo", [join(folder, "logs", "kafka-1.log")]);
    const { verdict, notes } = await judgeRun(folder);
    expect(verdict.verdict).toBe("held");
    expect(notes.join()).toContain("logs/kafka-1.log: cannot be read: it is a pipe, not a file");
  });
});

describe("a run folder that cannot be judged", () => {
  test.each(["plan.json", "journal.bin"])("%s: a folder or a pipe in its place is an error at once", async (name) => {
    renameSync(join(folder, name), join(folder, "aside"));
    execFileSync("mkfifo", [join(folder, name)]);
    await expect(judgeRun(folder)).rejects.toThrow(`${name}: cannot be read: it is a pipe, not a file`);
    rmSync(join(folder, name));
    mkdirSync(join(folder, name));
    await expect(judgeRun(folder)).rejects.toThrow(`${name}: cannot be read: it is a folder, not a file`);
    rmSync(join(folder, name), { recursive: true });
    await expect(judgeRun(folder)).rejects.toThrow("ENOENT");
    expect(existsSync(journalFile(folder))).toBe(name === "plan.json");
  });

  test("no name is not the latest run, and an empty RESILIENCE_LAB_RUNS is no folder", async () => {
    await expect(findRun("")).rejects.toThrow("a run's name is empty");
    await expect(findRun("  ")).rejects.toThrow("a run's name is empty");
    const before = process.env["RESILIENCE_LAB_RUNS"];
    try {
      process.env["RESILIENCE_LAB_RUNS"] = "";
      expect(() => runsFolder()).toThrow("RESILIENCE_LAB_RUNS is set and empty");
      process.env["RESILIENCE_LAB_RUNS"] = runs;
      expect(await findRun("last")).toBe(folder);
    } finally {
      if (before === undefined) delete process.env["RESILIENCE_LAB_RUNS"];
      else process.env["RESILIENCE_LAB_RUNS"] = before;
    }
  });
});
