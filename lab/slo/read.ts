/** From the text of a YAML file to validated OpenSLO v1 documents. */
import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from "yaml";
import type { Metric, SloDocument } from "./documents.ts";
import { LAB_DURATION, labDuration } from "./durations.ts";
import { badSlo, quote, type FieldPath, type LocatedProblem, type Problem } from "./problems.ts";
import { openSloProblems } from "./schema-problems.ts";
import { indicatorProblems, JOURNAL_SOURCE } from "./selector.ts";
import { offsetOf, readYaml } from "./yaml-limits.ts";

/** The length of the steps in which burn rates are told. */
export const BURN_WINDOW = "resilience-lab/burn-window";
/** The length of a time slice, in place of `timeSliceWindow`, which knows no seconds. */
export const TIME_SLICE_WINDOW = "resilience-lab/time-slice-window";

/** One OpenSLO object of a file: its plain value, and the node that knows its lines. */
interface Part {
  readonly value: unknown;
  readonly node: Node;
  readonly document: Document;
}

/**
 * Reads OpenSLO v1 objects of any kind: one or several documents, or lists of objects. A field without a value
 * counts as absent.
 * @throws LabError `bad-slo` with all problems of the file, each with file, line and field.
 */
export function readSlos(text: string, file: string): SloDocument[] {
  const { documents, lines, problems: unreadable } = readYaml(text);
  if (unreadable.length > 0) throw badSlo(file, unreadable);

  const parts = documents.flatMap(partsOf);
  if (parts.length === 0) throw badSlo(file, [{ line: 1, path: [], text: "holds no OpenSLO object" }]);
  const problems: LocatedProblem[] = parts.flatMap((part) => {
    const own = openSloProblems(part.value);
    const all = own.length > 0 ? own : labProblems(part.value as SloDocument);
    return all.map((problem) => ({ ...problem, line: lineOf(part, problem.path, lines) }));
  });
  if (problems.length > 0) throw badSlo(file, problems);
  return parts.map((part) => {
    const source = { file, line: lineOf(part, [], lines) };
    return { ...(part.value as Omit<SloDocument, "source">), source } as SloDocument;
  });
}

function partsOf(document: Document): Part[] {
  const top = document.contents;
  if (top === null || (isScalar(top) && top.value === null)) return [];
  const nodes = isSeq(top) ? (top.items as Node[]) : [top];
  return nodes.map((node) => ({ node, document, value: withoutEmpty(node.toJS(document, { maxAliasCount: -1 })) }));
}

/** Leaves out the fields without a value (`alertPolicies:`), as the other readers of OpenSLO do. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutEmpty(field)]));
}

/** The line of a field's name; for a field that is not there, of the nearest one around it. */
function lineOf(part: Part, path: FieldPath, lines: LineCounter): number {
  let node: unknown = part.node;
  let offset = offsetOf(node, 0);
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(part.document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
      if (pair === undefined) break;
      offset = offsetOf(pair.key, offset);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = offsetOf(node, offset);
    } else break;
  }
  return lines.linePos(offset).line;
}

/** What the lab's own fields must be, in a document that is valid OpenSLO. */
function labProblems(document: SloDocument): Problem[] {
  const isJournal = (metric: Metric): boolean => metric.metricSource.type === JOURNAL_SOURCE;
  const annotations = annotationProblems(document);
  if (document.kind === "SLI") return [...annotations, ...indicatorProblems(document.spec, ["spec"], isJournal)];
  if (document.kind !== "SLO") return annotations;
  const places = [
    { holder: document.spec, path: ["spec"] },
    ...document.spec.objectives.map((holder, place) => ({ holder, path: ["spec", "objectives", place] })),
  ];
  const indicators = places.flatMap(({ holder, path }) =>
    holder.indicator === undefined
      ? []
      : indicatorProblems(holder.indicator.spec, [...path, "indicator", "spec"], isJournal),
  );
  return [...annotations, ...indicators];
}

function annotationProblems({ metadata }: SloDocument): Problem[] {
  return Object.entries(metadata.annotations ?? {}).flatMap(([key, value]) => {
    if (!key.startsWith("resilience-lab/")) return [];
    const path = ["metadata", "annotations", key];
    if (key !== BURN_WINDOW && key !== TIME_SLICE_WINDOW)
      return [{ path, text: `is not an annotation of the lab; known are ${BURN_WINDOW} and ${TIME_SLICE_WINDOW}` }];
    return labDuration(value) === undefined ? [{ path, text: `must be ${LAB_DURATION}, got ${quote(value)}` }] : [];
  });
}
