/** What an objective comes to at the edges of its rules, and which documents it is made of. */
import { describe, expect, test } from "vitest";
import { journalOf, type Journal, type JournalEvent, type Operation } from "../../lab/journal/index.ts";
import type { SliSpec, SloDocument } from "../../lab/slo/documents.ts";
import { evaluateSlos } from "../../lab/slo/index.ts";
import { evaluateOne, evaluateText, IN_TIME, sloText } from "./slos.ts";

/** One a second; of ten, the first `good` are ok. */
const some = (good: number, of = 10): readonly Partial<Operation>[] =>
  Array.from({ length: of }, (_, i) => ({
    ...{ value: i, intendedMs: i * 1_000, endMs: i * 1_000 + 5, outcome: i < good ? "ok" : "failed" },
  }));
const journal = (good: number, change: Partial<Journal> = {}): Journal => ({
  ...journalOf({ operations: some(good) }),
  ...change,
});
const objectives = (written: string) => sloText({ objectives: `[${written}]` });

describe("the target", () => {
  test("is met by a share that is short of it by no more than doubles are", () => {
    expect(evaluateOne(objectives("{ target: 0.500000000001 }"), journal(5)).verdict).toBe("held");
    expect(evaluateOne(objectives("{ target: 0.500000000003 }"), journal(5)).verdict).toBe("violated");
  });

  test("in per cent is that share", () => {
    expect(evaluateOne(objectives("{ targetPercent: 99.95 }"), journal(10))).toMatchObject({ target: 0.9995 });
    expect(evaluateOne(objectives("{ targetPercent: 50 }"), journal(5))).toMatchObject({
      target: 0.5,
      verdict: "held",
    });
  });
});

describe("without samples", () => {
  test("nothing is told of what was not measured", () => {
    expect(evaluateOne(sloText(), journalOf({}))).toStrictEqual({
      name: "in-time",
      displayName: "in-time",
      target: 0.9,
      verdict: "unknown",
      summary: "no samples: the journal has no produce operations of events",
      indicator: "acknowledged within 1 s of the intended time",
      good: 0,
      total: 0,
      windows: [],
      figures: {},
    });
  });

  test("and of an indicator that is not there", () => {
    const text = sloText().replace(/ {2}indicator:[^]*/, "  indicatorRef: elsewhere\n");
    expect(evaluateOne(text, journal(10))).toStrictEqual({
      name: "in-time",
      displayName: "in-time",
      target: 0.9,
      verdict: "unknown",
      summary: 'its indicator, the SLI "elsewhere", is not among the documents',
      indicator: "",
      good: 0,
      total: 0,
      windows: [],
      figures: {},
    });
  });
});

describe("a record that ends early", () => {
  const unfinished = (events: readonly JournalEvent[]) => ({ finished: false, events });
  const ended: JournalEvent = { type: "load-ended", atMs: 9_500, load: "events", scheduled: 10, offered: 10 };
  const started: JournalEvent = { type: "load-started", atMs: 0, load: "events", ratePerSecond: 1 };

  test("is settled for operations once their load has ended, and by nothing else", () => {
    expect(evaluateOne(sloText(), journal(5, unfinished([ended]))).verdict).toBe("violated");
    expect(evaluateOne(sloText(), journal(5, unfinished([started]))).verdict).toBe("unknown");
    expect(evaluateOne(sloText(), journal(5, unfinished([{ ...ended, load: "orders" }]))).verdict).toBe("unknown");
    expect(evaluateOne(sloText(), journal(5, unfinished([{ type: "phase", atMs: 1, phase: "heal" }]))).verdict).toBe(
      "unknown",
    );
  });

  test("is settled for faults once the script has ended, and by nothing else", () => {
    const source = (fields: string) =>
      `{ metricSource: { type: resilience-lab-journal, spec: { load: events, measure: recovery-time${fields} } } }`;
    const indicator = `{ ratioMetric: { good: ${source(", within: 1s")}, total: ${source("")} } }`;
    const fault: JournalEvent = {
      ...{ type: "fault-injected", atMs: 1_000, fault: "f", kind: "kill", asked: "a", targets: ["a"] },
    };
    const operations = some(10, 30).map((one, i) => ({ ...one, outcome: i < 1 || i > 4 ? "ok" : "failed" }) as const);
    const verdict = (...events: readonly JournalEvent[]) =>
      evaluateOne(sloText({ indicator }), journalOf({ operations, events: [fault, ...events], finished: false }))
        .verdict;
    expect(verdict({ type: "phase", atMs: 29_000, phase: "heal" })).toBe("violated");
    expect(verdict({ type: "phase", atMs: 29_000, phase: "run" })).toBe("unknown");
    expect(verdict(ended)).toBe("unknown");
    expect(verdict()).toBe("unknown");
  });
});

describe("the name of one of several objectives", () => {
  const names = (...displayNames: readonly (string | undefined)[]) =>
    evaluateText(
      objectives(
        displayNames
          .map((one) => `{ target: 0.9${one === undefined ? "" : `, displayName: ${JSON.stringify(one)}`} }`)
          .join(),
      ),
      journal(10),
    ).map(({ name, displayName }) => [name, displayName]);

  test("is made of its own", () => {
    expect(names("In  time (p99)!", "Größe", "-x-")).toEqual([
      ["in-time/in-time-p99", "in-time: In  time (p99)!"],
      ["in-time/gr-e", "in-time: Größe"],
      ["in-time/x", "in-time: -x-"],
    ]);
  });

  test("is its place where that leaves nothing, or was taken", () => {
    expect(names("!!!", "a", "a", "b")).toEqual([
      ["in-time/objective-1", "in-time: !!!"],
      ["in-time/a", "in-time: a"],
      ["in-time/a-3", "in-time: a"],
      ["in-time/b", "in-time: b"],
    ]);
    expect(names("a", undefined)).toEqual([
      ["in-time/a", "in-time: a"],
      ["in-time/objective-2", "in-time: objective 2"],
    ]);
    expect(names("!!!", "!!!").map(([name]) => name)).toEqual(["in-time/objective-1", "in-time/objective-2"]);
  });
});

describe("slices and windows", () => {
  const windows = (text: string, of = journal(10)) =>
    evaluateOne(text, of).windows.map(({ fromMs, toMs, total }) => [fromMs, toMs, total]);
  const withoutAnnotations = (text: string) => text.replace(/ {2}annotations: .*\n/, "");

  test("of five seconds without an annotation, whatever a slice is to be", () => {
    const five = [
      [0, 5_000, 5],
      [5_000, 10_000, 5],
    ];
    expect(windows(sloText())).toEqual(five);
    expect(windows(withoutAnnotations(sloText()))).toEqual(five);
    expect(windows(sloText({ annotations: "{ resilience-lab/time-slice-window: 2s }" }))).toEqual(five);
    expect(
      evaluateOne(sloText({ annotations: "{ resilience-lab/time-slice-window: 2s }" }), journal(10)).indicator,
    ).toBe("acknowledged within 1 s of the intended time");
  });

  test("of as many slices as a burn window holds, at least one", () => {
    const slices = (burn: string, slice: string) =>
      sloText({
        annotations: `{ resilience-lab/time-slice-window: ${slice}, resilience-lab/burn-window: ${burn} }`,
        budgetingMethod: "Timeslices",
        objectives: "[{ target: 0.5, timeSliceTarget: 0.5, timeSliceWindow: 1m }]",
      });
    expect(windows(slices("4s", "2s"))).toEqual([
      [0, 4_000, 2],
      [4_000, 8_000, 2],
      [8_000, 12_000, 1],
    ]);
    expect(windows(slices("1s", "8s"))).toEqual([
      [0, 8_000, 1],
      [8_000, 16_000, 1],
    ]);
  });

  test("a slice is good by its own target", () => {
    const text = (target: number) =>
      withoutAnnotations(
        sloText({
          budgetingMethod: "Timeslices",
          objectives: `[{ target: 0.5, timeSliceTarget: ${String(target)}, timeSliceWindow: 1m }]`,
        }),
      );
    expect(evaluateOne(text(0.6), journal(6))).toMatchObject({ good: 1, total: 1 });
    expect(evaluateOne(text(0.61), journal(6))).toMatchObject({ good: 0, total: 1 });
  });

  test("begin with the load's first start, or with what was due before it; another load's is not its own", () => {
    const start = (load: string, atMs: number): JournalEvent => ({
      type: "load-started",
      atMs,
      load,
      ratePerSecond: 1,
    });
    const end: JournalEvent = { type: "load-ended", atMs: -900, load: "events", scheduled: 1, offered: 1 };
    const first = (...events: readonly JournalEvent[]) =>
      evaluateOne(sloText(), journalOf({ operations: some(10), events })).windows[0]?.fromMs;
    expect(first(start("orders", -800), end, start("events", -500), start("events", -600))).toBe(-600);
    expect(first(start("events", 300))).toBe(0);
    expect(first()).toBe(0);
  });

  test("more of them than a hundred thousand are a slip of the pen", () => {
    const text = sloText({ annotations: "{ resilience-lab/burn-window: 1ms }" });
    const over = (spanMs: number) =>
      journalOf({ operations: [500, 500 + spanMs].map((intendedMs) => ({ intendedMs, endMs: intendedMs })) });
    expect(() => evaluateText(text, over(100_001))).toThrow(
      "slo.yaml: slices of 1.0 ms over 1 min 40 s are more than 100000",
    );
    expect(() => evaluateText(text, over(100_001))).toThrow(
      expect.objectContaining({
        code: "bad-slo",
        hint: "make resilience-lab/time-slice-window or resilience-lab/burn-window longer",
      }) as Error,
    );
    expect(evaluateOne(text, over(100_000)).total).toBe(2);
  });
});

describe("documents beside the SLO", () => {
  const document = (kind: string, name: string, spec: string) =>
    `---\napiVersion: openslo/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
  const ratio = (source: string, within = "1s", load = "events") =>
    `{ ratioMetric: { good: { metricSource: { ${source}, spec: { load: ${load}, outcome: ok, within: ${within} } } }, total: { metricSource: { ${source}, spec: { load: ${load} } } } } }`;
  const JOURNAL = "type: resilience-lab-journal";
  const byName = (name: string) => sloText().replace(/ {2}indicator:[^]*/, `  indicatorRef: ${name}\n`);
  const dataSource = (name: string, type: string) =>
    document("DataSource", name, `{ type: ${type}, connectionDetails: {} }`);

  test("an SLI is found by its kind and its name", () => {
    const text =
      byName("mine") +
      document("Service", "mine", "{}") +
      document("SLI", "other", ratio(JOURNAL, "1s", "orders")) +
      document("SLI", "mine", ratio(JOURNAL));
    expect(evaluateOne(text, journal(9))).toMatchObject({ total: 10, good: 9 });
  });

  test("a DataSource too", () => {
    const text = (type: string) =>
      byName("mine") +
      document("SLI", "mine", ratio("metricSourceRef: source")) +
      document("Service", "source", "{}") +
      dataSource("other", "Prometheus") +
      dataSource("source", type);
    expect(evaluateOne(text("resilience-lab-journal"), journal(9))).toMatchObject({ total: 10, good: 9 });
    expect(evaluateOne(text("Datadog"), journal(9)).summary).toBe(
      "its metric source is Datadog, which the journal does not answer",
    );
    expect(evaluateOne(text("Datadog").replace(/name: source }/g, "name: gone }"), journal(9)).summary).toBe(
      "its metric source is unknown, which the journal does not answer",
    );
  });

  test("each objective of a composite SLO may name its own", () => {
    const text = objectives("{ target: 0.9, indicatorRef: a }, { target: 0.9, indicatorRef: b }").replace(
      / {2}indicator:[^]*/,
      "",
    );
    const all = text + document("SLI", "a", ratio(JOURNAL)) + document("SLI", "b", ratio(JOURNAL, "1s", "orders"));
    const results = evaluateText(all, journal(9));
    expect(results.map(({ total }) => total)).toEqual([10, 0]);
  });

  describe("what only a DataSource shows to be wrong is told where it stands:", () => {
    const wrong = ratio("metricSourceRef: source", "1 s");
    const source = dataSource("source", "resilience-lab-journal");
    const own = `indicator: { metadata: { name: i }, spec: ${wrong} }`;
    const problem = "ratioMetric.good.metricSource.spec.within: must be a whole number";
    const complaint = (text: string): string => {
      try {
        return evaluateText(text, journal(9)).map(({ verdict }) => verdict)[0] ?? "";
      } catch (error) {
        return (error as Error).message;
      }
    };

    test("in an SLO", () => {
      expect(
        complaint(`${document("Service", "s", "{}").slice(4)}---\n${sloText({ indicator: wrong })}${source}`),
      ).toMatch(new RegExp(`^slo\\.yaml:6: spec\\.indicator\\.spec\\.${problem}`));
    });

    test("in an objective", () => {
      const text = objectives(`{ target: 0.9, indicatorRef: i }, { target: 0.9, ${own} }`);
      const sli = document("SLI", "i", ratio(JOURNAL));
      expect(complaint(text.replace(/ {2}indicator:\n[^]*/, "") + sli + source)).toMatch(
        new RegExp(`^slo\\.yaml:1: spec\\.objectives\\[1\\]\\.indicator\\.spec\\.${problem}`),
      );
    });

    test("in an SLI", () => {
      expect(complaint(byName("i") + document("SLI", "i", wrong) + source)).toMatch(
        new RegExp(`^slo\\.yaml:12: spec\\.${problem}`),
      );
    });
  });
});

describe("an indicator that says too little", () => {
  const direct = (spec: SliSpec, objective: object = { target: 0.9 }) => {
    const head = { apiVersion: "openslo/v1", metadata: { name: "a" }, source: { file: "a", line: 1 } };
    const slo = {
      ...{ ...head, kind: "SLO" },
      spec: {
        ...{ service: "s", budgetingMethod: "Occurrences", objectives: [objective] },
        indicator: { metadata: { name: "i" }, spec },
      },
    };
    return evaluateSlos([slo as unknown as SloDocument], journal(9))[0];
  };
  const metric = (fields: object = {}) => ({
    metricSource: { type: "resilience-lab-journal", spec: { load: "events", ...fields } },
  });
  const nothing = "it has no good and total, nor a threshold";

  test.each<[string, SliSpec]>([
    ["nothing", {}],
    ["total alone", { ratioMetric: { total: metric() } }],
    ["good alone", { ratioMetric: { good: metric({ outcome: "ok" }) } }],
    ["bad alone", { ratioMetric: { bad: metric({ outcome: "failed" }) } }],
  ])("%s", (_, spec) => {
    expect(direct(spec)).toMatchObject({ verdict: "unknown", summary: nothing });
  });

  test("a threshold without what it is compared with", () => {
    const threshold = { thresholdMetric: metric() };
    const missing = "its indicator is a threshold, and the objective has no op and value";
    expect(direct(threshold)).toMatchObject({ verdict: "unknown", summary: missing });
    expect(direct(threshold, { target: 0.9, op: "lte" })).toMatchObject({ verdict: "unknown", summary: missing });
    expect(direct(threshold, { target: 0.9, value: 5 })).toMatchObject({ verdict: "unknown", summary: missing });
    expect(direct(threshold, { target: 0.9, op: "lte", value: 5 })).toMatchObject({ verdict: "held", good: 9 });
  });
});

test("what never came is bad, even where long is good", () => {
  const delay =
    "{ thresholdMetric: { metricSource: { type: resilience-lab-journal, spec: { load: events, measure: end-to-end-delay } } } }";
  const operations = [1, 2].map((value) => ({ value, intendedMs: 0, endMs: 5 }));
  const reads = [{ value: 1, atMs: 900 }];
  const judged = (op: string) =>
    evaluateOne(
      sloText({ indicator: delay, objectives: `[{ target: 0.4, op: ${op}, value: 500 }]` }),
      journalOf({ operations, reads }),
    );
  expect(judged("gte")).toMatchObject({ good: 1, total: 2 });
  expect(judged("gt")).toMatchObject({ good: 1, total: 2 });
});

test("two objectives of one subject, and one of another, are each measured", () => {
  const text = `${sloText()}---\n${sloText({ indicator: IN_TIME.replaceAll("events", "orders") }).replace("in-time", "b")}`;
  const operations = [...some(9), ...some(5).map((one) => ({ ...one, load: "orders" }))];
  expect(evaluateText(text, journalOf({ operations })).map(({ measured }) => measured)).toEqual([0.9, 0.5]);
});
