import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Phase } from "../../lab/journal/index.ts";
import { milliseconds } from "../../lab/time.ts";

const healed = (atMs: number): JournalEvent => ({
  type: "fault-healed",
  atMs,
  fault: "f",
  verified: true,
  measured: "",
});
const phase = (name: Phase, atMs: number): JournalEvent => ({ type: "phase", atMs, phase: name });
const compared = (atMs: number, equal: boolean, cluster = "kafka"): JournalEvent => ({
  ...{ type: "converged", atMs, equal, cluster },
  measured: equal ? "6 partitions equal" : "events/3 differs from offset 17 on",
});
const judge = (...events: JournalEvent[]): Finding =>
  runCheck(check.convergence({ of: "kafka", within: milliseconds(100) }), journalOf({ events }));

describe("convergence", () => {
  test("held within the limit, violated beyond", () => {
    expect(judge(healed(1_000), compared(1_100, true))).toMatchInlineSnapshot(`
      {
        "evidence": [
          {
            "atMs": 1100,
            "what": "kafka equal: 6 partitions equal",
          },
        ],
        "figures": {
          "anomalies": 0,
          "convergenceMs": 100,
        },
        "summary": "the replicas of kafka were equal 100 ms after the last heal, wanted 100 ms",
        "verdict": "held",
      }
    `);
    expect(judge(healed(1_000), compared(1_101, true)).verdict).toBe("violated");
  });
  test("violated: not equal at the last look", () => {
    const found = judge(healed(1_000), compared(1_010, true), compared(1_020, false));
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "violated",
        "the replicas of kafka were not equal: events/3 differs from offset 17 on",
      ]
    `);
  });
  test("held: not equal at first, then in time", () => {
    const found = judge(healed(1_000), compared(1_010, false), compared(1_050, true), compared(2_000, true));
    expect([found.verdict, found.figures["convergenceMs"]]).toEqual(["held", 50]);
  });
  test("counts from the last heal, or from the end of the phase that heals what is left", () => {
    expect(judge(healed(1_000), healed(2_000), compared(2_050, true)).figures["convergenceMs"]).toBe(50);
    const phases = [phase("heal", 5_000), phase("converge", 5_020)];
    expect(judge(healed(1_000), ...phases, compared(5_100, true)).figures["convergenceMs"]).toBe(80);
    expect(judge(...phases, compared(5_100, true)).verdict).toBe("held");
  });
  test("unknown: nothing healed, or not compared since, or another cluster", () => {
    expect(judge(compared(10, true)).verdict).toBe("unknown");
    expect(judge(compared(10, true), healed(1_000)).summary).toMatchInlineSnapshot(
      `"the replicas of kafka were not compared after the last heal"`,
    );
    expect(judge(healed(1_000), compared(1_010, true, "minio")).verdict).toBe("unknown");
  });
});
