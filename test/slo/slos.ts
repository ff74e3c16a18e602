/** SLO documents as text, for tests: a good one with one part exchanged. */
import { evaluateSlos, readSlos, type SloResult } from "../../lab/slo/index.ts";
import { LabError } from "../../lab/errors.ts";
import type { Journal } from "../../lab/journal/types.ts";

interface Parts {
  readonly annotations?: string;
  readonly indicator?: string;
  readonly budgetingMethod?: string;
  readonly objectives?: string;
}

/** Acknowledged within a second, over all produce operations; flow style, so that parts stay on one line. */
export const IN_TIME = `{ ratioMetric: {
      good: { metricSource: { type: resilience-lab-journal, spec: { load: events, action: produce, outcome: ok, within: 1s } } },
      total: { metricSource: { type: resilience-lab-journal, spec: { load: events, action: produce } } } } }`;

export function sloText(parts: Parts = {}): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata:
  name: in-time
  annotations: ${parts.annotations ?? "{}"}
spec:
  service: kafka
  budgetingMethod: ${parts.budgetingMethod ?? "Occurrences"}
  objectives: ${parts.objectives ?? "[{ target: 0.9 }]"}
  indicator:
    metadata: { name: in-time }
    spec: ${parts.indicator ?? IN_TIME}
`;
}

/** The message of the error that reading gives; empty when it gives none. */
export function complaint(text: string, file = "slo.yaml"): string {
  try {
    readSlos(text, file);
    return "";
  } catch (error) {
    if (error instanceof LabError && error.code === "bad-slo") return error.message;
    throw error;
  }
}

export const evaluateText = (text: string, journal: Journal): SloResult[] =>
  evaluateSlos(readSlos(text, "slo.yaml"), journal);

/** The only result of a document with one objective. */
export function evaluateOne(text: string, journal: Journal): SloResult {
  const [result, ...rest] = evaluateText(text, journal);
  if (result === undefined || rest.length > 0) throw new Error(`expected one result, got ${String(rest.length + 1)}`);
  return result;
}
