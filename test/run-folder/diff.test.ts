import { describe, expect, test } from "vitest";
import { describeDiff } from "../../lab/cli/diff.ts";
import { diffRuns, type Judged } from "../../lab/run-folder/diff.ts";
import { heldRun, violatedRun } from "../reports/sample-runs.ts";

const held: Judged = heldRun(200);
const violated: Judged = violatedRun(200);

describe("what two runs differ in", () => {
  test("is nothing of a run and itself", () => {
    expect(Object.values(diffRuns(held, held)).flat()).toEqual([]);
    expect(describeDiff("a", "b", diffRuns(held, held))).toBe("a and b do not differ");
  });

  test("is told by its place in the plan, on what it took place, and what it came to", () => {
    const { plan } = held;
    const other: Judged = {
      verdict: { ...held.verdict, seed: 43 },
      plan: {
        ...plan,
        seed: 43,
        settings: { verified: true },
        load: { events: { ...(plan.load["events"] as object), rate: 900 } },
        environment: {
          ...plan.environment,
          cpus: 4,
          images: { ...plan.environment.images, kafka: { reference: "k:2", id: "sha256:2", source: "registry" } },
        },
      },
    };
    const { findings, figures, ...diff } = diffRuns(held, other);
    expect(diff).toEqual({
      run: [{ what: "seed", a: 42, b: 43 }],
      plan: [{ what: "load.events.rate", a: 500, b: 900 }],
      settings: [{ what: "verified", b: true }],
      images: [{ what: "kafka", a: expect.stringMatching(/^resilience-lab\/kafka/) as string, b: "k:2 sha256:2" }],
      environment: [{ what: "cpus", a: 2, b: 4 }],
    });
    expect([...findings, ...figures]).toEqual([]);
  });

  test("as people read it", () => {
    const text = describeDiff("held", "violated", diffRuns(held, violated));
    expect(text.split("\n").slice(0, 14)).toMatchInlineSnapshot(`
      [
        "- held",
        "+ violated",
        "",
        "run",
        "  mutant",
        "    + one replica acknowledges",
        "  verdict",
        "    - held",
        "    + violated",
        "",
        "plan",
        "  change",
        "    + {"load.events.acks":"leader"}",
        "  violates",
      ]
    `);
    expect(text).toContain("expectation/no acknowledged record is lost/lost: 0 → 37");
    expect(text).toMatch(
      /expectation "no acknowledged record is lost"\n {4}- held\n {4}\+ violated: 58,928 acknowledged/,
    );
  });

  test("figures that moved little are counted, and those of one run alone are told", () => {
    const verdict = {
      ...held.verdict,
      durationMs: held.verdict.durationMs * 1.01,
      expectations: held.verdict.expectations.map((part, place) =>
        place === 1 ? { ...part, figures: { ...part.figures, recoveryMs: 9_306, gapMs: 5 } } : part,
      ),
    };
    const text = describeDiff("a", "b", diffRuns(held, { ...held, verdict }));
    expect(text).toContain("recoveryMs: 6.2 s → 9.3 s (+50 %)");
    expect(text).toContain("gapMs: none → 5.0 ms");
    expect(text).toContain("1 more moved less: --json has them all");
  });
});
