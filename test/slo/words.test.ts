/** What SLOs are written in, and what is said of them: durations, paths, values, shares, loads. */
import { describe, expect, test } from "vitest";
import { labDuration, openSloDuration } from "../../lab/slo/durations.ts";
import { loadsCounted, readSlos } from "../../lab/slo/index.ts";
import { badSlo, quote, writePath } from "../../lab/slo/problems.ts";
import { percent, writeIndicator, writeSummary } from "../../lab/slo/wording.ts";
import { seconds } from "../../lab/time.ts";

test.each([
  ["1m", 60_000],
  ["2h", 7_200_000],
  ["3d", 259_200_000],
  ["1w", 604_800_000],
  ["1M", 2_592_000_000],
  ["1Q", 7_776_000_000],
  ["1Y", 31_536_000_000],
  ["12m", 720_000],
  ["0m", 0],
  [1.5, 90_000],
  ["1s", undefined],
  ["m", undefined],
  ["1m ", undefined],
  [" 1m", undefined],
  ["1.5m", undefined],
  ["1m1h", undefined],
  ["", undefined],
  [undefined, undefined],
])("OpenSLO's %s", (written, spanMs) => {
  expect(openSloDuration(written)).toBe(spanMs);
});

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["2m", 120_000],
  ["1h", 3_600_000],
  ["0s", undefined],
  ["01s", undefined],
  ["s", undefined],
  ["1", undefined],
  ["1d", undefined],
  ["1s ", undefined],
  [" 1s", undefined],
  [1_000, undefined],
  [["1s"], undefined],
  [undefined, undefined],
])("the lab's %s", (written, spanMs) => {
  expect(labDuration(written)).toBe(spanMs);
});

test.each([
  [["spec", "objectives", 0, "target"], "spec.objectives[0].target"],
  [["a-b", "_c", "d1"], "a-b._c.d1"],
  [["spec", "a/b"], 'spec["a/b"]'],
  [["spec", "1a"], 'spec["1a"]'],
  [["spec", "a b"], 'spec["a b"]'],
  [[1, "a"], "[1].a"],
  [[], ""],
])("the path %j", (path, written) => {
  expect(writePath(path)).toBe(written);
});

test.each([
  [undefined, "nothing"],
  [null, "nothing"],
  [[1], "a list"],
  [{ a: 1 }, "a map"],
  ["x", '"x"'],
  [3, "3"],
  [false, "false"],
])("the value %j", (value, written) => {
  expect(quote(value)).toBe(written);
});

test("problems of a file are told in its order, each once, those of the whole file without a path", () => {
  const at = (line: number, path: readonly string[], text: string) => ({ line, path, text });
  const error = badSlo("a.yaml", [
    at(3, ["b"], "x"),
    at(1, [], "y"),
    at(3, ["b"], "x"),
    at(2, ["a"], "z"),
    at(10, ["c"], "w"),
  ]);
  expect(error).toMatchObject({
    code: "bad-slo",
    message: "a.yaml:1: y\na.yaml:2: a: z\na.yaml:3: b: x\na.yaml:10: c: w",
  });
});

test.each([
  [1, "100 %"],
  [0.98999, "98.99 %"],
  [0.989999, "98.99 %"],
  [0.99, "99 %"],
  [0.999999, "99.99 %"],
  [0.9995, "99.95 %"],
  [0, "0 %"],
])("a share of %f", (share, written) => {
  expect(percent(share)).toBe(written);
});

describe("what good means", () => {
  test.each([
    ["Occurrences", 0.9, seconds(2), "read"],
    ["Timeslices", 0.9, undefined, "read"],
    ["RatioTimeslices", 0.9, seconds(2), "read, averaged over slices of 2 s"],
    ["Timeslices", 0.9, seconds(2), "slices of 2 s in which at least 90 % read"],
    ["Timeslices", undefined, seconds(2), "slices of 2 s in which at least 100 % read"],
  ] as const)("%s, %f, %d", (method, share, slice, written) => {
    expect(writeIndicator(method, share, "read", slice)).toBe(written);
  });

  const budget = { good: 9, total: 12_345, measured: 0.982, windows: [] };
  const summary = (method: Parameters<typeof writeSummary>[0], left: object) =>
    writeSummary(method, "read", "records", 0.99, { ...budget, ...left });

  test("and what it came to", () => {
    expect(summary("Occurrences", { budgetLeft: -0.8 })).toBe(
      "98.2 % of 12,345 records read, wanted 99 %; error budget overspent by 80 %",
    );
    expect(summary("Timeslices", { budgetLeft: 0 })).toBe(
      "98.2 % of 12,345 time slices good (records read), wanted 99 %; 0 % of the error budget left",
    );
    expect(summary("RatioTimeslices", { budgetLeft: 0.5 })).toBe(
      "98.2 % of records read, on average over 12,345 time slices, wanted 99 %; 50 % of the error budget left",
    );
    expect(summary("Occurrences", {})).toBe("no samples: the journal has no records");
  });
});

describe("the loads that are counted", () => {
  const metric = (load: string) => `{ metricSource: { type: resilience-lab-journal, spec: { load: ${load} } } }`;
  const other = "{ metricSource: { type: Prometheus, spec: { query: up, load: 3 } } }";
  const ratio = (good: string, total: string) => `{ ratioMetric: { good: ${good}, total: ${total} } }`;
  const indicator = (spec: string) => `{ metadata: { name: i }, spec: ${spec} }`;
  const narrow = (load: string) => metric(load).replace(` } } }`, `, outcome: ok } } }`);
  const slo = (own: string, objectives: string) => `apiVersion: openslo/v1
kind: SLO
metadata: { name: a }
spec: { service: s, budgetingMethod: Occurrences, ${own}objectives: [${objectives}] }
`;
  const loads = (...texts: readonly string[]) => loadsCounted(readSlos(texts.join("---\n"), "a.yaml"));

  test("are those of indicators, of objectives, and of SLIs, once each; other documents and sources name none", () => {
    const sli = (spec: string) => `apiVersion: openslo/v1\nkind: SLI\nmetadata: { name: b }\nspec: ${spec}\n`;
    const service = "apiVersion: openslo/v1\nkind: Service\nmetadata: { name: s }\n";
    const own = (load: string) => `indicator: ${indicator(ratio(narrow(load), metric(load)))}, `;
    const part = (load: string) => `{ target: 0.9, ${own(load).replace(/, $/, "")} }`;
    expect(loads(service)).toEqual([]);
    expect(loads(slo(own("one"), "{ target: 0.9 }"), service)).toEqual(["one"]);
    expect(loads(slo("", `${part("one")}, ${part("two")}`), slo("", `${part("two")}, ${part("one")}`))).toEqual([
      "one",
      "two",
    ]);
    expect(loads(sli(ratio(narrow("three"), metric("three"))))).toEqual(["three"]);
    expect(
      loads(
        sli(
          ratio(metric("four"), metric("four"))
            .replace("good: ", "bad: ")
            .replace("load: four", "load: four, outcome: failed"),
        ),
      ),
    ).toEqual(["four"]);
    expect(loads(sli(`{ thresholdMetric: ${metric("five")} }`))).toEqual(["five"]);
    expect(loads(sli(ratio(other, other)))).toEqual([]);
    expect(loads(slo("indicatorRef: elsewhere, ", "{ target: 0.9 }"))).toEqual([]);
  });
});
