/** What is wrong with a file of SLOs, and where. */
import { LabError } from "../errors.ts";

/** Where in a document: field names and places in lists, from the top. */
export type FieldPath = readonly (string | number)[];

export interface Problem {
  readonly path: FieldPath;
  /** `must be a number from 0 to 1 (exclusive), got "99"`. */
  readonly text: string;
}

export interface LocatedProblem extends Problem {
  readonly line: number;
}

/** `spec.objectives[0].target`; a name that is no plain word is put in quotes. */
export function writePath(path: FieldPath): string {
  return path
    .map((part, depth) => {
      if (!/^[A-Za-z_][\w-]*$/.test(String(part))) return `[${JSON.stringify(part)}]`;
      return depth === 0 ? String(part) : `.${part}`;
    })
    .join("");
}

/** A value as a message quotes it. */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return JSON.stringify(value);
}

/** All problems of a file as one error: a line each, in the order of the file. */
export function badSlo(file: string, problems: readonly LocatedProblem[]): LabError {
  const lines = [...problems]
    .sort((a, b) => a.line - b.line)
    .map(
      ({ line, path, text }) => `${file}:${String(line)}: ${path.length === 0 ? "" : `${writePath(path)}: `}${text}`,
    );
  return new LabError({
    code: "bad-slo",
    message: [...new Set(lines)].join("\n"),
    hint: "docs/slos.md shows a whole SLO and explains the lab's own fields",
  });
}
