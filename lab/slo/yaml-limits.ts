/** Reads YAML within limits: what a few lines with anchors could unfold to, and what leads nowhere, is refused with its line. */
import { isAlias, isCollection, isNode, isPair, LineCounter, parseAllDocuments, type Document } from "yaml";
import type { LocatedProblem } from "./problems.ts";

/** The largest file; an SLO document has about 2 KiB. */
const LARGEST = 256 * 1_024;
/** How many values a document may unfold to, its aliases followed. */
const MOST_VALUES = 10_000;
const DEEPEST = 100;

export interface ReadYaml {
  readonly documents: readonly Document[];
  readonly lines: LineCounter;
  /** What is wrong; with any, the documents must not be turned into values. */
  readonly problems: readonly LocatedProblem[];
}

/** All documents of a text. Never throws. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const refused = (why: string): ReadYaml => ({
    documents: [],
    lines,
    problems: [{ line: 1, path: [], text: why }],
  });
  if (text.length > LARGEST) return refused(`is larger than ${LARGEST / 1_024} KiB`);
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents: readonly Document[] = "empty" in parsed ? [] : parsed;
  // The parser's own stack; it tells of that as of an error in the text.
  if (documents.some(({ errors }) => errors.some(({ message }) => message.startsWith("Maximum call stack"))))
    return refused("is nested too deeply");
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const problems = documents.flatMap((document) => {
    const syntax = document.errors.map((error) => ({
      line: lineAt(error.pos[0]),
      path: [],
      text: `is not YAML: ${error.message}`,
    }));
    return syntax.length > 0 ? syntax : unfolding(document, lineAt);
  });
  return { documents, lines, problems };
}

/** Where in its text a node begins; `otherwise` for what is no node. */
export const offsetOf = (node: unknown, otherwise: number): number =>
  (isNode(node) ? node.range?.[0] : undefined) ?? otherwise;

/** What keeps a document from being unfolded: aliases of nothing or of themselves, too many values, too deep a nesting. */
function unfolding(document: Document, lineAt: (offset: number) => number): readonly LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  /** How many values an anchor's node unfolds to; "open" within that node itself. */
  const anchors = new Map<string, number | "open">();
  const complain = (node: unknown, text: string): number => {
    if (!problems.some((problem) => problem.text === text))
      problems.push({ line: lineAt(offsetOf(node, 0)), path: [], text });
    return 1;
  };
  const count = (node: unknown, depth: number): number => {
    if (isAlias(node)) {
      const known = anchors.get(node.source);
      if (known === undefined) return complain(node, `*${node.source} has no anchor &${node.source} before it`);
      if (known === "open") return complain(node, `*${node.source} lies within its own anchor, and would never end`);
      if (known > MOST_VALUES) complain(node, `unfolds to more than ${MOST_VALUES} values by its aliases`);
      return known;
    }
    const children = isCollection(node) ? node.items : isPair(node) ? [node.key, node.value] : [];
    // What has no anchor is kept by no name, which no alias has.
    const anchor = (isNode(node) ? node.anchor : undefined) ?? "";
    anchors.set(anchor, "open");
    if (depth > DEEPEST) return complain(node, `is nested deeper than ${DEEPEST}`);
    const total = 1 + children.reduce<number>((sum, child) => sum + count(child, depth + 1), 0);
    anchors.set(anchor, total);
    return total;
  };
  if (count(document.contents, 0) > MOST_VALUES)
    complain(document.contents, `unfolds to more than ${MOST_VALUES} values by its aliases`);
  return problems;
}
