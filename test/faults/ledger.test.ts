import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countFaults, faultsInForce, openLedger, readLedger } from "../../lab/faults/ledger.ts";
import type { LedgerEntry } from "../../lab/faults/types.ts";

const entry = (fault: string): LedgerEntry => ({
  fault,
  run: "run",
  spec: { kind: "pause", target: "kafka-1" },
  targets: ["kafka-1"],
  undo: [{ action: "unpause", containerId: "c0ffee" }],
});
const names = (entries: readonly LedgerEntry[]): string[] => entries.map(({ fault }) => fault);

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-ledger-"));
  file = join(folder, "not", "there", "yet", "ledger.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

describe("the ledger", () => {
  test("holds the faults that are not crossed out, oldest first", async () => {
    await using ledger = await openLedger(file);
    await ledger.write(entry("fault-1"));
    await ledger.write(entry("fault-2"));
    await ledger.write(entry("fault-3"));
    await ledger.crossOut("fault-2");
    expect(names(await readLedger(file))).toEqual(["fault-1", "fault-3"]);
    expect(await readLedger(file)).toContainEqual(entry("fault-3"));
  });

  test("is on disk when writing resolves", async () => {
    await using ledger = await openLedger(file);
    await ledger.write(entry("fault-1"));
    expect(await readFile(file, "utf8")).toMatchInlineSnapshot(`
      "{"fault":"fault-1","run":"run","spec":{"kind":"pause","target":"kafka-1"},"targets":["kafka-1"],"undo":[{"action":"unpause","containerId":"c0ffee"}]}
      "
    `);
  });

  test("that is not there holds nothing", async () => {
    expect(await readLedger(file)).toEqual([]);
  });

  test("goes on after a torn line, and numbers go on too", async () => {
    {
      await using ledger = await openLedger(file);
      await ledger.write(entry("fault-1"));
    }
    await writeFile(file, '{"fault":"fault-2","run":"r', { flag: "a" });
    expect(names(await readLedger(file))).toEqual(["fault-1"]);
    await using ledger = await openLedger(file);
    await ledger.write(entry("fault-3"));
    expect(names(await readLedger(file))).toEqual(["fault-1", "fault-3"]);
    expect(await countFaults(file)).toBe(2);
  });

  test("cut off at any byte, it holds what was written whole before", () => {
    const lines = [entry("fault-1"), entry("fault-2"), { healed: "fault-1" }, entry("fault-3")].map((line) =>
      JSON.stringify(line),
    );
    const text = lines.map((line) => `${line}\n`).join("");
    fc.assert(
      fc.property(fc.nat(text.length), (bytes) => {
        const torn = text.slice(0, bytes);
        const whole = torn.split("\n").filter((line) => lines.includes(line));
        const expected = [[], ["fault-1"], ["fault-1", "fault-2"], ["fault-2"], ["fault-2", "fault-3"]][whole.length];
        expect(names(faultsInForce(torn))).toEqual(expected);
      }),
    );
  });
});
