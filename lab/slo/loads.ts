/** Which loads the SLOs of some documents count events of. */
import type { IndicatorOrRef, Metric, SliSpec, SloDocument } from "./documents.ts";

/** The loads that the documents' indicators name, once each. Sources that are not the journal's name none. */
export function loadsCounted(documents: readonly SloDocument[]): readonly string[] {
  const loads = documents
    .flatMap(indicatorsOf)
    .flatMap(metricsOf)
    .flatMap(({ metricSource }) => {
      const load = metricSource.spec["load"];
      return typeof load === "string" ? [load] : [];
    });
  return [...new Set(loads)];
}

function indicatorsOf(document: SloDocument): readonly SliSpec[] {
  if (document.kind === "SLI") return [document.spec];
  if (document.kind !== "SLO") return [];
  const holders: readonly IndicatorOrRef[] = [document.spec, ...document.spec.objectives];
  return holders.flatMap(({ indicator }) => indicator?.spec ?? []);
}

function metricsOf({ thresholdMetric, ratioMetric }: SliSpec): readonly Metric[] {
  return [thresholdMetric, ratioMetric?.good, ratioMetric?.bad, ratioMetric?.total].filter(
    (metric) => metric !== undefined,
  );
}
