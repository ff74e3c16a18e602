import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { Finding, Verdict } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation, Outcome } from "../../lab/journal/index.ts";
import { milliseconds } from "../../lab/time.ts";

interface Row {
  readonly intendedMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
}
interface FaultAt {
  readonly atMs: number;
  readonly healedMs?: number;
}

function judge(
  rows: readonly Row[],
  faults: readonly FaultAt[],
  withinMs: number,
  steadyMs: number,
  limitMs = 60_000,
): Finding {
  const events = faults.flatMap(({ atMs, healedMs }, i): JournalEvent[] => [
    {
      type: "fault-injected",
      atMs,
      fault: `fault-${i}`,
      kind: "kill",
      asked: "leader of events/0",
      targets: ["kafka-1"],
    },
    ...(healedMs === undefined
      ? []
      : [{ type: "fault-healed" as const, atMs: healedMs, fault: `fault-${i}`, verified: true, measured: "" }]),
  ]);
  const operations: Partial<Operation>[] = rows.map((row) => ({
    ...row,
    error: row.outcome === "ok" ? "" : "REFUSED",
  }));
  const spec = check.recovery({
    of: "events",
    within: milliseconds(withinMs),
    steady: milliseconds(steadyMs),
    limit: milliseconds(limitMs),
  });
  return runCheck(spec, journalOf({ operations, events }));
}

/** An operation every 100 ms from 0 to `toMs`; those intended in a bad span fail, all take 10 ms. */
const schedule = (toMs: number, ...bad: readonly (readonly [number, number])[]): Row[] =>
  Array.from({ length: toMs / 100 + 1 }, (_, i) => {
    const intendedMs = i * 100;
    const fails = bad.some(([from, to]) => intendedMs >= from && intendedMs < to);
    return { intendedMs, endMs: intendedMs + 10, outcome: fails ? "failed" : "ok" };
  });

describe("recovery", () => {
  const fault = { atMs: 1_000 };

  test("held: from the fault to the end of the first lasting success", () => {
    const found = judge(schedule(6_000, [1_000, 2_500]), [fault], 2_000, 3_000);
    expect(found).toMatchInlineSnapshot(`
      {
        "evidence": [
          {
            "atMs": 1010,
            "detail": {
              "action": "produce",
              "client": "producer-1",
              "endMs": 1010,
              "error": "REFUSED",
              "intendedMs": 1000,
              "outcome": "failed",
              "startMs": 1000,
            },
            "what": "first operation to fail or be late after kill of leader of events/0 (kafka-1)",
          },
          {
            "atMs": 2510,
            "detail": {
              "action": "produce",
              "client": "producer-1",
              "endMs": 2510,
              "intendedMs": 2500,
              "outcome": "ok",
              "startMs": 2500,
            },
            "what": "first success after kill of leader of events/0 (kafka-1) that was followed by no failure",
          },
        ],
        "figures": {
          "anomalies": 0,
          "detectionMs": 10,
          "faults": 1,
          "firstSuccessMs": 1510,
          "recoveryMs": 1510,
          "slowestMs": 10,
        },
        "summary": "recovered 1.5 s after kill of leader of events/0 (kafka-1), wanted 2 s",
        "verdict": "held",
      }
    `);
  });
  test("violated: too late", () => {
    const found = judge(schedule(6_000, [1_000, 2_500]), [fault], 1_509, 3_000);
    expect(found.verdict).toBe("violated");
    expect(found.summary).toMatchInlineSnapshot(
      `"recovered 1.5 s after kill of leader of events/0 (kafka-1), wanted 1.5 s"`,
    );
  });

  test("a success that is followed by a failure is none; the first success is told all the same", () => {
    const rows = schedule(8_000, [1_000, 2_000], [2_500, 3_000]);
    const { figures } = judge(rows, [fault], 5_000, 3_000);
    expect(figures).toMatchObject({ firstSuccessMs: 1_010, recoveryMs: 2_010, detectionMs: 10 });
    expect(judge(rows, [fault], 5_000, 400).figures["recoveryMs"]).toBe(1_010);
  });

  test("an operation that was slow to succeed counts from its end", () => {
    const rows = schedule(6_000, [1_000, 1_500]).map((row) =>
      row.intendedMs === 1_500 ? { ...row, endMs: 4_000 } : row,
    );
    expect(judge(rows, [fault], 2_000, 2_000).verdict).toBe("violated");
    expect(judge(rows, [fault], 3_000, 2_000).figures["recoveryMs"]).toBe(3_000);
  });

  test("a success that came late belongs to the outage; one just in time does not", () => {
    const rows = schedule(9_000).map((row) =>
      row.intendedMs >= 1_000 && row.intendedMs < 3_000 ? { ...row, endMs: row.intendedMs + 501 } : row,
    );
    expect(judge(rows, [fault], 2_010, 2_000, 500).figures).toMatchObject({ detectionMs: 500, recoveryMs: 2_010 });
    expect(judge(rows, [fault], 2_009, 2_000, 500).verdict).toBe("violated");
    expect(judge(rows, [fault], 2_009, 2_000, 501).figures).toMatchObject({ recoveryMs: 0 });
  });

  test("no operation failed or was late: recovered at once, and the summary says so", () => {
    const found = judge(schedule(6_000), [fault], 2_000, 3_000);
    expect(found.figures).toMatchObject({ recoveryMs: 0, firstSuccessMs: 0 });
    expect(found.figures["detectionMs"]).toBeUndefined();
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "held",
        "no operation failed or was late after kill of leader of events/0 (kafka-1) (the slowest took 10 ms)",
      ]
    `);
  });

  test("never recovered: violated once the limit has passed, unknown when the load ended before", () => {
    expect(judge(schedule(6_000, [1_000, 9_000]), [fault], 5_000, 3_000).verdict).toBe("violated");
    const short = judge(schedule(6_000, [1_000, 9_000]), [fault], 5_001, 3_000);
    expect([short.verdict, short.summary]).toMatchInlineSnapshot(`
      [
        "unknown",
        "the load ended 5 s after kill of leader of events/0 (kafka-1), and no success was lasting yet",
      ]
    `);
  });
  test("recovered too near the end of the load to be sure that it lasts", () => {
    const rows = schedule(4_000, [1_000, 2_000]);
    expect(judge(rows, [fault], 5_000, 2_000).verdict).toBe("held");
    const found = judge(rows, [fault], 5_000, 2_001);
    expect([found.verdict, found.summary]).toMatchInlineSnapshot(`
      [
        "unknown",
        "the load ended less than 2 s after the first lasting success that followed kill of leader of events/0 (kafka-1)",
      ]
    `);
    expect(judge(rows, [fault], 1_009, 2_001).verdict).toBe("violated");
  });

  test("each fault by itself; the worst counts", () => {
    const faults = [{ atMs: 1_000 }, { atMs: 10_000 }];
    const rows = schedule(20_000, [1_000, 2_000], [10_000, 12_000]);
    expect(judge(rows, faults, 2_010, 3_000).figures).toMatchObject({ recoveryMs: 2_010, faults: 2 });
    expect(judge(rows, faults, 2_009, 3_000).verdict).toBe("violated");
  });

  test("harm that first shows after the heal counts from the heal", () => {
    const rows = schedule(20_000, [10_100, 10_500]);
    expect(judge(rows, [{ atMs: 1_000, healedMs: 10_000 }], 600, 3_000).figures).toMatchObject({ recoveryMs: 510 });
    expect(judge(rows, [{ atMs: 1_000, healedMs: 15_000 }], 600, 3_000).verdict).toBe("violated");
  });

  test("no samples: no fault, or no operation after it", () => {
    expect(judge(schedule(6_000), [], 5_000, 3_000).summary).toMatchInlineSnapshot(
      `"no fault was injected, so there is nothing to recover from"`,
    );
    expect(judge(schedule(6_000), [{ atMs: 7_000 }], 5_000, 3_000).summary).toMatchInlineSnapshot(
      `"no operation of events was offered after kill of leader of events/0 (kafka-1)"`,
    );
  });

  test("property: against an obvious oracle", () => {
    const row = fc
      .record({
        intendedMs: fc.integer({ min: 0, max: 60 }),
        tookMs: fc.integer({ min: 0, max: 10 }),
        outcome: fc.constantFrom<Outcome>("ok", "ok", "ok", "ok", "failed", "unknown"),
      })
      .map(({ tookMs, ...rest }) => ({ ...rest, endMs: rest.intendedMs + tookMs }));
    const moment = fc.integer({ min: 0, max: 60 });
    const fault = fc
      .tuple(moment, fc.option(fc.integer({ min: 0, max: 30 })))
      .map(([atMs, took]): FaultAt => ({ atMs, ...(took === null ? {} : { healedMs: atMs + took }) }));
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.array(fault, { maxLength: 3 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        (rows, faults, withinMs, steadyMs, limitMs) => {
          const found = judge(rows, faults, withinMs, steadyMs, limitMs);
          const inTime = rows.map((one): Row =>
            one.outcome === "ok" && one.endMs - one.intendedMs <= limitMs
              ? one
              : { ...one, outcome: "failed", endMs: Math.min(one.endMs, one.intendedMs + limitMs) },
          );
          const results = faults.map((one) => oracle(inTime, one, faults, withinMs, steadyMs));
          const verdicts = results.map(({ verdict }) => verdict);
          const verdict = verdicts.includes("violated")
            ? "violated"
            : verdicts.length === 0 || verdicts.includes("unknown")
              ? "unknown"
              : "held";
          const worst = (all: (number | undefined)[]): number | undefined => {
            const some = all.filter((one) => one !== undefined);
            return some.length === 0 ? undefined : Math.max(...some);
          };
          const { recoveryMs, detectionMs, firstSuccessMs } = found.figures;
          expect({ verdict: found.verdict, recoveryMs, detectionMs, firstSuccessMs }).toEqual({
            verdict,
            recoveryMs: worst(results.map((r) => r.recoveryMs)),
            detectionMs: worst(results.map((r) => r.detectionMs)),
            firstSuccessMs: worst(results.map((r) => r.firstSuccessMs)),
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

interface Expected {
  readonly verdict: Verdict;
  readonly recoveryMs?: number;
  readonly detectionMs?: number;
  readonly firstSuccessMs?: number;
}

/** The definition of docs/checks.md, fault by fault, candidate by candidate. */
function oracle(
  rows: readonly Row[],
  fault: FaultAt,
  faults: readonly FaultAt[],
  withinMs: number,
  steadyMs: number,
): Expected {
  const ordered = rows.toSorted((a, b) => a.intendedMs - b.intendedMs);
  const after = ordered.filter(({ intendedMs }) => intendedMs >= fault.atMs);
  const observedToMs = Math.max(...ordered.map(({ intendedMs }) => intendedMs));
  const nextMs = Math.min(...faults.map(({ atMs }) => atMs).filter((atMs) => atMs > fault.atMs));
  const bad = (row: Row): boolean => row.outcome !== "ok";
  if (after.length === 0) return { verdict: "unknown" };
  const firstBad = after.find((row) => bad(row) && row.intendedMs < nextMs);
  if (firstBad === undefined) {
    return observedToMs >= fault.atMs + steadyMs
      ? { verdict: "held", recoveryMs: 0, firstSuccessMs: 0 }
      : { verdict: "unknown" };
  }
  const healedMs = fault.healedMs ?? Infinity;
  const originMs = firstBad.intendedMs >= healedMs ? healedMs : fault.atMs;
  const rest = after.slice(after.indexOf(firstBad));
  const detectionMs = Math.min(...rest.filter(bad).map(({ endMs }) => endMs)) - originMs;
  const successes = rest.filter((row) => !bad(row));
  const firstSuccessMs = Math.min(...successes.map(({ endMs }) => endMs)) - originMs;
  const seen = { detectionMs, ...(successes.length === 0 ? {} : { firstSuccessMs }) };
  const candidate = rest.find(
    (row, i) =>
      !bad(row) && !rest.slice(i).some((later) => bad(later) && later.intendedMs <= row.intendedMs + steadyMs),
  );
  if (candidate === undefined)
    return { verdict: observedToMs - originMs >= withinMs ? "violated" : "unknown", ...seen };
  const recoveryMs = candidate.endMs - originMs;
  const proved = observedToMs >= candidate.intendedMs + steadyMs;
  if (recoveryMs > withinMs) return { verdict: "violated", ...seen, ...(proved ? { recoveryMs } : {}) };
  return proved ? { verdict: "held", ...seen, recoveryMs } : { verdict: "unknown", ...seen };
}
