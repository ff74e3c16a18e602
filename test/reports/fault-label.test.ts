import { describe, expect, test } from "vitest";
import { faultLabel, labelPlace } from "../../reports/html/fault-label.ts";

describe("where a fault's name stands in the overview", () => {
  test("beside its mark, up to the dot of its recovery where that leaves room", () => {
    const row = [{ from: 0.1, marks: [0.11, 0.6] }];
    expect(labelPlace(row, 0)).toEqual({ from: 0.11, to: 0.6, before: false });
  });

  test("behind the dot where that is near, never across it", () => {
    const row = [{ from: 0.1, marks: [0.11, 0.15] }];
    expect(labelPlace(row, 0)).toEqual({ from: 0.15, to: 1, before: false });
  });

  test("not into the row's next fault, nor across a dot that lies in its bar", () => {
    const row = [
      { from: 0.2, marks: [0.21, 0.55] },
      { from: 0.5, marks: [0.52] },
    ];
    expect(labelPlace(row, 0)).toEqual({ from: 0.21, to: 0.5, before: false });
    expect(labelPlace(row, 1)).toEqual({ from: 0.55, to: 1, before: false });
  });

  test("before its bar where that is late in the run", () => {
    expect(labelPlace([{ from: 0.85, marks: [0.86] }], 0)).toEqual({ from: 0, to: 0.85, before: true });
  });

  test("its words are whole or absent: each is an element of its own", () => {
    const label = faultLabel({ from: 0.1, to: 0.3, before: false }, ["F1", "kill", "clickhouse-1-2"], 0, 16).text;
    expect(label).toContain("<span>F1</span><span>kill</span><span>clickhouse-1-2</span>");
  });
});
