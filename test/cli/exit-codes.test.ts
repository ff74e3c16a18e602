/** How commands end, as a table: what several results come to, and that nothing but a violation gives 1. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Verdict } from "../../lab/checks/types.ts";
import {
  EXIT,
  exitOfComparison,
  exitOfDoctor,
  exitOfDrawing,
  exitOfError,
  exitOfFault,
  exitOfProof,
  exitOfRecorded,
  exitOfRegression,
  exitOfRun,
  exitOfSchema,
  worstOf,
  type ExitCode,
} from "../../lab/cli/exit-codes.ts";
import { fileTrouble } from "../../lab/cli/file-trouble.ts";
import { LabError, type ErrorCode } from "../../lab/errors.ts";

const { held, violated, unknown, setUpFailed, differs, regressed, badUsage, interrupted } = EXIT;
const run = (verdict: Verdict, setUpError?: unknown) => ({
  verdict: { verdict },
  ...(setUpError === undefined ? {} : { setUpError }),
});
const labError = (code: ErrorCode) => new LabError({ code, message: "m" });

describe("of several, the worst", () => {
  test.each<[string, ExitCode[], ExitCode]>([
    ["nothing at all", [], held],
    ["all held", [held, held], held],
    ["one unknown", [held, unknown, held], unknown],
    ["violated outweighs unknown", [unknown, violated, unknown], violated],
    ["violated outweighs a set-up that failed", [setUpFailed, violated], violated],
    ["violated outweighs a scenario that is none", [badUsage, violated], violated],
    ["a set-up that failed outweighs unknown", [unknown, setUpFailed], setUpFailed],
    ["a scenario that is none outweighs a set-up that failed", [setUpFailed, badUsage], badUsage],
    ["interrupted outweighs all", [violated, unknown, setUpFailed, interrupted], interrupted],
    ["a difference outweighs what is as written", [held, differs], differs],
    ["a regression outweighs what held alone", [held, regressed], regressed],
    ["unknown outweighs a regression", [regressed, unknown], unknown],
  ])("%s", (_, codes, worst) => {
    expect(worstOf(codes)).toBe(worst);
    expect(worstOf(codes.toReversed())).toBe(worst);
  });

  test("every code has its place", () => {
    for (const code of Object.values(EXIT)) expect(worstOf([code])).toBe(code);
  });
});

test.each<[string, ReturnType<typeof run>, ExitCode]>([
  ["held", run("held"), held],
  ["violated", run("violated"), violated],
  ["unknown", run("unknown"), unknown],
  ["its set-up failed", run("unknown", labError("cluster-not-ready")), setUpFailed],
  ["its set-up was interrupted", run("unknown", labError("interrupted")), interrupted],
  ["its scenario is none", run("unknown", labError("bad-scenario")), badUsage],
  ["something was thrown that is no error", run("unknown", "what?"), setUpFailed],
  ["the disk filled up after it was violated", run("violated", labError("not-enough-disk")), violated],
])("one run: %s", (_, ended, code) => {
  expect(exitOfRun(ended)).toBe(code);
});

test.each<[string, Parameters<typeof exitOfProof>[0], ExitCode]>([
  ["violated as named", { ...run("violated"), outcome: "killed" }, held],
  ["survived", { ...run("held"), outcome: "survived" }, violated],
  ["violated by another expectation", { ...run("violated"), outcome: "survived" }, violated],
  ["violated by another, and not known of the named", { ...run("violated"), outcome: "unknown" }, unknown],
  ["it showed nothing", { ...run("unknown"), outcome: "unknown" }, unknown],
  ["its set-up failed", { ...run("unknown", labError("image-failed")), outcome: "unknown" }, setUpFailed],
])("one mutant: %s", (_, proving, code) => {
  expect(exitOfProof(proving)).toBe(code);
});

test("by hand: a fault without effect is unknown, a difference is no violation, a report that could not be drawn is no success", () => {
  expect([true, false].map((effective) => exitOfFault({ effective }))).toEqual([held, unknown]);
  expect([true, false].map(exitOfComparison)).toEqual([held, differs]);
  expect([[], ["report.html"]].map(exitOfDrawing)).toEqual([held, setUpFailed]);
  expect(exitOfSchema([{ state: "as written" }, { state: "differs" }])).toBe(differs);
  expect(exitOfSchema([{ state: "failed" }, { state: "differs" }])).toBe(setUpFailed);
  expect(exitOfDoctor([{ status: "ok" }, { status: "limited" }])).toBe(held);
  expect(exitOfDoctor([{ status: "ok" }, { status: "missing" }])).toBe(setUpFailed);
});

test("docs/nightly.md has a row for every code", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/nightly.md"), "utf8");
  const rows = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(EXIT));
});

describe("errors", () => {
  const codes: readonly ErrorCode[] = [
    "bad-usage",
    "bad-scenario",
    "bad-slo",
    "bad-run-folder",
    "engine-missing",
    "engine-failed",
    "image-failed",
    "not-enough-memory",
    "not-enough-disk",
    "files-failed",
    "node-failed",
    "cluster-not-ready",
    "fault-failed",
    "fault-unsupported",
    "load-failed",
    "wait-timeout",
    "interrupted",
    "internal",
  ];

  test("never end with 1, nor with 0", () => {
    const all = [
      ...codes.map(labError),
      new TypeError("t"),
      new SyntaxError("s"),
      "text",
      undefined,
      null,
      { code: 1 },
    ];
    for (const error of all) expect([held, violated]).not.toContain(exitOfError(error));
  });

  test.each(["ENOSPC", "EROFS", "EACCES", "EPERM", "ENOTDIR", "EISDIR", "EEXIST", "ENOENT", "EMFILE"])(
    "%s of a file is told with what to do",
    (code) => {
      const raw = Object.assign(new Error(`${code}: it failed, mkdir '/x'`), { code, syscall: "mkdir" });
      const told = fileTrouble(raw);
      expect(told?.message).toBe(raw.message);
      expect(told?.hint).toBeTruthy();
      expect(exitOfError(told)).toBe(setUpFailed);
    },
  );

  test("what is no file's trouble stays as it is", () => {
    expect(fileTrouble(new Error("m"))).toBeUndefined();
    expect(fileTrouble(Object.assign(new Error("m"), { code: "ENOSPC" }))).toBeUndefined();
    expect(fileTrouble(labError("bad-usage"))).toBeUndefined();
  });
});

test.each<[string, ExitCode, readonly string[], ExitCode]>([
  ["held, and a figure is worse", held, ["as before", "worse"], regressed],
  ["held, and none is", held, ["as before", "better", "too few runs"], held],
  ["violated stays violated", violated, ["worse"], violated],
  ["unknown stays unknown", unknown, ["worse"], unknown],
])("where a regression counts: %s", (_, code, standings, wanted) => {
  expect(
    exitOfRegression(
      code,
      standings.map((standing) => ({ standing })),
    ),
  ).toBe(wanted);
});

test("a recorded code counts as itself, and one that no lab ends with as work that could not be done", () => {
  for (const code of Object.values(EXIT)) expect(exitOfRecorded(code)).toBe(code);
  expect(exitOfRecorded(77)).toBe(setUpFailed);
});
