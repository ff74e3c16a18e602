/** Problems in words, each with its place: for the command line and its JSON. */
import { LabError, messageOf } from "../../errors.ts";
import { pathText, type Problem } from "./problems.ts";
import type { Source } from "./script.ts";
import { placeOf } from "./where.ts";

/** A problem as people and programs read it. */
export interface ToldProblem {
  /** `scenarios/kafka/leader-kill.scenario.ts:21`; empty when no file is known. */
  readonly at: string;
  readonly what: string;
  readonly hint: string;
}

export function toldProblem(problem: Problem, sources: readonly Source[]): ToldProblem {
  const place = placeOf(problem, sources);
  const file = sources[0]?.file ?? "";
  const mutant = problem.mutant === undefined ? "" : `with the mutant ${JSON.stringify(problem.mutant)}, `;
  return {
    at: place === undefined ? file : `${place.file}:${place.line}`,
    what: `${mutant}${pathText(problem.path)} ${problem.what}`,
    hint: problem.hint,
  };
}

/** What a file that cannot be loaded says: its message begins with the file. */
export function toldError(error: unknown): ToldProblem {
  const hint = error instanceof LabError ? (error.hint ?? "") : "";
  return { at: "", what: messageOf(error), hint };
}

/** Two lines, indented: what, and how to mend it. */
export const problemLine = ({ at, what, hint }: ToldProblem): string =>
  `  ${at === "" ? "" : `${at}: `}${what}${hint === "" ? "" : `\n      ${hint}`}`;
