/** Refused: while a window lasts, nothing is acknowledged, and every refusal is one of those named. Definitions: docs/checks.md. */
import { OK, nameIndex } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { Anomalies, count, counted, finding, listed, operationEvidence } from "./evidence.ts";
import { describeWindow, selectionOf, spanAt, spansOf } from "./select.ts";
import { defineCheck } from "./define.ts";
import { name, names, optional, window, wholeNumber } from "./fields.ts";
import { settledTo } from "./settled.ts";
import type { Finding, Window } from "./types.ts";

/** Nothing was acknowledged in the window, at least `atLeast` operations were offered there, and each error is one of those named. */
export interface RefusedSpec {
  readonly check: "refused";
  readonly of: string;
  readonly during: Window;
  readonly errors: readonly string[];
  readonly atLeast?: number;
}

export const refused = defineCheck<RefusedSpec>({
  check: "refused",
  sentence: "in a part of the run nothing is acknowledged, and every refusal is one of those named",
  fields: {
    of: name("the load, or one action of it"),
    during: window("the part of the run that is judged"),
    errors: names("the errors that are expected"),
    atLeast: optional(wholeNumber("how many operations must have been refused", 1), "1"),
  },
  example: {
    of: "events",
    during: { step: "two brokers down" },
    errors: ["NOT_ENOUGH_REPLICAS", "timeout"],
    atLeast: 10,
  },
  judge: checkRefused,
});
const KINDS = ["acknowledged", "unnamed"] as const;

/**
 * All that is found is final: an operation that ended in the window did, whatever came after it. Only at the very end of
 * a record that ends early the window's own end may be missing.
 */
function checkRefused(spec: RefusedSpec, journal: Journal): Finding {
  const { operations, names } = journal;
  const { load, action } = selectionOf(journal, spec.of);
  const spans = spansOf(journal, spec.during);
  const when = describeWindow(spec.during);
  const expected = new Set(spec.errors.map((error) => nameIndex(journal, error)));
  const byError = new Map<number, number>();
  const found = new Anomalies<(typeof KINDS)[number]>(KINDS);
  const { eventsMs } = settledTo(journal);
  let judged = 0;
  let outlived = 0;
  for (let row = 0; row < operations.length; row += 1) {
    if (operations.load[row] !== load || operations.action[row] !== action) continue;
    const span = spanAt(spans, operations.intendedMs[row] ?? 0);
    if (span < 0) continue;
    const endMs = operations.endMs[row] ?? 0;
    if (spanAt(spans, endMs) !== span || endMs >= eventsMs) {
      outlived += 1;
      continue;
    }
    judged += 1;
    if (operations.outcome[row] === OK) {
      if (found.found("acknowledged")) found.show("acknowledged", operationEvidence(journal, row, "was acknowledged"));
      continue;
    }
    const error = operations.error[row] ?? 0;
    byError.set(error, (byError.get(error) ?? 0) + 1);
    if (!expected.has(error) && found.found("unnamed")) {
      found.show(
        "unnamed",
        operationEvidence(journal, row, `ended with ${nameOf(names[error])}, which is not expected`),
      );
    }
  }
  const acknowledged = found.count("acknowledged");
  const anomalies = acknowledged + found.count("unnamed");
  const figures = { judged, outlived, ...found.counts(), anomalies };
  const errors = [...byError].map(([error, times]) => `${count(times)} × ${nameOf(names[error])}`);
  if (anomalies > 0) {
    const unnamed = [...byError].filter(([error]) => !expected.has(error));
    const strange = unnamed.map(([error, times]) => `${count(times)} × ${nameOf(names[error])} (not expected)`);
    const parts = acknowledged > 0 ? [`${count(acknowledged)} acknowledged`, ...strange] : strange;
    return finding(
      "violated",
      `of ${counted(judged, "operation")} ${when}: ${listed(parts)}`,
      figures,
      found.evidence(),
    );
  }
  if (judged < (spec.atLeast ?? 1)) {
    const late = outlived === 0 ? "" : `; ${counted(outlived, "other")} ended after it`;
    const summary = `only ${counted(judged, "operation")} of ${spec.of} began and ended ${when}, wanted ${spec.atLeast ?? 1}${late}`;
    return finding("unknown", summary, figures);
  }
  return finding("held", `all ${counted(judged, "operation")} ${when} refused: ${listed(errors)}`, figures);
}

const nameOf = (error = ""): string => (error === "" ? "no error's name" : error);
