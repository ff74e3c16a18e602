/** What the schemas refuse, at their edges, and how it is said. */
import { describe, expect, test } from "vitest";
import { journalSourceProblems, openSloProblems } from "../../lab/slo/schema-problems.ts";
import {
  indicatorProblems,
  selectorOf,
  subjectKey,
  writeSelection,
  writeSubject,
  writeThreshold,
} from "../../lab/slo/selector.ts";
import type { Metric, SliSpec } from "../../lab/slo/documents.ts";
import { seconds } from "../../lab/time.ts";
import { writePath } from "../../lab/slo/problems.ts";

const slo = (spec: object) => ({
  apiVersion: "openslo/v1",
  kind: "SLO",
  metadata: { name: "a" },
  spec: {
    service: "s",
    budgetingMethod: "Occurrences",
    indicatorRef: "i",
    objectives: [{ target: 0.9 }],
    ...spec,
  },
});
const told = (value: unknown): readonly string[] => [
  ...new Set(openSloProblems(value).map(({ path, text }) => `${writePath(path)}: ${text}`)),
];
const fields = (spec: unknown): readonly string[] =>
  journalSourceProblems(spec).map(({ path, text }) => `${writePath(path)}: ${text}`);

describe("a calendar's date", () => {
  const at = (startTime: string, timeZone = "Europe/Vienna") =>
    told(slo({ timeWindow: [{ duration: "1M", isRolling: false, calendar: { startTime, timeZone } }] }));

  test.each([
    "2024-01-31 00:00:00",
    "2024-02-29 23:59:59",
    "2000-02-29 12:00:00",
    "2023-02-28 12:00:00",
    "2023-03-31 12:00:00",
    "2023-04-30 12:00:00",
    "2023-05-31 12:00:00",
    "2023-06-30 12:00:00",
    "2023-07-31 12:00:00",
    "2023-08-31 12:00:00",
    "2023-09-30 12:00:00",
    "2023-10-31 12:00:00",
    "2023-11-30 12:00:00",
    "2023-12-31 12:00:00",
    "2023-12-01 20:00:00",
  ])("%s exists", (text) => expect(at(text)).toEqual([]));

  test.each([
    "2023-02-29 12:00:00",
    "2024-02-30 12:00:00",
    "1900-02-29 12:00:00",
    "2023-01-32 12:00:00",
    "2023-04-31 12:00:00",
    "2023-06-31 12:00:00",
    "2023-09-31 12:00:00",
    "2023-11-31 12:00:00",
    "2023-01-00 12:00:00",
    "2023-00-01 12:00:00",
    "2023-13-01 12:00:00",
    "2023-01-01 24:00:00",
    "2023-01-01 30:00:00",
    "2023-01-01 12:60:00",
    "2023-01-01 12:00:60",
    "2023-01-01 12:00",
    "2023-01-01T12:00:00",
    "2023-01-01 12:00:00Z",
    "x2023-01-01 12:00:00",
    "23-01-01 12:00:00",
  ])("%s does not", (text) =>
    expect(at(text)).toEqual([expect.stringContaining("must be a date with time") as string]),
  );

  test("a time zone has a name that is known", () => {
    expect(at("2023-01-01 12:00:00", "UTC")).toEqual([]);
    expect(at("2023-01-01 12:00:00", "Mars/Olympus")).toEqual([
      expect.stringContaining("must be a name of the IANA time zone database") as string,
    ]);
  });
});

describe("each kind of complaint", () => {
  test.each<[string, unknown, readonly string[]]>([
    [
      "a field that is missing",
      { apiVersion: "openslo/v1", kind: "SLO" },
      ["metadata: is missing", "spec: is missing"],
    ],
    [
      "a field that is not known",
      slo({ extra: 1 }),
      [expect.stringMatching(/^spec\.extra: is not a known field; known here: .*service/) as string],
    ],
    [
      "a value of several",
      slo({ budgetingMethod: 3 }),
      [
        expect.stringMatching(
          /^spec\.budgetingMethod: must be one of Occurrences, Timeslices, RatioTimeslices; got 3/,
        ) as string,
      ],
    ],
    ["a type", slo({ service: 3 }), ["spec.service: must be a text, got 3"]],
    ["a list", slo({ objectives: {} }), ["spec.objectives: must be a list of at least one objective, got a map"]],
    ["an empty list", slo({ objectives: [] }), [expect.stringMatching(/^spec\.objectives: /) as string]],
    ["a text that is empty", slo({ service: "" }), ["spec.service: must not be empty"]],
    [
      "a number that is out of bounds",
      slo({ objectives: [{ target: 0.9 }, { target: 2 }] }),
      ["spec.objectives[1].target: must be a number from 0 to 1 (exclusive), got 2"],
    ],
    ["a constant", { ...slo({}), apiVersion: "v1" }, ['apiVersion: must be "openslo/v1", got "v1"']],
    ["no map at all", [], ["must be a map, got a list"].map((text) => `: ${text}`)],
  ])("%s", (_, value, problems) => {
    expect(told(value)).toEqual(problems);
  });

  test("a name with a slash or a tilde is that name", () => {
    const annotated = { ...slo({}), metadata: { name: "a", annotations: { "a/b~c": 3 } } };
    expect(told(annotated)).toEqual([
      'metadata.annotations["a/b~c"]: is not an allowed key',
      'metadata.annotations["a/b~c"]: must be a text, got 3',
    ]);
  });

  test("a place in a list is a number; a name that has one in it is a name", () => {
    const labels = { team5: 3, "5team": 4, teams: ["a", ...Array<string>(9).fill("b"), 5] };
    expect(told({ ...slo({}), metadata: { name: "a", labels } }).toSorted()).toEqual([
      "metadata.labels.team5: must be a text or a list of texts, got 3",
      "metadata.labels.teams[10]: must be a text, got 5",
      'metadata.labels["5team"]: must be a text or a list of texts, got 4',
    ]);
  });

  test("the lab's own fields", () => {
    expect(fields({ load: "events" })).toEqual([]);
    expect(fields({})).toEqual(["load: is missing"]);
    expect(fields({ load: "events", extra: 1 })).toEqual([
      expect.stringMatching(/^extra: is not a known field; known here: load, measure, action/) as string,
    ]);
    expect(fields({ load: "events", measure: "speed" })).toEqual([
      'measure: must be one of operations, end-to-end-delay, recovery-time; got "speed"',
    ]);
    expect(fields({ load: "events", when: "steady" })).toEqual(["settle: is missing"]);
  });
});

describe("parts of an indicator", () => {
  const metric = (spec: Readonly<Record<string, unknown>>, type = "resilience-lab-journal"): Metric => ({
    metricSource: { type, spec },
  });
  const isJournal = ({ metricSource }: Metric): boolean => metricSource.type === "resilience-lab-journal";
  const problems = (spec: SliSpec) =>
    indicatorProblems(spec, ["spec"], isJournal).map(({ path, text }) => `${writePath(path)}: ${text}`);
  const load = "events";
  const total = metric({ load });
  const narrow = "must narrow total by an outcome or a within that total does not have, else all of total is";
  const same = "must name the same load, measure, action, timely, lasting and time (when, settle, warmUp) as total";
  const spec = "metricSource.spec";

  test.each<[string, SliSpec, readonly string[]]>([
    ["none", {}, []],
    ["of another source", { ratioMetric: { raw: metric({}, "Prometheus"), rawType: "success" } }, []],
    ["a threshold", { thresholdMetric: total }, []],
    [
      "a threshold with an outcome",
      { thresholdMetric: metric({ load, outcome: "ok" }) },
      [
        `spec.thresholdMetric.${spec}.outcome: belongs to a ratioMetric; here the objective's op and value say what is good`,
      ],
    ],
    [
      "a threshold with both",
      { thresholdMetric: metric({ load, outcome: "ok", within: "1s" }) },
      [
        `spec.thresholdMetric.${spec}.within: belongs to a ratioMetric; here the objective's op and value say what is good`,
      ],
    ],
    ["a threshold of nothing", { thresholdMetric: metric({}) }, [`spec.thresholdMetric.${spec}.load: is missing`]],
    [
      "raw",
      { ratioMetric: { raw: total, rawType: "success" } },
      ["spec.ratioMetric.raw: the journal keeps events, not ratios: give total, and good or bad"],
    ],
    ["total alone", { ratioMetric: { total } }, []],
    ["good alone", { ratioMetric: { good: total } }, []],
    [
      "good that says nothing",
      { ratioMetric: { good: total, total } },
      [`spec.ratioMetric.good.${spec}: must have an outcome or a within, else all of total is good`],
    ],
    [
      "bad that says nothing",
      { ratioMetric: { bad: total, total } },
      [`spec.ratioMetric.bad.${spec}: must have an outcome or a within, else all of total is bad`],
    ],
    ["good", { ratioMetric: { good: metric({ load, outcome: "ok" }), total } }, []],
    ["bad", { ratioMetric: { bad: metric({ load, outcome: "failed" }), total } }, []],
    [
      "bad of another load",
      { ratioMetric: { bad: metric({ load: "orders", outcome: "failed" }), total } },
      [`spec.ratioMetric.bad.${spec}: ${same}`],
    ],
    [
      "good that is wider",
      { ratioMetric: { good: metric({ load, outcome: "ok", within: "2s" }), total: metric({ load, within: "1s" }) } },
      [`spec.ratioMetric.good.${spec}: ${narrow} good`],
    ],
    [
      "bad that is as wide",
      { ratioMetric: { bad: metric({ load, within: "1s" }), total: metric({ load, within: "1s" }) } },
      [`spec.ratioMetric.bad.${spec}: ${narrow} bad`],
    ],
    [
      "good within less",
      { ratioMetric: { good: metric({ load, within: "999ms" }), total: metric({ load, within: "1s" }) } },
      [],
    ],
    [
      "good by an outcome of a limit",
      { ratioMetric: { good: metric({ load, within: "1s", outcome: "ok" }), total: metric({ load, within: "1s" }) } },
      [],
    ],
    [
      "good without the limit of all",
      { ratioMetric: { good: metric({ load, outcome: "ok" }), total: metric({ load, within: "1s" }) } },
      [`spec.ratioMetric.good.${spec}: ${narrow} good`],
    ],
    [
      "good of all with an outcome",
      { ratioMetric: { good: metric({ load, within: "1s" }), total: metric({ load, outcome: "ok" }) } },
      [`spec.ratioMetric.good.${spec}: ${narrow} good`],
    ],
    [
      "good of the same outcome, within",
      { ratioMetric: { good: metric({ load, outcome: "ok", within: "1s" }), total: metric({ load, outcome: "ok" }) } },
      [],
    ],
    [
      "good of another outcome, within",
      {
        ratioMetric: {
          good: metric({ load, outcome: "failed", within: "1s" }),
          total: metric({ load, outcome: "ok" }),
        },
      },
      [`spec.ratioMetric.good.${spec}: ${narrow} good`],
    ],
    [
      "good of the same outcome",
      { ratioMetric: { good: metric({ load, outcome: "ok" }), total: metric({ load, outcome: "ok" }) } },
      [`spec.ratioMetric.good.${spec}: ${narrow} good`],
    ],
    [
      "two that lack a load",
      { ratioMetric: { good: metric({ outcome: "ok" }), total: metric({}) } },
      [`spec.ratioMetric.good.${spec}.load: is missing`, `spec.ratioMetric.total.${spec}.load: is missing`],
    ],
  ])("%s", (_, value, complaints) => {
    expect(problems(value)).toEqual(complaints);
  });

  test("a subject is another by any of its fields", () => {
    const whole = {
      ...{ load, measure: "recovery-time", action: "write", timely: "1s", lasting: "2s", when: "steady" },
      ...{ settle: "3s", warmUp: "4s" },
    };
    const changes = [
      ...[{ load: "orders" }, { measure: "operations" }, { action: "read" }, { timely: "2s" }, { lasting: "3s" }],
      ...[{ when: "faults" }, { settle: "4s" }, { warmUp: "5s" }, { action: undefined }, { timely: undefined }],
      ...[{ lasting: undefined }, { when: undefined }, { settle: undefined }, { warmUp: undefined }],
    ];
    const keys = [{}, ...changes].map((change) => subjectKey(selectorOf({ ...whole, ...change })));
    expect(new Set(keys).size).toBe(keys.length);
    expect(subjectKey(selectorOf({ ...whole, outcome: "ok", within: "9s" }))).toBe(keys[0]);
    expect(subjectKey(selectorOf({ load }))).toBe(subjectKey(selectorOf({ load, measure: "operations" })));
  });

  test("in words", () => {
    const words = (fields_: object) => {
      const selector = selectorOf({ load, ...fields_ });
      return [writeSubject(selector), writeSelection(selector), writeThreshold(selector, "at most", seconds(2))];
    };
    expect(words({})).toEqual(["operations of events", "ended", "ended ok at most 2 s after the intended time"]);
    expect(words({ action: "produce", when: "steady", outcome: "ok", within: "1s" }).slice(0, 2)).toEqual([
      "produce operations of events in calm",
      "acknowledged within 1 s of the intended time",
    ]);
    expect(words({ action: "produce", outcome: "failed" })[1]).toBe("ended failed");
    expect(words({ action: "write", outcome: "ok" })[1]).toBe("ended ok");
    expect(words({ outcome: "ok" })[1]).toBe("ended ok");
    expect(words({ measure: "end-to-end-delay", when: "faults", within: "1s" })).toEqual([
      "acknowledged records of events under faults",
      "read within 1 s of the intended time of writing",
      "read at most 2 s after the intended time of writing",
    ]);
    expect(words({ measure: "recovery-time", within: "1s" })).toEqual([
      "faults",
      "recovered within 1 s of the fault",
      "recovered at most 2 s after the fault",
    ]);
  });
});
