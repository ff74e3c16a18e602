import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check, runCheck, worst } from "../../lab/checks/index.ts";
import type { CheckSpec, Verdict } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Journal } from "../../lab/journal/index.ts";
import { seconds } from "../../lab/time.ts";
import { syntheticJournal } from "../bench/synthetic-journal.ts";

const verdict = fc.constantFrom<Verdict>("held", "violated", "unknown");

describe("three-valued truth", () => {
  test("one violated makes all violated, else one unknown makes all unknown", () => {
    expect(worst(["held", "held"])).toBe("held");
    expect(worst(["held", "unknown"])).toBe("unknown");
    expect(worst(["unknown", "violated", "held"])).toBe("violated");
  });
  test("of nothing, nothing is known", () => {
    expect(worst([])).toBe("unknown");
  });
  test("property: neither order nor grouping matters, and held only when all held", () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), fc.array(verdict, { minLength: 1 }), (some, others) => {
        const all = worst([...some, ...others]);
        expect(worst([...others, ...some])).toBe(all);
        expect(worst([worst(some), worst(others)])).toBe(all);
        expect(all === "held").toBe([...some, ...others].every((one) => one === "held"));
      }),
    );
  });
});

const journal = syntheticJournal(3_000);
const specs: Readonly<Record<string, CheckSpec>> = {
  delivery: check.delivery("events"),
  availability: check.availability({ of: "events", atLeast: 0.9, limit: seconds(1) }),
  recovery: check.recovery({ of: "events", within: seconds(10) }),
  handover: check.handover({ of: "events", within: seconds(8) }),
  positions: check.positions("events"),
  observed: check.observed({ subject: "in-sync replicas of events/0", values: [3, 2, 3] }),
  roles: check.observed({ subject: "kafka leader of events/1", values: ["kafka-2", "kafka-3", "kafka-2"] }),
  convergence: check.convergence({ of: "kafka", within: seconds(10) }),
};

describe("runCheck", () => {
  test("judges a whole run", () => {
    const told = Object.values(specs).map((spec) => {
      const { verdict: came, summary } = runCheck(spec, journal);
      return `${spec.check} ${came}: ${summary}`;
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "delivery held: 2,971 acknowledged, all read, none lost, no duplicates",
        "availability held: partition 4: 95.474 % of 464 operations ended ok within 1 s in the whole run, wanted 90 % (all parts: 97.766 % of 3,000)",
        "recovery held: partition 3: recovered 3.6 s after kill of leader of events/0 (kafka-1), wanted 10 s; partition 1: recovered 6.5 s after partition of leader of events/1 (kafka-2), wanted 10 s (partition 4 after 6.4 s); kill of reader-3 was not noticed: no operation failed or was late (the slowest took 32 ms)",
        "handover held: the longest wait of 2,221 records for a reader was 3.9 s, wanted 8 s",
        "positions held: 6 starts after a commit, none behind it and none past unread records",
        "observed held: in-sync replicas of events/0 went 3, 2, 3 in 22.5 s",
        "observed held: kafka leader of events/1 went kafka-2, kafka-3, kafka-2 in 48 s",
        "convergence held: the replicas of kafka were equal 1.5 s after the last heal, wanted 10 s",
      ]
    `);
  });

  test("the same run is not held when its record ends early", () => {
    const unfinished: Journal = { ...journal, finished: false };
    for (const spec of Object.values(specs)) expect(runCheck(spec, unfinished).verdict).toBe("unknown");
    expect(runCheck(check.delivery("events"), unfinished).summary).toMatchInlineSnapshot(
      `"2,971 acknowledged, all read, none lost, no duplicates, but the record ends early"`,
    );
  });

  test("of an empty journal, nothing is known", () => {
    const more = [check.set("rows"), check.refused({ of: "events", during: { phase: "faults" }, errors: ["REFUSED"] })];
    for (const spec of [...Object.values(specs), ...more]) {
      expect({ check: spec.check, verdict: runCheck(spec, journalOf({})).verdict }).toEqual({
        check: spec.check,
        verdict: "unknown",
      });
    }
  });

  test("a check that crashes, or that this lab does not know, comes to unknown", () => {
    const broken = { ...journal, events: undefined } as unknown as Journal;
    expect(runCheck(check.delivery("events"), broken)).toMatchObject({ verdict: "unknown", figures: {}, evidence: [] });
    const strange = { check: "weather", of: "events" } as unknown as CheckSpec;
    expect(runCheck(strange, journal).summary).toMatchInlineSnapshot(
      `"the check weather could not judge: this lab knows no check "weather""`,
    );
  });

  test("what a builder gives is plain data, the same after a run folder has kept it", () => {
    for (const spec of Object.values(specs)) expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});
