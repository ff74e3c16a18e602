import { describe, expect, test } from "vitest";
import { renderSummary } from "../../reports/summary.ts";
import { heldRun, unknownRun, violatedRun } from "./sample-runs.ts";

describe("summary.md", () => {
  test("as it is read", () => {
    expect(renderSummary([heldRun(200), violatedRun(200)]).replaceAll("```", "~~~")).toMatchInlineSnapshot(`
      "## Resilience lab

      **1 rehearsal**: 1 held. **1 mutant**: 1 killed (seen red as foretold). Took 4 min 16 s.

      | came to | rehearsal | expectations held | SLOs held | against earlier runs | took | seed |
      | --- | --- | ---: | ---: | --- | ---: | ---: |
      | ✅ held | [The leader of a loaded partition dies](report.html) kafka/leader-kill | 3 of 3 | 2 of 2 | 1 worse, 1 better | 2 min 8 s | 42 |
      | ❌ violated, as foretold | [The leader of a loaded partition dies](report.html) kafka/leader-kill (mutant: one replica acknowledges) | 2 of 3 | 1 of 2 | 1 worse, 1 better | 2 min 8 s | 42 |

      ### Against the median of earlier runs

      | figure | of | now | median | change |
      | --- | --- | ---: | ---: | ---: |
      | slo/kafka-produce-latency/p99Ms | kafka/leader-kill | 3.2 s | 2.5 s of 11 | worse (+30.6 %) |
      | slo/kafka-produce-latency/p99Ms | kafka/leader-kill (mutant: one replica acknowledges) | 3.2 s | 2.5 s of 11 | worse (+30.6 %) |
      | expectation/writes recover/detectionMs | kafka/leader-kill | 212 ms | 340 ms of 11 | better (−37.6 %) |
      | expectation/writes recover/detectionMs | kafka/leader-kill (mutant: one replica acknowledges) | 212 ms | 340 ms of 11 | better (−37.6 %) |

      ### ✅ The leader of a loaded partition dies: held

      kafka/leader-kill

      What happened:

      - F1 kill of leader of events/0 (kafka-1) at 35.0 s → writes stalled 1.2 s (1 record of 5 failed or ended unknown); readers went on → kafka-2 took over as leader of events/0 and events/3 at 38.4 s → well again at 37.4 s (2.4 s after the fault) → healed at 55.0 s
      - F2 partition of leader of events/1 (kafka-2) at 65.0 s → 1 of 6 writes was late; it took 4 s; readers went on → kafka-3 took over as leader of events/1 and events/4 at 71.2 s → well again at 68.0 s (3 s after the fault) → healed at 80.0 s
      - F3 kill of reader-3 at 90.0 s → readers waited up to 2.6 s for a record; writes went on → well again at 92.0 s (2 s after the fault) → healed at 110.0 s
      - No acknowledged record was lost.

      Impact: no acknowledged record was lost. Wake nobody.

      | verdict | SLO | target | measured | budget left |
      | --- | --- | ---: | ---: | ---: |
      | ✅ held | Produce availability | 97 % | 99.5 % | 83.3 % |
      | ✅ held | Produce latency | 95 % | 98.5 % | 70 % |

      Repeat it:

      ~~~sh
      npm start -- run kafka/leader-kill --seed 42
      ~~~

      ### ❌ The leader of a loaded partition dies: violated

      kafka/leader-kill (mutant: one replica acknowledges)

      The mutant was caught by no acknowledged record is lost.

      What happened:

      - F1 kill of leader of events/0 (kafka-1) at 35.0 s → writes stalled 1.2 s (1 record of 5 failed or ended unknown); readers went on → kafka-2 took over as leader of events/0 and events/3 at 38.4 s → well again at 37.4 s (2.4 s after the fault) → healed at 55.0 s
      - F2 partition of leader of events/1 (kafka-2) at 65.0 s → 1 of 6 writes was late; it took 4 s; readers went on → kafka-3 took over as leader of events/1 and events/4 at 71.2 s → well again at 68.0 s (3 s after the fault) → healed at 80.0 s
      - F3 kill of reader-3 at 90.0 s → readers waited up to 2.6 s for a record; writes went on → well again at 92.0 s (2 s after the fault) → healed at 110.0 s
      - 37 acknowledged records lost.

      Impact: 37 acknowledged records lost; 1 promise broken: no acknowledged record is lost; 1 objective missed: Produce latency. Wake nobody: one protection was taken away on purpose, and that was seen.

      - no acknowledged record is lost: 37 acknowledged records were lost, all between 34.91 s and 35.00 s.
      - Produce latency: 98.5 % were acknowledged within 500 ms; 99.9 % were promised.

      | verdict | what | found |
      | --- | --- | --- |
      | ❌ violated | expectation: no acknowledged record is lost | 58,928 acknowledged, 58,891 read, 37 lost. |

      | verdict | SLO | target | measured | budget left |
      | --- | --- | ---: | ---: | ---: |
      | ✅ held | Produce availability | 97 % | 99.5 % | 83.3 % |
      | ❌ violated | Produce latency | 99.9 % | 98.5 % | none: spent 15 times over |

      Repeat it:

      ~~~sh
      npm start -- run kafka/leader-kill --seed 42
      ~~~
      "
    `);
  });

  test("texts are cut and have no escapes of a terminal; the command that repeats the run stays whole", () => {
    const run = heldRun(200);
    const scenario = `\u001b[31m${"x".repeat(100_000)}`;
    const text = renderSummary([{ ...run, plan: { ...run.plan, scenario, repeat: scenario } }]);
    expect(text.length).toBeLessThan(110_000);
    expect(text.split("\n")[6]).toContain("x … (99005 more characters were cut) |");
    expect(text).toContain(scenario);
    expect(text.slice(0, text.indexOf("```sh"))).not.toContain("\u001b");
  });

  test("names can not become markup, links or table cells", () => {
    const run = heldRun(200);
    const scenario = "a|b <img src=x> [click](http://example.org)\n# head @someone `tick`";
    const text = renderSummary([{ ...run, plan: { ...run.plan, scenario, repeat: "```\n<b>" } }]);
    expect(text).toContain("a\\|b &lt;img src=x&gt; \\[click\\](http\\://");
    expect(text).not.toContain("<img");
    expect(text.split("\n").filter((line) => line.startsWith("# "))).toEqual([]);
    expect(text).toContain("````sh\n```\n<b>\n````");
  });

  test("those that are not well come first; links begin where the file lies", () => {
    const runs = [heldRun(200), unknownRun(200), { ...violatedRun(200), folder: "somewhere/run (a)" }];
    const text = renderSummary(runs, "suite");
    expect(text.split("\n")[2]).toBe(
      "**2 rehearsals**: 1 unknown, 1 held. **1 mutant**: 1 killed (seen red as foretold). Took 6 min 24 s.",
    );
    const rows = text.split("\n").slice(6, 9);
    expect(rows.map((row) => row.split(" ")[2])).toEqual(["unknown", "held", "violated,"]);
    expect(rows[2]).toContain("(run%20%28a%29/report.html)");
    expect(renderSummary(runs.slice(0, 1))).toContain("](report.html)");
  });

  test("figures that left their baselines stand against their median", () => {
    const [moved] = renderSummary([heldRun(200)])
      .split("### Against the median of earlier runs")
      .slice(1);
    expect(moved).toContain(
      "| slo/kafka-produce-latency/p99Ms | kafka/leader-kill | 3.2 s | 2.5 s of 11 | worse (+30.6 %) |",
    );
    expect(moved).toContain("| better (−37.6 %) |");
    expect(renderSummary([unknownRun(200)])).not.toContain("Against the median");
  });

  test("what does not fit into the page of a CI job is left out and counted, those that are well first", () => {
    const runs = [...Array.from({ length: 40 }, () => heldRun(200)), unknownRun(200)];
    const text = renderSummary(runs, "suite", 20_000);
    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
    expect(text).toMatch(/Left out, to fit the page of a CI job: the details of \d+ runs; the reports are whole\.\n$/);
    expect(text).toContain("### ❓");
    expect(renderSummary(runs, "suite", 3_000)).toMatch(/\d+ rows of the table, the details of 41 runs/);
  });
});
