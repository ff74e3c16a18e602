/** The figures of earlier runs on disk: whatever ails them, nobody's verdict is lost for it. */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appendHistory, readHistory } from "../../lab/run-folder/history.ts";
import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";

const entry = (run: string, figures: Readonly<Record<string, number>> = {}): HistoryEntry => ({
  run,
  scenario: "kafka/leader-kill",
  seed: 1,
  startedAt: "2026-01-02T03:04:05.678Z",
  verdict: "held",
  figures,
});
const line = (run: string): string => `${JSON.stringify(entry(run))}\n`;

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "history-"));
  file = join(folder, "runs", "history.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The runs that were read, and what was told of the rest, without the folder's name. */
function read(): { readonly runs: readonly string[]; readonly leftOut: readonly string[] } {
  const { entries, leftOut } = readHistory(file);
  return { runs: entries.map(({ run }) => run), leftOut: leftOut.map((told) => told.replaceAll(`${folder}/`, "")) };
}

describe("the history on disk", () => {
  test("what is appended is read, in order; no file is an empty history", () => {
    expect(readHistory(file)).toEqual({ entries: [], leftOut: [] });
    appendHistory(file, entry("a", { p99Ms: 1.5 }));
    appendHistory(file, { ...entry("b"), mutant: "m" });
    expect(readHistory(file)).toEqual({
      entries: [entry("a", { p99Ms: 1.5 }), { ...entry("b"), mutant: "m" }],
      leftOut: [],
    });
  });

  test("a last line cut at any byte is left out and told, and gone after the next append", () => {
    appendHistory(file, entry("a"));
    const whole = readFileSync(file, "utf8");
    for (let length = 1; length < whole.length - 1; length += 7) {
      writeFileSync(file, whole + whole.slice(0, length));
      expect(read()).toEqual({
        runs: ["a"],
        leftOut: ["runs/history.jsonl:2 was left out: it is no JSON, or was cut off"],
      });
      appendHistory(file, entry("b"));
      expect(read()).toEqual({ runs: ["a", "b"], leftOut: [] });
    }
    writeFileSync(file, whole + whole.trimEnd());
    appendHistory(file, entry("b"));
    expect(read().runs).toEqual(["a", "b"]);
  });

  test("of several lines of one run the last counts, in the place of the first", () => {
    for (const each of [entry("a"), entry("b")]) appendHistory(file, each);
    const accepted = { ...entry("a"), baseline: { why: "a new disk", acceptedAt: "2026-01-03T00:00:00.000Z" } };
    appendHistory(file, accepted);
    expect(readHistory(file).entries).toEqual([accepted, entry("b")]);
  });

  test("any line that is no entry is left out and told, with its place; the others are read", () => {
    appendHistory(file, entry("a"));
    appendFileSync(
      file,
      `{}\n${line("b")}nonsense\n<<<<<<< HEAD\n${line("c")}=======\n>>>>>>> other\n\r\n${line("d")}`,
    );
    expect(read()).toMatchInlineSnapshot(`
      {
        "leftOut": [
          "runs/history.jsonl:2 was left out: history entry: /run is missing; /scenario is missing; /seed is missing; /startedAt is missing; /verdict is missing; /figures is missing",
          "runs/history.jsonl:4 was left out: it is no JSON, or was cut off",
          "runs/history.jsonl:5 was left out: it is the mark of a merge conflict",
          "runs/history.jsonl:7 was left out: it is the mark of a merge conflict",
          "runs/history.jsonl:8 was left out: it is the mark of a merge conflict",
        ],
        "runs": [
          "a",
          "b",
          "c",
          "d",
        ],
      }
    `);
  });

  test("a byte order mark and other ends of lines do not matter", () => {
    mkdirSync(join(folder, "runs"));
    writeFileSync(file, `\ufeff${line("a")}${line("b")}`.replaceAll("\n", "\r\n"));
    expect(read()).toEqual({ runs: ["a", "b"], leftOut: [] });
  });

  test("of many such lines the first are told, and the others counted", () => {
    mkdirSync(join(folder, "runs"));
    writeFileSync(file, `${"x\n".repeat(50)}${line("a")}`);
    const { runs, leftOut } = read();
    expect(runs).toEqual(["a"]);
    expect(leftOut).toHaveLength(6);
    expect(leftOut.at(-1)).toBe("and 45 more of its lines");
  });

  test("a folder or a pipe in its place is told, and never waited on", () => {
    mkdirSync(file, { recursive: true });
    expect(read()).toEqual({
      runs: [],
      leftOut: ["the history was left out: runs/history.jsonl: cannot be read: it is a folder, not a file"],
    });
    expect(() => appendHistory(file, entry("a"))).toThrow("it is a folder, not a file");
    rmSync(file, { recursive: true });
    execFileSync("mkfifo", [file]);
    expect(read().leftOut).toEqual([
      "the history was left out: runs/history.jsonl: cannot be read: it is a pipe, not a file",
    ]);
    expect(() => appendHistory(file, entry("a"))).toThrow("it is a pipe, not a file");
  });
});
