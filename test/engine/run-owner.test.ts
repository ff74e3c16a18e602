import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runHome } from "../../lab/engine/home.ts";
import {
  lives,
  NO_PROCESS,
  processMark,
  readOwner,
  stateOfRun,
  writeOwner,
  type ProcessMark,
  type RunOwner,
} from "../../lab/engine/run-owner.ts";

const lab: ProcessMark = { pid: 1, started: "10" };
const watchdog: ProcessMark = { pid: 2, started: "20" };
const owner = (stays: boolean): RunOwner => ({ lab, watchdog, stays });

describe("what became of a run", () => {
  test.each([
    ["its lab lives", owner(false), [lab, watchdog], "under way"],
    ["its lab lives, its watchdog was killed", owner(false), [lab], "under way"],
    ["its lab was killed", owner(false), [watchdog], "cleaning up"],
    ["both were killed", owner(false), [], "orphaned"],
    ["both were killed while it was still being started to be kept", owner(false), [], "orphaned"],
    ["it is kept, and its lab has ended", owner(true), [], "standing"],
    ["it is kept, and a later command holds it", owner(true), [lab, watchdog], "under way"],
    ["nobody here knows", undefined, [lab, watchdog], "unknown"],
  ])("%s", (_, its, live, state) => {
    expect(stateOfRun(its, (process) => live.includes(process))).toBe(state);
  });
});

describe("the owner's file", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "lab-owner-"));
    vi.stubEnv("RESILIENCE_LAB_HOME", home);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });

  test("is read as it was written", async () => {
    expect(await readOwner("r")).toBeUndefined();
    writeOwner("r", owner(true));
    expect(await readOwner("r")).toEqual(owner(true));
  });

  test.each(["", "{}", "null", '{"lab":{"pid":"1"},"watchdog":{},"stays":true}'])("%j is none", async (content) => {
    writeOwner("r", owner(true));
    await writeFile(join(runHome("r"), "owner.json"), content);
    expect(await readOwner("r")).toBeUndefined();
  });

  test("means this process, and not another that has its number by now", () => {
    const me = processMark(process.pid);
    expect(lives(me)).toBe(true);
    expect(lives({ ...me, started: `${me.started}0` })).toBe(false);
    expect(lives(NO_PROCESS)).toBe(false);
  });
});
