import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LabError } from "../../lab/errors.ts";
import { readSlos } from "../../lab/slo/index.ts";
import { complaint, IN_TIME, sloText } from "./slos.ts";

const read = (name: string): string => readFileSync(new URL(`documents/${name}`, import.meta.url), "utf8");

describe("reading OpenSLO v1", () => {
  test("every kind, in lists and in documents of their own, with the line where each begins", () => {
    const documents = readSlos(read("every-kind.yaml"), "every-kind.yaml");
    expect(documents.map(({ kind, metadata, source }) => `${kind} ${metadata.name} :${String(source.line)}`))
      .toMatchInlineSnapshot(`
        [
          "Service parcel-tracking :2",
          "DataSource depot-metrics :9",
          "SLI scans-arrive :20",
          "SLI gate-share :37",
          "AlertCondition burns-fast :49",
          "AlertNotificationTarget night-shift :62",
          "AlertPolicy wake-somebody :69",
          "SLO scans :88",
          "SLO lookups :130",
          "SLO journey :154",
        ]
      `);
  });

  test("JSON is YAML", () => {
    const text = '{"apiVersion": "openslo/v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {}}';
    expect(readSlos(text, "a.json")).toHaveLength(1);
  });

  test("a field without a value is absent", () => {
    const [document] = readSlos(
      "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: a, displayName: }\nspec:\n",
      "a",
    );
    expect(document).toEqual({
      apiVersion: "openslo/v1",
      kind: "Service",
      metadata: { name: "a" },
      source: { file: "a", line: 1 },
    });
  });
});

describe("complaints name file, line and field", () => {
  test("one wrong value", () => {
    expect(complaint(sloText({ objectives: '[{ target: "99" }]' }), "schemas/slo/x.yaml")).toBe(
      'schemas/slo/x.yaml:9: spec.objectives[0].target: must be a number from 0 to 1 (exclusive), got "99"',
    );
  });

  test("all problems of a file together, in its order, with a hint", () => {
    const text = `apiVersion: openslo/v1
kind: SLO
metadata:
  name: Bad Name
  anotations: {}
spec:
  service: ""
  budgetingMethod: Sometimes
  timeWindow:
    - duration: 30s
      isRolling: true
      calendar: { startTime: 2023-02-29 00:00:00, timeZone: Mars/Olympus }
  objectives:
    - target: 0.9
      targetPercent: 90
    - value: 3
---
apiVersion: openslo/v1
kind: Sli
`;
    expect(complaint(text)).toMatchInlineSnapshot(`
      "slo.yaml:4: metadata.name: must be a name of at most 63 characters: a to z, 0 to 9 and -, beginning and ending with a letter or digit, got "Bad Name"
      slo.yaml:5: metadata.anotations: is not a known field; known here: name, displayName, labels, annotations
      slo.yaml:6: spec: must have either an indicator or an indicatorRef
      slo.yaml:7: spec.service: must not be empty
      slo.yaml:8: spec.budgetingMethod: must be one of Occurrences, Timeslices, RatioTimeslices; got "Sometimes"
      slo.yaml:10: spec.timeWindow[0]: a rolling window must have no calendar
      slo.yaml:10: spec.timeWindow[0].duration: must be a duration in OpenSLO's shorthand: a whole number and one of m h d w M Q Y (5m, 4w; there are no seconds, see docs/slos.md), got "30s"
      slo.yaml:12: spec.timeWindow[0].calendar.startTime: must be a date with time, without zone: 2020-01-21 12:30:00, got "2023-02-29 00:00:00"
      slo.yaml:12: spec.timeWindow[0].calendar.timeZone: must be a name of the IANA time zone database: Europe/Vienna, got "Mars/Olympus"
      slo.yaml:14: spec.objectives[0]: must have either target or targetPercent
      slo.yaml:16: spec.objectives[1]: must have either target or targetPercent
      slo.yaml:19: kind: must be one of SLO, SLI, Service, AlertPolicy, AlertCondition, AlertNotificationTarget, DataSource; got "Sli""
    `);
    expect(() => readSlos(text, "slo.yaml")).toThrow(LabError);
    try {
      readSlos(text, "slo.yaml");
    } catch (error) {
      expect(error instanceof LabError ? error.hint : undefined).toBe(
        "docs/slos.md shows a whole SLO and explains the lab's own fields",
      );
    }
  });

  test.each([
    ["what is not YAML", "a: [1\nb: 2\n", "slo.yaml:2: is not YAML"],
    ["no document at all", "# nothing\n", "slo.yaml:1: holds no OpenSLO object"],
    [
      "another version",
      "apiVersion: openslo/v2alpha\nkind: SLO\n",
      'slo.yaml:1: apiVersion: must be "openslo/v1", got "openslo/v2alpha"',
    ],
    ["a text in place of an object", "- hello\n", 'slo.yaml:1: must be a map, got "hello"'],
    [
      "a target of 1, which leaves no budget",
      sloText({ objectives: "[{ target: 1 }]" }),
      "must be a number from 0 to 1 (exclusive), got 1",
    ],
    [
      "per cent of 100",
      sloText({ objectives: "[{ targetPercent: 100 }]" }),
      "must be a number from 0 to 100 (exclusive), got 100",
    ],
    [
      "Timeslices without slices",
      sloText({ budgetingMethod: "Timeslices" }),
      "spec.objectives[0].timeSliceWindow: is missing",
    ],
    [
      "Timeslices without their target",
      sloText({ budgetingMethod: "Timeslices" }),
      "spec.objectives[0].timeSliceTarget: is missing",
    ],
    [
      "RatioTimeslices without slices",
      sloText({ budgetingMethod: "RatioTimeslices" }),
      "spec.objectives[0].timeSliceWindow: is missing",
    ],
    [
      "a value beside a ratio",
      sloText({ objectives: "[{ target: 0.9, value: 5 }]" }),
      "spec.objectives[0].value: belongs to a thresholdMetric",
    ],
    [
      "an indicator twice",
      sloText().replace("service: kafka", "service: kafka\n  indicatorRef: other"),
      "spec: must have either an indicator or an indicatorRef",
    ],
    [
      "a composite with an indicator of its own",
      sloText({ objectives: "[{ target: 0.9, indicatorRef: other }]" }),
      "spec: its objectives have indicators (a composite SLO)",
    ],
    [
      "a key of an annotation",
      sloText({ annotations: "{ -bad-: x }" }),
      'metadata.annotations["-bad-"]: is not an allowed key',
    ],
  ])("%s", (_what, text, told) => {
    expect(complaint(text)).toContain(told);
  });

  test.each([
    ["both good and bad", "{ total: M, good: M, bad: M }", "beside total there must be either good or bad"],
    ["total alone", "{ total: M }", "beside total there must be either good or bad"],
    ["raw without its type", "{ raw: M }", "rawType: is missing"],
    ["raw beside good", "{ raw: M, rawType: success, good: M }", "beside raw there must be no good and no bad"],
    [
      "raw beside total",
      "{ raw: M, rawType: success, total: M, good: M }",
      "must have either total (with good or bad) or raw",
    ],
    ["neither", "{ counter: true }", "must have either total (with good or bad) or raw"],
  ])("a ratio with %s", (_what, ratio, told) => {
    const metric = "{ metricSource: { type: Prometheus, spec: { query: up } } }";
    const indicator = `{ ratioMetric: ${ratio.replaceAll("M", metric)} }`;
    expect(complaint(sloText({ indicator }))).toContain(told);
  });

  test("a metric source needs a type or a DataSource, and a spec with something in it", () => {
    const indicator = "{ ratioMetric: { good: { metricSource: { spec: {} } }, total: { metricSource: { type: A } } } }";
    expect(complaint(sloText({ indicator }))).toMatchInlineSnapshot(`
      "slo.yaml:12: spec.indicator.spec.ratioMetric.good.metricSource: must have a type where it has no metricSourceRef
      slo.yaml:12: spec.indicator.spec.ratioMetric.good.metricSource.spec: must be a map with at least one field
      slo.yaml:12: spec.indicator.spec.ratioMetric.total.metricSource.spec: is missing"
    `);
  });
});

describe("the lab's own fields", () => {
  test("a good one is read", () => expect(complaint(sloText())).toBe(""));

  test.each([
    [
      "an unknown field",
      IN_TIME.replace("within:", "inside:"),
      "good.metricSource.spec.inside: is not a known field; known here: load, measure, action, outcome, within, timely",
    ],
    ["no load", IN_TIME.replaceAll("load: events, ", ""), "good.metricSource.spec.load: is missing"],
    [
      "a duration without unit",
      IN_TIME.replace("1s", "1000"),
      "good.metricSource.spec.within: must be a whole number greater than 0 and one of ms s m h (500ms, 30s), got 1000",
    ],
    [
      "good and total of different loads",
      IN_TIME.replace("load: events", "load: other"),
      "good.metricSource.spec: must name the same load, measure, action, timely, lasting and time (when, settle, warmUp) as total",
    ],
    ["good that is all of total", IN_TIME.replace(", outcome: ok, within: 1s", ""), "else all of total is good"],
    [
      "an outcome of a delay",
      IN_TIME.replaceAll("action: produce", "measure: end-to-end-delay"),
      "good.metricSource.spec.outcome: belongs to the measure operations",
    ],
    [
      "timely without recovery",
      IN_TIME.replaceAll("action: produce", "timely: 1s"),
      "timely: belongs to the measure recovery-time",
    ],
    [
      "a raw ratio",
      "{ ratioMetric: { rawType: success, raw: { metricSource: { type: resilience-lab-journal, spec: { load: events } } } } }",
      "the journal keeps events, not ratios",
    ],
  ])("%s", (_what, indicator, told) => {
    expect(complaint(sloText({ indicator }))).toContain(told);
  });

  test("a threshold is said by the objective alone", () => {
    const indicator =
      "{ thresholdMetric: { metricSource: { type: resilience-lab-journal, spec: { load: events, within: 1s } } } }";
    expect(complaint(sloText({ indicator, objectives: "[{ target: 0.9, op: lte, value: 500 }]" }))).toBe(
      "slo.yaml:12: spec.indicator.spec.thresholdMetric.metricSource.spec.within: belongs to a ratioMetric; here the objective's op and value say what is good",
    );
    expect(
      complaint(sloText({ indicator: indicator.replace(", within: 1s", ""), objectives: "[{ target: 0.9 }]" })),
    ).toBe("slo.yaml:9: spec.objectives[0].op: is missing\nslo.yaml:9: spec.objectives[0].value: is missing");
  });

  test("annotations", () => {
    expect(complaint(sloText({ annotations: "{ resilience-lab/burn-window: 30s, other/key: x }" }))).toBe("");
    expect(complaint(sloText({ annotations: "{ resilience-lab/burn-window: 30 s, resilience-lab/window: 1s }" })))
      .toMatchInlineSnapshot(`
        "slo.yaml:5: metadata.annotations["resilience-lab/burn-window"]: must be a whole number greater than 0 and one of ms s m h (500ms, 30s), got "30 s"
        slo.yaml:5: metadata.annotations["resilience-lab/window"]: is not an annotation of the lab; known are resilience-lab/burn-window and resilience-lab/time-slice-window"
      `);
  });
});

describe("at the edges of a file", () => {
  const SERVICE = "apiVersion: openslo/v1\nkind: Service\nmetadata: { name: a }\n";

  test.each([
    ["nothing", ""],
    ["a comment", "# nothing\n"],
    ["documents of nothing", "---\n---\n"],
    ["a null", "~\n"],
    ["an empty list", "[]\n"],
  ])("%s holds no object", (_, text) => {
    expect(complaint(text)).toBe("slo.yaml:1: holds no OpenSLO object");
  });

  test("a document of nothing beside one is none; a text is no object", () => {
    expect(readSlos(`---\n---\n${SERVICE}`, "a")).toHaveLength(1);
    expect(complaint("hello\n")).toBe('slo.yaml:1: must be a map, got "hello"');
    expect(complaint(`${SERVICE}---\n3\n`)).toBe("slo.yaml:5: must be a map, got 3");
  });

  test("an object of nothing in a list is told", () => {
    expect(complaint(`- ~\n- ${SERVICE.replaceAll("\n", "\n  ").trim()}\n`)).toBe(
      "slo.yaml:1: must be a map, got nothing",
    );
    expect(complaint(sloText({ objectives: "[~]" }))).toContain("spec.objectives[0]: must be a map, got nothing");
  });

  test("an anchor may be used as often as one likes", () => {
    const labels = `[&x north, ${"*x, ".repeat(300)}south]`;
    const [document] = readSlos(SERVICE.replace("name: a", `name: a, labels: { region: ${labels} }`), "a");
    expect(document?.metadata.labels?.["region"]).toHaveLength(302);
  });

  test("what is wrong in what an alias stands for is told where that stands", () => {
    const text = `- apiVersion: openslo/v1
  kind: Service
  metadata: &m
    name: a
    extra: 1
- apiVersion: openslo/v1
  kind: Service
  metadata: *m
`;
    expect(
      complaint(text)
        .split("\n")
        .map((line) => line.slice(0, 27)),
    ).toEqual(["slo.yaml:5: metadata.extra:"]);
  });

  test("what is wrong with an SLI, and an objective's own indicator, is told with its place", () => {
    const metric = "{ metricSource: { type: resilience-lab-journal, spec: { load: events, inside: 1s } } }";
    const sli = `apiVersion: openslo/v1
kind: SLI
metadata:
  name: a
  annotations:
    resilience-lab/window: 1s
spec:
  thresholdMetric: ${metric}
`;
    const lines = complaint(sli).split("\n");
    expect(lines[0]).toContain(
      'slo.yaml:6: metadata.annotations["resilience-lab/window"]: is not an annotation of the lab',
    );
    expect(lines[1]).toContain("slo.yaml:8: spec.thresholdMetric.metricSource.spec.inside: is not a known field");
    const composite = sloText({
      objectives: `
    - { target: 0.9, indicatorRef: other }
    - target: 0.9
      indicator:
        metadata: { name: i }
        spec:
          ratioMetric:
            good: ${metric.replace("inside", "within")}
            total: ${metric}`,
    }).replace(/ {2}indicator:\n {4}metadata[^]*/, "");
    expect(complaint(composite)).toContain(
      "slo.yaml:17: spec.objectives[1].indicator.spec.ratioMetric.total.metricSource.spec.inside: is not a known field",
    );
  });

  test("only annotations of the lab are its business", () => {
    expect(complaint(SERVICE.replace("name: a", "name: a, annotations: { other/resilience-lab: 1 s }"))).toBe("");
    expect(
      complaint(SERVICE.replace("name: a", "name: a, annotations: { resilience-lab/time-slice-window: 1 s }")),
    ).toContain('must be a whole number greater than 0 and one of ms s m h (500ms, 30s), got "1 s"');
  });
});
