import { expect, test } from "vitest";
import { leftBehind } from "../../lab/engine/ledger-lines.ts";

const dead = { pid: 1, started: "10" };
const alive = { pid: 2, started: "20" };
const unpause = { action: "unpause", containerId: "c" };
const entry = (fault: string, lab: object | undefined = dead, undo: readonly object[] = [unpause]): object => ({
  fault,
  lab,
  undo,
});
const of = (...lines: readonly (object | string)[]) =>
  leftBehind(
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"),
    ({ pid }) => pid === alive.pid,
  );

test("what a lab that is gone did not heal is left behind", () => {
  const left = of(entry("fault-1"), entry("fault-2"), { healed: "fault-1" });
  expect(left).toMatchObject({ inForce: ["fault-2"], shared: false });
  // Of two limits of one node the first's undo has the last word, healed or not.
  expect(left.entries).toHaveLength(2);
});

test("what a lab that lives has broken is its own business", () => {
  expect(of(entry("fault-1"), entry("fault-2", alive))).toMatchObject({ inForce: ["fault-1"], shared: true });
  expect(of(entry("fault-2", alive))).toEqual({ inForce: [], entries: [], shared: true });
});

test("what is for good stays, and a ledger of old names no lab", () => {
  expect(of(entry("fault-1", dead, [])).inForce).toEqual([]);
  expect(of({ fault: "fault-1", undo: [unpause] }).inForce).toEqual(["fault-1"]);
});

test("a torn line and lines that are no entries are left out", () => {
  expect(of("null", "[]", { healed: 1 }, entry("fault-1"), '{"fault":"fault-2","un').inForce).toEqual(["fault-1"]);
  expect(of("")).toEqual({ entries: [], inForce: [], shared: false });
});
