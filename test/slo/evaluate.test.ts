import { describe, expect, test } from "vitest";
import { journalOf, type Journal, type JournalEvent, type Operation } from "../../lab/journal/index.ts";
import { evaluateOne, evaluateText, IN_TIME, sloText } from "./slos.ts";

const started: JournalEvent = { type: "load-started", atMs: 0, load: "events", ratePerSecond: 1 };

/** Ten operations, one a second; `changes` by place. */
function ten(changes: Readonly<Record<number, Partial<Operation>>> = {}): Partial<Operation>[] {
  return Array.from({ length: 10 }, (_, i) => ({
    value: i,
    intendedMs: i * 1_000,
    endMs: i * 1_000 + 5,
    ...changes[i],
  }));
}

describe("a ratio of operations", () => {
  test("at the target it held, with the whole result as reports get it", () => {
    const journal = journalOf({ operations: ten({ 3: { endMs: 4_001 } }), events: [started] });
    expect(evaluateOne(sloText(), journal)).toMatchInlineSnapshot(`
      {
        "budgetLeft": 0,
        "displayName": "in-time",
        "figures": {
          "goodRatio": 0.9,
          "maxMs": 1001,
          "p50Ms": 5,
          "p95Ms": 1001,
          "p99Ms": 1001,
        },
        "good": 9,
        "indicator": "acknowledged within 1 s of the intended time",
        "measured": 0.9,
        "name": "in-time",
        "summary": "90 % of 10 produce operations of events acknowledged within 1 s of the intended time, wanted 90 %; 0 % of the error budget left",
        "target": 0.9,
        "total": 10,
        "verdict": "held",
        "windows": [
          {
            "burnRate": 2,
            "fromMs": 0,
            "good": 4,
            "toMs": 5000,
            "total": 5,
          },
          {
            "burnRate": 0,
            "fromMs": 5000,
            "good": 5,
            "toMs": 10000,
            "total": 5,
          },
        ],
      }
    `);
  });

  test("one more, and it is violated: failed, unknown and late are all not good", () => {
    for (const change of [{ outcome: "failed" }, { outcome: "unknown" }, { endMs: 8_000 }] as const) {
      const result = evaluateOne(sloText(), journalOf({ operations: ten({ 3: { endMs: 4_001 }, 5: change }) }));
      expect(result).toMatchObject({ verdict: "violated", measured: 0.8, good: 8, total: 10 });
      expect(result.budgetLeft).toBeCloseTo(-1, 9);
    }
  });

  test("exactly at the limit is good", () => {
    expect(evaluateOne(sloText(), journalOf({ operations: ten({ 3: { endMs: 4_000 } }) })).measured).toBe(1);
  });

  test("latency counts from the intended time, not from the start", () => {
    const journal = journalOf({ operations: ten({ 3: { startMs: 4_900, endMs: 4_901 } }) });
    expect(evaluateOne(sloText(), journal).measured).toBe(0.9);
  });

  test("other loads and other actions are not counted", () => {
    const others = [{ load: "admin" }, { action: "commit" }].map((other) => ({ outcome: "failed" as const, ...other }));
    expect(evaluateOne(sloText(), journalOf({ operations: [...ten(), ...others] }))).toMatchObject({
      total: 10,
      measured: 1,
    });
  });

  test("bad and total", () => {
    const indicator = IN_TIME.replace("good:", "bad:").replace("outcome: ok, within: 1s", "outcome: failed");
    const journal = journalOf({ operations: ten({ 3: { outcome: "failed" }, 5: { outcome: "unknown" } }) });
    const result = evaluateOne(sloText({ indicator }), journal);
    expect(result).toMatchObject({ good: 9, total: 10, verdict: "held", indicator: "not ended failed" });
  });
});

describe("nothing holds without proof", () => {
  test("no operation at all", () => {
    const { verdict, summary, measured, budgetLeft } = evaluateOne(sloText(), journalOf({}));
    expect({ verdict, summary, measured, budgetLeft }).toEqual({
      verdict: "unknown",
      summary: "no samples: the journal has no produce operations of events",
      measured: undefined,
      budgetLeft: undefined,
    });
  });

  test("only operations of another load", () => {
    expect(evaluateOne(sloText(), journalOf({ operations: [{ load: "other" }] })).verdict).toBe("unknown");
  });

  test("a journal without its end can show a violation, but not that it held", () => {
    const torn = { atByte: 100, lostBytes: 7 };
    expect(evaluateOne(sloText(), { ...journalOf({ operations: ten() }), torn })).toMatchObject({
      verdict: "unknown",
      summary: expect.stringContaining("but the journal's end is missing") as string,
    });
    const failing = journalOf({ operations: ten({ 0: { outcome: "failed" }, 1: { outcome: "failed" } }) });
    // The load may go on, and how long nobody knows: what is missing could all be good.
    expect(evaluateOne(sloText(), { ...failing, torn })).toMatchObject({
      verdict: "unknown",
      summary: expect.stringContaining("but what is missing of the record could still have met it") as string,
    });
    const ended = { type: "load-ended", atMs: 1_000, load: "events", scheduled: 10, offered: 10 } as const;
    const other = { ...ended, load: "other" };
    const until = (event: JournalEvent): Journal => ({ ...failing, events: [event], finished: false });
    expect(evaluateOne(sloText(), until(other)).verdict).toBe("unknown");
    expect(evaluateOne(sloText(), until(ended)).verdict).toBe("violated");
  });

  test("a metric source that is not the journal", () => {
    const indicator = IN_TIME.replaceAll("resilience-lab-journal", "Prometheus");
    expect(evaluateOne(sloText({ indicator }), journalOf({ operations: ten() }))).toMatchObject({
      verdict: "unknown",
      summary: "its metric source is Prometheus, which the journal does not answer",
    });
  });

  test("an indicator that is not there", () => {
    const text = sloText().replace(/ {2}indicator:[^]*/, "  indicatorRef: elsewhere\n");
    expect(evaluateOne(text, journalOf({ operations: ten() }))).toMatchObject({
      verdict: "unknown",
      summary: 'its indicator, the SLI "elsewhere", is not among the documents',
    });
  });
});

describe("an indicator by reference", () => {
  const slo = sloText().replace(/ {2}indicator:[^]*/, "  indicatorRef: by-name\n");
  const sli = (source: string, within: string): string => `---
apiVersion: openslo/v1
kind: SLI
metadata: { name: by-name }
spec: { ratioMetric: {
  good: { metricSource: { ${source}, spec: { load: events, within: ${within} } } },
  total: { metricSource: { ${source}, spec: { load: events } } } } }
`;
  const dataSource = `---
apiVersion: openslo/v1
kind: DataSource
metadata: { name: journal }
spec: { type: resilience-lab-journal, connectionDetails: {} }
`;

  test("is found among the documents, and its DataSource too", () => {
    const journal = journalOf({ operations: ten({ 3: { endMs: 9_000 } }) });
    expect(evaluateOne(slo + sli("type: resilience-lab-journal", "1s"), journal).measured).toBe(0.9);
    expect(evaluateOne(slo + sli("metricSourceRef: journal", "1s") + dataSource, journal).measured).toBe(0.9);
    expect(evaluateOne(slo + sli("metricSourceRef: journal", "1s"), journal).verdict).toBe("unknown");
  });

  test("what only its DataSource shows to be wrong is told with file and line", () => {
    const text = slo + sli("metricSourceRef: journal", "1 s") + dataSource;
    expect(() => evaluateText(text, journalOf({ operations: ten() }))).toThrow(
      /^slo\.yaml:12: spec\.ratioMetric\.good\.metricSource\.spec\.within: must be a whole number/,
    );
  });
});

describe("a threshold", () => {
  const delay =
    "{ thresholdMetric: { metricSource: { type: resilience-lab-journal, spec: { load: events, measure: end-to-end-delay } } } }";
  const objectives = "[{ target: 0.5, op: lte, value: 2000 }]";

  test("end-to-end delay: from the intended time to the first read; what was never read is bad", () => {
    const journal = journalOf({
      operations: [
        { value: 1, intendedMs: 0, endMs: 5 },
        { value: 2, intendedMs: 0, endMs: 5 },
        { value: 3, intendedMs: 0, endMs: 5 },
        { value: 4, intendedMs: 0, endMs: 5, outcome: "unknown" },
        { value: -1, intendedMs: 0, endMs: 5, action: "commit" },
      ],
      reads: [
        { value: 1, atMs: 9_000 },
        { value: 1, atMs: 2_000 },
        { value: 2, atMs: 2_001 },
        { value: 4, atMs: 10 },
        { load: "other", value: 3, atMs: 10 },
      ],
    });
    const result = evaluateOne(sloText({ indicator: delay, objectives }), journal);
    expect(result).toMatchObject({ good: 1, total: 3, figures: { p50Ms: 2_000, maxMs: 2_001 } });
    expect(result.indicator).toBe("read at most 2 s after the intended time of writing");
  });

  test.each([
    ["lte", 2],
    ["lt", 1],
    ["gte", 2],
    ["gt", 1],
  ])("%s compares milliseconds; what did not end ok is bad either way", (op, good) => {
    const indicator = delay.replace(", measure: end-to-end-delay", "");
    const operations = [100, 200, 300].map((endMs) => ({ intendedMs: 0, endMs }));
    const journal = journalOf({ operations: [...operations, { endMs: 200, outcome: "failed" }] });
    const text = sloText({ indicator, objectives: `[{ target: 0.5, op: ${op}, value: 200 }]` });
    expect(evaluateOne(text, journal)).toMatchObject({ good, total: 4 });
  });
});

describe("time slices", () => {
  test("seconds come from the annotation, and rule over timeSliceWindow", () => {
    const operations = ten({ 3: { outcome: "failed" } });
    const text = sloText({
      annotations: "{ resilience-lab/time-slice-window: 2s, resilience-lab/burn-window: 3s }",
      budgetingMethod: "Timeslices",
      objectives: "[{ target: 0.5, timeSliceTarget: 0.75, timeSliceWindow: 1m }]",
    });
    const result = evaluateOne(text, journalOf({ operations, events: [started] }));
    expect(result).toMatchObject({ good: 4, total: 5, measured: 0.8 });
    expect(result.indicator).toBe("slices of 2 s in which at least 75 % acknowledged within 1 s of the intended time");
    expect(result.windows.map(({ fromMs, toMs, good, total }) => [fromMs, toMs, good, total])).toEqual([
      [0, 4_000, 1, 2],
      [4_000, 8_000, 2, 2],
      [8_000, 12_000, 1, 1],
    ]);
  });

  test("minutes without it", () => {
    const text = sloText({ budgetingMethod: "RatioTimeslices", objectives: "[{ target: 0.5, timeSliceWindow: 1 }]" });
    expect(evaluateOne(text, journalOf({ operations: ten() }))).toMatchObject({ total: 1, good: 1 });
  });

  test("the first slice begins when the load was started", () => {
    const early: JournalEvent = { ...started, atMs: -500 };
    const [first] = evaluateOne(sloText(), journalOf({ operations: ten(), events: [early] })).windows;
    expect(first?.fromMs).toBe(-500);
  });
});

describe("several objectives", () => {
  test("are judged one by one, with names of their own", () => {
    const objectives =
      "[{ target: 0.95, displayName: Contract }, { targetPercent: 90, displayName: Contract }, { target: 0.5 }]";
    const results = evaluateText(sloText({ objectives }), journalOf({ operations: ten({ 1: { outcome: "failed" } }) }));
    expect(results.map(({ name, displayName, verdict }) => [name, displayName, verdict])).toEqual([
      ["in-time/contract", "in-time: Contract", "violated"],
      ["in-time/contract-2", "in-time: Contract", "held"],
      ["in-time/objective-3", "in-time: objective 3", "held"],
    ]);
  });

  test("of a composite SLO have indicators of their own", () => {
    const own = (target: number, source: string): string =>
      `{ target: ${String(target)}, indicator: { metadata: { name: a }, spec: ${source} } }`;
    const text = sloText({ objectives: `[${own(0.9, IN_TIME)}, ${own(0.9, IN_TIME.replace(", within: 1s", ""))}]` });
    const composite = text.replace(/ {2}indicator:\n[^]*/, "");
    const journal = journalOf({ operations: ten({ 1: { endMs: 9_000 }, 2: { endMs: 9_000 } }) });
    expect(evaluateText(composite, journal).map(({ measured }) => measured)).toEqual([0.8, 1]);
  });
});
