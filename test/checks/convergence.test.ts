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
  test("violated: not equal when they were last compared, later than the limit", () => {
    const found = judge(healed(1_000), compared(1_010, true), compared(1_101, false));
    expect(found).toMatchInlineSnapshot(`
      {
        "evidence": [
          {
            "atMs": 1010,
            "what": "kafka equal: 6 partitions equal",
          },
          {
            "atMs": 1101,
            "what": "kafka not equal: events/3 differs from offset 17 on",
          },
        ],
        "figures": {
          "anomalies": 1,
        },
        "summary": "the replicas of kafka were not equal: events/3 differs from offset 17 on",
        "verdict": "violated",
      }
    `);
  });
  test("unknown: not equal when they were last compared, but still in time", () => {
    expect(judge(healed(1_000), compared(1_101, true), compared(1_100, false))).toMatchInlineSnapshot(`
      {
        "evidence": [
          {
            "atMs": 1101,
            "what": "kafka equal: 6 partitions equal",
          },
          {
            "atMs": 1100,
            "what": "kafka not equal: events/3 differs from offset 17 on",
          },
        ],
        "figures": {},
        "summary": "the replicas of kafka were not equal when they were last compared, though still in time (100 ms): events/3 differs from offset 17 on",
        "verdict": "unknown",
      }
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
  test("counts from the last of several heals, in whichever order they are told, and not from another phase's end", () => {
    expect(judge(healed(2_000), healed(1_000), compared(2_050, true)).figures["convergenceMs"]).toBe(50);
    const phases = [phase("run", 100), phase("heal", 1_500), phase("converge", 1_520), phase("drain", 1_900)];
    expect(judge(...phases, healed(2_000), compared(2_050, true)).figures["convergenceMs"]).toBe(50);
    expect(judge(...phases, healed(1_510), compared(1_530, true)).figures["convergenceMs"]).toBe(10);
    expect(judge(phase("run", 100), phase("heal", 1_500), compared(1_530, true)).verdict).toBe("unknown");
  });
  test("a comparison at the moment of the heal counts, one just before it does not", () => {
    expect(judge(healed(1_000), compared(1_000, true)).figures).toEqual({ convergenceMs: 0, anomalies: 0 });
    expect(judge(healed(1_000), compared(999.9, true)).verdict).toBe("unknown");
  });
  test("equal from the first of the equal comparisons at the end on", () => {
    const found = judge(
      ...[healed(1_000), compared(1_010, true), compared(1_020, false), compared(1_030, false)],
      ...[compared(1_040, true), compared(1_200, true), compared(1_210, false, "minio")],
    );
    expect(found).toMatchObject({ verdict: "held", figures: { convergenceMs: 40, anomalies: 0 } });
    expect(found.evidence).toHaveLength(5);
    const late = judge(healed(1_000), compared(1_010, true), compared(1_020, false), compared(1_101, true));
    expect(late).toMatchObject({ verdict: "violated", figures: { convergenceMs: 101, anomalies: 1 } });
  });
  test("unknown: nothing healed, or not compared since, or another cluster", () => {
    expect(judge(compared(10, true))).toEqual({
      verdict: "unknown",
      summary: "nothing was healed, so there is nothing to converge from",
      ...{ figures: {}, evidence: [] },
    });
    expect(judge(compared(10, true), healed(1_000)).summary).toMatchInlineSnapshot(
      `"the replicas of kafka were not compared after the last heal"`,
    );
    expect(judge(healed(1_000), compared(1_010, true, "minio")).verdict).toBe("unknown");
  });
});

describe("convergence in a record that ends early", () => {
  const cut = (...events: JournalEvent[]): Finding =>
    runCheck(check.convergence({ of: "kafka", within: milliseconds(100) }), journalOf({ events, finished: false }));
  const all = [healed(900), phase("heal", 950), phase("converge", 1_000)];

  test("violated once the lab had healed all: equal too late, or unequal later than the limit", () => {
    expect(cut(...all, compared(1_101, true)).verdict).toBe("violated");
    expect(cut(...all, compared(1_101, false)).verdict).toBe("violated");
  });
  test("undecided before: another heal may follow, from which it counts", () => {
    for (const equal of [true, false]) {
      const found = cut(healed(1_000), phase("heal", 1_050), compared(1_101, equal));
      expect(found.verdict).toBe("unknown");
      expect(found.summary).toContain("undecided: the record ends early");
    }
  });
  test("never held, and unknown while they may still become equal in time", () => {
    expect(cut(...all, compared(1_100, true)).summary).toMatchInlineSnapshot(
      `"the replicas of kafka were equal 100 ms after the last heal, wanted 100 ms, but the record ends early"`,
    );
    expect(cut(...all, compared(1_100, false)).summary).toMatchInlineSnapshot(
      `"the replicas of kafka were not equal when they were last compared, though still in time (100 ms): events/3 differs from offset 17 on"`,
    );
    expect(cut(...all).verdict).toBe("unknown");
  });
});
