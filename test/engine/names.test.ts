import { afterEach, describe, expect, test, vi } from "vitest";
import { labHome } from "../../lab/engine/index.ts";
import { bridgeName, checkRunName } from "../../lab/engine/labels.ts";
import { tablesOf } from "../../lab/engine/docker/recover.ts";
import type { LedgerLine, UndoAction } from "../../lab/engine/undo-actions.ts";

describe("names in the engine", () => {
  test("the network's device keeps to the 15 characters that Linux allows", () => {
    expect(bridgeName("1f9a03cc")).toBe("lab-1f9a03cc");
    const long = bridgeName("20261123-070000-kafka-leader-kill-12345");
    expect(long).toMatch(/^lab-[0-9a-f]{11}$/);
    expect(bridgeName("20261123-070000-kafka-leader-kill-12346")).not.toBe(long);
  });

  test.each(["", "-x", "a/b", "a b", "x".repeat(101)])("%j cannot name a run", (run) => {
    expect(() => checkRunName(run)).toThrow("cannot name a run");
  });
});

describe("the tables that a ledger names", () => {
  const entry = (...undo: UndoAction[]): LedgerLine => ({ undo });

  test("each once", () => {
    const table = { action: "delete-table", family: "bridge", table: "lab_r1" } as const;
    expect(
      tablesOf([entry(table, { action: "unpause", containerId: "c" }), entry(table, { ...table, family: "ip" })]),
    ).toEqual([
      { family: "bridge", table: "lab_r1" },
      { family: "ip", table: "lab_r1" },
    ]);
  });

  test("nothing but the lab's own is taken from a file", () => {
    expect(tablesOf([entry({ action: "delete-table", family: "ip", table: "nat" })])).toEqual([]);
    expect(tablesOf([entry({ action: "delete-table", family: "ip", table: "lab_x; flush ruleset" })])).toEqual([]);
  });
});

describe("the lab's home", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("is where the environment says, else the user's cache", () => {
    vi.stubEnv("HOME", "/home/someone");
    vi.stubEnv("XDG_CACHE_HOME", "");
    vi.stubEnv("RESILIENCE_LAB_HOME", "");
    expect(labHome()).toBe("/home/someone/.cache/resilience-lab");
    vi.stubEnv("XDG_CACHE_HOME", "/cache");
    expect(labHome()).toBe("/cache/resilience-lab");
    vi.stubEnv("RESILIENCE_LAB_HOME", "/elsewhere");
    expect(labHome()).toBe("/elsewhere");
  });
});
