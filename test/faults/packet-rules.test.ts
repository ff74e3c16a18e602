import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ruleKey,
  rulesOf,
  setUpText,
  tableName,
  transactionText,
  type PacketFault,
} from "../../lab/faults/drivers/packet-rules.ts";
import { readTableState } from "../../lab/faults/drivers/packet-state.ts";

const table = "lab_run_1";
const link = (from: number, to: number) => ({ from: `10.0.0.${from}`, to: `10.0.0.${to}` });
const cut: PacketFault = { fault: "fault-1", effect: "cut", links: [link(2, 3), link(3, 2)] };
const loss: PacketFault = { fault: "fault-2", effect: "loss", percent: 0.5, links: [link(2, 3)] };
const reset: PacketFault = { fault: "fault-3", effect: "reset", links: [link(1, 2)] };
const rate: PacketFault = { fault: "fault-5", effect: "rate", bytesPerSecond: 200_000, links: cut.links };
const statements = (text: string): string[] => text.split("; ");

describe("what the packet filter is told", () => {
  test("a cut counts, and drops", () => {
    expect(statements(transactionText([], [cut], table))).toMatchInlineSnapshot(`
      [
        "add counter bridge lab_run_1 fault-1",
        "flush chain bridge lab_run_1 faults",
        "add rule bridge lab_run_1 faults ip saddr . ip daddr { 10.0.0.2 . 10.0.0.3, 10.0.0.3 . 10.0.0.2 } counter name fault-1",
        "add rule bridge lab_run_1 faults ip saddr . ip daddr { 10.0.0.2 . 10.0.0.3, 10.0.0.3 . 10.0.0.2 } drop",
      ]
    `);
  });

  test("a loss comes between the counting and the dropping of cuts, so that each fault counts its own", () => {
    expect(statements(transactionText([cut], [cut, loss], table))).toMatchInlineSnapshot(`
      [
        "add counter bridge lab_run_1 fault-2-seen",
        "add counter bridge lab_run_1 fault-2",
        "flush chain bridge lab_run_1 faults",
        "add rule bridge lab_run_1 faults ip saddr . ip daddr { 10.0.0.2 . 10.0.0.3, 10.0.0.3 . 10.0.0.2 } counter name fault-1",
        "add rule bridge lab_run_1 faults ip saddr . ip daddr { 10.0.0.2 . 10.0.0.3 } counter name fault-2-seen numgen random mod 10000 < 50 counter name fault-2 drop",
        "add rule bridge lab_run_1 faults ip saddr . ip daddr { 10.0.0.2 . 10.0.0.3, 10.0.0.3 . 10.0.0.2 } drop",
      ]
    `);
  });

  test("a rate is a rule of each link, which counts what it saw and what came too fast", () => {
    expect(statements(transactionText([], [rate], table)).slice(3)).toMatchInlineSnapshot(`
      [
        "add rule bridge lab_run_1 faults ip saddr . ip daddr { 10.0.0.2 . 10.0.0.3 } counter name fault-5-seen limit rate over 200000 bytes/second burst 20000 bytes counter name fault-5 drop",
        "add rule bridge lab_run_1 faults ip saddr . ip daddr { 10.0.0.3 . 10.0.0.2 } counter name fault-5-seen limit rate over 200000 bytes/second burst 20000 bytes counter name fault-5 drop",
      ]
    `);
  });

  test("a reset is one layer up", () => {
    expect(statements(transactionText([], [reset], table)).at(-1)).toMatchInlineSnapshot(
      `"add rule ip lab_run_1 faults ip saddr . ip daddr { 10.0.0.1 . 10.0.0.2 } tcp flags & rst == 0 counter name fault-3 reject with tcp reset"`,
    );
  });

  test("the last heal leaves no rule and no counter", () => {
    expect(statements(transactionText([cut], [], table))).toMatchInlineSnapshot(`
      [
        "flush chain bridge lab_run_1 faults",
        "delete counter bridge lab_run_1 fault-1",
      ]
    `);
  });

  test("a table is set up once, and has an owner", () => {
    expect(setUpText("ip", tableName("2026-a.b", "ff"))).toContain("add table ip lab_2026_a_b_ff { flags owner; };");
  });

  test("a change is one line, and says the same rules whatever the order of the heals", () => {
    const faults = [cut, loss, reset, rate, { ...cut, fault: "fault-4" }];
    fc.assert(
      fc.property(fc.subarray(faults), fc.subarray(faults), (before, after) => {
        const text = transactionText(before, after, table);
        expect(text).not.toContain("\n");
        const rules = statements(text).filter((statement) => statement.startsWith("add rule"));
        expect(rules).toHaveLength(rulesOf(after).length);
      }),
    );
  });
});

describe("what the packet filter answers", () => {
  /** As nft 1.0.6 answered on a kernel 6.18 to a loss and to a reset from the gateway. */
  const answer = JSON.stringify({
    nftables: [
      { metainfo: { version: "1.0.6", json_schema_version: 1 } },
      { table: { family: "bridge", name: "lab_run_1", handle: 5, flags: "owner" } },
      { counter: { family: "bridge", name: "fault-2", table: "lab_run_1", handle: 5, packets: 7, bytes: 420 } },
      {
        counter: {
          family: "bridge",
          name: "fault-2-seen",
          table: "lab_run_1",
          handle: 6,
          packets: 1_000,
          bytes: 60_000,
        },
      },
      {
        rule: {
          family: "bridge",
          table: "lab_run_1",
          chain: "faults",
          handle: 9,
          expr: [
            {
              match: {
                op: "==",
                left: {
                  concat: [
                    { payload: { protocol: "ip", field: "saddr" } },
                    { payload: { protocol: "ip", field: "daddr" } },
                  ],
                },
                right: { set: [{ concat: ["10.0.0.2", "10.0.0.3"] }] },
              },
            },
            { counter: "fault-2-seen" },
            { match: { op: "<", left: { numgen: { mode: "random", mod: 10_000, offset: 0 } }, right: 50 } },
            { counter: "fault-2" },
            { drop: null },
          ],
        },
      },
    ],
  });

  test("is read into the same rules as were ordered", () => {
    const state = readTableState(answer);
    expect(state.rules.map(ruleKey)).toEqual(rulesOf([loss]).map(ruleKey));
    expect([...state.counters]).toEqual([
      ["fault-2", 7],
      ["fault-2-seen", 1_000],
    ]);
  });

  test("and not otherwise", () => {
    expect(() => readTableState("nft> ")).toThrow("the packet filter's answer can not be read: nft>");
  });
});
